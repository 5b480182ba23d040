#pragma once

#include <cstddef>
#include <string_view>

#include "validator/reading/tree_builder.h"

namespace assay {

/// Reads a list of one or more items written in the plain part of YAML that catalogs consist of:
/// block lists and mappings, scalars on one line or folded, flow lists and mappings on one line,
/// block scalars, comments. There it tells `builder` what yaml-cpp would, several times faster.
///
/// Returns false at anything else, right or wrong, and has then told the builder something that is
/// to be thrown away: yaml-cpp reads the text instead. So it may refuse freely, but what it accepts
/// must be the same tree; `tests/plain_reader_test.cpp` compares the two.
///
/// [begin, end) are whole lines of `text`, which is as parse_yaml demands it. Throws
/// NestingTooDeep.
bool read_plain(std::string_view text, std::size_t begin, std::size_t end, TreeBuilder& builder);

}  // namespace assay
