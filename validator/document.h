#pragma once

#include <memory>
#include <vector>

#include "validator/diagnostic.h"
#include "validator/node.h"
#include "validator/read_limits.h"
#include "validator/source.h"

namespace assay {

/// A YAML catalog as a tree in which every value knows its place in the text.
///
/// The text is cut at the items of the top-level `models:` list; the items are parsed on their own
/// (in parallel), so that a syntax error stays inside its entry. A file that is not such a list, or
/// whose anchors are used across items, is parsed as a whole. Never throws on any input.
class Document {
 public:
  /// Parses `source`, which must outlive the Document.
  explicit Document(const Source& source, const ReadLimits& limits = {});
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  const Source& source() const;
  /// The whole tree without broken entries. Kind::null when nothing could be read.
  const Node& root() const;
  /// Items of `models:`, in file order, broken ones included; empty when there is no such list.
  const std::vector<Entry>& entries() const;
  /// What the reading itself found: YAML syntax, duplicate keys, limits, encoding.
  const Diagnostics& problems() const;
  /// True when some bytes could not be turned into nodes, so that absence proves nothing.
  bool incomplete() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Parses any YAML or JSON text into a tree without looking for a catalog in it (schemas,
/// configuration files, test suites). Same guarantees as Document.
class Tree {
 public:
  explicit Tree(const Source& source, const ReadLimits& limits = {});
  ~Tree();
  Tree(Tree&&) noexcept;
  Tree& operator=(Tree&&) noexcept;
  const Node& root() const;
  const Diagnostics& problems() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay
