#include <string>
#include <vector>

#include "support/catch.h"
#include "support/validated.h"

using assay::test::entry_yaml;
using assay::test::validated;
using assay::test::wheres;
using Places = std::vector<std::string>;

namespace {

std::string catalog_with(const std::string& lines) {
  return "models:\n" + entry_yaml("a") + lines + "\n";
}

}  // namespace

TEST_CASE("a comment on the line or above it silences a rule") {
  CHECK(wheres(validated(catalog_with("    context_window: 12"))) ==
        Places{"15:21 context-implausible"});
  CHECK(wheres(validated(
                   catalog_with("    context_window: 12 # assay: ignore[context-implausible] toy")))
            .empty());
  CHECK(wheres(validated(catalog_with("    # assay: ignore[context-implausible] toy\n\n"
                                      "    # another comment\n    context_window: 12")))
            .empty());
  CHECK(wheres(validated(
            catalog_with("    context_window: 12 # assay: ignore[range, context-implausible] "
                         "toy"))) == Places{"15:40 unused-suppression"});
}

TEST_CASE("in an entry that cannot be read no comment is called unused") {
  const std::string broken =
      "    license_note: [\n    context_window: 12 "
      "# assay: ignore[context-implausible] toy";
  CHECK(wheres(validated(catalog_with(broken))) == Places{"15:19 yaml-syntax"});
  CHECK(wheres(validated(catalog_with(broken) + entry_yaml("b") +
                         "    context_window: 4096 # assay: ignore[context-implausible] toy\n")) ==
        Places{"15:19 yaml-syntax", "30:42 unused-suppression"});
}

TEST_CASE("a comment silences only its rule and its line") {
  CHECK(wheres(validated(catalog_with("    context_window: 12 # assay: ignore[range] toy"))) ==
        Places{"15:21 context-implausible", "15:40 unused-suppression"});
  CHECK(wheres(validated(catalog_with("    context_window: 12\n"
                                      "    # assay: ignore[context-implausible] too late"))) ==
        Places{"15:21 context-implausible", "16:21 unused-suppression"});
}

TEST_CASE("text that looks like a comment silences nothing") {
  CHECK(wheres(validated(catalog_with("    long_form: |\n"
                                      "      # assay: ignore[range] text\n"
                                      "    context_window: 12"))) ==
        Places{"17:21 context-implausible"});
}

TEST_CASE("text that cannot be read cannot be silenced") {
  const auto result =
      validated(catalog_with("    # assay: ignore[yaml-syntax] please\n"
                             "    context_window: \"12"));
  CHECK(wheres(result) == Places{"15:21 unused-suppression", "16:21 yaml-syntax"});
}
