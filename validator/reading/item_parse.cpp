#include "validator/reading/item_parse.h"

#include <array>
#include <string>

#include "validator/reading/explain_failure.h"
#include "validator/reading/plain_reader.h"
#include "validator/reading/tree_builder.h"

namespace assay {
namespace {

constexpr std::size_t kArenaBlock = 64 << 10;

void take(Parsed& parsed, TreeBuilder& builder) {
  parsed.root = builder.root();
  parsed.problems = builder.take_problems();
  parsed.incomplete = builder.incomplete();
}

void read_into(Parsed& parsed, const Job& job, std::span<const Piece> pieces, Arena& arena,
               std::size_t depth, std::optional<std::size_t> gap) {
  const std::size_t end = pieces.back().offset + pieces.back().text.size();
  TreeBuilder builder(job.text.substr(0, end), job.original, arena, job.limits, depth);
  if (gap) builder.set_gap(*gap);
  parsed.failure = parse_yaml(pieces, builder);
  if (!parsed.failure) take(parsed, builder);
}

// False when yaml-cpp is to read the item.
bool read_plain_item(Parsed& parsed, const Job& job, std::size_t begin, std::size_t end,
                     Arena& arena) {
  TreeBuilder builder(job.text.substr(0, end), job.original, arena, job.limits, 1);
  try {
    if (!read_plain(job.text, begin, end, builder)) return false;
  } catch (const NestingTooDeep&) {
    return false;
  }
  take(parsed, builder);
  return true;
}

}  // namespace

Arena& new_arena(Arenas& arenas) {
  return *arenas.emplace_back(std::make_unique<Arena>(kArenaBlock));
}

Parsed parse_pieces(const Job& job, std::span<const Piece> pieces, Arena& arena,
                    std::size_t depth) {
  Parsed parsed;
  for (const Piece& piece : pieces) {
    parsed.failure = check_costs(job.text, piece.offset, piece.offset + piece.text.size());
    if (parsed.failure) return parsed;
  }
  std::optional<std::size_t> gap;
  if (pieces.size() > 1) gap = pieces.front().offset + pieces.front().text.size();
  read_into(parsed, job, pieces, arena, depth, gap);
  return parsed;
}

Parsed parse_whole(const Job& job, Arena& arena) {
  const Piece piece{job.text, 0};
  return parse_pieces(job, {&piece, 1}, arena, 0);
}

Parsed parse_item(const Job& job, std::size_t begin, std::size_t end, Arena& arena,
                  std::size_t more_indentation) {
  // The text is a list with a single item; the root mapping is open around it.
  const Piece piece{job.text.substr(begin, end - begin), begin};
  Parsed parsed;
  if (more_indentation == 0) {
    if (!read_plain_item(parsed, job, begin, end, arena)) {
      parsed = parse_pieces(job, {&piece, 1}, arena, 1);
    }
  } else {
    // Empty lines keep the parser from looking for an encoding in the few spaces.
    const std::string before = "\n\n\n\n\n" + std::string(more_indentation, ' ');
    const std::array<Piece, 2> pieces{Piece{before, begin}, piece};
    parsed.failure = check_costs(job.text, begin, end);
    if (!parsed.failure) read_into(parsed, job, pieces, arena, 1, std::nullopt);
  }
  if (!parsed.root) return parsed;
  const std::span<const Node> items = parsed.root->sequence();
  if (items.size() == 1) {
    parsed.root = items.front();
  } else {
    const std::size_t at = items.size() > 1 ? items[1].begin : begin;
    parsed.failure = ParseFailure{ParseFailure::Cause::syntax, at, "unexpected list item"};
    parsed.root.reset();
  }
  return parsed;
}

}  // namespace assay
