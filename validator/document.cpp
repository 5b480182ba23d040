#include "validator/document.h"

#include <iterator>
#include <memory>

#include "validator/catalog_reader.h"
#include "validator/parse_job.h"
#include "validator/prepared_text.h"
#include "validator/syntax_scan.h"

namespace assay {

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

struct Document::State {
  const Source* source;
  CatalogReading reading;
};

Document::Document(const Source& source, const ReadLimits& limits)
    : state_(std::make_unique<State>()) {
  state_->source = &source;
  read_catalog(source, limits, state_->reading);
}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

const Source& Document::source() const { return *state_->source; }
const Node& Document::root() const { return state_->reading.root; }
const std::vector<Entry>& Document::entries() const { return state_->reading.entries; }
const Diagnostics& Document::problems() const { return state_->reading.problems; }
bool Document::incomplete() const { return state_->reading.incomplete; }

struct Tree::State {
  PreparedText prepared;
  Arenas arenas;
  Node root;
  Diagnostics problems;
};

Tree::Tree(const Source& source, const ReadLimits& limits) : state_(std::make_unique<State>()) {
  State& state = *state_;
  prepare_text(source.bytes(), limits, state.prepared);
  state.problems = std::move(state.prepared.problems);
  if (!state.prepared.readable) return;
  const Job job{state.prepared.text, source.bytes(), limits};
  Parsed parsed = parse_whole(job, new_arena(state.arenas));
  if (parsed.root) {
    state.root = *parsed.root;
  } else {
    state.problems.push_back(explain_failure(job.text, 0, job.text.size(), *parsed.failure));
  }
  std::move(parsed.problems.begin(), parsed.problems.end(), std::back_inserter(state.problems));
}
Tree::~Tree() = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(Tree&&) noexcept = default;

const Node& Tree::root() const { return state_->root; }
const Diagnostics& Tree::problems() const { return state_->problems; }

}  // namespace assay
