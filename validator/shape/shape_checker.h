#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "validator/diagnostic.h"
#include "validator/node.h"
#include "validator/shape/shape.h"

namespace assay {

/// Says where a value departs from a shape: one diagnostic per mistake, at the exact key or value.
class ShapeChecker {
 public:
  /// `bytes` are those of the file. `entry` is the slug that the diagnostics carry.
  ShapeChecker(std::string_view bytes, std::string entry, Diagnostics& out)
      : bytes_(bytes), entry_(std::move(entry)), out_(out), first_(out.size()) {}

  /// Items of this sequence are skipped: they are checked on their own. `incomplete` says that
  /// some of them could not be read, so that their number proves nothing.
  void skip_items_of(const Node* sequence, bool incomplete) {
    skipped_ = sequence;
    incomplete_ = incomplete;
  }

  /// `place` is shown for a value that has no bytes of its own, such as the null of `key:`.
  void check(const Shape& shape, const Node& node, const std::string& label, Span place);

 private:
  /// True when enough was reported about this value; `next` is what then stays unchecked.
  bool is_full(const Node& next);
  Diagnostic& report(std::string_view rule, Span span, std::string label, std::string message);
  bool accepts(const Shape& shape, const Node& node) const;
  Diagnostics problems_of(const Shape& shape, const Node& node, const std::string& label,
                          Span place) const;

  void check_kind(const Shape& shape, const Node& node, const std::string& label, Span place);
  void repair_kind(const Shape& shape, const Node& node, Diagnostic& problem) const;
  void offer_list_of_words(const Shape& items, const Node& node, Diagnostic& problem) const;
  void check_allowed(const Shape& shape, const Node& node, const std::string& label);
  void check_bounds(const Shape& shape, const Node& node, const std::string& label);
  void check_text(const Shape& shape, const Node& node, const std::string& label, Span place);
  void check_pattern(const Shape& shape, const Node& node, const std::string& label);
  void check_sequence(const Shape& shape, const Node& node, const std::string& label);
  void check_unique(const Node& node, const std::string& label);
  void check_mapping(const Shape& shape, const Node& node, const std::string& label, Span place);
  void check_branches(const Shape& shape, const Node& node, const std::string& label, Span place);
  void check_one_of(const std::vector<const Shape*>& branches, bool exactly_one, const Node& node,
                    const std::string& label, Span place);
  void check_others(const Shape& shape, const Node& node, const std::string& label, Span place);

  std::string_view bytes_;
  std::string entry_;
  Diagnostics& out_;
  std::size_t first_;  // diagnostics that others reported
  bool cut_short_ = false;
  const Node* skipped_ = nullptr;
  bool incomplete_ = false;
};

/// The kinds in words: "integer", "mapping or list", "boolean, number or string".
std::string kinds_in_words(KindSet kinds);

}  // namespace assay
