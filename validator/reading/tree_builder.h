#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "validator/diagnostic.h"
#include "validator/node.h"
#include "validator/read_limits.h"

namespace assay {

/// Thrown by the builder to end a parse whose collections nest deeper than allowed.
struct NestingTooDeep {
  std::size_t offset = 0;
};

/// Thrown by the builder for a quoted scalar without an end, which yaml-cpp accepts when the text
/// ends with a line break.
struct QuoteNotClosed {
  std::size_t offset = 0;
};

/// Thrown by the builder for a last line without a colon where a key is expected, which yaml-cpp
/// takes for a key.
struct ColonMissing {
  std::size_t offset = 0;
};

/// Turns parse events into nodes with exact spans. Offsets are bytes of the file; of each value the
/// parser only knows where it begins, so its end is found in the text.
///
/// Nodes and unescaped texts go into `arena`, which like both texts must outlive the nodes. `text`
/// is what is parsed, `original` the bytes of the file: they have equal length and differ only
/// where the file holds bytes that YAML may not hold.
class TreeBuilder {
 public:
  /// `depth` collections are open already around what is parsed.
  TreeBuilder(std::string_view text, std::string_view original, std::pmr::memory_resource& arena,
              const ReadLimits& limits, std::size_t depth);

  /// At this offset text was omitted; no quoted scalar may reach across it.
  void set_gap(std::size_t offset) { gap_ = offset; }

  enum class Style { plain, quoted, block };

  void on_null(std::size_t at, std::size_t anchor);
  void on_alias(std::size_t at, std::size_t anchor);
  void on_scalar(std::size_t at, std::string_view tag, std::size_t anchor, std::string_view value);
  /// A scalar without properties that is known to be `span`; if the text holds `value` unchanged,
  /// then at `content`.
  void on_scalar(Span span, Style style, std::string_view value, std::size_t content);
  void on_sequence_begin(std::size_t at, std::size_t anchor, bool flow);
  void on_mapping_begin(std::size_t at, std::size_t anchor, bool flow);
  void on_collection_end();

  /// The tree, once the parse has ended without a failure.
  const Node& root() const { return root_; }
  /// What was found on the way; labels are set, entries are not.
  Diagnostics take_problems();
  /// True when the tree lacks something that the text says.
  bool incomplete() const { return incomplete_; }

 private:
  struct Frame {
    Node node;
    std::size_t first_child = 0;
    std::size_t anchor = 0;
    std::uint64_t nodes = 1;  // the collection and everything in it, aliases expanded
  };
  struct Anchored {
    Node node;
    std::uint64_t nodes = 1;
  };

  void begin_collection(std::size_t at, std::size_t anchor, bool flow, Kind kind);
  void add(const Node& node, std::size_t anchor, std::uint64_t nodes);
  Node empty_node(std::size_t at);
  std::size_t place_of_empty() const;
  bool expects_key() const;
  void check_colon() const;
  std::size_t end_of_quoted(std::size_t at) const;
  void check_quoted(std::size_t begin, std::size_t end);
  void close_flow(Node& node) const;
  void store_items(Frame& frame);
  void store_members(Frame& frame);
  void check_duplicates(const Node& mapping);
  void report_duplicate(const Member& first, const Member& second);
  void merge(std::vector<Member>& members);
  std::string label(std::string_view last = {}) const;
  std::string_view keep(std::string_view value, std::size_t at);
  /// The diagnostic, until the next one is reported; null when it is one too many to be kept.
  Diagnostic* report(std::string_view rule, Span span, std::string label, std::string message,
                     std::string help);

  std::string_view text_;
  std::string_view original_;
  std::pmr::polymorphic_allocator<> arena_;
  ReadLimits limits_;
  std::size_t depth_;

  std::vector<Frame> open_;
  std::vector<Node> values_;  // children of the open collections
  std::unordered_map<std::size_t, Anchored> anchors_;
  std::uint64_t alias_nodes_ = 0;
  std::size_t last_end_ = 0;  // one past the value or opening bracket read last
  std::size_t gap_ = std::string_view::npos;

  Node root_;
  Diagnostics problems_;
  std::size_t not_shown_ = 0;
  Span first_not_shown_;
  bool incomplete_ = false;
};

}  // namespace assay
