#include "api/v1/csv.h"

#include "validator/text/decimal.h"
#include "validator/text/json_text.h"

namespace assay::api {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

// Spreadsheets execute cells that start like this; a plain number is harmless.
bool is_formula(const std::string& text) {
  return text.find_first_of("=+-@\t\r\n") == 0 && !Decimal::parse(text);
}

std::string cell(const Json* value) {
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_string()) return quoted(compact_json(*value));
  const std::string text = valid_utf8(value->get_ref<const std::string&>());
  return quoted(is_formula(text) ? "'" + text : text);
}

const Json* find(const Json& row, std::string_view path) {
  const Json* at = &row;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    const auto found = at->is_object() ? at->find(std::string(name)) : at->end();
    if (!at->is_object() || found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

template <typename CellOf>
std::string line(const std::vector<std::string_view>& columns, const CellOf& cell_of) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += ',';
    text += cell_of(columns[i]);
  }
  return text + "\r\n";
}

}  // namespace

std::string csv_header(const std::vector<std::string_view>& columns) {
  return line(columns, [](std::string_view name) { return quoted(std::string(name)); });
}

std::string csv_line(const std::vector<std::string_view>& columns, const Json& row) {
  return line(columns, [&](std::string_view name) { return cell(find(row, name)); });
}

}  // namespace assay::api
