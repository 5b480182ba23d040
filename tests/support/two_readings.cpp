#include "support/two_readings.h"

#include <fmt/format.h>

#include "validator/reading/catalog_cut.h"
#include "validator/reading/item_parse.h"
#include "validator/reading/plain_reader.h"
#include "validator/reading/prepared_text.h"

namespace assay::test {
namespace {

// A tree as text: everything that a node says.
void write(const Node& node, std::string& out) {
  out += fmt::format("{}[{},{}){}{}{} {} \"{}\"\n", to_string(node.kind), node.begin, node.end,
                     node.plain ? "" : " quoted", node.block ? " block" : "",
                     node.flow ? " flow" : "", node.count, node.text);
  for (const Node& item : node.sequence()) write(item, out);
  for (const Member& member : node.mapping()) {
    write(member.key, out);
    write(member.value, out);
  }
}

std::string written(const Node& root, const Diagnostics& problems, bool incomplete) {
  std::string out;
  write(root, out);
  for (const Diagnostic& problem : problems) {
    out += fmt::format("{} [{},{}) {}: {}\n", problem.rule, problem.span.begin, problem.span.end,
                       problem.label, problem.message);
  }
  return incomplete ? out + "incomplete\n" : out;
}

void read_list_twice(const Job& job, std::size_t begin, std::size_t end, TwoReadings& readings) {
  ++readings.lists;
  Arena arena;
  TreeBuilder builder(job.text.substr(0, end), job.original, arena, job.limits, 1);
  try {
    if (!read_plain(job.text, begin, end, builder)) return;
  } catch (const NestingTooDeep&) {
    return;
  }
  ++readings.plain;
  const Diagnostics problems = builder.take_problems();
  const std::string plain = written(builder.root(), problems, builder.incomplete());
  const Piece piece{job.text.substr(begin, end - begin), begin};
  const Parsed parsed = parse_pieces(job, {&piece, 1}, arena, 1);
  const std::string full = parsed.root ? written(*parsed.root, parsed.problems, parsed.incomplete)
                                       : fmt::format("failure at {}: {}\n", parsed.failure->offset,
                                                     parsed.failure->message);
  if (plain == full || !readings.difference.empty()) return;
  readings.difference = fmt::format("of\n{}\nthe plain reader made\n{}\nand yaml-cpp\n{}",
                                    job.text.substr(begin, end - begin), plain, full);
}

}  // namespace

TwoReadings read_twice(std::string_view bytes) {
  TwoReadings readings;
  PreparedText prepared;
  const ReadLimits limits;
  prepare_text(bytes, limits, prepared);
  if (!prepared.readable || bytes.empty()) return readings;
  const Job job{prepared.text, bytes, limits};
  read_list_twice(job, 0, bytes.size(), readings);
  const std::optional<CatalogCut> cut = cut_catalog(job.text);
  if (!cut) return readings;
  for (const CutItem& item : cut->items) read_list_twice(job, item.begin, item.end, readings);
  return readings;
}

}  // namespace assay::test
