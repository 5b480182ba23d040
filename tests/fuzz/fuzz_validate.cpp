#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"
#include "schema/embedded.h"
#include "support/xml.h"
#include "validator/fix/changed.h"
#include "validator/fix/mend.h"
#include "validator/render/render.h"
#include "validator/validate.h"

// The whole of `assay validate` on any bytes: reading, schema, rules, suppressions,
// --changed-since,
// --fix, and all formats.

namespace {

using namespace assay;
using fuzz::demand;

Diagnostics found_in(const Document& document) {
  static const Schema schema(embedded_schema_file("catalog.schema.json"));
  static const Vocabulary vocabulary = load_vocabulary();
  RuleOptions options;
  options.today = std::chrono::year(2026) / 11 / 23;
  return validate(document, schema, vocabulary, options).diagnostics;
}

bool lies_in(Span span, std::size_t size) { return span.begin <= span.end && span.end <= size; }

void check_places(const Diagnostics& found, std::size_t size) {
  for (const Diagnostic& problem : found) {
    demand(!problem.rule.empty() && !problem.message.empty(), "a problem says what it is");
    demand(lies_in(problem.span, size), "a problem lies in the text");
    demand(!problem.fix || lies_in(problem.fix->span, size), "a fix lies in the text");
    for (const Related& related : problem.related) {
      demand(lies_in(related.span, size), "a second place lies in the text");
    }
  }
}

void check_formats(const Source& source, const Document& document, const Diagnostics& found) {
  const std::vector<FileReport> reports{{&source, document.entries().size(), found}};
  render_human(reports, false);
  render_human(reports, true);
  render_github(reports, "/folder");
  const auto json = nlohmann::json::parse(render_json(reports));
  demand(json.at("diagnostics").size() == found.size(), "JSON names every problem");
  const auto sarif = nlohmann::json::parse(render_sarif(reports, "/folder"));
  demand(sarif.at("runs").at(0).at("results").size() == found.size(), "SARIF names every problem");
  test::parse_xml(render_junit(reports, "/folder"));
}

std::size_t errors_of(const Diagnostics& found) {
  return static_cast<std::size_t>(
      std::count_if(found.begin(), found.end(),
                    [](const Diagnostic& problem) { return problem.severity == Severity::error; }));
}

void check_fixes(std::string_view bytes, const Document& before, const Diagnostics& found) {
  const Check check = [](std::string_view text) {
    const Source source("models.yaml", std::string(text));
    const Diagnostics all = found_in(Document(source));
    return Checked{all, all};
  };
  const Mended mended = mend(std::string(bytes), check);
  const Source source("models.yaml", mended.bytes);
  const Document document(source);
  Diagnostics left = found_in(document);
  if (mended.fixed.empty()) {
    demand(mended.bytes == bytes, "without a fix no byte changes");
  } else {
    demand(errors_of(left) <= errors_of(found), "fixes bring no new errors");
    demand(mend(mended.bytes, check).bytes == mended.bytes, "fixing again changes nothing");
  }
  const std::size_t all = left.size();
  keep_changed({before, found}, document, left);
  demand(left.size() <= all, "--changed-since adds nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source("models.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const Document document(source);
  const Diagnostics found = found_in(document);
  check_places(found, size);
  check_formats(source, document, found);
  check_fixes(source.bytes(), document, found);
  return 0;
}
