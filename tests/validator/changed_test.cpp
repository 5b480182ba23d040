#include "validator/fix/changed.h"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/validated.h"

using assay::Document;
using assay::test::entry_yaml;
using assay::test::validated;
using Places = std::vector<std::string>;

namespace {

// An entry with an unknown key on its fifteenth line.
std::string wrong(const std::string& slug) { return entry_yaml(slug) + "    colour: red\n"; }

// What is said of `now` where only changes since `before` count.
Places kept(const std::string& before, const std::string& now) {
  assay::test::Validated result = validated(now);
  const assay::test::Validated old = validated(before);
  const Document old_document(*old.source);
  const Document document(*result.source);
  keep_changed({old_document, old.diagnostics()}, document, result.report.diagnostics);
  return wheres(result);
}

std::string with(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("only what is found in changed entries is kept") {
  const std::string before = "models:\n" + wrong("a") + wrong("b");
  CHECK(wheres(validated(before)).size() == 2);
  CHECK(kept(before, before).empty());
  const std::string now = "models:\n" + wrong("a") + with(wrong("b"), "Model b", "Model B");
  CHECK(kept(before, now) == Places{"29:5 unknown-key"});
}

TEST_CASE("new entries are changed and moved ones are not") {
  const std::string before = "models:\n" + wrong("a") + entry_yaml("b");
  CHECK(kept(before, "models:\n" + entry_yaml("b") + wrong("a")).empty());
  CHECK(kept(before, "models:\n" + wrong("c") + wrong("a") + entry_yaml("b")) ==
        Places{"15:5 unknown-key"});
  CHECK(kept("", "models:\n" + wrong("a")) == Places{"15:5 unknown-key"});
  CHECK(kept("\xFF\xFE", "models:\n" + wrong("a")) == Places{"15:5 unknown-key"});
}

TEST_CASE("a copied entry is new though its bytes are old") {
  const std::string before = "models:\n" + entry_yaml("a") + entry_yaml("b");
  CHECK(kept(before, before + entry_yaml("a")) == Places{"28:11 duplicate-slug"});
  CHECK(kept(before + entry_yaml("a"), before + entry_yaml("a")).empty());
}

TEST_CASE("a finding about two entries is kept when either of them changed") {
  const std::string child = entry_yaml("b") + "    lineage: {parent: a}\n";
  const std::string before = "models:\n" + entry_yaml("a") + child;
  REQUIRE(wheres(validated(before)) == Places{"28:23 one-sided-lineage"});
  CHECK(kept(before, before).empty());
  CHECK(kept(before, with(before, "Model a", "Model A")) == Places{"28:23 one-sided-lineage"});
  CHECK(kept(before, with(before, "Model b", "Model B")) == Places{"28:23 one-sided-lineage"});
  CHECK(kept(before, before + entry_yaml("c")).empty());
}

TEST_CASE("what an unchanged entry suffers from a change elsewhere is kept") {
  const std::string child = entry_yaml("c") + "    lineage: {parent: a}\n";
  const std::string before = "models:\n" + entry_yaml("a") + entry_yaml("b") + child;
  const Places dangling{"28:23 dangling-lineage"};
  CHECK(kept(before, "models:\n" + entry_yaml("b") + child) == dangling);
  CHECK(kept("models:\n" + entry_yaml("b") + child, "models:\n" + entry_yaml("b") + child).empty());
  CHECK(kept(before, with(before, "slug: a", "slug: a-two")) == Places{"41:23 dangling-lineage"});
}

TEST_CASE("what concerns the whole file is always kept") {
  const std::string before = "models:\n" + wrong("a") + "colour: red\n";
  CHECK(kept(before, before) == Places{"16:1 unknown-key"});
}

TEST_CASE("a syntax error belongs to its entry") {
  const std::string broken = with(entry_yaml("a"), "license: MIT", "license: [MIT");
  const std::string before = "models:\n" + broken + entry_yaml("b");
  CHECK(kept(before, before).empty());
  CHECK(kept("models:\n" + entry_yaml("a") + entry_yaml("b"), before) ==
        Places{"9:14 yaml-syntax"});
}

TEST_CASE("the comments right above an entry are part of it") {
  const std::string comment = "  # assay: ignore[unknown-key] known\n";
  const std::string entry = with(wrong("a"), "    colour", "    # c\n    colour");
  const std::string before = "models:\n" + comment + entry;
  const Places all = wheres(validated(before));
  REQUIRE_FALSE(all.empty());
  CHECK(kept(before, before).empty());
  CHECK(kept("models:\n" + entry, before) == all);
}
