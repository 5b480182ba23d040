#include "validator/shape/schema_text.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "validator/text/json_text.h"

namespace assay {
namespace {

constexpr std::size_t kDeepest = 100;

}  // namespace

SchemaText::SchemaText(std::string_view json) {
  try {
    root_ = convert(nlohmann::json::parse(json), 0);
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(std::string("the schema is not JSON: ") + error.what());
  }
}

Node SchemaText::convert(const nlohmann::json& json, std::size_t depth) {
  if (depth > kDeepest) throw std::runtime_error("the schema is nested too deeply");
  Node node;
  if (json.is_object()) {
    node.kind = Kind::mapping;
    std::vector<Member>& members = members_.emplace_back();
    members.reserve(json.size());
    for (const auto& [key, value] : json.items()) {
      Member member;
      member.key.kind = Kind::string;
      member.key.text = keep(key);
      member.value = convert(value, depth + 1);
      members.push_back(member);
    }
    node.members = members.data();
    node.count = static_cast<std::uint32_t>(members.size());
  } else if (json.is_array()) {
    node.kind = Kind::sequence;
    std::vector<Node>& items = items_.emplace_back();
    items.reserve(json.size());
    for (const nlohmann::json& item : json) items.push_back(convert(item, depth + 1));
    node.items = items.data();
    node.count = static_cast<std::uint32_t>(items.size());
  } else if (json.is_string()) {
    node.kind = Kind::string;
    node.text = keep(json.get<std::string>());
  } else if (!json.is_null()) {
    node.kind = json.is_boolean()          ? Kind::boolean
                : json.is_number_integer() ? Kind::integer
                                           : Kind::real;
    node.text = keep(compact_json(json));
  }
  return node;
}

}  // namespace assay
