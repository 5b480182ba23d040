#include <algorithm>
#include <cstdint>
#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "validator/document.h"

using assay::Diagnostic;
using assay::Document;
using assay::Member;
using assay::Node;
using assay::ReadLimits;
using assay::Source;
using assay::Span;
using assay::Tree;

namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  text.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

// Each span lies in the text, and children lie in their parents. Values after an alias lie
// elsewhere, so trees with anchors are only checked for the first.
bool well_placed(const Node& node, std::size_t size, bool nested) {
  if (node.begin > node.end || node.end > size) return false;
  const auto fits = [&](const Node& child) {
    return well_placed(child, size, nested) &&
           (!nested || (child.begin >= node.begin && child.end <= node.end));
  };
  return std::all_of(node.sequence().begin(), node.sequence().end(), fits) &&
         std::all_of(node.mapping().begin(), node.mapping().end(),
                     [&](const Member& member) { return fits(member.key) && fits(member.value); });
}

bool inside(Span span, std::size_t size) { return span.begin <= span.end && span.end <= size; }

void check_reading(const std::string& text) {
  const Source source("x", text);
  const Document document(source);
  const Tree tree(source);
  const bool nested = text.find('*') == std::string::npos;
  bool fine = well_placed(document.root(), text.size(), nested) &&
              well_placed(tree.root(), text.size(), nested);
  for (const assay::Entry& entry : document.entries()) {
    fine =
        fine && inside(entry.span, text.size()) && (entry.node != nullptr || document.incomplete());
  }
  for (const auto* const problems : {&document.problems(), &tree.problems()}) {
    for (const Diagnostic& problem : *problems) {
      fine = fine && inside(problem.span, text.size()) && !problem.rule.empty() &&
             !problem.message.empty();
    }
  }
  if (!fine) {
    CAPTURE(text);
    CHECK(fine);
  }
}

// Of this process, however busy the machine is.
class ProcessorTime {
 public:
  double seconds() const { return static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC; }

 private:
  std::clock_t begin_ = std::clock();
};

// Far above what it takes, far below what any quadratic step would, even under sanitizers.
constexpr double kProportional = 30;

}  // namespace

TEST_CASE("a slug of 50 kB is read") {
  const std::string slug(50'000, 'a');
  const Source source("x", "models:\n- slug: " + slug + "\n");
  const Document document(source);
  CHECK(document.problems().empty());
  CHECK(document.entries().at(0).slug == slug);
}

TEST_CASE("deep nesting is one diagnostic of its entry") {
  const std::string value = GENERATE_COPY(
      repeated("[", 100'000), repeated("{a: ", 100'000), repeated("[", 1'000),
      "\n    " + repeated("- ", 100'000) + "x", "\n    " + repeated("? ", 100'000) + "x",
      "\n    " + repeated(": ", 100'000) + "x");
  const Source source("x", "models:\n- slug: a\n  x: " + value + "\n- slug: b\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == "too-deep");
  CHECK(document.problems()[0].entry == "a");
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[1].node != nullptr);
}

TEST_CASE("deep indentation is too deep") {
  std::string text;
  for (std::size_t i = 0; i < 1'400; ++i) text += std::string(i, ' ') + "a:\n";
  const Source source("x", text);
  const Tree tree(source);
  REQUIRE(tree.problems().size() == 1);
  CHECK(tree.problems()[0].rule == "too-deep");
}

TEST_CASE("the limit of depth is exact") {
  const ReadLimits limits{.depth = 4};
  const Source fits("x", "models:\n- x: [1]\n");
  CHECK(Document(fits, limits).problems().empty());
  CHECK(Tree(fits, limits).problems().empty());
  const Source deeper("x", "models:\n- x: [[1]]\n");
  CHECK(Document(deeper, limits).problems().size() == 1);
  CHECK(Tree(deeper, limits).problems().size() == 1);
}

TEST_CASE("a bomb of aliases is refused") {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(last + ",", 8) +
            last + "]\n";
  }
  const Source source("x", text);
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == "yaml-alias");
  CHECK(document.incomplete());
  std::size_t nodes = 0;
  const auto count = [&nodes](const auto& self, const Node& node) -> void {
    ++nodes;
    for (const Node& item : node.sequence()) self(self, item);
    for (const Member& member : node.mapping()) self(self, member.value);
  };
  count(count, document.root());
  CHECK(nodes < 20'000);
}

TEST_CASE("a file over the limit is not read") {
  // Who reads it finds bytes that no YAML may hold.
  const Source source("x", std::string(100 * kMebibyte, '\x04'));
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == "too-large");
  CHECK(document.incomplete());
  CHECK(document.root().kind == assay::Kind::null);
}

TEST_CASE("bytes that no YAML may hold are reported and the rest is read") {
  const auto [bytes, message] = GENERATE(table<std::string, std::string>({
      {std::string("a\0b", 3), "control character 0x00"},
      {"a\x04z", "control character 0x04"},
      {"a\xFFz", "byte 0xFF is not UTF-8"},
      {"a\xC3", "byte 0xC3 is not UTF-8"},
      {"a\xC0\xAF", "byte 0xC0 is not UTF-8 (and 1 more such bytes)"},
      {"a\xED\xA0\x80", "byte 0xED is not UTF-8 (and 2 more such bytes)"},
      {"a\xF4\x90\x80\x80", "byte 0xF4 is not UTF-8 (and 3 more such bytes)"},
  }));
  const std::string text = "models:\n- slug: a\n  x: " + bytes + "\n- slug: b\n";
  const Source source("x", text);
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  const Diagnostic& problem = document.problems()[0];
  CHECK(problem.rule == "yaml-encoding");
  CHECK(problem.message == message);
  CHECK(problem.span.begin == text.find(bytes) + 1);
  CHECK(document.incomplete());
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[1].slug == "b");
  CHECK(document.entries()[1].node->get("slug")->begin == text.rfind('b'));
}

TEST_CASE("UTF-16 is named") {
  const std::string text = GENERATE(std::string("\xFF\xFE"
                                                "a\0",
                                                4),
                                    std::string("\xFE\xFF\0a", 4));
  const Source source("x", text);
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == "yaml-encoding");
  CHECK(document.problems()[0].help == "save the file as UTF-8");
  CHECK(document.incomplete());
}

TEST_CASE("long repetitions cost time in proportion", "[slow]") {
  const std::string part = GENERATE(
      as<std::string>(), "\"", "'", "[", "{", "[,", "&a ", "*a ", "!a ", "? ", ": ", "- ",
      "a: ", "a:", ", ", "|\n", "> ", "%", "%\n", "---\n", "...\n", "#", "#\n", "\n", "\t", "\"a\n",
      "a: \"\n", "a: [\n", "a", "a b ", "[\"", "{:", "a: &a [", "\\", "\r", "a: b\r", "? a\n: b\n");
  CAPTURE(part);
  const std::string head = GENERATE(as<std::string>(), "", "models:\n- slug: a\n  x: ");
  const Source source("x", head + repeated(part, kMebibyte / 2 / part.size()));
  const ProcessorTime time;
  const Document document(source);
  CHECK(time.seconds() < kProportional);
  CHECK(well_placed(document.root(), source.bytes().size(), false));
}

TEST_CASE("many broken entries cost time in proportion", "[slow]") {
  const std::string item = GENERATE(as<std::string>(), "- slug: \"a\n", "- slug: [a\n",
                                    "- slug: *x\n", "- slug: a\n  x: 1\n    - slug: b\n",
                                    "- slug: a\nfamily: x\n", "- slug: a\n    - slug: b\n");
  CAPTURE(item);
  const Source source("x", "models:\n" + repeated(item, 5'000));
  const ProcessorTime time;
  const Document document(source);
  CHECK(time.seconds() < kProportional);
  CHECK(document.entries().size() >= 5'000);
}

TEST_CASE("more parts in brackets than the parser can hold are refused") {
  const Source source("x", "models:\n- slug: a\n  x: [" + repeated("a,", 1'100'000) + "]\n");
  const Document document(source);
  REQUIRE(document.problems().size() == 1);
  CHECK(document.problems()[0].rule == "too-large");
}

TEST_CASE("random text never throws and every place lies in it") {
  const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::string_view alphabet = "abslug:: --  \n\n\n\t\r\"'[]{},#&*!|>%@`?~0.\\<\xC3\xA9\xFF";
  for (int round = 0; round < 2'000; ++round) {
    std::string text = random() % 2 == 0 ? "models:\n- slug: a\n" : "";
    const std::size_t length = random() % 60;
    for (std::size_t i = 0; i < length; ++i) {
      text += seed == 1 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
    }
    check_reading(text);
  }
}

TEST_CASE("random lines of YAML never throw and every place lies in them") {
  const std::uint64_t seed = GENERATE(1U, 2U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::vector<std::string> parts = {
      "- slug: a",  "slug: b", "- ",       "? x",   ": y",     "key: |",  "key: >-", "text",
      "a: [x,",     "y]",      "b: {c: d", "}",     "\"open",  "close\"", "'s'",     "# c",
      "---",        "...",     "&a x",     "*a",    "!!str 1", "null",    "~: z",    "models:",
      "<<: {q: r}", "k: ",     "- - x",    "%YAML", "k: &a",   "- null",  "\t- x"};
  for (int round = 0; round < 2'000; ++round) {
    std::string text = random() % 2 == 0 ? "models:\n" : "";
    const std::size_t lines = random() % 9;
    for (std::size_t i = 0; i < lines; ++i) {
      text += std::string(random() % 4 * (random() % 3), ' ') + parts[random() % parts.size()];
      if (random() % 6 == 0) text += " " + parts[random() % parts.size()];
      text += random() % 9 == 0 ? "\r\n" : "\n";
    }
    check_reading(text);
  }
}

TEST_CASE("a catalog cut off at any byte is read without harm") {
  const std::string whole =
      "\xEF\xBB\xBF# catalog\nmodels:\n  - slug: \"a\\u00e9\"\n    note: 'it''s'\n    list: [x, "
      "{y: "
      "z}]\n    text: |2-\n      caf\xC3\xA9\n\n    base: &b !!str 3\r\n  # c\n  - slug: b\n    ? "
      "k\n"
      "    : *b\n    fold: >\n      a\n      b\nversion: {a: \"b\"}\n...\n";
  for (std::size_t size = 0; size <= whole.size(); ++size) check_reading(whole.substr(0, size));
}
