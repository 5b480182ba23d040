#include "auditors/evidence/warc.h"

#include <string>
#include <vector>

#include "support/catch.h"
#include "support/worlds/faults.h"

namespace {

using namespace assay;

Evidence answer(std::string url, std::string body) {
  Evidence evidence;
  evidence.source = "huggingface";
  evidence.url = std::move(url);
  evidence.final_url = evidence.url;
  evidence.fetched_at = "2026-11-23T03:00:00.250Z";
  evidence.status = 200;
  evidence.headers = {{"content-type", "application/json"}, {"etag", "W/\"31ec\""}};
  evidence.body = std::move(body);
  seal(evidence);
  return evidence;
}

std::vector<Evidence> samples() {
  std::vector<Evidence> all{
      answer("https://hub.example/api/models?search=a%20b", "[1,2]"),
      answer("https://hub.example:8443", std::string("\0\r\n\r\nWARC/1.1", 12)),
      answer("https://hub.example/empty", "")};
  Evidence confirmed = answer("https://hub.example/api/models/a/b", "{}");
  confirmed.status = 304;
  confirmed.final_url = "https://hub.example/api/models/c/d";
  seal(confirmed);
  all.push_back(confirmed);
  Evidence refused = answer("https://hub.example/x", "no such thing");
  refused.status = 404;
  seal(refused);
  all.push_back(refused);
  Evidence failed;
  failed.source = "web";
  failed.url = failed.final_url = "https://gone.example/";
  failed.fetched_at = "2026-11-23T03:00:01.000Z";
  failed.outcome = Outcome::timeout;
  failed.error = " no answer\nin 30 s, \"twice\" ";
  seal(failed);
  all.push_back(failed);
  return all;
}

std::string file_of(const std::vector<Evidence>& all, const std::string& origin = "live") {
  std::string bytes = warc_header({.software = "assay/0.1.0",
                                   .origin = parse_origin(origin),
                                   .run = "run 7 of data/models.yaml",
                                   .date = "2026-11-23T02:59:00.000Z"});
  for (const Evidence& evidence : all) bytes += warc_records(evidence, "assay/0.1.0");
  return bytes;
}

}  // namespace

TEST_CASE("evidence that was written as WARC is read back as it was") {
  const std::vector<Evidence> all = samples();
  const std::string bytes = file_of(all);
  CHECK(bytes == file_of(all));
  REQUIRE(is_warc(bytes));
  const Recording read = read_warc("run.warc.gz", bytes);
  CHECK(read.origin.kind == Origin::Kind::captured);
  CHECK(read.origin.date == "2026-11-23");
  REQUIRE(read.exchanges.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].url);
    CHECK(read.exchanges[i].id == all[i].id);
    CHECK(read.exchanges[i].body == all[i].body);
    CHECK(read.exchanges[i].headers == all[i].headers);
    CHECK(read.exchanges[i].error == all[i].error);
  }
}

TEST_CASE("what was constructed stays constructed in a WARC file") {
  const std::string bytes =
      file_of(samples(), "recording: data/sample/hub.json (constructed answers of 2026-08-21)");
  CHECK(read_warc("run.warc.gz", bytes).origin.kind == Origin::Kind::constructed);
}

TEST_CASE("a damaged WARC file is an error that says where and never other evidence") {
  const std::vector<Evidence> all = samples();
  const std::string bytes = file_of(all);
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    try {
      const Recording read = read_warc("cut.warc.gz", std::string_view(bytes).substr(0, size));
      for (std::size_t i = 0; i < read.exchanges.size(); ++i) {
        CHECK(read.exchanges[i].id == all[i].id);
      }
    } catch (const std::runtime_error& error) {
      CHECK_THAT(error.what(), ContainsSubstring("cut.warc.gz: "));
    }
  }
  test::Random random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = bytes;
    damaged[random.below(damaged.size())] ^= static_cast<char>(1U << random.below(8));
    try {
      for (const Evidence& evidence : read_warc("bad.warc.gz", damaged).exchanges) {
        CHECK(std::any_of(all.begin(), all.end(),
                          [&](const Evidence& known) { return known.id == evidence.id; }));
      }
    } catch (const std::runtime_error&) {
    }
  }
}

TEST_CASE("a WARC file of another program is refused with a reason") {
  const std::string other =
      "WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-11-23T03:00:00Z\r\n"
      "Content-Length: 2\r\n\r\nhi\r\n\r\n";
  CHECK_THROWS_WITH(read_warc("other.warc", other), ContainsSubstring("assay did not write it"));
  CHECK_THROWS_WITH(read_warc("other.warc", "WARC/1.0\r\n\r\n"), ContainsSubstring("WARC/1.1"));
}
