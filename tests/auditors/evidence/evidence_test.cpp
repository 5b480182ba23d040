#include "auditors/evidence/evidence.h"

#include "support/catch.h"

using assay::Evidence;

namespace {

Evidence with_link(std::string link) {
  Evidence evidence;
  evidence.url = "https://hub.example/api/models?limit=2";
  evidence.headers["link"] = std::move(link);
  return evidence;
}

}  // namespace

TEST_CASE("the next page is the target of rel next") {
  CHECK(assay::next_link(with_link("<https://hub.example/api/models?a,b>; rel=\"next\"")) ==
        "https://hub.example/api/models?a,b");
  CHECK(
      assay::next_link(with_link("</p?1>; rel=prev, </p?2>; title=\"a, b\"; rel=\"last next\"")) ==
      "https://hub.example/p?2");
  CHECK(assay::next_link(with_link("<?cursor=x>; rel=next")) ==
        "https://hub.example/api/models?cursor=x");
  CHECK(assay::next_link(with_link("</p>; rel=\"nextish\"")).empty());
  CHECK(assay::next_link(with_link("<broken")).empty());
}

TEST_CASE("a next page on another host is not followed") {
  CHECK(assay::next_link(with_link("<https://evil.example/p>; rel=\"next\"")).empty());
  CHECK(assay::next_link(with_link("<//evil.example/p>; rel=\"next\"")).empty());
  CHECK(assay::next_link(with_link("<https://hub.example.evil/p>; rel=\"next\"")).empty());
}

TEST_CASE("the id of evidence depends on what was exchanged") {
  Evidence a = with_link("");
  a.status = 200;
  a.body = "x";
  Evidence b = a;
  assay::seal(a);
  assay::seal(b);
  CHECK(a.id == b.id);
  CHECK(a.id.size() == 64);
  CHECK(a.body_sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  b.body = "y";
  assay::seal(b);
  CHECK(a.id != b.id);
}
