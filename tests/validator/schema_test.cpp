#include "validator/shape/schema.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "support/catch.h"
#include "support/validated.h"
#include "validator/document.h"
#include "validator/render/render.h"

using assay::Diagnostics;
using assay::Schema;
using assay::Source;
using assay::test::entry_yaml;
using assay::test::validated;
using assay::test::wheres;
using Places = std::vector<std::string>;

namespace {

bool accepts(const std::string& schema, const std::string& value) {
  const Source source("x", value);
  const assay::Tree tree(source);
  REQUIRE(tree.problems().empty());
  return Schema(schema).accepts(tree.root());
}

// "RULE MESSAGE" of each problem.
std::vector<std::string> problems(const std::string& schema, const std::string& value) {
  const Source source("x", value);
  const assay::Document document(source);
  Diagnostics found;
  Schema(schema).check(document, found);
  std::vector<std::string> out;
  for (const auto& problem : found) out.push_back(problem.rule + " " + problem.message);
  return out;
}

std::string entry_with(const std::string& line) {
  return "models:\n" + entry_yaml("a") + "    " + line + "\n";
}

}  // namespace

TEST_CASE("text that is not a schema is refused with a message") {
  CHECK_THROWS_AS(Schema("{"), std::runtime_error);
  CHECK_THROWS_AS(Schema("[]"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"type": 7})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"pattern": "("})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"$ref": "#/definitions/absent"})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(std::string(100'000, '[')), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"items": [{"contains": {"multipleOf": 0}}]})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"multipleOf": -0.5})"), std::runtime_error);
  CHECK_THROWS_WITH(Schema("{"), ContainsSubstring("not JSON"));
}

TEST_CASE("a schema that would never come to an end is refused") {
  CHECK_THROWS_WITH(Schema(R"({"allOf": [{"$ref": "#"}]})"), ContainsSubstring("without end"));
  CHECK_THROWS_AS(Schema(R"({"not": {"$ref": "#"}})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"dependencies": {"a": {"$ref": "#"}}})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"contains": {"not": {"$ref": "#/contains"}}})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"propertyNames": {"not": {"$ref": "#/propertyNames"}}})"),
                  std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"items": [{"not": {"$ref": "#/items/0"}}]})"), std::runtime_error);
  CHECK_THROWS_AS(Schema(R"({"items": [true], "additionalItems":
                             {"not": {"$ref": "#/additionalItems"}}})"),
                  std::runtime_error);
  CHECK_NOTHROW(Schema(R"({"contains": {"$ref": "#"}, "propertyNames": {"$ref": "#"},
                           "dependencies": {"a": {"items": {"$ref": "#"}}}})"));
  CHECK_NOTHROW(Schema(R"({"properties": {"child": {"$ref": "#"}}})"));
}

TEST_CASE("values are accepted and refused as the schema says") {
  CHECK(accepts("true", "x"));
  CHECK_FALSE(accepts("false", "x"));
  CHECK(accepts(R"({"type": "integer"})", "7"));
  CHECK_FALSE(accepts(R"({"type": "integer"})", "7.5"));
  for (const std::string whole : {"7.0", "-7.", "7e3", "7.5e1", "70e-1", "0.0", "0e-99", "1e300"}) {
    INFO(whole);
    CHECK(accepts(R"({"type": "integer"})", whole));
    CHECK(problems(R"({"type": "integer"})", whole + "\n").empty());
  }
  for (const std::string other : {"7.50", "7e-1", "75e-2", "9007199254740993.5", "1e999", ".inf",
                                  "-.INF", ".nan", "1e-99999999999999999999", "'7.0'"}) {
    INFO(other);
    CHECK_FALSE(accepts(R"({"type": "integer"})", other));
    CHECK(problems(R"({"type": "integer"})", other + "\n").size() == 1);
  }
  CHECK_FALSE(accepts(R"({"type": "integer", "minimum": 8})", "7.0"));
  CHECK(accepts(R"({"type": ["string", "null"]})", "~"));
  CHECK(accepts(R"({"enum": [1, "a", {"b": [2]}]})", "{b: [2]}"));
  CHECK_FALSE(accepts(R"({"enum": [1, "a", {"b": [2]}]})", "{b: [3]}"));
  CHECK_FALSE(accepts(R"({"const": 1})", "'1'"));
  CHECK_FALSE(accepts(R"({"not": {"type": "string"}})", "x"));
  CHECK_FALSE(accepts(R"({"contains": {"const": 1}})", "[2, 3]"));
  CHECK_FALSE(accepts(R"({"propertyNames": {"maxLength": 1}})", "{ab: 1}"));
  CHECK_FALSE(accepts(R"({"dependencies": {"a": ["b"]}})", "{a: 1}"));
  CHECK_FALSE(accepts(R"({"multipleOf": 3})", "7"));
  CHECK_FALSE(accepts(R"({"minProperties": 2})", "{a: 1}"));
  CHECK_FALSE(accepts(R"({"uniqueItems": true})", "[{a: 1, b: 2}, {b: 2, a: 1}]"));
  CHECK_FALSE(accepts(R"({"exclusiveMinimum": 0})", "0"));
  CHECK_FALSE(accepts(R"({"patternProperties": {"^n": {"type": "integer"}}})", "{nn: x}"));
  CHECK(accepts(R"({"definitions": {"t": {"properties": {"c": {"$ref": "#/definitions/t"}}}},
                    "$ref": "#/definitions/t"})",
                "{c: {c: {c: {}}}}"));
}

TEST_CASE("a schema of another form checks the whole document") {
  CHECK(problems(R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}},
                     "additionalProperties": false})",
                 "b: 1\n") == Places{"unknown-key unknown key `b`", "missing-key missing key `a`"});
  CHECK(problems(R"({"not": {"required": ["a"]}})", "a: 1\n") ==
        Places{"schema value does not satisfy `not` of the schema"});
  CHECK(problems(R"({"if": {"required": ["a"]}, "then": {"required": ["bb"]}})", "a: 1\n") ==
        Places{"missing-key missing key `bb`"});
  CHECK(problems(R"({"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]})", "2\n") ==
        Places{"range `2` is less than the minimum 3"});
  CHECK(problems(R"({"oneOf": [{"type": "integer"}, {"minimum": 0}]})", "2\n") ==
        Places{"schema value matches more than one of the allowed forms"});
}

TEST_CASE("long texts under a pattern are reported and never matched") {
  const std::string text(GENERATE(50'000, 5'000'000), 'a');
  const auto result = validated("models:\n" + entry_yaml(text));
  REQUIRE(result.diagnostics().size() == 3);  // slug and display_name and the source's address
  CHECK(wheres(result) == Places{"2:11 range", "3:19 range", "14:14 range"});
  CHECK(assay::render_human({result.report}, false).size() < 10'000);
  CHECK_FALSE(accepts(R"({"pattern": "^a+$"})", text));
}

TEST_CASE("long texts where texts may be long are accepted") {
  CHECK(validated(entry_with("long_form: " + std::string(50'000, 'a'))).diagnostics().empty());
  CHECK(wheres(validated(entry_with("long_form: " + std::string(5'000'000, 'a')))) ==
        Places{"15:16 range"});
}

TEST_CASE("numbers of any size are judged") {
  CHECK(validated(entry_with("pretraining_tokens: 99999999999999999999999999"))
            .diagnostics()
            .empty());
  CHECK(wheres(validated(entry_with("pretraining_tokens: -99999999999999999999999999"))) ==
        Places{"15:25 range"});
  CHECK(wheres(validated(entry_with("layers_count: 1e999"))) == Places{"15:19 wrong-type"});
  CHECK(wheres(validated(entry_with("layers_count: .inf"))) == Places{"15:19 wrong-type"});
}

TEST_CASE("of a duplicate key the first value counts") {
  CHECK(wheres(validated(entry_with("license: 7"))) == Places{"15:5 duplicate-key"});
}

TEST_CASE("each mistake is told once and at its place") {
  CHECK(wheres(validated(entry_with("lisense: MIT"))) == Places{"15:5 unknown-key"});
  CHECK(wheres(validated(entry_with("cost: {input_per_mtok_usd: 1, output_per_mtok_usd: 2, "
                                    "as_of: 2026-11-20, source: https://e.org/, vendr: x}"))) ==
        Places{"15:102 unknown-key"});
  CHECK(wheres(validated(entry_with("cost: [{input_per_mtok_usd: 1, as_of: 2026-11-20, "
                                    "source: https://e.org/}]"))) == Places{"15:13 missing-key"});
  CHECK(wheres(validated(entry_with("cost: 7"))) == Places{"15:11 wrong-type"});
  CHECK(wheres(validated(entry_with("quantizations_available: [gguff]\n"
                                    "    quantizations_source: https://huggingface.co/a/b"))) ==
        Places{"15:31 not-in-vocabulary"});
  CHECK(wheres(validated(entry_with("layers_count:"))) == Places{"15:5 wrong-type"});
  CHECK(wheres(validated("models:\n  - just text\n")) == Places{"2:5 wrong-type"});
  CHECK(wheres(validated("model: []\n")) == Places{"1:1 unknown-key"});
  CHECK(wheres(validated("models: 7\n")) == Places{"1:9 wrong-type"});
  CHECK(wheres(validated("models: []\nextra: 1\n")) == Places{"2:1 unknown-key"});
}

TEST_CASE("repairs are offered where they are certain") {
  const auto fix_of = [](const std::string& line) {
    const auto result = validated(entry_with(line));
    REQUIRE(result.diagnostics().size() == 1);
    const auto& fix = result.diagnostics().front().fix;
    return fix ? fix->text : std::string("none");
  };
  CHECK(fix_of("params_total: 70B") == "70000000000");
  CHECK(fix_of("params_total: \"70000000\"") == "70000000");
  CHECK(fix_of("context_window: 128k") == "none");
  CHECK(fix_of("data_released: yes") == "true");
  CHECK(fix_of("tokenizer: 4") == "\"4\"");
  CHECK(fix_of("post_training: sft") == "[sft]");
  CHECK(fix_of("paper_date: 2024/9/5") == "\"2024-09-05\"");
  CHECK(fix_of("paperdate: 2024-09-05") == "paper_date");
  CHECK(fix_of("developer_country: us") == "US");
  CHECK(fix_of("post_training: sft, dpo") == "none");
  CHECK(fix_of("quantizations_available: gguf, zip") == "none");
  CHECK(fix_of("paper_date: September 5, 2024") == "\"2024-09-05\"");
}

TEST_CASE("help says what to type") {
  const auto help_of = [](const std::string& line) {
    const auto result = validated(entry_with(line));
    REQUIRE(result.diagnostics().size() == 1);
    return result.diagnostics().front().help;
  };
  CHECK(help_of("developer_country: UK") == "did you mean `GB`?");
  CHECK(help_of("paper_date: 2024") == "write a date YYYY-MM-DD");
  CHECK(help_of("speed: fast") ==
        "write its keys on the lines below: as_of, source, tokens_per_sec_output");
  CHECK(help_of("quantizations_source: a/b") == "did you mean `https://huggingface.co/a/b`?");
  CHECK(help_of("country: DE") == "did you mean `developer_country`?");
  CHECK(help_of("total_params: 7000000000") == "did you mean `params_total`?");
  CHECK(help_of("layers_count:") == "omit the key when there is no value");
  CHECK(validated("models:\n  - slug: a\n    license:\n").diagnostics().back().help ==
        "give the value: the key is required");
}

TEST_CASE("hostile collections cost neither much time nor memory", "[slow]") {
  std::string list = "post_training: [";
  for (int i = 0; i < 200'000; ++i) list += "w" + std::to_string(i) + ",";
  CHECK(validated(entry_with(list + "w7]")).diagnostics().size() == 1);
  std::string keys = "benchmarks: {";
  for (int i = 0; i < 50'000; ++i) keys += "k" + std::to_string(i) + ": 1, ";
  const auto result = validated(entry_with(keys + "}"));
  CHECK(result.diagnostics().size() > 100);
  CHECK(result.diagnostics().size() < 1000);
  CHECK(std::any_of(result.diagnostics().begin(), result.diagnostics().end(),
                    [](const auto& problem) { return problem.rule == assay::kCutShort; }));
}
