#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "validator/diagnostic.h"
#include "validator/node.h"
#include "validator/read_limits.h"
#include "validator/reading/yaml_events.h"

namespace assay {

/// Where nodes live. One thread at a time may add to an arena.
using Arena = std::pmr::monotonic_buffer_resource;
using Arenas = std::vector<std::unique_ptr<Arena>>;
Arena& new_arena(Arenas& arenas);

/// What all parses of one file share.
struct Job {
  std::string_view text;  ///< what is parsed: the file, with bytes that YAML may not hold replaced
  std::string_view original;  ///< the bytes of the file
  ReadLimits limits;
};

/// What came of parsing one text: a root or a failure.
struct Parsed {
  std::optional<Node> root;
  Diagnostics problems;
  bool incomplete = false;
  std::optional<ParseFailure> failure;
  bool silent = false;  ///< the failure is the fault of another part of the file
};

/// Parses pieces of the file as one text inside `depth` open collections.
Parsed parse_pieces(const Job& job, std::span<const Piece> pieces, Arena& arena, std::size_t depth);
Parsed parse_whole(const Job& job, Arena& arena);
/// Parses the lines [begin, end) of one item of `models:`; the root is the item. The first line is
/// read as if `more_indentation` spaces stood before it.
Parsed parse_item(const Job& job, std::size_t begin, std::size_t end, Arena& arena,
                  std::size_t more_indentation = 0);

}  // namespace assay
