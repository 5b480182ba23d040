#include <set>
#include <string>

#include "support/catch.h"
#include "support/golden.h"
#include "support/validated.h"
#include "validator/render/render.h"
#include "validator/rules/rules.h"

using assay::test::check_golden;
using assay::test::golden_folder;
using assay::test::read_file;
using assay::test::validated;

TEST_CASE("what each rule reports is what its golden file shows") {
  for (const auto& folder : assay::test::folders_in(golden_folder() / "validator")) {
    const std::string rule = folder.filename().string();
    DYNAMIC_SECTION(rule) {
      const auto result = validated(read_file(folder / "input.yaml"), "input.yaml");
      const std::string text = assay::render_human({result.report}, false);
      CHECK_THAT(text, ContainsSubstring("[" + rule + "]"));
      check_golden(folder / "expected.txt", text);
    }
  }
}

TEST_CASE("catalogs without mistakes are met with silence") {
  const auto files = assay::test::files_in(golden_folder() / "validator-ok");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    DYNAMIC_SECTION(file.filename().string()) {
      const auto result = validated(read_file(file), file.filename().string());
      INFO(assay::render_human({result.report}, false));
      CHECK(result.diagnostics().empty());
      CHECK(result.report.entries > 0);
    }
  }
}

TEST_CASE("every rule has a golden folder and every folder a rule") {
  std::set<std::string> folders;
  for (const auto& folder : assay::test::folders_in(golden_folder() / "validator")) {
    folders.insert(folder.filename().string());
  }
  std::set<std::string> rules;
  for (const auto& group : assay::rule_groups()) {
    for (const assay::Rule& rule : group) rules.insert(std::string(rule.id));
  }
  // These cannot be shown by a catalog: `schema` needs a schema other than the embedded one, and
  // files that are too large or have too many problems do not belong into the repository.
  rules.erase("schema");
  rules.erase("too-large");
  rules.erase("too-many-problems");
  CHECK(folders == rules);
}
