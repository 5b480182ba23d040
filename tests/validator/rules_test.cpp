#include "validator/rules/rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "support/catch.h"

using assay::Rule;

namespace {

bool is_kebab_case(std::string_view id) {
  return !id.empty() && id.front() != '-' && id.back() != '-' &&
         id.find("--") == std::string_view::npos && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

TEST_CASE("rule ids are unique and in kebab-case") {
  std::set<std::string_view> ids;
  for (const auto& group : assay::rule_groups()) {
    for (const Rule& rule : group) {
      INFO(rule.id);
      CHECK(is_kebab_case(rule.id));
      CHECK(ids.insert(rule.id).second);
      CHECK(assay::find_rule(rule.id) == &rule);
    }
  }
  CHECK(ids.size() > 50);
  CHECK(assay::find_rule("no-such-rule") == nullptr);
}

TEST_CASE("every rule says what it finds and why it matters and shows an example") {
  for (const auto& group : assay::rule_groups()) {
    for (const Rule& rule : group) {
      INFO(rule.id);
      CHECK_FALSE(rule.group.empty());
      CHECK(rule.summary.ends_with('.'));
      CHECK(rule.why.ends_with('.'));
      CHECK_FALSE(rule.wrong.empty());
      CHECK_FALSE(rule.right.empty());
      CHECK(rule.wrong != rule.right);
      CHECK_FALSE((rule.entry_check != nullptr && rule.catalog_check != nullptr));
    }
  }
}
