#include "validator/fix/mend.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <utility>

#include "schema/embedded.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/validated.h"

using assay::Check;
using assay::Checked;
using assay::Diagnostic;
using assay::Diagnostics;
using assay::Fix;
using assay::Mended;
using assay::Severity;
using assay::test::entry_yaml;

namespace {

// What `assay validate` finds. The schema is read once, since mending asks often.
Checked check(std::string_view bytes) {
  static const assay::Schema schema(assay::embedded_schema_file("catalog.schema.json"));
  static const assay::Vocabulary vocabulary = assay::load_vocabulary();
  assay::RuleOptions options;
  options.today = std::chrono::year(2026) / 11 / 23;
  const assay::Source source("models.yaml", std::string(bytes));
  const assay::Document document(source);
  const Diagnostics found = assay::validate(document, schema, vocabulary, options).diagnostics;
  return {found, found};
}

std::size_t errors(const std::string& text) {
  const Diagnostics found = check(text).all;
  return static_cast<std::size_t>(
      std::count_if(found.begin(), found.end(),
                    [](const Diagnostic& problem) { return problem.severity == Severity::error; }));
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  REQUIRE(text.find(what) != std::string::npos);
  return text.replace(text.find(what), what.size(), by);
}

// A check of its own: each `what` in the text is an error whose fix makes `by` of it.
Check replacing(std::vector<std::pair<std::string, std::string>> pairs) {
  return [pairs = std::move(pairs)](std::string_view bytes) {
    Checked found;
    for (const auto& [what, by] : pairs) {
      for (std::size_t at = bytes.find(what); at != std::string_view::npos;
           at = bytes.find(what, at + 1)) {
        Diagnostic problem;
        problem.rule = what;
        problem.span = {at, at + what.size()};
        if (by != "-") problem.fix = Fix{problem.span, by};
        found.all.push_back(problem);
      }
    }
    found.fixable = found.all;
    return found;
  };
}

}  // namespace

TEST_CASE("of two spellings neither is fixed unless most of the catalog uses the other") {
  const std::string one = replaced(entry_yaml("a"), "developer: Example", "developer: Alibabba");
  const auto right = [](const std::string& slug) {
    return replaced(entry_yaml(slug), "developer: Example", "developer: Alibaba");
  };
  const std::string tie = "models:\n" + one + right("b");
  REQUIRE(check(tie).all.size() == 1);
  CHECK(check(tie).all[0].related.size() == 1);
  CHECK(assay::mend(tie, check).bytes == tie);
  const std::string most = tie + right("c") + right("d");
  CHECK(assay::mend(most, check).bytes == replaced(most, "Alibabba", "Alibaba"));
}

TEST_CASE("what stands in for a byte that YAML may not hold is not a spelling") {
  const std::string text = "models:\n" +
                           replaced(entry_yaml("a"), "developer: Example", "developer: \x01Meta") +
                           replaced(entry_yaml("b"), "developer: Example", "developer: Meta");
  const Diagnostics found = check(text).all;
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "yaml-encoding");
}

TEST_CASE("a fix never makes another variant of what an entry names") {
  const std::string sources = "    sources:\n";
  for (const std::string line : {
           "training_hardware: H100 80GB",
           "training_hardware: Ascend 910C",
           "tokenizer: command-a",
           "attention_variant: hybrid-mamba2-mqa",
           "context_window: 1M",
           "quantizations_available: [gguf, fp6]",
           "quantizations_available: [mxfp8]",
           "quantizations_available: [hqq+]",
           "quantizations_available: [ggfu]",
           "speed: {tokens_per_sec_output: 120t, as_of: \"2026-05-20\", source: "
           "https://example.org}",
           "benchmarks: {lvbench: {score: 5, as_of: \"2026-05-20\", source: https://example.org}}",
       }) {
    CAPTURE(line);
    const std::string text =
        replaced("models:\n" + entry_yaml("a"), sources, "    " + line + "\n" + sources);
    CHECK(assay::mend(text, check).bytes == text);
  }
}

TEST_CASE("certain fixes are made and every other byte stays") {
  const std::string before =
      "\xEF\xBB\xBF# the catalog\r\nmodels:\r\n" +
      replaced(replaced(entry_yaml("a"), "family: test", "famly:   'test'  # c"), "type: instruct",
               "type: instrct") +
      "    # the end\r\n";
  std::string expected = before;
  expected = replaced(replaced(expected, "famly:", "family:"), "instrct", "instruct");
  const Mended mended = mend(before, check);
  CHECK(mended.bytes == expected);
  CHECK(mended.fixed == decltype(mended.fixed){{"not-in-vocabulary", 1}, {"unknown-key", 1}});
  CHECK(mended.left.empty());
  CHECK(errors(mended.bytes) == 0);
  CHECK(mend(mended.bytes, check).bytes == mended.bytes);
}

TEST_CASE("a fix keeps the quotes that are there") {
  const std::string q = GENERATE(as<std::string>(), "", "'", "\"");
  CAPTURE(q);
  std::string wrong = "models:\n" + entry_yaml("a");
  wrong = replaced(wrong, "type: instruct", "type: " + q + "instrct" + q);
  wrong = replaced(wrong, "license: MIT", "license: " + q + "Apache 2.0" + q + " # c");
  wrong = replaced(wrong, "family:", q + "famly" + q + " :");
  std::string right = replaced(wrong, "instrct", "instruct");
  right = replaced(replaced(right, "Apache 2.0", "Apache-2.0"), "famly", "family");
  const Mended mended = mend(wrong, check);
  CHECK(mended.bytes == right);
}

TEST_CASE("a fix keeps the quotes of a date") {
  const std::string base = "models:\n" + entry_yaml("a");
  CHECK(mend(replaced(base, "\"2024-09-25\"", "'2024/9/25'"), check).bytes ==
        replaced(base, "\"2024-09-25\"", "'2024-09-25'"));
  CHECK(mend(replaced(base, "\"2024-09-25\"", "2024/9/25"), check).bytes == base);
}

TEST_CASE("a catalog without mistakes stays as it is") {
  const std::string text =
      assay::test::read_file(std::string(ASSAY_SOURCE_DIR) + "/data/models.yaml");
  const Mended mended = mend(text, check);
  CHECK(mended.bytes == text);
}

TEST_CASE("a fix that would bring an error is left out and the others are made") {
  const std::string before =
      "models:\n" +
      replaced(entry_yaml("a"), "family: test", "family: test\n    notable_inovations: 3") +
      replaced(entry_yaml("b"), "type: instruct", "type: instrct");
  const Mended mended = mend(before, check);
  CHECK(mended.bytes == replaced(before, "instrct", "instruct"));
  CHECK(mended.fixed == decltype(mended.fixed){{"not-in-vocabulary", 1}});
  REQUIRE(mended.left.size() == 1);
  CHECK(mended.left[0].rule == "unknown-key");
  CHECK(mended.left[0].entry == "a");
}

TEST_CASE("fixes that follow each other are made in one go") {
  const Mended mended = mend("a a", replacing({{"a", "bb"}, {"bb", "ccc"}}));
  // The second error is new, so the first fix is not made.
  CHECK(mended.bytes == "a a");
  CHECK(mended.left.size() == 2);
  const Check warning = [inner = replacing({{"a", "bb"}, {"bb", "ccc"}})](std::string_view bytes) {
    Checked found = inner(bytes);
    for (Diagnostics* list : {&found.all, &found.fixable}) {
      for (Diagnostic& problem : *list) {
        if (problem.rule == "bb") problem.severity = Severity::warning;
      }
    }
    return found;
  };
  const Mended chained = mend("a a", warning);
  CHECK(chained.bytes == "ccc ccc");
  CHECK(chained.fixed == decltype(chained.fixed){{"a", 2}, {"bb", 2}});
}

TEST_CASE("fixes that call for each other without end are not made") {
  const Check loop = [inner = replacing({{"a", "b"}, {"b", "a"}})](std::string_view bytes) {
    Checked found = inner(bytes);
    for (Diagnostics* list : {&found.all, &found.fixable}) {
      for (Diagnostic& problem : *list) problem.severity = Severity::warning;
    }
    return found;
  };
  CHECK(mend("a b", loop).bytes == "a b");
}

TEST_CASE("a fix that does not help is not made") {
  CHECK(mend("a", replacing({{"a", "aa"}})).bytes == "a");
  CHECK(mend("a", replacing({{"a", "a"}})).bytes == "a");
}

TEST_CASE("among many fixes only the harmful ones are left out") {
  std::string text;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    text += i == 13 || i == 30 ? "x " : "a ";
    expected += i == 13 || i == 30 ? "x " : "b ";
  }
  const Mended mended = mend(text, replacing({{"a", "b"}, {"x", "yy"}, {"yy", "-"}}));
  CHECK(mended.bytes == expected);
  CHECK(mended.fixed == decltype(mended.fixed){{"a", 38}});
  CHECK(mended.left.size() == 2);
}

TEST_CASE("fixes of notes and of what is not to be fixed are not made") {
  const Check note = [](std::string_view bytes) {
    Checked found = replacing({{"a", "b"}})(bytes);
    found.fixable[0].severity = Severity::note;
    return found;
  };
  CHECK(mend("a", note).bytes == "a");
  const Check none = [](std::string_view bytes) {
    return Checked{replacing({{"a", "b"}})(bytes).all, {}};
  };
  CHECK(mend("a", none).bytes == "a");
}

TEST_CASE("mending never adds an error and mending again changes nothing") {
  for (const auto& folder : assay::test::folders_in(assay::test::golden_folder() / "validator")) {
    const std::string text = assay::test::read_file(folder / "input.yaml");
    INFO(folder.filename().string());
    const Mended once = mend(text, check);
    CHECK(errors(once.bytes) <= errors(text));
    const Mended twice = mend(once.bytes, check);
    CHECK(twice.bytes == once.bytes);
    CHECK(twice.fixed.empty());
    CHECK(twice.left.size() == once.left.size());
  }
}

TEST_CASE("mending stands any bytes") {
  std::mt19937 random(GENERATE(range(0U, 8U)));
  std::string text = "models:\n" + replaced(entry_yaml("a"), "family", "famly") + entry_yaml("b");
  for (int i = 0; i < 4; ++i) {
    text.insert(random() % text.size(), 1, "\"[{:\n\t#&*\xFF"[random() % 10]);
  }
  const Mended once = mend(text, check);
  CHECK(errors(once.bytes) <= errors(text));
  CHECK(mend(once.bytes, check).bytes == once.bytes);
}
