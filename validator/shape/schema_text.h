#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "validator/node.h"

namespace assay {

/// JSON text as the same tree that catalogs are read into (without positions), so that one adapter
/// serves both. Not copyable: nodes point into it.
class SchemaText {
 public:
  /// Throws std::runtime_error when the text is not JSON or is nested too deeply.
  explicit SchemaText(std::string_view json);
  SchemaText(const SchemaText&) = delete;
  SchemaText& operator=(const SchemaText&) = delete;

  const Node& root() const { return root_; }

 private:
  Node convert(const nlohmann::json& json, std::size_t depth);
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::deque<std::string> texts_;
  std::deque<std::vector<Node>> items_;
  std::deque<std::vector<Member>> members_;
  Node root_;
};

}  // namespace assay
