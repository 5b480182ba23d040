#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "validator/document.h"

using assay::Diagnostic;
using assay::Document;
using assay::Source;

namespace {

std::string catalog(const std::string& lines) {
  return "models:\n"
         "  - slug: first\n"
         "    family: llama\n"
         "  - slug: second\n" +
         lines +
         "    license: mit\n"
         "  - slug: third\n"
         "    display_name: \"Third\"\n"
         "    note: 'x'\n"
         "version: 1\n";
}

}  // namespace

TEST_CASE("one mistake is one diagnostic at its place and stays in its entry") {
  const auto [lines, rule, at] = GENERATE(table<std::string, std::string, std::string>({
      {"    display_name: \"Foo\n    family: bar\n", "yaml-syntax", "\"Foo"},
      {"    display_name: \"Foo\n    family: \"bar\"\n", "yaml-syntax", "\"Foo"},
      {"    display_name: 'Foo\n    family: bar\n", "yaml-syntax", "'Foo"},
      {"    display_name: 'it's good'\n", "yaml-syntax", "s good'"},
      {"    display_name: \"Foo\" bar\n", "yaml-syntax", "bar"},
      {"    display_name: \"Foo\",\n", "yaml-syntax", ","},
      {"    display_name: 'Foo\n    # it's a comment\n", "yaml-syntax", "'Foo"},
      {"    display_name: 'Foo\n    'family': x\n", "yaml-syntax", "'Foo"},
      {"    \"display_name\": \"Foo\n    \"family\": \"x\"\n", "yaml-syntax", "\"Foo"},
      {"    tags: [a, b\n    family: bar\n", "yaml-syntax", "["},
      {"    tags: [\n      a,\n      b\n    family: bar\n", "yaml-syntax", "["},
      {"    cost: {a: 1, b: 2\n    family: bar\n", "yaml-syntax", "{"},
      {"    cost: [{a: 1, b: 2]\n", "yaml-syntax", "{"},
      {"    tags: [a, b]]\n", "yaml-syntax", "]"},
      {"    note: [x] done\n", "yaml-syntax", "done"},
      {"\tfamily: bar\n", "yaml-tab", "\t"},
      {"    family: x\n    \tdeveloper: y\n", "yaml-tab", "\t"},
      {"    tags:\n\t- a\n", "yaml-tab", "\t"},
      {"    family: x\n   developer: y\n", "yaml-indentation", "developer"},
      {"    family: x\n  developer: y\n", "yaml-indentation", "developer"},
      {"    family: x\n developer: y\n", "yaml-indentation", "developer"},
      {"    family: x\ndeveloper: y\n", "yaml-indentation", "developer"},
      {"    family: x\n      developer: y\n", "yaml-indentation", "developer"},
      {"    family: \"x\"\n      developer: y\n", "yaml-indentation", "developer"},
      {"<<<<<<< HEAD\n    family: llama\n", "yaml-syntax", "<<<<<<< HEAD"},
      {"    tags: [a, 'it's b', c]\n", "yaml-syntax", "s b'"},
      {"    family llama\n", "yaml-syntax", "family llama"},
      {"    family:llama\n", "yaml-syntax", "family:llama"},
      {"    note: Fully open: weights + data # c\n", "yaml-syntax", "Fully open: weights + data"},
      {"    note: see below:\n", "yaml-syntax", "see below:"},
      {"    note: @handle\n", "yaml-syntax", "@handle"},
      {"    note: `code`\n", "yaml-syntax", "`code`"},
      {"    note: | text\n", "yaml-syntax", "text"},
      {"    note: \"a\\qb\"\n", "yaml-syntax", "\\q"},
      {"    note: \"a\\u12\"\n", "yaml-syntax", "\\u"},
      {"    note: &a &b x\n", "yaml-syntax", "&b"},
      {"    tags: - a\n", "yaml-syntax", "-"},
      {"    note: *bold* text\n", "yaml-alias", "*bold*"},
  }));
  const bool returns = GENERATE(false, true);
  std::string yaml = catalog(lines);
  if (returns) {
    for (std::size_t i = 0; (i = yaml.find('\n', i)) != std::string::npos; i += 2) {
      yaml.insert(i, 1, '\r');
    }
  }
  CAPTURE(yaml);
  const Source source("x", yaml);
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  const Diagnostic& problem = document.problems()[0];
  CHECK(problem.rule == rule);
  CHECK(source.bytes().substr(problem.span.begin, problem.span.end - problem.span.begin) == at);
  CHECK(problem.entry == "second");
  CHECK_FALSE(problem.message.empty());
  CHECK_FALSE(problem.help.empty());
  CHECK(document.incomplete());
  REQUIRE(document.entries().size() == 3);
  CHECK(document.entries()[0].node->get("family")->text == "llama");
  CHECK(document.entries()[1].node == nullptr);
  CHECK(document.entries()[1].slug == "second");
  CHECK(document.entries()[2].node->get("display_name")->text == "Third");
  CHECK(document.root().get("models")->sequence().size() == 2);
  CHECK(document.root().get("version")->text == "1");
}

TEST_CASE("a broken entry is known by its slug however it is written") {
  const auto [item, label] = GENERATE(table<std::string, std::string>({
      {"  - \"slug\": b-two\n    \"developer\": @x\n", "developer"},
      {"  - 'slug': 'b-two'\n    developer: @x\n", "developer"},
      {"  -\n    slug: b-two\n    developer: @x\n", "developer"},
      {"  - family: f\n    more:\n      slug: other\n    slug: b-two\n    developer: @x\n",
       "developer"},
      {"  - {slug: b-two, developer: @x}\n", ""},
      {"  - {family: f, \"slug\":\"b-two\", developer: @x}\n", ""},
      {"  - {slug: b-two\n", ""},
  }));
  CAPTURE(item);
  const Source source("x", "models:\n  - slug: a-one\n" + item + "  - slug: c-three\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].entry == "b-two");
  if (!label.empty()) CHECK(document.problems()[0].label == label);
  REQUIRE(document.entries().size() == 3);
  CHECK(document.entries()[1].slug == "b-two");
}

TEST_CASE("a mistake where the list begins leaves the other entries readable") {
  const auto [lines, rule, at, slug] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"    slug: a-one\n    family: x\n", "yaml-syntax", "slug: a-one", "a-one"},
          {"  -slug: a-one\n    family: x\n", "yaml-syntax", "-slug: a-one", "a-one"},
          {"\t- slug: a-one\n    family: x\n", "yaml-tab", "\t", "a-one"},
          {"  * slug: a-one\n    family: x\n", "yaml-syntax", "* slug: a-one", "a-one"},
          {"  some words\n", "yaml-syntax", "some words", ""},
          {"<<<<<<< HEAD\n", "yaml-syntax", "<<<<<<< HEAD", ""},
      }));
  CAPTURE(lines);
  const Source source("x", "models:\n" + lines + "  - slug: b-two\n    license: [\n  - slug: c\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 2);
  const Diagnostic& problem = document.problems()[0];
  CHECK(problem.rule == rule);
  CHECK(source.bytes().substr(problem.span.begin, problem.span.end - problem.span.begin) == at);
  CHECK(problem.entry == slug);
  CHECK(document.problems()[1].entry == "b-two");
  CHECK(document.incomplete());
  REQUIRE(document.entries().size() == (slug.empty() ? 2 : 3));
  CHECK(document.entries().front().slug == (slug.empty() ? "b-two" : "a-one"));
  CHECK(document.entries().back().node != nullptr);
}

TEST_CASE("a mapping that only looks like a broken list is read as it is") {
  const Source source("x", "models:\n  small:\n  - slug: a\n  large:\n  - slug: b\n");
  const Document document(source);
  CHECK(document.problems().empty());
  CHECK(document.entries().empty());
  CHECK(document.root().get("models")->count == 2);
}

TEST_CASE("items after another document or another list are read too") {
  const auto [lines, rule, line] = GENERATE(table<std::string, std::string, std::size_t>({
      {"---\n", "yaml-multiple-documents", 4},
      {"---\nmodels:\n", "yaml-multiple-documents", 4},
      {"# more\nmodels:\n", "duplicate-key", 5},
  }));
  const std::string dash = GENERATE("- ", "  - ");
  CAPTURE(lines, dash);
  const Source source("x", "models:\n  - slug: a\n    family: x\n" + lines + dash + "slug: b\n" +
                               dash + "slug: c\nversion: 1\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == rule);
  CHECK(source.position(document.problems()[0].span.begin).line == line);
  CHECK(document.incomplete());
  REQUIRE(document.entries().size() == 3);
  CHECK(document.entries()[0].node->get("family")->text == "x");
  CHECK(document.entries()[2].node != nullptr);
  CHECK(document.root().get("version") != nullptr);
}

TEST_CASE("an item at another indentation is reported and read") {
  const std::string odd =
      GENERATE(as<std::string>(), " - slug: odd\n   family: x\n", "- slug: odd\n  family: x\n",
               "   - slug: odd\n     family: x\n", "    - slug: odd\n      family: x\n",
               "    family: y\n      - slug: odd\n        family: x\n");
  CAPTURE(odd);
  const Source source("x", "models:\n  - slug: first\n  - slug: second\n    type: base\n" + odd +
                               "  - slug: third\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  const Diagnostic& problem = document.problems()[0];
  CHECK(problem.rule == "yaml-indentation");
  CHECK(problem.span.begin == source.bytes().find("- slug: odd"));
  CHECK(problem.entry == "odd");
  REQUIRE(document.entries().size() == 4);
  CHECK(document.entries()[1].slug == "second");
  REQUIRE(document.entries()[1].node != nullptr);
  REQUIRE(document.entries()[2].node != nullptr);
  CHECK(document.entries()[2].slug == "odd");
  CHECK(document.entries()[2].node->get("family")->text == "x");
  CHECK(document.entries()[3].slug == "third");
  CHECK_FALSE(document.incomplete());
}

TEST_CASE("an item whose first line alone lost its indentation is reported once and read") {
  const std::string dash = GENERATE(as<std::string>(), "", " ");
  const Source source("x", "models:\n  - slug: a\n    family: x\n" + dash +
                               "- slug: b\n    family: y\n    tags:\n      - t\n    note: |\n"
                               "      text\n  - slug: c\n    family: z\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  const Diagnostic& problem = document.problems()[0];
  CHECK(problem.rule == "yaml-indentation");
  CHECK(problem.span.begin == source.bytes().find("- slug: b"));
  CHECK(problem.entry == "b");
  REQUIRE(document.entries().size() == 3);
  REQUIRE(document.entries()[1].node != nullptr);
  CHECK(document.entries()[1].node->get("slug")->text == "b");
  const assay::Node& family = *document.entries()[1].node->get("family");
  CHECK(source.bytes().substr(family.begin, family.end - family.begin) == "y");
  CHECK(document.entries()[1].node->get("note")->text == "text\n");
  CHECK(document.entries()[2].node->get("family")->text == "z");
  CHECK_FALSE(document.incomplete());
}

TEST_CASE("a last line without a colon is not a key") {
  const std::string end = GENERATE(as<std::string>(), "", "\n", "\n\n# c\n", "\n- slug: b\n");
  const std::string line = GENERATE(as<std::string>(), "family llama", "\"family\"", "[x]");
  CAPTURE(line, end);
  const Source source("x", "models:\n- slug: a\n  " + line + end);
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == "yaml-syntax");
  CHECK(document.problems()[0].span.begin == source.bytes().find(line));
  CHECK(document.entries().at(0).node == nullptr);
  const Source explicit_key("x", "models:\n- slug: a\n  ? family" + end);
  CHECK(Document(explicit_key).problems().empty());
}

TEST_CASE("the first item is the odd one when all others stand further left") {
  const Source source("x", "models:\n    - slug: a\n      x: 1\n  - slug: b\n  - slug: c\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].span.begin == source.bytes().find("- slug: a"));
  CHECK(document.entries().size() == 3);
}

TEST_CASE("the fix of an unquoted value with a colon is the quoted value") {
  const Source source("x", catalog("    note: it's open: weights\n"));
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  const Diagnostic& problem = document.problems()[0];
  REQUIRE(problem.fix);
  std::string fixed(source.bytes());
  fixed.replace(problem.fix->span.begin, problem.fix->span.end - problem.fix->span.begin,
                problem.fix->text);
  const Source again("x", fixed);
  const Document mended(again);
  CHECK(mended.problems().empty());
  CHECK(mended.entries()[1].node->get("note")->text == "it's open: weights");
}

TEST_CASE("a label after a lost line break is not quoted") {
  const std::string line = GENERATE("    tokenizer: llama3 training_hardware: H100\n",
                                    "    developer: Meta family: llama\n");
  const Source source("x", catalog(line));
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == "yaml-syntax");
  CHECK_FALSE(document.problems()[0].fix);
}

TEST_CASE("each broken entry has its own diagnostic") {
  const Source source("x",
                      "models:\n- slug: a\n  x: \"1\n- slug: b\n  y: [1\n- slug: c\n  z: 3\n"
                      "- slug: \"d\"\n\tw: 1\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 3);
  CHECK(document.problems()[0].entry == "a");
  CHECK(document.problems()[1].entry == "b");
  CHECK(document.problems()[2].entry == "d");
  REQUIRE(document.entries().size() == 4);
  CHECK(document.entries()[2].node->get("z")->text == "3");
}

TEST_CASE("a mistake around the list leaves the entries readable") {
  const auto [yaml, rule, at] = GENERATE(table<std::string, std::string, std::string>({
      {"title: \"x\nmodels:\n- slug: a\n- slug: b\n", "yaml-syntax", "\"x"},
      {"title: x: y\nmodels:\n- slug: a\n- slug: b\n", "yaml-syntax", "x: y"},
      {"models:\n- slug: a\n- slug: b\nversion: [1\n", "yaml-syntax", "["},
      {"models:\n- slug: a\n- slug: b\nversion: 'x\nother: 1\n", "yaml-syntax", "'x"},
      {"models:\n- slug: a\n- slug: b\nversion 3\nother: 1\n", "yaml-indentation", "version 3"},
  }));
  CAPTURE(yaml);
  const Source source("x", yaml);
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  const Diagnostic& problem = document.problems()[0];
  CHECK(source.bytes().substr(problem.span.begin, problem.span.end - problem.span.begin) == at);
  CHECK(document.incomplete());
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[0].node->get("slug")->text == "a");
}

TEST_CASE("a tree explains its mistakes too") {
  const Source source("x", "a: 1\nb: \"x\nc: 2\n");
  const assay::Tree tree(source);
  REQUIRE(tree.problems().size() == 1);
  CHECK(tree.problems()[0].rule == "yaml-syntax");
  CHECK(tree.problems()[0].span.begin == source.bytes().find('"'));
  CHECK(tree.root().kind == assay::Kind::null);
}

TEST_CASE("blank lines with tabs are blank") {
  const Source source("x", "models:\n- slug: a\n\t\n\t \t\n  b: |\n    c\n\t\n    d\n- slug: e\n");
  const Document document(source);
  CHECK(document.problems().empty());
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[0].node->get("b")->text == "c\n\nd\n");
}
