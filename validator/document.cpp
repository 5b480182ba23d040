#include "validator/document.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <memory_resource>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "validator/catalog_cut.h"
#include "validator/prepared_text.h"
#include "validator/scalar_syntax.h"
#include "validator/syntax_scan.h"
#include "validator/tree_builder.h"
#include "validator/yaml_events.h"

namespace assay {
namespace {

constexpr std::size_t kParallelBytes = 256 << 10;  // smaller catalogs are read by one thread
constexpr std::size_t kItemsAtOnce = 16;           // items that a thread takes in one go
constexpr std::size_t kArenaBlock = 64 << 10;
// Repairs of broken catalogs are tried only so often, lest a hostile one costs much time.
constexpr int kMostSplits = 16;  // in one item
constexpr int kMostJoins = 64;   // in one file
constexpr std::size_t kLongestJoin = 64 << 10;

using Arena = std::pmr::monotonic_buffer_resource;

// What came of parsing one text.
struct Parsed {
  std::optional<Node> root;
  Diagnostics problems;
  bool incomplete = false;
  std::optional<ParseFailure> failure;
};

// What all parses of one file share.
struct Job {
  std::string_view text;      // what is parsed: the file, bytes no YAML may hold replaced
  std::string_view original;  // the bytes of the file
  ReadLimits limits;
};

using Arenas = std::vector<std::unique_ptr<Arena>>;

Arena& new_arena(Arenas& arenas) {
  return *arenas.emplace_back(std::make_unique<Arena>(kArenaBlock));
}

Parsed parse(const Job& job, std::span<const Piece> pieces, Arena& arena, std::size_t depth,
             const std::optional<std::pair<std::size_t, Node>>& replacement = std::nullopt) {
  Parsed parsed;
  for (const Piece& piece : pieces) {
    parsed.failure = check_costs(job.text, piece.offset, piece.offset + piece.text.size());
    if (parsed.failure) return parsed;
  }
  const std::size_t end = pieces.back().offset + pieces.back().text.size();
  TreeBuilder builder(job.text.substr(0, end), job.original, arena, job.limits, depth);
  if (replacement) builder.replace_value_of(replacement->first, replacement->second);
  parsed.failure = parse_yaml(pieces, builder);
  if (parsed.failure) return parsed;
  parsed.root = builder.root();
  parsed.problems = std::move(builder.problems());
  parsed.incomplete = builder.incomplete();
  return parsed;
}

Parsed parse_range(const Job& job, std::size_t begin, std::size_t end, Arena& arena,
                   std::size_t depth) {
  const Piece piece{job.text.substr(begin, end - begin), begin};
  return parse(job, {&piece, 1}, arena, depth);
}

// The text of one item, which is a list with a single item.
Parsed parse_item(const Job& job, std::size_t begin, std::size_t end, Arena& arena) {
  Parsed parsed = parse_range(job, begin, end, arena, 1);
  if (!parsed.root) return parsed;
  const std::span<const Node> items = parsed.root->sequence();
  if (items.size() == 1) {
    parsed.root = items.front();
  } else {
    const std::size_t at = items.size() > 1 ? items[1].begin : begin;
    parsed.failure = ParseFailure{ParseFailure::Cause::syntax, at, "a list item is not expected"};
    parsed.root.reset();
  }
  return parsed;
}

// Calls work(index, arena) for all indices below `count`, on several threads when `parallel`. Each
// index is worked on once, each arena is used by one thread.
template <typename Work>
void for_all(std::size_t count, bool parallel, Arenas& arenas, const Work& work) {
  const std::size_t batches = (count + kItemsAtOnce - 1) / kItemsAtOnce;
  const std::size_t threads =
      parallel ? std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, batches) : 1;
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failures(threads);
  const auto run = [&](std::size_t thread, Arena& arena) {
    try {
      for (std::size_t batch = next++; batch < batches; batch = next++) {
        const std::size_t end = std::min(count, (batch + 1) * kItemsAtOnce);
        for (std::size_t i = batch * kItemsAtOnce; i < end; ++i) work(i, arena);
      }
    } catch (...) {
      failures[thread] = std::current_exception();
    }
  };
  std::vector<std::thread> helpers;
  try {
    for (std::size_t thread = 1; thread < threads; ++thread) {
      Arena& arena = new_arena(arenas);
      helpers.emplace_back(run, thread, std::ref(arena));
    }
  } catch (const std::system_error&) {
    // No more threads to be had: those there are do it all.
  }
  run(0, new_arena(arenas));
  for (std::thread& helper : helpers) helper.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

std::string_view slug_of(const Node& entry) {
  const Node* const slug = entry.get("slug");
  return slug != nullptr && slug->is_scalar() ? slug->text : std::string_view{};
}

}  // namespace

struct Document::State {
  State(const Source& file, const ReadLimits& limits) : source(&file) {
    prepare_text(file.bytes(), limits, prepared);
    problems = std::move(prepared.problems);
    incomplete = prepared.altered || !prepared.readable;
    job = {prepared.text, file.bytes(), limits};
    if (!prepared.readable) return;
    const std::optional<CatalogCut> cut = cut_catalog(job.text);
    if (!cut || !read_cut(*cut)) read_whole();
  }

  // False when only a parse of the whole file can tell.
  bool read_cut(const CatalogCut& cut) {
    std::vector<Parsed> items(cut.items.size());
    const bool parallel = cut.items_end - cut.items_begin > kParallelBytes;
    for_all(items.size(), parallel, arenas, [&](std::size_t i, Arena& arena) {
      items[i] = parse_item(job, cut.items[i].begin, cut.items[i].end, arena);
    });
    if (std::any_of(
            items.begin(), items.end(),
            [this](const Parsed& item) { return item.failure && names_anchor(*item.failure); }) &&
        parses_as_whole()) {
      return false;
    }
    for (std::size_t i = 0; i < items.size();) i += settle_item(cut, items, i);
    read_frame(cut);
    return true;
  }

  // Whether an alias that its own item does not know is anchored elsewhere in the file.
  bool names_anchor(const ParseFailure& failure) const {
    if (failure.cause != ParseFailure::Cause::unknown_anchor) return false;
    std::size_t end = failure.offset + 1;
    while (!is_blank_or_break_at(job.text, end)) ++end;
    std::string anchor(job.text.substr(failure.offset, end - failure.offset));
    anchor.front() = '&';
    return job.text.find(anchor) != std::string_view::npos;
  }

  bool parses_as_whole() {
    return parse_range(job, 0, job.text.size(), new_arena(arenas), 0).root.has_value();
  }

  // Adds the entry of item i, or what can be made of a broken one. Returns how many items it took.
  std::size_t settle_item(const CatalogCut& cut, std::vector<Parsed>& items, std::size_t i) {
    CutItem item = cut.items[i];
    Parsed& parsed = items[i];
    std::size_t taken = 1;
    if (parsed.failure) {
      taken = join_by_quote(cut, i, parsed);
      item.end = cut.items[i + taken - 1].end;
    }
    for (int splits = 0; parsed.failure; ++splits) {
      parsed.problems = {explain_failure(job.text, item.begin, item.end, *parsed.failure)};
      if (splits == kMostSplits || !split_off(item, parsed)) break;
    }
    add_item(item, parsed);
    return taken;
  }

  // A quoted scalar whose lines stand as far left as the items' dashes was cut in pieces by
  // mistake. When it and the items up to its end are YAML together, that is what `parsed` becomes.
  // Returns how many items there are now in it.
  std::size_t join_by_quote(const CatalogCut& cut, std::size_t i, Parsed& parsed) {
    const std::size_t quote = parsed.failure->offset;
    if (parsed.failure->cause != ParseFailure::Cause::open_quote || ++joins > kMostJoins) return 1;
    const std::size_t close =
        quoted_end(job.text.substr(0, std::min(cut.items_end, quote + kLongestJoin)), quote);
    if (close == std::string_view::npos) return 1;
    const auto behind =
        std::partition_point(cut.items.begin(), cut.items.end(),
                             [close](const CutItem& item) { return item.begin < close; });
    Parsed joined = parse_item(job, cut.items[i].begin, std::prev(behind)->end, new_arena(arenas));
    if (!joined.root) return 1;
    parsed = std::move(joined);
    return static_cast<std::size_t>(behind - cut.items.begin()) - i;
  }

  // When the mistake is that another item begins at a wrong indentation, adds what stands before it
  // and leaves that other item in `item` and `parsed`.
  bool split_off(CutItem& item, Parsed& parsed) {
    const Diagnostic& mistake = parsed.problems.front();
    const std::size_t dash = mistake.span.begin;
    if (mistake.rule != "yaml-indentation" || !is_slug_item(job.text, dash)) return false;
    CutItem before = item;
    before.end = line_begin(job.text, dash);
    Parsed first = parse_item(job, before.begin, before.end, new_arena(arenas));
    if (!first.root) return false;
    add_item(before, first);
    item.begin = before.end;
    item.dash = dash;
    item.misplaced = true;
    parsed = parse_item(job, item.begin, item.end, new_arena(arenas));
    return true;
  }

  void add_item(const CutItem& item, Parsed& parsed) {
    Entry entry;
    entry.span = {item.dash, trimmed_end(job.text, item)};
    entry.slug = parsed.root ? slug_of(*parsed.root) : slug_in_text(job.text, item);
    if (parsed.root) nodes.push_back(*parsed.root);
    has_node.push_back(parsed.root.has_value());
    if (item.misplaced) parsed.problems.push_back(misplaced_item(item));
    incomplete = incomplete || parsed.incomplete || !parsed.root;
    for (Diagnostic& problem : parsed.problems) {
      problem.entry = entry.slug;
      problems.push_back(std::move(problem));
    }
    entries.push_back(entry);
  }

  static Diagnostic misplaced_item(const CutItem& item) {
    Diagnostic problem;
    problem.rule = "yaml-indentation";
    problem.span = {item.dash, item.dash + 1};
    problem.message = "item is indented otherwise than its siblings";
    problem.help = "give all items of the list the same indentation";
    return problem;
  }

  // What stands around the items, and with it the root.
  void read_frame(const CatalogCut& cut) {
    Arena& arena = new_arena(arenas);
    Node list;
    list.kind = Kind::sequence;
    list.begin = static_cast<std::uint32_t>(entries.front().span.begin);
    list.end = static_cast<std::uint32_t>(entries.back().span.end);
    list.count = static_cast<std::uint32_t>(nodes.size());
    list.items = nodes.data();
    for (std::size_t i = 0, node = 0; i < entries.size(); ++i) {
      if (has_node[i]) entries[i].node = &nodes[node++];
    }
    const std::array<Piece, 2> pieces = {Piece{job.text.substr(0, cut.items_begin), 0},
                                         Piece{job.text.substr(cut.items_end), cut.items_end}};
    Parsed frame = parse(job, pieces, arena, 0, std::pair{cut.key, list});
    incomplete = incomplete || frame.incomplete || !frame.root;
    if (frame.root) {
      root = *frame.root;
    } else {
      const bool behind = frame.failure->offset >= cut.items_end;
      problems.push_back(explain_failure(job.text, behind ? cut.items_end : 0,
                                         behind ? job.text.size() : cut.items_begin,
                                         *frame.failure));
      root = bare_root(cut, list, arena);
    }
    std::move(frame.problems.begin(), frame.problems.end(), std::back_inserter(problems));
  }

  // A root with nothing but the list.
  Node bare_root(const CatalogCut& cut, const Node& list, Arena& arena) const {
    Member models;
    models.key.kind = Kind::string;
    models.key.text = job.original.substr(cut.key, 6);
    models.key.begin = static_cast<std::uint32_t>(cut.key);
    models.key.end = static_cast<std::uint32_t>(cut.key + 6);
    models.value = list;
    Node node;
    node.kind = Kind::mapping;
    node.members = std::pmr::polymorphic_allocator<>(&arena).new_object<Member>(models);
    node.count = 1;
    node.begin = models.key.begin;
    node.end = list.end;
    return node;
  }

  void read_whole() {
    Parsed parsed = parse_range(job, 0, job.text.size(), new_arena(arenas), 0);
    if (!parsed.root) {
      incomplete = true;
      problems.push_back(explain_failure(job.text, 0, job.text.size(), *parsed.failure));
      return;
    }
    incomplete = incomplete || parsed.incomplete;
    root = *parsed.root;
    if (const Node* const models = root.get("models"); models != nullptr) {
      for (const Node& item : models->sequence()) {
        entries.push_back({&item, item.span(), slug_of(item)});
      }
    }
    for (Diagnostic& problem : parsed.problems) {
      assign_to_entry(problem);
      problems.push_back(std::move(problem));
    }
  }

  // Gives a problem of the whole file the entry that it lies in.
  void assign_to_entry(Diagnostic& problem) const {
    constexpr std::string_view kPrefix = "models.";
    const auto behind = std::partition_point(
        entries.begin(), entries.end(),
        [&problem](const Entry& entry) { return entry.span.begin <= problem.span.begin; });
    if (behind == entries.begin()) return;
    const Entry& entry = *std::prev(behind);
    if (problem.span.begin >= entry.span.end || !problem.label.starts_with(kPrefix)) return;
    problem.entry = entry.slug;
    problem.label.erase(0, kPrefix.size());
  }

  const Source* source;
  PreparedText prepared;
  Job job;
  Arenas arenas;
  int joins = 0;
  std::vector<Node> nodes;     // the items that could be read
  std::vector<bool> has_node;  // by entry
  Node root;
  std::vector<Entry> entries;
  Diagnostics problems;
  bool incomplete = false;
};

Document::Document(const Source& source, const ReadLimits& limits)
    : state_(std::make_unique<State>(source, limits)) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

const Source& Document::source() const { return *state_->source; }
const Node& Document::root() const { return state_->root; }
const std::vector<Entry>& Document::entries() const { return state_->entries; }
const Diagnostics& Document::problems() const { return state_->problems; }
bool Document::incomplete() const { return state_->incomplete; }

struct Tree::State {
  State(const Source& source, const ReadLimits& limits) {
    prepare_text(source.bytes(), limits, prepared);
    problems = std::move(prepared.problems);
    if (!prepared.readable) return;
    const Job job{prepared.text, source.bytes(), limits};
    Parsed parsed = parse_range(job, 0, job.text.size(), new_arena(arenas), 0);
    if (parsed.root) {
      root = *parsed.root;
    } else {
      problems.push_back(explain_failure(job.text, 0, job.text.size(), *parsed.failure));
    }
    std::move(parsed.problems.begin(), parsed.problems.end(), std::back_inserter(problems));
  }

  PreparedText prepared;
  Arenas arenas;
  Node root;
  Diagnostics problems;
};

Tree::Tree(const Source& source, const ReadLimits& limits)
    : state_(std::make_unique<State>(source, limits)) {}
Tree::~Tree() = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(Tree&&) noexcept = default;

const Node& Tree::root() const { return state_->root; }
const Diagnostics& Tree::problems() const { return state_->problems; }

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::real:
      return "number";
    case Kind::string:
      return "string";
    case Kind::sequence:
      return "list";
    case Kind::mapping:
      return "mapping";
  }
  return "";
}

std::span<const Node> Node::sequence() const {
  if (kind != Kind::sequence) return {};
  return {items, count};
}

std::span<const Member> Node::mapping() const {
  if (kind != Kind::mapping) return {};
  return {members, count};
}

const Member* Node::member(std::string_view key) const {
  for (const Member& candidate : mapping()) {
    if (candidate.key.text == key && candidate.key.is_scalar()) return &candidate;
  }
  return nullptr;
}

const Node* Node::get(std::string_view key) const {
  const Member* const found = member(key);
  return found == nullptr ? nullptr : &found->value;
}

}  // namespace assay
