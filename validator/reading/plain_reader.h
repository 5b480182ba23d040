#pragma once

#include <cstddef>
#include <string_view>

#include "validator/reading/tree_builder.h"

namespace assay {

/// Reads a list of one or more items written in the plain part of YAML that catalogs consist of:
/// block lists and mappings, scalars on one line or folded, flow lists and mappings on one line,
/// block scalars, comments. Within it, `builder` hears what yaml-cpp would tell it, several times
/// faster.
///
/// Returns false at anything else, valid or not; what the builder holds is then to be thrown away,
/// and yaml-cpp reads the text instead. So it may refuse freely, but what it accepts must be the
/// same tree; `tests/validator/plain_reader_test.cpp` compares the two.
///
/// [begin, end) are whole lines of `text`, which must be as parse_yaml requires. Throws
/// NestingTooDeep.
bool read_plain(std::string_view text, std::size_t begin, std::size_t end, TreeBuilder& builder);

}  // namespace assay
