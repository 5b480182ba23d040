#include <cstddef>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "support/golden.h"
#include "support/validated.h"
#include "support/xml.h"
#include "validator/diagnostic.h"
#include "validator/render/render.h"
#include "validator/render/report_path.h"
#include "validator/rules/rules.h"

// The forms of `assay validate` that other programs read: SARIF, GitHub annotations, JUnit.

using assay::Diagnostic;
using assay::FileReport;
using assay::Severity;
using assay::Source;
using assay::test::check_golden;
using assay::test::golden_folder;
using assay::test::read_file;
using assay::test::validated;
using assay::test::XmlElement;
using Json = nlohmann::ordered_json;

namespace {

std::string example() { return read_file(golden_folder() / "render/input.yaml"); }

Json sarif_of(const std::string& yaml, const std::string& path = "data/models.yaml") {
  return Json::parse(assay::render_sarif({validated(yaml, path).report}, "/home/ada"));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Rule and fingerprint of each result.
std::set<std::string> fingerprints(const Json& sarif) {
  std::set<std::string> out;
  for (const Json& result : sarif["runs"][0]["results"]) {
    out.insert(result["ruleId"].get<std::string>() + " " +
               result["partialFingerprints"]["assay/v1"].get<std::string>());
  }
  return out;
}

std::string random_hostile_text(std::mt19937& random) {
  static const std::vector<std::string> kHostilePieces{
      "\n",   "\r",       "\r\n",         "::error::", "%0A",          "`",
      "]]>",  "<a b>",    "&amp;",        "\"",        "](https://e)", std::string(1, '\0'),
      "\x1b", "\xFF",     "\xEF\xBF\xBE", "\xC3\xA9",  "\xED\xA0\x80", "\xE2\x80\xA8",
      "\x7F", "\xC2\x85", "word",         ",:",        "##[error]",    "\xF4\x90\x80\x80"};
  std::string out;
  for (std::size_t n = random() % 8; n > 0; --n)
    out += kHostilePieces[random() % kHostilePieces.size()];
  return out;
}

std::vector<Diagnostic> random_diagnostics(std::mt19937& random, std::size_t size) {
  const auto span = [&] {
    const std::size_t begin = random() % (size + 1);
    return assay::Span{begin, begin + random() % (size - begin + 1)};
  };
  std::vector<Diagnostic> out(random() % 4);
  for (Diagnostic& diagnostic : out) {
    diagnostic.rule = random() % 2 == 0 ? "wrong-type" : random_hostile_text(random);
    diagnostic.severity = static_cast<Severity>(random() % 3);
    diagnostic.message = random_hostile_text(random);
    diagnostic.span = span();
    diagnostic.entry = random_hostile_text(random);
    diagnostic.label = random_hostile_text(random);
    diagnostic.help = random_hostile_text(random);
    if (random() % 2 == 0) diagnostic.related.push_back({span(), random_hostile_text(random)});
    if (random() % 2 == 0) diagnostic.fix = assay::Fix{span(), random_hostile_text(random)};
  }
  return out;
}

}  // namespace

TEST_CASE("the SARIF form of several problems is what its golden file shows") {
  Json sarif = sarif_of(example());
  Json& run = sarif["runs"][0];
  const Json rules = run["tool"]["driver"]["rules"];
  run["tool"]["driver"].erase("rules");  // they have a test of their own
  run["tool"]["driver"].erase("version");
  for (Json& result : run["results"]) {
    CHECK(rules.at(result["ruleIndex"].get<std::size_t>())["id"] == result["ruleId"]);
    result.erase("ruleIndex");
  }
  check_golden(golden_folder() / "render/expected.sarif", sarif.dump(2) + "\n");
}

TEST_CASE("the annotations of several problems are what their golden file shows") {
  check_golden(
      golden_folder() / "render/expected.github",
      assay::render_github({validated(example(), "data/models.yaml").report}, "/home/ada"));
}

TEST_CASE("the JUnit form of several problems and a clean file is what its golden file shows") {
  const auto wrong = validated(example(), "data/models.yaml");
  const auto clean = validated("models:\n" + assay::test::entry_yaml("a"), "data/clean.yaml");
  check_golden(golden_folder() / "render/expected.junit.xml",
               assay::render_junit({wrong.report, clean.report}, "/home/ada"));
}

TEST_CASE("SARIF describes every rule of the table") {
  const Json sarif = sarif_of("models: []\n");
  CHECK(sarif["version"] == "2.1.0");
  CHECK(sarif["runs"][0]["results"] == Json::array());
  const Json& rules = sarif["runs"][0]["tool"]["driver"]["rules"];
  std::size_t index = 0;
  for (const auto& group : assay::rule_groups()) {
    for (const assay::Rule& rule : group) {
      INFO(rule.id);
      const Json& row = rules.at(index++);
      CHECK(row["id"] == rule.id);
      CHECK(row["shortDescription"]["text"] == rule.summary);
      CHECK(row["fullDescription"]["text"] == rule.why);
      CHECK(row["defaultConfiguration"]["level"] == to_string(rule.severity));
      CHECK_FALSE(row["help"]["text"].get<std::string>().empty());
    }
  }
  CHECK(rules.size() == index);
}

TEST_CASE("fingerprints stay when lines move and values change") {
  const auto before = fingerprints(sarif_of(example()));
  CHECK(before.size() == sarif_of(example())["runs"][0]["results"].size());
  std::string moved = "# a comment\n\n" + example();
  moved.replace(moved.find("1B\n    vendr"), 2, "2B");
  CHECK(fingerprints(sarif_of(moved)) == before);
  std::string renamed = example();
  renamed.replace(renamed.find("vendr"), 5, "vendx");
  CHECK(fingerprints(sarif_of(renamed)) != before);
}

TEST_CASE("equal problems in SARIF have different fingerprints") {
  const Source source("a.yaml", "text\n");
  Diagnostic problem;
  problem.rule = "wrong-type";
  problem.message = "expected integer";
  const FileReport report{&source, 1, {problem, problem}};
  const Json sarif = Json::parse(assay::render_sarif({report, report}, "/home/ada"));
  CHECK(fingerprints(sarif).size() == 4);
}

TEST_CASE("a replacement that JSON cannot hold is not offered in SARIF") {
  const Source source("a.yaml", "text\n");
  Diagnostic problem;
  problem.rule = "wrong-type";
  problem.fix = assay::Fix{{0, 4}, "\xFF"};
  const Json sarif = Json::parse(assay::render_sarif({FileReport{&source, 1, {problem}}}, ""));
  CHECK_FALSE(sarif["runs"][0]["results"][0].contains("fixes"));
}

TEST_CASE("files are named relative to the folder that holds them") {
  CHECK(assay::report_path("data/models.yaml", "/home/ada") == "data/models.yaml");
  CHECK(assay::report_path("./data//models.yaml", "/home/ada") == "data/models.yaml");
  CHECK(assay::report_path("/home/ada/data/models.yaml", "/home/ada") == "data/models.yaml");
  CHECK(assay::report_path("/home/ada/data/models.yaml", "/home/ada/") == "data/models.yaml");
  CHECK(assay::report_path("../ada/models.yaml", "/home/ada") == "models.yaml");
  CHECK(assay::report_path("../models.yaml", "/home/ada/sub") == "/home/ada/models.yaml");
  CHECK(assay::report_path("/home/adam/models.yaml", "/home/ada") == "/home/adam/models.yaml");
  CHECK(assay::report_path("..models.yaml", "/home/ada") == "..models.yaml");
  CHECK(assay::report_uri("data/a b:c%\xC3\xA9.yaml", "/home/ada") ==
        "data/a%20b%3Ac%25%C3%A9.yaml");
  CHECK(assay::report_uri("/elsewhere/a b", "/home/ada") == "file:///elsewhere/a%20b");
  CHECK(assay::report_uri("<stdin>", "/home/ada") == "%3Cstdin%3E");
}

TEST_CASE("the forms for programs stay well-formed for any bytes", "[slow]") {
  const unsigned seed = GENERATE(range(1U, 200U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const Source first(random_hostile_text(random), random_hostile_text(random));
  const Source second("b.yaml", random_hostile_text(random));
  const std::vector<FileReport> reports{
      {&first, 1, random_diagnostics(random, first.bytes().size())},
      {&second, 2, random_diagnostics(random, second.bytes().size())}};
  const std::size_t count = reports[0].diagnostics.size() + reports[1].diagnostics.size();

  const Json sarif = Json::parse(assay::render_sarif(reports, "/home/ada"));
  const Json& results = sarif["runs"][0]["results"];
  REQUIRE(results.size() == count);
  for (const Json& result : results) {
    const Json& region = result["locations"][0]["physicalLocation"]["region"];
    CHECK(region["startLine"] >= 1);
    CHECK(region["startColumn"] >= 1);
    CHECK(std::pair(region["endLine"].get<int>(), region["endColumn"].get<int>()) >=
          std::pair(region["startLine"].get<int>(), region["startColumn"].get<int>()));
  }

  static const std::regex command(
      "::(error|warning|notice) title=assay \\([^,:]*\\),file=[^,:]*,line=[0-9]+,col=[0-9]+,"
      "endLine=[0-9]+,endColumn=[0-9]+::.*");
  const std::string annotations = assay::render_github(reports, "/home/ada");
  CHECK(annotations.find('\r') == std::string::npos);
  const std::vector<std::string> lines = lines_of(annotations);
  REQUIRE(lines.size() == count);
  for (const std::string& line : lines) CHECK(std::regex_match(line, command));

  const XmlElement junit = assay::test::parse_xml(assay::render_junit(reports, "/home/ada"));
  REQUIRE(junit.children.size() == 2);
  CHECK(junit.attributes.at("failures") == std::to_string(count));
  std::size_t cases = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const XmlElement& suite = junit.children[i];
    CHECK(suite.attributes.at("tests") == std::to_string(suite.children.size()));
    CHECK(suite.attributes.at("failures") == std::to_string(reports[i].diagnostics.size()));
    cases += suite.children.size();
  }
  CHECK(junit.attributes.at("tests") == std::to_string(cases));
}
