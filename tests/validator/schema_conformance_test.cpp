#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "support/golden.h"
#include "validator/document.h"
#include "validator/shape/schema.h"
#include "validator/shape/schema_text.h"

// The required cases of draft-07 in the public JSON Schema test suite. Of each case both judgements
// must be right: that of Schema::accepts, and that of Schema::check, which names the mistakes.

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Listed {
  std::string_view prefix;  // of "FILE / GROUP / CASE"
  std::string_view reason;
};

// Cases that are judged wrongly, or whose schema is refused. A listed case that is judged rightly
// fails the test, and so does a row without a case.
constexpr std::string_view kRemote = "nothing is ever fetched to read a schema";
constexpr std::array<Listed, 11> kListed{{
    {"definitions / valid definition /", kRemote},
    {"definitions / invalid definition /", kRemote},
    {"ref / remote ref, containing refs itself /", kRemote},
    {"ref / Recursive references between schemas /", "the library resolves no reference to an $id"},
    {"refRemote / remote ref /", kRemote},
    {"refRemote / fragment within remote ref /", kRemote},
    {"refRemote / ref within remote ref /", kRemote},
    {"refRemote / base URI change /", kRemote},
    {"refRemote / base URI change - change folder /", kRemote},
    {"refRemote / base URI change - change folder in subschema /", kRemote},
    {"refRemote / root ref in remote ref /", kRemote},
}};

const Listed* listed(const std::string& name) {
  for (const Listed& row : kListed) {
    if (std::string_view(name).starts_with(row.prefix)) return &row;
  }
  return nullptr;
}

// Empty where both judgements are `valid`, else what is wrong.
std::string disagreement(const assay::Schema& schema, const json& data, bool valid) {
  const assay::SchemaText instance(data.dump());
  std::string out;
  if (schema.accepts(instance.root()) != valid) out += " accepts";
  const assay::Source source("data.yaml", data.dump() + "\n");
  const assay::Tree tree(source);
  if (!tree.problems().empty()) out += " (not read as YAML)";
  if (schema.accepts(tree.root()) != valid) out += " accepts (read as YAML)";
  const assay::Document document(source);
  assay::Diagnostics found;
  schema.check(document, found);
  if (found.empty() != valid) out += " check";
  return out;
}

}  // namespace

TEST_CASE("the public JSON Schema suite is judged as it demands") {
  const fs::path suite = fs::path(ASSAY_JSON_SCHEMA_SUITE) / "draft7";
  if (std::string_view(ASSAY_JSON_SCHEMA_SUITE).empty() || !fs::exists(suite)) {
    assay::test::skip("the JSON Schema test suite is not installed (json-schema-test-suite)");
  }
  std::size_t cases = 0;
  std::set<std::string_view> used;
  for (const fs::path& file : assay::test::files_in(suite)) {
    for (const json& group : json::parse(assay::test::read_file(file))) {
      const std::string group_name =
          file.stem().string() + " / " + group.at("description").get<std::string>();
      std::optional<assay::Schema> schema;
      std::string refusal;
      try {
        schema.emplace(group.at("schema").dump());
      } catch (const std::runtime_error& error) {
        refusal = error.what();
      }
      for (const json& test : group.at("tests")) {
        const std::string name = group_name + " / " + test.at("description").get<std::string>();
        ++cases;
        const std::string wrong =
            schema ? disagreement(*schema, test.at("data"), test.at("valid").get<bool>())
                   : " schema refused: " + refusal;
        const Listed* row = listed(name);
        INFO(name << ":" << wrong);
        CHECK(wrong.empty() == (row == nullptr));
        if (row != nullptr) used.insert(row->prefix);
      }
    }
  }
  CHECK(cases > 400);
  for (const Listed& row : kListed) {
    INFO("no such case: " << row.prefix << " (" << row.reason << ")");
    CHECK(used.contains(row.prefix));
  }
}
