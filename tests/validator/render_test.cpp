#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "validator/diagnostic.h"
#include "validator/position_index.h"
#include "validator/render/render.h"
#include "validator/text/printable.h"

using assay::Diagnostic;
using assay::FileReport;
using assay::Severity;
using assay::Source;
using assay::Span;

namespace {

Diagnostic diagnostic(Span span, std::string message = "something is wrong") {
  Diagnostic out;
  out.rule = "some-rule";
  out.message = std::move(message);
  out.span = span;
  return out;
}

std::string human(const Source& source, std::vector<Diagnostic> diagnostics, bool colour = false) {
  return assay::render_human({FileReport{&source, 1, std::move(diagnostics)}}, colour);
}

}  // namespace

TEST_CASE("a frame shows the line and a caret below what is meant") {
  const Source source("data/models.yaml", "models:\n  - slug: a\n    licence: MIT\n");
  Diagnostic unknown = diagnostic({24, 31}, "unknown key `licence`");
  unknown.rule = "unknown-key";
  unknown.help = "did you mean `license`?";
  unknown.entry = "a";
  unknown.related.push_back({{18, 19}, "the entry"});
  CHECK(human(source, {unknown}) ==
        "error[unknown-key]: unknown key `licence`\n"
        " --> data/models.yaml:3:5\n"
        "  |\n"
        "3 |     licence: MIT\n"
        "  |     ^^^^^^^ help: did you mean `license`?\n"
        " ::: data/models.yaml:2:11\n"
        "  |\n"
        "2 |   - slug: a\n"
        "  |           - the entry\n"
        "  |\n"
        "  = entry: a\n"
        "\n"
        "data/models.yaml: 1 entry, 1 error, 0 warnings, 0 notes\n");
}

TEST_CASE("carets stand below wide characters and tabs") {
  const Source source("x", "a:\t\xE4\xB8\xAD\xE6\x96\x87 x\n");
  const std::string text = human(source, {diagnostic({10, 11})});
  CHECK_THAT(text, ContainsSubstring("1 | a:    \xE4\xB8\xAD\xE6\x96\x87 x\n  |            ^\n"));
}

TEST_CASE("control characters of the source never reach the terminal") {
  const Source source("x\x1b[2J", "k: \x1b[31m\xE2\x80\xAEtxt\xFF\n");
  const std::string text =
      human(source, {diagnostic({3, 4}, std::string("bad ") + '\x1b' + "]0;title\x07")});
  for (const char c : text) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
  CHECK_THAT(text, ContainsSubstring("\\x1b[31m\\u{202e}txt\\xff"));
  CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
}

TEST_CASE("very long lines are cut around the caret") {
  const Source source("x", std::string(50'000, 'a') + "HERE" + std::string(50'000, 'b'));
  const std::string text = human(source, {diagnostic({50'000, 50'004})});
  CHECK(text.size() < 1000);
  CHECK_THAT(text, ContainsSubstring("aaHEREbb"));
  CHECK_THAT(text, ContainsSubstring("x:1:50001"));
}

TEST_CASE("a span over several lines is marked to the end of the first") {
  const Source source("x", "ab\ncd\n");
  CHECK_THAT(human(source, {diagnostic({1, 5})}), ContainsSubstring("1 | ab\n  |  ^\n"));
}

TEST_CASE("a span at the end of the file has a frame of its own") {
  const Source source("x", "ab\n");
  CHECK_THAT(human(source, {diagnostic({3, 3})}), ContainsSubstring("x:2:1\n  |\n2 |\n  | ^\n"));
  const Source empty("x", "");
  CHECK_THAT(human(empty, {diagnostic({0, 0})}), ContainsSubstring("x:1:1"));
}

TEST_CASE("colour is only used when asked for") {
  const Source source("x", "ab\n");
  CHECK(human(source, {diagnostic({0, 1})}).find('\x1b') == std::string::npos);
  CHECK(human(source, {diagnostic({0, 1})}, true).find("\x1b[1;31m") != std::string::npos);
}

TEST_CASE("the JSON form has the agreed shape") {
  const Source source("data/models.yaml", "models:\n  - slug: \xC3\xA9\n    vendr: x\n");
  Diagnostic unknown = diagnostic({25, 30}, "unknown key `vendr`");
  unknown.entry = "a";
  unknown.label = "cost.vendr";
  unknown.help = "did you mean `vendor`?";
  unknown.related.push_back({{18, 20}, "the entry"});
  unknown.fix = assay::Fix{{25, 30}, "vendor"};
  Diagnostic plain = diagnostic({0, 6});
  plain.severity = Severity::note;
  const auto json =
      nlohmann::json::parse(assay::render_json({FileReport{&source, 115, {unknown, plain}}}));
  CHECK(json.at("version") == ASSAY_VERSION);
  CHECK(json.at("files") ==
        nlohmann::json::parse(R"([{"path": "data/models.yaml", "entries": 115}])"));
  CHECK(json.at("summary") == nlohmann::json::parse(R"({"errors": 1, "warnings": 0, "notes": 1})"));
  CHECK(json.at("diagnostics").at(0) == nlohmann::json::parse(R"({
    "rule": "some-rule", "severity": "error", "message": "unknown key `vendr`",
    "file": "data/models.yaml", "line": 3, "column": 5, "end_line": 3, "end_column": 10,
    "entry": "a", "label": "cost.vendr", "help": "did you mean `vendor`?",
    "related": [{"file": "data/models.yaml", "line": 2, "column": 11, "message": "the entry"}],
    "fix": {"start": 25, "end": 30, "text": "vendor"}})"));
  CHECK_FALSE(json.at("diagnostics").at(1).contains("help"));
  CHECK_FALSE(json.at("diagnostics").at(1).contains("related"));
  CHECK_FALSE(json.at("diagnostics").at(1).contains("fix"));
}

TEST_CASE("the JSON form is valid for any bytes") {
  const Source source("\xFF", "\xFF\xFE");
  const std::string text =
      assay::render_json({FileReport{&source, 0, {diagnostic({0, 2}, "bad \xC3")}}});
  const auto json = nlohmann::json::parse(text);
  CHECK(json.at("diagnostics").at(0).at("message") == "bad \xEF\xBF\xBD");
}

TEST_CASE("indexed positions are those of the source also in long lines") {
  std::string bytes = "first\n";
  for (int i = 0; i < 30'000; ++i)
    bytes += i % 7 == 0 ? "\xC3\xA9" : i % 11 == 0 ? "\xEF\xBB\xBF" : "\xA9";
  bytes += "\nlast";
  const Source source("x", bytes);
  assay::PositionIndex index(source);
  for (std::size_t offset = 0; offset <= bytes.size(); offset += 997) {
    CHECK(index.position(offset) == source.position(offset));
  }
  CHECK(index.position(bytes.size()) == source.position(bytes.size()));
}

TEST_CASE("many problems of one endless line are rendered in little time") {
  std::string bytes;
  std::vector<Diagnostic> diagnostics;
  for (int i = 0; i < 2000; ++i) {
    diagnostics.push_back(diagnostic({bytes.size(), bytes.size() + 3}));
    bytes += "key" + std::string(1000, ' ');
  }
  const Source source("x", bytes);
  CHECK_THAT(human(source, diagnostics), ContainsSubstring("x:1:2004998"));
}

TEST_CASE("diagnostics are sorted by place and told once") {
  assay::Diagnostics list{diagnostic({5, 6}), diagnostic({1, 2}), diagnostic({5, 6}),
                          diagnostic({1, 2}, "another")};
  assay::sort_and_unique(list);
  REQUIRE(list.size() == 3);
  CHECK(list[0].message == "another");
  CHECK(list[1].span == Span{1, 2});
  CHECK(list[2].span == Span{5, 6});
}

TEST_CASE("quoted values are cut and escaped") {
  CHECK(assay::in_quotes("a\nb") == "`a\\nb`");
  CHECK(assay::in_quotes(std::string(1'000'000, 'x')).size() < 80);
}
