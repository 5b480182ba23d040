#pragma once

#include <memory>
#include <string_view>

#include "validator/diagnostic.h"
#include "validator/document.h"

namespace assay {

/// A compiled JSON Schema (draft-07). Immutable; `check` may run on several threads.
class Schema {
 public:
  /// Throws std::runtime_error with a readable message when `json` is not JSON or not a schema that
  /// draft-07 allows.
  explicit Schema(std::string_view json);
  ~Schema();
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;

  /// Appends one diagnostic per mistake, each at the exact key or value, without echoes from
  /// the parents of a failing value. Label paths are relative to the entry.
  void check(const Document& document, Diagnostics& out) const;

  /// Accepts or rejects any tree (conformance suites).
  bool accepts(const Node& node) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay
