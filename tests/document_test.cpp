#include "validator/document.h"

#include <string>
#include <string_view>

#include "support/catch.h"

using assay::Document;
using assay::Kind;
using assay::Node;
using assay::Source;
using assay::Span;

namespace {

std::string_view text_at(const Source& source, Span span) {
  return source.bytes().substr(span.begin, span.end - span.begin);
}

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
  for (const auto& problem : document.problems()) UNSCOPED_INFO(problem.message);
  REQUIRE(document.problems().empty());
  CHECK_FALSE(document.incomplete());
  REQUIRE(document.entries().size() == 2);
  CHECK(document.entries()[0].slug == "a");
  CHECK(document.entries()[1].slug == "b");
  CHECK(document.root().get("version")->text == "3");
  const Node* const models = document.root().get("models");
  REQUIRE(models != nullptr);
  CHECK(models->sequence().size() == 2);
  const Node& b = *document.entries()[1].node;
  CHECK(b.get("long_form")->text == "text\n- slug: x\n");
  CHECK(text_at(source, b.get("slug")->span()) == "\"b\"");
  CHECK(text_at(source, b.get("tags")->span()) == "[one, 'two']");
  const Node& a = *document.entries()[0].node;
  CHECK(a.get("cost")->get("input_per_mtok_usd")->text == "0.10");
  CHECK(a.get("cost")->get("input_per_mtok_usd")->kind == Kind::real);
  CHECK(a.get("params_total")->kind == Kind::string);
}
