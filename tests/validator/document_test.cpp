#include "validator/document.h"

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"

using assay::Diagnostic;
using assay::Document;
using assay::Kind;
using assay::Node;
using assay::Severity;
using assay::Source;
using assay::Span;
using assay::Tree;

namespace {

std::string_view text_at(const Source& source, Span span) {
  return source.bytes().substr(span.begin, span.end - span.begin);
}

// "rule at text" of each problem.
std::vector<std::string> problems_of(const Source& source, const assay::Diagnostics& problems) {
  std::vector<std::string> found;
  for (const Diagnostic& problem : problems) {
    found.push_back(problem.rule + " at " + std::string(text_at(source, problem.span)));
  }
  return found;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a catalog becomes a tree with entries") {
  const Source source("x", R"(# head
models:
  - slug: a
    params_total: 7_000
    cost: {input_per_mtok_usd: 0.10, as_of: 2026-08-01}
    sources:
      - {title: "Card", url: https://example.org/a}
  # a comment
  - slug: "b"
    long_form: |
      text
      - slug: x

    tags: [one, 'two']
version: 3
)");
  const Document document(source);
  REQUIRE(problems_of(source, document.problems()) == Strings{});
  CHECK_FALSE(document.incomplete());
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[0].slug == "a");
  CHECK(document.entries()[1].slug == "b");
  CHECK(text_at(source, document.entries()[1].span).starts_with("- slug: \"b\""));
  CHECK(text_at(source, document.entries()[1].span).ends_with("tags: [one, 'two']"));
  REQUIRE(document.root().mapping().size() == 2);
  CHECK(document.root().get("version")->text == "3");
  const Node* const models = document.root().get("models");
  REQUIRE(models != nullptr);
  REQUIRE(models->sequence().size() == 2);
  CHECK(document.entries()[1].node == &models->sequence()[1]);
  const Node& b = *document.entries()[1].node;
  CHECK(b.get("long_form")->text == "text\n- slug: x\n");
  CHECK(text_at(source, b.get("tags")->span()) == "[one, 'two']");
  const Node& a = *document.entries()[0].node;
  CHECK(a.get("cost")->get("input_per_mtok_usd")->text == "0.10");
  CHECK(a.get("cost")->get("input_per_mtok_usd")->kind == Kind::real);
  CHECK(a.get("params_total")->kind == Kind::string);
  CHECK(a.get("absent") == nullptr);
  CHECK(a.get("slug")->get("x") == nullptr);
}

TEST_CASE("plain scalars resolve by the core schema of YAML 1.2") {
  const auto [text, kind] = GENERATE(table<std::string, Kind>({
      {"", Kind::null},        {"~", Kind::null},        {"null", Kind::null},
      {"Null", Kind::null},    {"NULL", Kind::null},     {"nULL", Kind::string},
      {"true", Kind::boolean}, {"False", Kind::boolean}, {"TRUE", Kind::boolean},
      {"tRue", Kind::string},  {"yes", Kind::string},    {"no", Kind::string},
      {"12", Kind::integer},   {"-7", Kind::integer},    {"+7", Kind::integer},
      {"012", Kind::integer},  {"0o14", Kind::integer},  {"0o19", Kind::string},
      {"0xfF", Kind::integer}, {"0x", Kind::string},     {"-0x1", Kind::string},
      {"1_000", Kind::string}, {"1:30", Kind::string},   {"2026-08-01", Kind::string},
      {"1.10", Kind::real},    {"1.", Kind::real},       {".5", Kind::real},
      {"1e3", Kind::real},     {"8.8e-07", Kind::real},  {"1e", Kind::string},
      {".", Kind::string},     {"-", Kind::string},      {".inf", Kind::real},
      {"-.INF", Kind::real},   {"+.Inf", Kind::real},    {".nan", Kind::real},
      {".NaN", Kind::real},    {"-.nan", Kind::string},  {"inf", Kind::string},
      {"1.2.3", Kind::string}, {"llama", Kind::string},
  }));
  CAPTURE(text);
  if (text != "-") {
    const Source source("x", "k: " + text + "\n");
    const Tree tree(source);
    REQUIRE(tree.root().get("k") != nullptr);
    CHECK(tree.root().get("k")->kind == kind);
    CHECK(tree.root().get("k")->text == text);
  }
  const Source quoted("x", "k: '" + text + "'\n");
  CHECK(Tree(quoted).root().get("k")->kind == Kind::string);
  const Source tagged("x", "k: !!str '" + text + "'\n");
  CHECK(Tree(tagged).root().get("k")->kind == Kind::string);
}

TEST_CASE("tags can make a plain scalar a string and are otherwise ignored") {
  const Source source("x", "a: !!str 12\nb: !custom 12\nc: ! 12\nd: !!int 12\n");
  const Tree tree(source);
  CHECK(tree.problems().empty());
  CHECK(tree.root().get("a")->kind == Kind::string);
  CHECK(tree.root().get("b")->kind == Kind::integer);
  CHECK(tree.root().get("c")->kind == Kind::string);
  CHECK(tree.root().get("d")->kind == Kind::integer);
  CHECK(text_at(source, tree.root().get("a")->span()) == "12");
}

TEST_CASE("spans hold exactly the text of a value") {
  const auto [yaml, text] = GENERATE(table<std::string, std::string>({
      {"k: plain # comment\n", "plain"},
      {"k: several\n  lines  of\n\n  text   \nl: x\n", "several\n  lines  of\n\n  text"},
      {"k: \"a \\\" b\"  # c\n", "\"a \\\" b\""},
      {"k: 'it''s'\n", "'it''s'"},
      {"k: \"two\n  lines\"\nl: x\n", "\"two\n  lines\""},
      {"k: |\n  a\n   b\n\n  c\n\n\nl: x\n", "|\n  a\n   b\n\n  c"},
      {"k: >- # why\n  a\n  b\nl: x\n", ">- # why\n  a\n  b"},
      {"k: |2\n    a\n  b\nl: x\n", "|2\n    a\n  b"},
      {"k: |\nl: x\n", "|"},
      {"k: [a, [b], {c: d}] # e\n", "[a, [b], {c: d}]"},
      {"k: [ ]\n", "[ ]"},
      {"k: {a: , b: c, }\n", "{a: , b: c, }"},
      {"k: [a, # ]\n  b]\n", "[a, # ]\n  b]"},
      {"k:\n  - a\n  - b\nl: x\n", "- a\n  - b"},
      {"k:\n- a\n-\nl: x\n", "- a\n-"},
      {"k:\n  a: b\n  c:\nl: x\n", "a: b\n  c:"},
      {"k: null\n", "null"},
      {"k: ~\n", "~"},
      {"k: &anchor value\n", "value"},
      {"k: !!map\n  a: b\n", "a: b"},
      {"k:\n", ""},
      {"k: \xC3\xA9t\xC3\xA9 # x\n", "\xC3\xA9t\xC3\xA9"},
  }));
  const std::string before = GENERATE("", "# caf\xC3\xA9 \xF0\x9F\x99\x82\n", "\xEF\xBB\xBF");
  const bool returns = GENERATE(false, true);
  std::string whole = before + yaml;
  std::string expected = text;
  if (returns) {
    for (std::string* const each : {&whole, &expected}) {
      for (std::size_t at = 0; (at = each->find('\n', at)) != std::string::npos; at += 2) {
        each->insert(at, 1, '\r');
      }
    }
  }
  CAPTURE(whole);
  const Source source("x", whole);
  const Tree tree(source);
  REQUIRE(tree.root().get("k") != nullptr);
  CHECK(text_at(source, tree.root().get("k")->span()) == expected);
}

TEST_CASE("an empty value lies after its colon or dash") {
  const Source source("x", "a:\nb: # c\nc: [d: , e]\nnull:\nf:\n  -\n  - g\n? h\ni : \n");
  const Tree tree(source);
  REQUIRE(tree.problems().empty());
  const auto place = [&tree](std::string_view key) { return tree.root().get(key)->begin; };
  CHECK(place("a") == 2);
  CHECK(place("b") == 5);
  CHECK(tree.root().get("c")->sequence()[0].get("d")->begin == source.bytes().find("d:") + 2);
  CHECK(tree.root().get("null")->begin == source.bytes().find("null:") + 5);
  CHECK(tree.root().get("f")->sequence()[0].begin == source.bytes().find("-\n") + 1);
  CHECK(place("h") == source.bytes().find("? h") + 3);
  CHECK(place("i") == source.bytes().find("i :") + 3);
  CHECK(tree.root().get("a")->kind == Kind::null);
}

TEST_CASE("texts are unescaped and folded") {
  const Source source("x", "a: \"x\\n\\u00e9\"\nb: 'it''s'\nc: >\n  d\n  e\nf: g\n  h\n");
  const Tree tree(source);
  CHECK(tree.root().get("a")->text == "x\n\xC3\xA9");
  CHECK(tree.root().get("b")->text == "it's");
  CHECK(tree.root().get("c")->text == "d e\n");
  CHECK(tree.root().get("f")->text == "g h");
  CHECK_FALSE(tree.root().get("a")->plain);
  CHECK(tree.root().get("c")->block);
  CHECK(tree.root().get("f")->plain);
}

TEST_CASE("a question mark inside brackets is text unless it stands alone") {
  const Source source("x", R"(models:
- slug: a
  sources: [{title: Which one? This, url: https://e.org/item?id=1&b=?}, {title: 'a?', url: ?x}]
  tags: [? key : value, what?, "it?\n"]
)");
  const Document document(source);
  REQUIRE(problems_of(source, document.problems()) == Strings{});
  const Node& entry = *document.entries().at(0).node;
  const Node& first = entry.get("sources")->sequence()[0];
  CHECK(first.get("title")->text == "Which one? This");
  CHECK(first.get("url")->text == "https://e.org/item?id=1&b=?");
  CHECK(text_at(source, first.get("url")->span()) == "https://e.org/item?id=1&b=?");
  const Node& second = entry.get("sources")->sequence()[1];
  CHECK(second.get("title")->text == "a?");
  CHECK(second.get("url")->text == "?x");
  const auto tags = entry.get("tags")->sequence();
  REQUIRE(tags.size() == 3);
  CHECK(tags[0].get("key")->text == "value");
  CHECK(tags[1].text == "what?");
  CHECK(tags[2].text == "it?\n");
}

TEST_CASE("what yaml-cpp accepts after and inside quotes and others do not is reported") {
  const Source source("x", "a: \"it\\'s \\\\'ok'\"\nb: \"x\"# c\nc: 'x\\' # d\nd: \"x\" # e\n");
  const Tree tree(source);
  CHECK(problems_of(source, tree.problems()) == Strings{"yaml-syntax at \\'", "yaml-syntax at #"});
  for (const Diagnostic& problem : tree.problems()) REQUIRE(problem.fix.has_value());
  CHECK(tree.root().get("a")->text == "it's \\'ok'");
}

TEST_CASE("a text that stands in the file as it is is a view of it") {
  const Source source("x", "a: plain\nb: \"quoted\"\n");
  const Tree tree(source);
  CHECK(tree.root().get("a")->text.data() == source.bytes().data() + 3);
  CHECK(tree.root().get("b")->text.data() == source.bytes().data() + source.bytes().find("quoted"));
}

TEST_CASE("JSON is read too") {
  const Source source("x", R"({"models": [{"slug": "a", "n": [1, -2.5e3, null, true]}, {}]})");
  const Document document(source);
  REQUIRE(document.problems().empty());
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[0].slug == "a");
  const auto numbers = document.entries()[0].node->get("n")->sequence();
  REQUIRE(numbers.size() == 4);
  CHECK(numbers[1].kind == Kind::real);
  CHECK(numbers[3].kind == Kind::boolean);
}

TEST_CASE("files that are not catalogs have no entries") {
  const std::string yaml =
      GENERATE(as<std::string>(), "", "\n", "# only\n", "a: b\n", "- slug: a\n", "models:\n",
               "models: 3\n", "models:\n  a: b\n", "models: []\n");
  CAPTURE(yaml);
  const Source source("x", yaml);
  const Document document(source);
  CHECK(document.entries().empty());
  CHECK(document.problems().empty());
  CHECK_FALSE(document.incomplete());
}

TEST_CASE("items may be indented or not and begin with other things than a slug") {
  const std::string yaml = GENERATE(
      as<std::string>(), "models:\n- family: x\n  slug: a\n- slug: b\n",
      "---\nmodels:\n\n    # c\n    - slug: a\n\n    # d\n    -   slug: b\n        family: x\n",
      "models:\r\n  -\r\n    slug: a\r\n  - slug: b\r\n",
      "models: # the list\n- {slug: a}\n- slug: b",
      "\xEF\xBB\xBFmodels:\n - slug: a\n - slug: b\n...\n", "models:\r- slug: a\r- slug: b\r",
      "%YAML 1.2\n---\nmodels:\n- slug: a\n- slug: b\n");
  CAPTURE(yaml);
  const Source source("x", yaml);
  const Document document(source);
  for (const Diagnostic& problem : document.problems()) CHECK(problem.severity == Severity::note);
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[0].slug == "a");
  CHECK(document.entries()[1].slug == "b");
  REQUIRE(document.entries()[1].node != nullptr);
  CHECK(document.entries()[1].node->get("slug")->text == "b");
}

TEST_CASE("lines that look like items inside scalars are not items") {
  const std::string value =
      GENERATE(as<std::string>(), "|\n      x\n      - slug: no\n", ">-\n\n     - slug: no\n",
               "\"x\n      - slug: no\n      y\"\n", "\"x\n  - slug: no\n  y\"\n",
               "'x\n  - slug: no'\n", "\"x\nmodels: y\"\n", "[x,\n y]\n", "x\n      - slug\n");
  CAPTURE(value);
  const Source source("x", "models:\n  - slug: a\n    note: " + value + "  - slug: b\n");
  const Document document(source);
  CHECK(problems_of(source, document.problems()) == Strings{});
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[0].slug == "a");
  CHECK(document.entries()[1].slug == "b");
}

TEST_CASE("a quoted line that looks like the key of the list is not taken for it") {
  const Source source("x", "note: \"x\nmodels:\n- slug: no\"\nmodels:\n- slug: a\n");
  const Document document(source);
  CHECK(document.problems().empty());
  REQUIRE(document.entries().size() == 1);
  CHECK(document.entries()[0].slug == "a");
}

TEST_CASE("anchors of one entry serve in others") {
  const std::string yaml =
      GENERATE(as<std::string>(), "base: &b {x: 1}\nmodels:\n- slug: a\n  y: *b\n",
               "models:\n- slug: c\n  z: &b {x: 1}\n- slug: a\n  y: *b\n");
  const Source source("x", yaml);
  const Document document(source);
  CHECK(problems_of(source, document.problems()) == Strings{});
  const Node* const alias = document.entries().back().node->get("y");
  REQUIRE(alias != nullptr);
  CHECK(text_at(source, alias->span()) == "*b");
  CHECK(alias->get("x")->text == "1");
}

TEST_CASE("anchors of one entry serve in others also when another entry is broken") {
  const Source source("x",
                      "models:\n- slug: a\n  developer: &dev Dev\n- slug: b\n  developer: *dev\n"
                      "- slug: c\n  developer: @x\n- slug: d\n  developer: *dev\n  x: *none\n");
  const Document document(source);
  CHECK(problems_of(source, document.problems()) ==
        Strings{"yaml-syntax at @x", "yaml-alias at *none"});
  REQUIRE(document.entries().size() == 4);
  REQUIRE(document.entries()[1].node != nullptr);
  CHECK(document.entries()[1].node->get("developer")->text == "Dev");
}

TEST_CASE("an alias is not wrong because its anchor stands in a broken entry") {
  const Source source("x",
                      "models:\n- slug: a\n  developer: &dev Dev\n  family: @x\n- slug: b\n"
                      "  developer: *dev\n- slug: c\n  x: &x 1\n- slug: d\n  x: *x\n");
  const Document document(source);
  CHECK(problems_of(source, document.problems()) == Strings{"yaml-syntax at @x"});
  CHECK(document.incomplete());
  REQUIRE(document.entries().size() == 4);
  CHECK(document.entries()[1].slug == "b");
  REQUIRE(document.entries()[3].node != nullptr);
  CHECK(document.entries()[3].node->get("x")->text == "1");
}

TEST_CASE("a key given twice is reported with its first place") {
  const std::string padding = GENERATE(std::string(), std::string(40, 'x'));
  std::string yaml = "models:\n- slug: a\n  cost:\n";
  for (std::size_t i = 0; i < padding.size(); ++i) yaml += "    k" + std::to_string(i) + ": 1\n";
  yaml += "    vendor: x\n    \"vendor\": y\n";
  const Source source("x", yaml);
  const Document document(source);
  REQUIRE(problems_of(source, document.problems()) == Strings{"duplicate-key at \"vendor\""});
  const Diagnostic& problem = document.problems()[0];
  CHECK(problem.severity == Severity::error);
  CHECK(problem.entry == "a");
  CHECK(problem.label == "cost.vendor");
  REQUIRE(problem.related.size() == 1);
  CHECK(problem.related[0].span.begin == yaml.find("vendor"));
  CHECK(document.entries()[0].node->get("cost")->get("vendor")->text == "x");
  CHECK_FALSE(document.incomplete());
}

TEST_CASE("a top level key given twice is reported") {
  const Source source("x", "models:\n- slug: a\nmodels:\n- slug: b\n");
  const Document document(source);
  REQUIRE(problems_of(source, document.problems()) == Strings{"duplicate-key at models"});
  CHECK(document.problems()[0].span.begin == source.bytes().rfind("models"));
  CHECK(document.entries().size() == 2);
}

TEST_CASE("merge keys are reported and understood") {
  const Source source("x", "d: &d {a: 1, b: 2}\ne:\n  <<: *d\n  b: 3\nf:\n  <<: [*d, {c: 4}]\n");
  const Tree tree(source);
  CHECK(problems_of(source, tree.problems()) ==
        Strings{"yaml-merge-key at <<", "yaml-merge-key at <<"});
  CHECK(tree.root().get("e")->get("a")->text == "1");
  CHECK(tree.root().get("e")->get("b")->text == "3");
  CHECK(tree.root().get("e")->get("<<") == nullptr);
  CHECK(tree.root().get("f")->get("c")->text == "4");
}

TEST_CASE("aliases are errors where they lead nowhere") {
  const auto [yaml, problem] = GENERATE(table<std::string, std::string>({
      {"models:\n- slug: a\n  b: *none\n- slug: c\n", "yaml-alias at *none"},
      {"models:\n- slug: a\n  b: &x [*x]\n- slug: c\n", "yaml-alias at *x"},
      {"models:\n- slug: a\n  b: **bold** text\n- slug: c\n", "yaml-alias at **bold**"},
      {"models:\n- slug: a\n  b: *late\n- slug: c\n  d: &late x\n", "yaml-alias at *late"},
  }));
  CAPTURE(yaml);
  const Source source("x", yaml);
  const Document document(source);
  CHECK(problems_of(source, document.problems()) == Strings{problem});
  CHECK(document.incomplete());
  REQUIRE(document.entries().size() == 2);
  CHECK(document.problems()[0].entry == "a");
}

TEST_CASE("a byte order mark is noted with its removal") {
  const Source source("x", "\xEF\xBB\xBFmodels:\n- slug: a\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  const Diagnostic& problem = document.problems()[0];
  CHECK(problem.rule == "yaml-bom");
  CHECK(problem.severity == Severity::note);
  REQUIRE(problem.fix);
  CHECK(problem.fix->span == Span{0, 3});
  CHECK_FALSE(document.incomplete());
}

TEST_CASE("two documents in a file are an error") {
  const std::string yaml =
      GENERATE(as<std::string>(), "models:\n- slug: a\n---\nb: c\n", "a: b\n---\nc: d\n");
  const Source source("x", yaml);
  const Document document(source);
  CHECK(problems_of(source, document.problems()) == Strings{"yaml-multiple-documents at ---"});
  CHECK(document.incomplete());
}

TEST_CASE("many entries read on several threads are the same as on one") {
  std::string yaml = "models:\n";
  for (int i = 0; i < 6000; ++i) {
    yaml += "  - slug: m" + std::to_string(i) + "\n    note: \"a\\tb\"\n    list: [a, b, c]\n";
    if (i % 1000 == 7) yaml += "    list: twice\n";
  }
  const Source source("x", yaml);
  const Document document(source);
  REQUIRE(document.entries().size() == 6000);
  for (std::size_t i = 0; i < 6000; ++i) {
    const assay::Entry& entry = document.entries()[i];
    REQUIRE(entry.slug == "m" + std::to_string(i));
    REQUIRE(entry.node == &document.root().get("models")->sequence()[i]);
    REQUIRE(entry.node->get("note")->text == "a\tb");
  }
  REQUIRE(document.problems().size() == 6);
  CHECK(document.problems()[1].entry == "m1007");
}
