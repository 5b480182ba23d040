#include "validator/document.h"

#include <iterator>
#include <memory>
#include <utility>

#include "validator/reading/catalog_reader.h"
#include "validator/reading/explain_failure.h"
#include "validator/reading/item_parse.h"
#include "validator/reading/prepared_text.h"

namespace assay {

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
