// Collections over HTTP: changes, prices, the past, formats, and walks while somebody writes.
#include <cstdlib>
#include <set>

#include "api/routes.h"
#include "support/catch.h"
#include "support/http/served.h"
#include "support/process.h"

using assay::Verdict;
using assay::api::Response;
using nlohmann::json;

namespace {

// A second run in which awq turns up, written as an audit would.
void audit_again(Served& served, Verdict verdict) {
  assay::db::Store& store = served.store();
  assay::db::Run later = samples::run();
  later.started_at = "2026-11-23T03:00:01.000Z";
  const std::int64_t run = store.begin_run(later);
  auto awq = samples::finding("alpha-7b", "quantizations_available.awq", verdict);
  awq.claimed = "awq";
  awq.observed = verdict == Verdict::supported ? json("awq") : json(nullptr);
  store.add_findings(
      run, "alpha-7b",
      {samples::finding("alpha-7b", "quantizations_available.gguf", Verdict::supported), awq},
      {"quantizations"});
  store.finish_run(run, {});
}

std::string body_of(const Response& response) {
  if (!response.stream) return response.body;
  std::string text;
  while (response.stream(text)) continue;
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("a change is told once with what stood before and since") {
  Served served;
  CHECK(served.json("/api/v1/changes")["data"].empty());
  audit_again(served, Verdict::supported);
  const json data = served.json("/api/v1/changes")["data"];
  // awq is there after all, and exl3 is not seen any more.
  REQUIRE(data.size() == 2);
  CHECK(data[0]["label"] == "quantizations_available.exl3");
  CHECK(data[0]["to"].is_null());
  CHECK(data[0]["from"]["verdict"] == "unlisted");
  CHECK(data[1]["slug"] == "alpha-7b");
  CHECK(data[1]["from"]["verdict"] == "contradicted");
  CHECK(data[1]["to"]["verdict"] == "supported");
  CHECK(data[1]["to"]["observed"] == "awq");
  CHECK(data[1]["run"] == 2);
  const std::string at = data[1]["at"];
  CHECK(served.json("/api/v1/changes?since=" + at)["data"].size() == 2);
  CHECK(served.json("/api/v1/changes?since=2027-01-01")["data"].empty());
  CHECK(served.json("/api/v1/changes?verdict=supported")["data"].size() == 1);
  CHECK(served.json("/api/v1/changes?model=beta-2b")["data"].empty());
  CHECK(served.json("/api/v1/changes?label=quantizations_available.awq")["data"].size() == 1);
}

TEST_CASE("a source that fails for a night and returns changes nothing") {
  Served served;
  for (int night = 0; night < 3; ++night) {
    audit_again(served, Verdict::source_unreachable);
    audit_again(served, Verdict::verifier_unable);
    audit_again(served, Verdict::contradicted);
  }
  // What was contradicted still is. exl3 went in the first night in which nothing failed.
  const json data = served.json("/api/v1/changes")["data"];
  REQUIRE(data.size() == 1);
  CHECK(data[0]["label"] == "quantizations_available.exl3");
  audit_again(served, Verdict::source_unreachable);
  audit_again(served, Verdict::supported);
  REQUIRE(served.json("/api/v1/changes")["data"].size() == 2);
  CHECK(served.json("/api/v1/changes")["data"][0]["from"]["verdict"] == "contradicted");
}

TEST_CASE("the past is answered as it was") {
  Served served;
  const std::string then = served.store().newest_moment();
  const std::vector<std::string> paths{"/api/v1/findings", "/api/v1/models/alpha-7b/history",
                                       "/api/v1/changes", "/api/v1/runs", "/api/v1/models"};
  std::map<std::string, json> said;
  for (const std::string& path : paths) said[path] = served.json(path)["data"];
  audit_again(served, Verdict::supported);
  for (const std::string& path : paths) {
    CAPTURE(path);
    CHECK(served.json(path)["data"] != said[path]);
    CHECK(served.json(path + "?as_of=" + then)["data"] == said[path]);
  }
  const json model = served.json("/api/v1/models/alpha-7b?as_of=" + then)["data"];
  CHECK(model["entry"].is_null());
  CHECK(model["verdicts"]["contradicted"] == 1);
  CHECK(model["labels"].size() == 4);
  CHECK(served.get("/api/v1/runs/2").status == 200);
  CHECK(served.get("/api/v1/runs/2?as_of=" + then).status == 404);
  CHECK(served.json("/api/v1/findings?as_of=2001-01-01T00:00:00Z")["data"].empty());
  // A plus that was not encoded is a space by the rules of queries.
  CHECK(served.get("/api/v1/findings?as_of=2026-11-23T05:00:00+02:00").status == 200);
}

TEST_CASE("a walk during an audit sees what was known when it began each row once") {
  Served served;
  const json all = served.json("/api/v1/findings")["data"];
  std::vector<json> walked;
  std::string url = "/api/v1/findings?limit=2";
  for (int page = 0; page < 10 && !url.empty(); ++page) {
    const json answer = served.json(url);
    for (const json& row : answer["data"]) walked.push_back(row);
    audit_again(served, page % 2 == 0 ? Verdict::supported : Verdict::contradicted);
    url = answer["next"].is_null() ? "" : answer["next"].get<std::string>();
  }
  CHECK(json(walked) == all);
}

TEST_CASE("ndjson and csv hold the whole collection or one page of it") {
  const Served served;
  const json all = served.json("/api/v1/findings")["data"];
  const Response ndjson = served.get("/api/v1/findings?format=ndjson");
  CHECK(header(ndjson, "Content-Type") == "application/x-ndjson");
  REQUIRE(ndjson.stream);
  const std::vector<std::string> rows = lines_of(body_of(ndjson));
  REQUIRE(rows.size() == all.size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(json::parse(rows[i]) == all[i]);

  const std::vector<std::string> lines =
      lines_of(body_of(served.get("/api/v1/findings?format=csv")));
  REQUIRE(lines.size() == all.size() + 1);
  CHECK(lines[0] ==
        "slug,label,auditor,verdict,claimed,observed,since,confirmed_at,first_run,last_run,current,"
        "reason,evidence\r");
  CHECK_THAT(lines[1],
             ContainsSubstring("alpha-7b,quantizations_available.gguf,quantizations,supported"));

  const Response page = served.get("/api/v1/findings?format=csv&limit=2");
  CHECK_FALSE(page.stream);
  CHECK(lines_of(page.body).size() == 3);
  CHECK_THAT(header(page, "Link"), ContainsSubstring("format=csv&limit=2&cursor="));
  for (const char* path : {"models", "changes", "prices", "runs", "models/alpha-7b/history"}) {
    CAPTURE(path);
    CHECK(served.get("/api/v1/" + std::string(path) + "?format=csv").status == 200);
    CHECK(served.get("/api/v1/" + std::string(path) + "?format=ndjson").status == 200);
  }
}

TEST_CASE("a streamed answer has an ETag that changes with the store only") {
  Served served;
  const char* path = "/api/v1/findings?format=ndjson";
  const std::string etag = header(served.get(path), "ETag");
  REQUIRE(etag.size() == 66);
  CHECK(header(served.get(path), "ETag") == etag);
  const Response again = served.get(path, {{"if-none-match", etag}});
  CHECK(again.status == 304);
  CHECK_FALSE(again.stream);
  const std::string past = path + ("&as_of=" + served.store().newest_moment());
  const std::string of_past = header(served.get(past), "ETag");
  audit_again(served, Verdict::supported);
  CHECK(header(served.get(path), "ETag") != etag);
  CHECK(header(served.get(past), "ETag") == of_past);
}

TEST_CASE("a csv is safe to open in a spreadsheet") {
  Served served;
  assay::db::Store& store = served.store();
  const std::int64_t run = store.begin_run(samples::run());
  auto hostile = samples::finding("h", "x", Verdict::supported);
  hostile.reason = "=HYPERLINK(\"http://evil\",\"a\")\r\nb";
  hostile.claimed = "-0.5";
  hostile.observed = "@SUM(1)";
  store.add_findings(run, "h", {hostile}, {"quantizations"});
  const std::string text = body_of(served.get("/api/v1/findings?format=csv&model=h"));
  CHECK_THAT(text, ContainsSubstring(",-0.5,'@SUM(1),"));
  CHECK_THAT(text, ContainsSubstring(",\"'=HYPERLINK(\"\"http://evil\"\",\"\"a\"\")\r\nb\","));
}

TEST_CASE("browsers of other sites may ask and read ETag and Link") {
  const Served served;
  const Response options = served.get("/api/v1/findings", {}, "OPTIONS");
  CHECK(options.status == 204);
  CHECK(header(options, "Allow") == "GET, HEAD, OPTIONS");
  CHECK(header(options, "Access-Control-Allow-Origin") == "*");
  CHECK_THAT(header(options, "Access-Control-Allow-Headers"), ContainsSubstring("If-None-Match"));
  CHECK_THAT(header(served.get("/api/v1/findings"), "Access-Control-Expose-Headers"),
             ContainsSubstring("ETag, Link"));
}

TEST_CASE("the feed has an entry per change") {
  Served served;
  const Response empty = served.get("/feed.xml", {{"host", "assay.example:8080"}});
  CHECK(header(empty, "Content-Type") == "application/atom+xml; charset=utf-8");
  CHECK(empty.body.find("<entry>") == std::string::npos);
  audit_again(served, Verdict::supported);
  const std::string feed = served.get("/feed.xml", {{"host", "assay.example:8080"}}).body;
  CHECK_THAT(feed,
             ContainsSubstring("<title>alpha-7b quantizations_available.awq: supported (awq), "
                               "previously contradicted</title>"));
  CHECK_THAT(feed, ContainsSubstring("href=\"http://assay.example:8080/models/alpha-7b\""));
  CHECK(served.get("/feed.xml", {{"host", "x\"><script>"}}).body.find("<script>") ==
        std::string::npos);
}

TEST_CASE("metrics count findings and exchanges") {
  const Served served;
  const std::string text = served.get("/metrics").body;
  CHECK_THAT(text, ContainsSubstring(
                       "assay_findings{auditor=\"quantizations\",verdict=\"supported\"} 2\n"));
  CHECK_THAT(text, ContainsSubstring(
                       "assay_source_exchanges_total{source=\"huggingface\",result=\"200\"} 1\n"));
  CHECK_THAT(text, ContainsSubstring("assay_last_run_complete 1\n"));
}

TEST_CASE("the metrics are accepted by promtool") {
  const char* named = std::getenv("PROMTOOL");
  const TempDir folder;
  const assay::test::Finished checked =
      assay::test::Process(
          folder.path().string(),
          {"/usr/bin/env", named == nullptr ? "promtool" : named, "check", "metrics"}, {},
          Served().get("/metrics").body)
          .wait();
  if (checked.exit_code == 127) {
    assay::test::skip("promtool is not installed (Debian: in the package prometheus)");
  }
  INFO(checked.out << checked.err);
  CHECK(checked.exit_code == 0);
  CHECK(checked.err.empty());
}
