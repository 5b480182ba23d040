#include "validator/validate.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "schema/embedded.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/validated.h"
#include "validator/render/render.h"

using assay::Diagnostic;
using assay::Diagnostics;
using assay::test::entry_yaml;
using assay::test::validated;
using assay::test::Validated;
using assay::test::wheres;
using Places = std::vector<std::string>;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

// The catalog of the project, as the base of mutations.
std::string catalog() {
  return assay::test::read_file(std::string(ASSAY_SOURCE_DIR) + "/data/models.yaml");
}

void check_spans(const Validated& result) {
  const std::size_t size = result.source->bytes().size();
  const auto inside = [size](assay::Span span) {
    return span.begin <= span.end && span.end <= size;
  };
  for (const Diagnostic& diagnostic : result.diagnostics()) {
    INFO(diagnostic.rule << ": " << diagnostic.message);
    CHECK(inside(diagnostic.span));
    CHECK_FALSE(diagnostic.message.empty());
    CHECK(assay::find_rule(diagnostic.rule) != nullptr);
    for (const assay::Related& related : diagnostic.related) CHECK(inside(related.span));
    if (diagnostic.fix) CHECK(inside(diagnostic.fix->span));
  }
}

std::string random_edits(std::string text, std::mt19937& random) {
  const std::string bytes = "\"'[]{}:,&*!|>%@`#-? \n\t\r\0a0\xC3\xFF";
  const int edits = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < edits && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text.erase(at, 1 + random() % 40);
        break;
      case 1:
        text.insert(at, 1, bytes[random() % bytes.size()]);
        break;
      case 2:
        text[at] = bytes[random() % bytes.size()];
        break;
      default:
        text.insert(at, text.substr(random() % text.size(), random() % 200));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("a broken entry and a duplicate slug and an unknown key give exactly three diagnostics") {
  struct Broken {
    std::string what, by, place;
  };
  // The entry begins on line 2, its display_name on line 3 and its licence on line 9.
  const auto broken = GENERATE(values<Broken>({
      {"display_name: Model one", "display_name: \"Model one", "3:19 yaml-syntax"},
      {"license: MIT", "license: [MIT", "9:14 yaml-syntax"},
      {"license: MIT", "license: MIT: yes", ""},
      {"    license: MIT", "    license MIT", ""},
  }));
  // The duplicate entry is a full copy, with or without another display name.
  const auto name = GENERATE(as<std::string>{}, "Model two", "Another name");
  struct Unknown {
    std::string what, by, place;
  };
  const auto unknown = GENERATE(values<Unknown>({
      {"license: MIT", "licence: MIT", "48:5 unknown-key"},
      {"license: MIT", "license: MIT\n    licens: MIT", "49:5 unknown-key"},
      {"family: test", "familly: test", "43:5 unknown-key"},
      {"- title: Model card", "- titel: Model card", "52:9 unknown-key"},
  }));
  const std::string text = "models:\n" + replaced(entry_yaml("one"), broken.what, broken.by) +
                           entry_yaml("two") + replaced(entry_yaml("two"), "Model two", name) +
                           replaced(entry_yaml("three"), unknown.what, unknown.by);
  INFO(broken.by << " / " << name << " / " << unknown.by);
  const Validated result = validated(text);
  INFO(assay::render_human({result.report}, false));
  const Places places = wheres(result);
  REQUIRE(places.size() == 3);
  if (broken.place.empty()) {
    CHECK(places[0].ends_with(" yaml-syntax"));
    const std::size_t line = std::stoul(places[0]);
    CHECK(line >= 2);
    CHECK(line <= 14);
  } else {
    CHECK(places[0] == broken.place);
  }
  CHECK(places[1] == "28:11 duplicate-slug");
  CHECK(places[2] == unknown.place);
  CHECK(result.report.entries == 4);
}

TEST_CASE("a duplicate slug is reported once even when one of the entries is broken") {
  const std::string good = entry_yaml("one");
  const std::string bad = replaced(good, "license: MIT", "license: [MIT");
  CHECK(wheres(validated("models:\n" + bad + good)) ==
        Places{"9:14 yaml-syntax", "15:11 duplicate-slug"});
  CHECK(wheres(validated("models:\n" + good + bad)) ==
        Places{"15:11 duplicate-slug", "22:14 yaml-syntax"});
}

TEST_CASE("a duplicate entry does not report its lineage again") {
  const std::string parent = entry_yaml("one");
  const std::string child = entry_yaml("two") + "    lineage: {parent: one, children: [none]}\n";
  CHECK(wheres(validated("models:\n" + parent + child + child)) ==
        Places{"28:23 one-sided-lineage", "28:39 dangling-lineage", "29:11 duplicate-slug"});
}

TEST_CASE("an item that lost its indentation is told once") {
  std::string text = "models:\n" + entry_yaml("one") + entry_yaml("two") + entry_yaml("three");
  text.erase(text.find("  - slug: two"), 2);
  const Validated result = validated(text);
  CHECK(wheres(result) == Places{"15:1 yaml-indentation"});
  CHECK(result.report.entries == 3);
}

TEST_CASE("a broken entry exists for the lineage of others") {
  const std::string bad = replaced(entry_yaml("one"), "license: MIT", "license: [MIT");
  const std::string child = entry_yaml("two") + "    lineage: {parent: one}\n";
  CHECK(wheres(validated("models:\n" + bad + child)) == Places{"9:14 yaml-syntax"});
}

TEST_CASE("an entry whose slug is misspelled or lost its dash exists for the lineage of others") {
  const std::string parent = entry_yaml("one") + "    lineage: {children: [two]}\n";
  const std::string child = entry_yaml("two") + "    lineage: {parent: one}\n";
  const auto places = [&](const std::string& what, const std::string& by) {
    return wheres(validated("models:\n" + entry_yaml("zero") + replaced(parent, what, by) + child));
  };
  CHECK(places("- slug: one", "- Slug: one") == Places{"15:5 unknown-key"});
  CHECK(places("- slug: one", "-slug: one") == Places{"15:3 yaml-syntax"});
  CHECK(places("- slug: one", "slug: one") == Places{"15:3 yaml-indentation"});
  CHECK(places("lineage:", "linage:") == Places{"28:5 unknown-key"});
  CHECK(places("children:", "childs:") == Places{"28:15 unknown-key"});
  CHECK(places("[two]", "two") == Places{"28:25 wrong-type"});
  CHECK(places("[two]", "[twoo]") == Places{"28:26 dangling-lineage"});
}

TEST_CASE("what git leaves of a merge and a list without its key's colon are named") {
  const std::string entries = entry_yaml("one") + entry_yaml("two");
  const Validated merge =
      validated("models:\n" + replaced(entries, "    family", "<<<<<<< HEAD\n    family"));
  CHECK(wheres(merge) == Places{"4:1 yaml-syntax"});
  CHECK(merge.diagnostics().front().message == "merge conflict marker");
  CHECK(wheres(validated("models\n" + entries)) == Places{"1:1 yaml-syntax"});
}

TEST_CASE("a date that is wrong is one mistake") {
  const auto places = [](const std::string& released, const std::string& more) {
    return wheres(
        validated("models:\n" + replaced(entry_yaml("a"), "2024-09-25", released) + more));
  };
  const std::string score =
      "{score: 68.4, as_of: 2024-09-25, source: https://huggingface.co/example/a}";
  const std::string scores =
      "    benchmarks:\n      mmlu: " + score + "\n      gsm8k: " + score + "\n";
  CHECK(places("2024-09-25", scores).empty());
  CHECK(places("2025-09-25", scores) == Places{"7:20 dated-before-release"});
  CHECK(places("2025-09-25", scores + "    paper_date: 2024-09-01\n").empty());
  CHECK(places("2025-09-25", scores + "    weights_released_date: 2024-09-25\n") ==
        Places{"18:28 weights-before-release"});
  CHECK(places("2125-09-25", scores) == Places{"7:20 future-date"});
  CHECK(places("2024-09-31", scores) == Places{"7:20 impossible-date"});
  CHECK(places("2024-09-25",
               "    cost: {input_per_mtok_usd: 1, output_per_mtok_usd: 1, as_of: "
               "2020-01-01, source: https://e.org/}\n") == Places{"15:66 dated-before-release"});
}

TEST_CASE("of a value with bytes that no YAML may hold only these are told") {
  CHECK(wheres(validated("models:\n" + entry_yaml("a") +
                         replaced(entry_yaml("b"), "Example", "Example\x07"))) ==
        Places{"18:23 yaml-encoding"});
}

TEST_CASE("a number in hexadecimal is one to every YAML") {
  const std::string base = "models:\n" + entry_yaml("a");
  CHECK(wheres(validated(base + "    vocab_size: 0x1F4\n")).empty());
  CHECK(wheres(validated(base + "    vocab_size: 0o17\n")) == Places{"15:17 ambiguous-scalar"});
}

TEST_CASE("a quoted value whose tag names its kind is of that kind") {
  const std::string base = "models:\n" + entry_yaml("a");
  CHECK(wheres(validated(base + "    context_window: !!int \"4096\"\n")).empty());
  CHECK(wheres(validated(base + "    data_released: !!bool \"true\"\n")).empty());
  CHECK(wheres(validated(base + "    context_window: !!int \"many\"\n")) ==
        Places{"15:27 wrong-type"});
  CHECK(wheres(validated(base + "    context_window: !!str 4096\n")) == Places{"15:27 wrong-type"});
}

TEST_CASE("short forms of a licence are told with the identifier") {
  for (const auto& [written, meant] :
       std::vector<std::pair<std::string, std::string>>{{"Apache 2", "Apache-2.0"},
                                                        {"Apache-2", "Apache-2.0"},
                                                        {"apache2", "Apache-2.0"},
                                                        {"Apache v2", "Apache-2.0"},
                                                        {"Apache License, Version 2", "Apache-2.0"},
                                                        {"GPLv3", "GPL-3.0"},
                                                        {"CC-BY-4", "CC-BY-4.0"},
                                                        {"BSD-3", "BSD-3-Clause"}}) {
    CAPTURE(written);
    const auto result =
        validated("models:\n" + replaced(entry_yaml("a"), "license: MIT", "license: " + written));
    REQUIRE(wheres(result) == Places{"9:14 almost-spdx"});
    CHECK(result.diagnostics()[0].help == "did you mean `" + meant + "`?");
  }
}

TEST_CASE("a catalog that always writes hyphens means them") {
  std::string text = "models:\n";
  for (const std::string slug : {"a", "b", "c"}) {
    text += entry_yaml(slug) + "    benchmarks:\n";
    for (const std::string name : {"mmlu", "gsm8k", "humaneval", "mmlu-pro", "gpqa-diamond"}) {
      text += "      " + name + ": {score: 1" + std::to_string(slug[0] - 'a') + "." +
              std::to_string(name.size()) +
              ", as_of: \"2025-05-20\", source: https://huggingface.co/example/" + slug + "}\n";
    }
  }
  CHECK(wheres(validated(text)).empty());
  const std::string one = replaced(text, "mmlu-pro", "mmlu_pro");
  CHECK(wheres(validated(one)).empty());
}

TEST_CASE("a model that is named as its own child is its own ancestor") {
  const std::string base = "models:\n" + entry_yaml("a");
  CHECK(wheres(validated(base + "    lineage: {children: [a]}\n")) ==
        Places{"15:26 lineage-cycle"});
  CHECK(wheres(validated(base + "    lineage: {parent: a, children: [a]}\n")) ==
        Places{"15:23 lineage-cycle"});
}

TEST_CASE("rules pass over what the schema reported") {
  const std::string base = "models:\n" + entry_yaml("a");
  CHECK(wheres(validated(base + "    data_released: no\n")) == Places{"15:20 wrong-type"});
  CHECK(wheres(validated(base + "    quantizations_available: [gguf]\n"
                                "    quantization_source: https://huggingface.co/a/b\n")) ==
        Places{"16:5 unknown-key"});
  CHECK(wheres(validated(base + "    params_totl: 012\n")) == Places{"15:5 unknown-key"});
}

TEST_CASE("diagnostics do not depend on the order of the rules") {
  const std::string text =
      assay::test::read_file(assay::test::golden_folder() / "validator/wrong-type/input.yaml");
  const Validated result = validated(text);
  Diagnostics shuffled = result.diagnostics();
  REQUIRE(shuffled.size() > 5);
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  assay::sort_and_unique(shuffled);
  CHECK(shuffled == result.diagnostics());
}

TEST_CASE("validating and rendering twice gives the same text") {
  std::mt19937 random(7);
  const std::string text = random_edits(random_edits(catalog(), random), random);
  const Validated first = validated(text);
  const Validated second = validated(text);
  CHECK(first.diagnostics() == second.diagnostics());
  CHECK(assay::render_human({first.report}, true) == assay::render_human({second.report}, true));
  CHECK(assay::render_json({first.report}) == assay::render_json({second.report}));
}

TEST_CASE("validate never throws and every span lies in the file whatever the bytes", "[slow]") {
  const assay::Schema schema(assay::embedded_schema_file("catalog.schema.json"));
  const assay::Vocabulary vocabulary = assay::load_vocabulary();
  assay::RuleOptions options;
  options.today = std::chrono::year(2026) / 11 / 23;
  const std::string base = catalog().substr(0, 12'000);
  const unsigned seed = GENERATE(range(0U, 20U));
  std::mt19937 random(seed);
  for (int i = 0; i < 10; ++i) {
    INFO("seed " << seed << " round " << i);
    Validated result;
    result.source = std::make_unique<assay::Source>("x", random_edits(base, random));
    const assay::Document document(*result.source);
    REQUIRE_NOTHROW(result.report = assay::validate(document, schema, vocabulary, options));
    check_spans(result);
    CHECK_FALSE(assay::render_human({result.report}, false).empty());
    CHECK_FALSE(assay::render_json({result.report}).empty());
  }
}

TEST_CASE("applying a repair removes the problem", "[slow]") {
  for (const auto& folder : assay::test::folders_in(assay::test::golden_folder() / "validator")) {
    const std::string text = assay::test::read_file(folder / "input.yaml");
    const Validated before = validated(text);
    for (const Diagnostic& diagnostic : before.diagnostics()) {
      if (!diagnostic.fix) continue;
      INFO(folder.filename().string() << ": " << diagnostic.message);
      const assay::Span span = diagnostic.fix->span;
      std::string mended = text;
      mended.replace(span.begin, span.end - span.begin, diagnostic.fix->text);
      const Validated after = validated(mended);
      CHECK(after.diagnostics().size() < before.diagnostics().size());
    }
  }
}

TEST_CASE("the number of diagnostics is bounded", "[slow]") {
  std::string text = "models:\n";
  for (int i = 0; i < 60'000; ++i) text += "  - {}\n";
  const Validated result = validated(text);
  CHECK(result.report.entries == 60'000);
  CHECK(result.diagnostics().size() > 1000);
  CHECK(result.diagnostics().size() < 200'000);
}

TEST_CASE("the catalog of the project has no mistakes") {
  const Validated result = validated(catalog());
  INFO(assay::render_human({result.report}, false));
  CHECK(assay::tally({result.report}).errors == 0);
  CHECK(result.report.entries > 50);
}

TEST_CASE("where a list of problems is cut the reader is told") {
  const auto cut = [](const Validated& result) {
    std::vector<std::string> messages;
    for (const Diagnostic& problem : result.diagnostics()) {
      if (problem.rule == assay::kCutShort) messages.push_back(problem.message);
    }
    return messages;
  };
  using Messages = std::vector<std::string>;
  const auto entry_with = [](const std::string& slug, int mistakes, const std::string& end = "") {
    std::string lines;
    for (int i = 0; i < mistakes; ++i)
      lines += "      - {n: " + std::to_string(i) + "}" + end + "\n";
    return entry_yaml(slug) + "    post_training:\n" + lines;
  };
  SECTION("an entry with many mistakes") {
    CHECK(cut(validated("models:\n" + entry_with("a", 99))).empty());
    CHECK(cut(validated("models:\n" + entry_with("a", 150))) ==
          Messages{"after 100 problems the rest was not checked"});
  }
  SECTION("an entry with many mistakes leaves the others their own") {
    const auto result = validated("models:\n" + entry_with("a", 150) + entry_yaml("b") +
                                  "    layers_count: many\n");
    CHECK(cut(result).size() == 1);
    CHECK(result.diagnostics().back().entry == "b");
    CHECK(result.diagnostics().back().rule == "wrong-type");
  }
  SECTION("unknown keys") {
    std::string keys;
    for (int i = 0; i < 130; ++i) keys += "    zzqq" + std::to_string(i) + ": 1\n";
    const Messages messages = cut(validated("models:\n" + entry_yaml("a") + keys));
    CHECK(std::count(messages.begin(), messages.end(), "30 more unknown keys are not shown") == 1);
  }
  SECTION("the same key again and again") {
    std::string keys;
    for (int i = 0; i < 1'500; ++i) keys += "    license: MIT\n";
    CHECK(cut(validated("models:\n" + entry_yaml("a") + keys)) ==
          Messages{"500 more problems are not shown"});
  }
  SECTION("sources given twice") {
    std::string sources;
    for (int i = 0; i < 2'500; ++i) sources += "      - {title: x, url: https://e.org/}\n";
    const Messages messages = cut(validated("models:\n" + entry_yaml("a") + sources));
    REQUIRE(messages.size() == 1);
    CHECK_THAT(messages.front(), Catch::Matchers::EndsWith(" more problems are not shown"));
  }
  SECTION("more entries than are worth checking") {
    std::string entries = "models:\n";
    for (int i = 0; i < 4'000; ++i) entries += "  - {slug: a" + std::to_string(i) + "}\n";
    const Messages messages = cut(validated(entries));
    REQUIRE(!messages.empty());
    CHECK_THAT(messages.front(), ContainsSubstring("entries were not checked"));
  }
  SECTION("a comment does not hide it") {
    const std::string ignore = " # assay: ignore[too-many-problems] never mind";
    CHECK(cut(validated("models:\n" + entry_with("a", 150, ignore))).size() == 1);
  }
}

TEST_CASE("counts written with a point or an exponent are counts for the rules too") {
  const std::string entry = "models:\n" + entry_yaml("a");
  const auto wheres_of = [&](const std::string& lines) { return wheres(validated(entry + lines)); };
  CHECK(wheres_of("    params_total: 7000000000.0\n    params_active: 7000000000\n").empty());
  const Places with_integers =
      wheres_of("    params_total: 1000000000\n    params_active: 7000000000\n");
  CHECK_FALSE(with_integers.empty());
  CHECK(wheres_of("    params_total: 1000000000.0\n    params_active: 7.0e+9\n") == with_integers);
}
