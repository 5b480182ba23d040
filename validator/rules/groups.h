#pragma once

#include <span>

#include "validator/rules/rules.h"

namespace assay {

// One function per file of this folder; rules.cpp lists them all.
std::span<const Rule> yaml_rules();
std::span<const Rule> shape_rules();
std::span<const Rule> identity_rules();
std::span<const Rule> lineage_rules();
std::span<const Rule> meaning_rules();
std::span<const Rule> license_rules();
std::span<const Rule> vocabulary_rules();
std::span<const Rule> time_rules();
std::span<const Rule> number_rules();
std::span<const Rule> price_rules();
std::span<const Rule> source_rules();
std::span<const Rule> suppression_rules();

}  // namespace assay
