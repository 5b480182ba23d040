#include "support/validated.h"

#include <fmt/format.h>

#include "schema/embedded.h"

namespace assay::test {

Validated validated(std::string yaml, std::string path) {
  const Schema schema(embedded_schema_file("catalog.schema.json"));
  const Vocabulary vocabulary = load_vocabulary();
  RuleOptions options;
  options.today = std::chrono::year(2026) / 11 / 23;
  Validated out;
  out.source = std::make_unique<Source>(std::move(path), std::move(yaml));
  const Document document(*out.source);
  out.report = validate(document, schema, vocabulary, options);
  return out;
}

std::string where(const Validated& validated, const Diagnostic& diagnostic) {
  const Position at = validated.source->position(diagnostic.span.begin);
  return fmt::format("{}:{} {}", at.line, at.column, diagnostic.rule);
}

std::vector<std::string> wheres(const Validated& validated) {
  std::vector<std::string> all;
  for (const Diagnostic& diagnostic : validated.diagnostics()) {
    all.push_back(where(validated, diagnostic));
  }
  return all;
}

std::string entry_yaml(const std::string& slug) {
  return fmt::format(
      "  - slug: {0}\n"
      "    display_name: Model {0}\n"
      "    family: test\n"
      "    developer: Example\n"
      "    type: instruct\n"
      "    released_date: \"2024-09-25\"\n"
      "    openness: open\n"
      "    license: MIT\n"
      "    osi_approved: true\n"
      "    architecture: dense\n"
      "    sources:\n"
      "      - title: Model card\n"
      "        url: https://huggingface.co/example/{0}\n",
      slug);
}

}  // namespace assay::test
