#include "validator/reading/catalog_reader.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "validator/parallel.h"
#include "validator/reading/catalog_cut.h"
#include "validator/reading/explain_failure.h"
#include "validator/reading/mistake_finder.h"
#include "validator/reading/yaml_text.h"

namespace assay {
namespace {

constexpr std::size_t kParallelBytes = 256 << 10;  // smaller catalogs are read by one thread
constexpr std::size_t kItemsAtOnce = 16;           // that a thread takes in one go
// Repairs of a broken catalog are tried only so often, so that a hostile one costs little time.
constexpr std::size_t kMostItems = 1'000'000;
constexpr std::size_t kMostAnchors = 64;  // names looked for in the file
constexpr int kMostSplits = 16;           // in one item
constexpr int kMostJoins = 64;            // in one file
constexpr std::size_t kLongestJoin = 64 << 10;

std::string_view slug_of(const Node& entry) {
  const Node* const slug = entry.get("slug");
  return slug != nullptr && slug->is_scalar() ? slug->text : std::string_view{};
}

void blank_out(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end; ++at) {
    if (!is_break(text[at])) text[at] = ' ';
  }
}

// Index of the item that holds an offset; the number of items when none does.
std::size_t item_at(const CatalogCut& cut, std::size_t offset) {
  const auto behind =
      std::partition_point(cut.items.begin(), cut.items.end(),
                           [offset](const CutItem& item) { return item.begin <= offset; });
  if (behind == cut.items.begin() || std::prev(behind)->end <= offset) return cut.items.size();
  return static_cast<std::size_t>(std::prev(behind) - cut.items.begin());
}

class CatalogReader {
 public:
  CatalogReader(const Job& job, CatalogReading& out)
      : job_(job), out_(out), arena_(new_arena(out.arenas)) {}

  void read();

 private:
  bool read_cut(const CatalogCut& cut);
  void refuse(const CatalogCut& cut);
  void report_strays(const CatalogCut& cut);
  std::string anchor_missed(const Parsed& item) const;
  bool share_anchors(const std::vector<Parsed>& items) const;
  void resolve_aliases(const CatalogCut& cut, std::vector<Parsed>& items);
  void give_up(const CatalogCut& cut, std::size_t i, Parsed& item, std::string& text);
  void take_resolved(const CatalogCut& cut, const Parsed& whole, std::vector<Parsed>& items);
  std::size_t settle_item(const CatalogCut& cut, std::vector<Parsed>& items, std::size_t i);
  std::size_t join_by_quote(const CatalogCut& cut, std::size_t i, Parsed& parsed);
  void read_indented(const CutItem& item, Parsed& parsed);
  bool split_off(CutItem& item, Parsed& parsed);
  void add_item(const CutItem& item, Parsed& parsed);
  static Diagnostic misplaced_item(const CutItem& item);
  void set_root(const CatalogCut& cut, Parsed& frame);
  Member bare_key(const CatalogCut& cut) const;
  bool adopt_whole();
  void adopt(Parsed& whole);
  void assign_to_entry(Diagnostic& problem) const;

  Job job_;
  CatalogReading& out_;
  Arena& arena_;                // for everything but the first parse of the items
  std::vector<bool> has_node_;  // by entry
  std::map<std::string, std::size_t> first_places_;  // of anchors in the file
  int joins_ = 0;
};

void CatalogReader::read() {
  const std::optional<CatalogCut> cut = cut_catalog(job_.text);
  if (cut && read_cut(*cut)) return;
  Parsed whole = parse_whole(job_, arena_);
  if (whole.root) {
    adopt(whole);
  } else {
    out_.incomplete = true;
    out_.problems.push_back(explain_failure(job_.text, 0, job_.text.size(), *whole.failure));
  }
}

// False when only a parse of the whole file can tell.
bool CatalogReader::read_cut(const CatalogCut& cut) {
  if (cut.items.size() > kMostItems) {
    refuse(cut);
    return true;
  }
  const bool headless = !cut.strays.empty() && cut.strays.front().kind == Stray::Kind::head;
  if (headless && adopt_whole()) return true;
  std::vector<Parsed> items(cut.items.size());
  const bool parallel = cut.items_end - cut.items_begin > kParallelBytes;
  const std::size_t threads = parallel ? useful_threads(items.size() / kItemsAtOnce) : 1;
  std::vector<Arena*> arenas(threads);
  for (Arena*& arena : arenas) arena = &new_arena(out_.arenas);
  in_parallel(items.size(), kItemsAtOnce, threads, [&](std::size_t i, std::size_t worker) {
    items[i] = parse_item(job_, cut.items[i].begin, cut.items[i].end, *arenas[worker]);
  });
  out_.nodes.reserve(items.size());
  const std::array<Piece, 2> around = {Piece{job_.text.substr(0, cut.items_begin), 0},
                                       Piece{job_.text.substr(cut.items_end), cut.items_end}};
  Parsed frame = parse_pieces(job_, around, arena_, 0);
  // A line of a quoted scalar can look like the key.
  const Member* const models = frame.root ? frame.root->member("models") : nullptr;
  if (frame.root && (models == nullptr || models->key.begin != cut.key)) return false;
  const bool shared = share_anchors(items);
  // Perhaps the file makes sense as a whole, where its parts do not.
  const bool one_list = cut.strays.empty();
  if ((!frame.root || (shared && one_list)) && adopt_whole()) return true;
  if (shared) resolve_aliases(cut, items);
  report_strays(cut);
  for (std::size_t i = 0; i < items.size();) i += settle_item(cut, items, i);
  set_root(cut, frame);
  return true;
}

void CatalogReader::refuse(const CatalogCut& cut) {
  Diagnostic& problem = out_.problems.emplace_back();
  problem.rule = "too-large";
  problem.span = {cut.key, cut.key + 6};
  problem.message =
      fmt::format("the list has {} items, but at most {} are read", cut.items.size(), kMostItems);
  problem.help = "split the catalog";
  out_.incomplete = true;
}

// Reports what lies among the items and is not one. An item that lost its dash is still an entry.
void CatalogReader::report_strays(const CatalogCut& cut) {
  for (const Stray& stray : cut.strays) {
    Diagnostic problem;
    if (stray.kind == Stray::Kind::head) {
      problem = explain_head(job_.text, stray.begin, stray.end);
      Entry entry;
      entry.slug = slug_in_head(job_.original, stray);
      entry.span = {skip_blanks(job_.text, stray.begin), stray.end};
      problem.entry = entry.slug;
      if (!entry.slug.empty()) {
        has_node_.push_back(false);
        out_.entries.push_back(entry);
      }
    } else if (stray.kind == Stray::Kind::document) {
      problem.rule = "yaml-multiple-documents";
      problem.span = {stray.begin, stray.begin + 3};
      problem.message = "a second document starts here";
      problem.help = "keep one document per file";
    } else {
      problem.rule = "duplicate-key";
      problem.span = {stray.begin, stray.begin + 6};
      problem.label = "models";
      problem.message = "duplicate key `models`";
      problem.help = "remove one of them";
      problem.related.push_back({{cut.key, cut.key + 6}, "first given here"});
    }
    out_.incomplete = true;
    out_.problems.push_back(std::move(problem));
  }
}

// `&name` for the alias `*name` that an item does not know; empty for other items.
std::string CatalogReader::anchor_missed(const Parsed& item) const {
  if (!item.failure || item.failure->cause != ParseFailure::Cause::unknown_anchor) return {};
  const std::size_t name = item.failure->offset + 1;
  std::size_t end = name;
  while (!is_blank_or_break_at(job_.text, end) &&
         std::string_view(",[]{}").find(job_.text[end]) == std::string_view::npos) {
    ++end;
  }
  return '&' + std::string(job_.text.substr(name, end - name));
}

// Whether an alias that its own item does not know is anchored elsewhere in the file.
bool CatalogReader::share_anchors(const std::vector<Parsed>& items) const {
  std::set<std::string> anchors;
  for (const Parsed& item : items) {
    if (std::string anchor = anchor_missed(item); !anchor.empty()) {
      anchors.insert(std::move(anchor));
    }
    if (anchors.size() == kMostAnchors) break;
  }
  return std::any_of(anchors.begin(), anchors.end(), [this](const std::string& anchor) {
    return job_.text.find(anchor) != std::string_view::npos;
  });
}

// In a file that is not YAML as a whole, gives items the values of their aliases by reading it
// without what is broken.
void CatalogReader::resolve_aliases(const CatalogCut& cut, std::vector<Parsed>& items) {
  std::string text(job_.text);
  for (const Stray& stray : cut.strays) blank_out(text, stray.begin, stray.end);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool broken = items[i].failure && anchor_missed(items[i]).empty();
    if (broken || cut.items[i].misplaced) {
      blank_out(text, cut.items[i].begin, cut.items[i].end);
    }
  }
  std::map<std::string, bool> is_known;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string anchor = anchor_missed(items[i]);
    if (anchor.empty() || (is_known.size() == kMostAnchors && !is_known.contains(anchor))) continue;
    const auto [known, is_new] = is_known.try_emplace(anchor);
    if (is_new) known->second = text.find(anchor) != std::string::npos;
    if (!known->second) give_up(cut, i, items[i], text);
  }
  for (int tries = 0; tries < kMostSplits; ++tries) {
    const Parsed whole = parse_whole({text, job_.original, job_.limits}, arena_);
    if (whole.root) {
      take_resolved(cut, whole, items);
      return;
    }
    const std::size_t i = item_at(cut, whole.failure->offset);
    if (whole.failure->cause != ParseFailure::Cause::unknown_anchor || i == items.size()) return;
    items[i].failure = whole.failure;  // another of its aliases
    give_up(cut, i, items[i], text);
  }
}

// An alias whose anchor is in a broken item is not wrong, although its value is not known.
void CatalogReader::give_up(const CatalogCut& cut, std::size_t i, Parsed& item, std::string& text) {
  const std::string anchor = anchor_missed(item);
  const auto [first, is_new] = first_places_.try_emplace(anchor, std::string_view::npos);
  if (is_new) first->second = job_.text.find(anchor);
  item.silent = first->second < item.failure->offset;
  blank_out(text, cut.items[i].begin, cut.items[i].end);
}

// Gives items that failed over an alias what a reading of the whole file made of them.
void CatalogReader::take_resolved(const CatalogCut& cut, const Parsed& whole,
                                  std::vector<Parsed>& items) {
  const Node* const models = whole.root->get("models");
  if (models == nullptr) return;
  for (const Node& node : models->sequence()) {
    const std::size_t i = item_at(cut, node.begin);
    if (i == items.size() || anchor_missed(items[i]).empty()) continue;
    Parsed& item = items[i];
    item.root = node;
    item.failure.reset();
    item.problems.clear();
    for (Diagnostic problem : whole.problems) {
      if (problem.span.begin < node.begin || problem.span.begin >= node.end) continue;
      constexpr std::string_view kList = "models.";
      if (problem.label.starts_with(kList)) problem.label.erase(0, kList.size());
      item.problems.push_back(std::move(problem));
    }
  }
}

// Adds the entry of item i, or what can be made of a broken one. Returns how many items it took.
std::size_t CatalogReader::settle_item(const CatalogCut& cut, std::vector<Parsed>& items,
                                       std::size_t i) {
  CutItem item = cut.items[i];
  Parsed& parsed = items[i];
  std::size_t taken = 1;
  if (parsed.failure) {
    taken = join_by_quote(cut, i, parsed);
    item.end = cut.items[i + taken - 1].end;
  }
  if (parsed.failure) read_indented(item, parsed);
  for (int splits = 0; parsed.failure; ++splits) {
    parsed.problems.clear();
    if (parsed.silent) break;
    parsed.problems = {explain_failure(job_.text, item.begin, item.end, *parsed.failure)};
    if (splits == kMostSplits || !split_off(item, parsed)) break;
  }
  add_item(item, parsed);
  return taken;
}

// A quoted scalar whose lines are as far left as the items' dashes was cut in pieces by mistake.
// When it and the items up to its end are YAML together, they become `parsed`. Returns how many
// items are in it now.
std::size_t CatalogReader::join_by_quote(const CatalogCut& cut, std::size_t i, Parsed& parsed) {
  const std::size_t quote = parsed.failure->offset;
  if (parsed.failure->cause != ParseFailure::Cause::open_quote || ++joins_ > kMostJoins) return 1;
  const std::size_t close =
      quoted_end(job_.text.substr(0, std::min(cut.items_end, quote + kLongestJoin)), quote);
  if (close == std::string_view::npos) return 1;
  const auto behind =
      std::partition_point(cut.items.begin(), cut.items.end(),
                           [close](const CutItem& item) { return item.begin < close; });
  Parsed joined = parse_item(job_, cut.items[i].begin, std::prev(behind)->end, arena_);
  if (!joined.root) return 1;
  parsed = std::move(joined);
  return static_cast<std::size_t>(behind - cut.items.begin()) - i;
}

// An item whose first line alone has lost its indentation is still an item.
void CatalogReader::read_indented(const CutItem& item, Parsed& parsed) {
  constexpr std::size_t kMostColumns = 64;
  const std::size_t lost = lost_columns(job_.text, item);
  if (lost == 0 || lost > kMostColumns) return;
  Parsed indented = parse_item(job_, item.begin, item.end, arena_, lost);
  if (indented.root) parsed = std::move(indented);
}

// When the mistake is that another item starts at the wrong indentation, adds what comes before it
// and leaves that other item in `item` and `parsed`.
bool CatalogReader::split_off(CutItem& item, Parsed& parsed) {
  const Diagnostic& mistake = parsed.problems.front();
  const std::size_t dash = mistake.span.begin;
  if (mistake.rule != rule_of(MistakeKind::indentation) || !is_slug_item(job_.text, dash))
    return false;
  CutItem before = item;
  before.end = line_begin(job_.text, dash);
  Parsed first = parse_item(job_, before.begin, before.end, arena_);
  if (!first.root) return false;
  add_item(before, first);
  item.begin = before.end;
  item.dash = dash;
  item.misplaced = true;
  parsed = parse_item(job_, item.begin, item.end, arena_);
  return true;
}

void CatalogReader::add_item(const CutItem& item, Parsed& parsed) {
  Entry entry;
  entry.span = {item.dash, trimmed_end(job_.text, item)};
  entry.slug = parsed.root ? slug_of(*parsed.root) : slug_in_text(job_.text, item);
  if (parsed.root) out_.nodes.push_back(*parsed.root);
  has_node_.push_back(parsed.root.has_value());
  if (item.misplaced) parsed.problems.push_back(misplaced_item(item));
  out_.incomplete = out_.incomplete || parsed.incomplete || !parsed.root;
  for (Diagnostic& problem : parsed.problems) {
    problem.entry = entry.slug;
    out_.problems.push_back(std::move(problem));
  }
  out_.entries.push_back(entry);
}

Diagnostic CatalogReader::misplaced_item(const CutItem& item) {
  Diagnostic problem;
  problem.rule = "yaml-indentation";
  problem.span = {item.dash, item.dash + 1};
  problem.message = "item is not indented like its siblings";
  problem.help = "indent all items of the list the same";
  return problem;
}

// The root is what surrounds the items, and the list of them.
void CatalogReader::set_root(const CatalogCut& cut, Parsed& frame) {
  Node list;
  list.kind = Kind::sequence;
  list.begin = static_cast<std::uint32_t>(out_.entries.front().span.begin);
  list.end = static_cast<std::uint32_t>(out_.entries.back().span.end);
  list.count = static_cast<std::uint32_t>(out_.nodes.size());
  list.items = out_.nodes.data();
  for (std::size_t i = 0, node = 0; i < out_.entries.size(); ++i) {
    if (has_node_[i]) out_.entries[i].node = &out_.nodes[node++];
  }
  if (!frame.root) {
    out_.incomplete = true;
    const bool behind = frame.failure->offset >= cut.items_end;
    out_.problems.push_back(explain_failure(job_.text, behind ? cut.items_end : 0,
                                            behind ? job_.text.size() : cut.items_begin,
                                            *frame.failure));
  }
  std::vector<Member> members;
  if (frame.root) members.assign(frame.root->mapping().begin(), frame.root->mapping().end());
  if (members.empty()) members.push_back(bare_key(cut));
  const auto models = std::find_if(members.begin(), members.end(), [&cut](const Member& member) {
    return member.key.begin == cut.key;
  });
  models->value = list;
  out_.members = std::move(members);
  out_.root.kind = Kind::mapping;
  out_.root.members = out_.members.data();
  out_.root.count = static_cast<std::uint32_t>(out_.members.size());
  out_.root.begin = frame.root ? frame.root->begin : out_.members.front().key.begin;
  out_.root.end = std::max(list.end, frame.root ? frame.root->end : list.end);
  out_.incomplete = out_.incomplete || frame.incomplete;
  std::move(frame.problems.begin(), frame.problems.end(), std::back_inserter(out_.problems));
}

// `models` without a value.
Member CatalogReader::bare_key(const CatalogCut& cut) const {
  Member models;
  models.key.kind = Kind::string;
  models.key.text = job_.original.substr(cut.key, 6);
  models.key.begin = static_cast<std::uint32_t>(cut.key);
  models.key.end = static_cast<std::uint32_t>(cut.key + 6);
  return models;
}

// False when the file is not YAML as a whole.
bool CatalogReader::adopt_whole() {
  Parsed whole = parse_whole(job_, arena_);
  if (whole.root) adopt(whole);
  return whole.root.has_value();
}

void CatalogReader::adopt(Parsed& whole) {
  out_.incomplete = out_.incomplete || whole.incomplete;
  out_.root = *whole.root;
  if (const Node* const models = out_.root.get("models"); models != nullptr) {
    for (const Node& item : models->sequence()) {
      out_.entries.push_back({&item, item.span(), slug_of(item)});
    }
  }
  for (Diagnostic& problem : whole.problems) {
    assign_to_entry(problem);
    out_.problems.push_back(std::move(problem));
  }
}

// Gives a problem of the whole file the entry that it lies in.
void CatalogReader::assign_to_entry(Diagnostic& problem) const {
  constexpr std::string_view kPrefix = "models.";
  const auto behind = std::partition_point(
      out_.entries.begin(), out_.entries.end(),
      [&problem](const Entry& entry) { return entry.span.begin <= problem.span.begin; });
  if (behind == out_.entries.begin()) return;
  const Entry& entry = *std::prev(behind);
  if (problem.span.begin >= entry.span.end || !problem.label.starts_with(kPrefix)) return;
  problem.entry = entry.slug;
  problem.label.erase(0, kPrefix.size());
}

}  // namespace

void read_catalog(const Source& source, const ReadLimits& limits, CatalogReading& out) {
  prepare_text(source.bytes(), limits, out.prepared);
  out.problems = std::move(out.prepared.problems);
  out.incomplete = out.prepared.altered || !out.prepared.readable;
  if (out.prepared.readable) {
    CatalogReader({out.prepared.text, source.bytes(), limits}, out).read();
  }
}

}  // namespace assay
