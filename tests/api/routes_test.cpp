#include "api/routes.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <set>

#include "support/catch.h"
#include "support/http/served.h"

using assay::api::Response;
using nlohmann::json;

namespace {

std::vector<std::string> members(const json& list, const char* key) {
  std::vector<std::string> found;
  for (const json& item : list) found.push_back(item.at(key).get<std::string>());
  return found;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("models are listed in catalog order with counts and the last audit") {
  const Served served;
  const json answer = served.json("/api/v1/models");
  CHECK(answer["next"].is_null());
  REQUIRE(members(answer["data"], "slug") == Words{"alpha-7b", "beta-2b", "gamma"});
  const json& alpha = answer["data"][0];
  CHECK(alpha["display_name"] == "Alpha 7B");
  CHECK(alpha["family"] == "alpha");
  CHECK(alpha["developer"] == "Acme");
  CHECK(alpha["openness"] == "open-weights");
  CHECK(alpha["verdicts"]["supported"] == 1);
  CHECK(alpha["verdicts"]["contradicted"] == 1);
  CHECK(alpha["verdicts"]["unlisted"] == 1);
  CHECK(alpha["verdicts"]["disputed"] == 0);
  CHECK(alpha["last_audit"] == "2026-11-23T03:00:00.000Z");
  CHECK(answer["data"][2]["last_audit"].is_null());
}

TEST_CASE("models are narrowed by every filter") {
  const Served served;
  const auto slugs = [&](const std::string& query) {
    return members(served.json("/api/v1/models?" + query)["data"], "slug");
  };
  CHECK(slugs("family=alpha") == Words{"alpha-7b", "gamma"});
  CHECK(slugs("family=ALPHA&developer=other") == Words{"gamma"});
  CHECK(slugs("developer=A+%26+B+%3Cb%3E") == Words{"beta-2b"});
  CHECK(slugs("openness=open") == Words{"beta-2b"});
  CHECK(slugs("quantization=awq") == Words{"alpha-7b"});
  CHECK(slugs("verdict=supported") == Words{"alpha-7b", "beta-2b"});
  CHECK(slugs("verdict=disputed").empty());
  CHECK(slugs("q=GAM") == Words{"gamma"});
  CHECK(slugs("q=nothing-like-it").empty());
}

TEST_CASE("an entry shows every label with its verdict and evidence") {
  const Served served;
  const json data = served.json("/api/v1/models/alpha-7b")["data"];
  std::map<std::string, json> labels;
  for (const json& label : data["labels"]) labels[label["label"]] = label;
  const json gguf = labels["quantizations_available.gguf"];
  CHECK(gguf["claimed"] == "gguf");
  CHECK(gguf["verdict"] == "supported");
  CHECK(gguf["observed"] == "gguf");
  CHECK(gguf["since"] == "2026-11-23T03:00:00.002Z");
  CHECK(gguf["evidence"] == json{"/api/v1/evidence/" + served.seen.id});
  CHECK(gguf["observations"][0]["evidence"] == "sha256:" + served.seen.id);
  CHECK(labels["quantizations_available.awq"]["verdict"] == "contradicted");
  CHECK(labels["quantizations_available.exl3"]["claimed"].is_null());
  CHECK(labels["cost.input_per_mtok_usd"]["claimed"] == "0.10");
  CHECK(labels["params_total"]["claimed"] == 7'000'000'000);
  CHECK(labels["params_total"]["verdict"] == "unaudited");
  CHECK(labels["params_total"]["since"].is_null());
  CHECK(data["entry"]["cost"]["input_per_mtok_usd"] == "0.10");
  CHECK(data["entry"]["params_total"] == 7'000'000'000);
  CHECK(data["entry"]["osi_approved"] == false);
  // Every label has the same members, audited or not.
  std::set<std::size_t> sizes;
  for (const json& label : data["labels"]) sizes.insert(label.size());
  CHECK(sizes.size() == 1);
}

TEST_CASE("labels of a past moment come in the order of those of now") {
  std::string catalog = Served::kCatalog;
  catalog.replace(catalog.find("[gguf, awq]"), 11, "[awq, gguf]");
  const Served served(catalog);
  const auto order = [&](const std::string& url) {
    Words words;
    const json answer = served.json(url);
    for (const json& label : answer["data"]["labels"]) {
      if (label["verdict"] != "unaudited") words.push_back(label["label"]);
    }
    return words;
  };
  const Words now = order("/api/v1/models/alpha-7b");
  CHECK(now.size() >= 3);
  CHECK(order("/api/v1/models/alpha-7b?as_of=2100-01-01") == now);
}

TEST_CASE("a verdict is never shown for a value that it was not reached on") {
  std::string changed = Served::kCatalog;
  changed.replace(changed.find("0.10"), 4, "0.25");
  const Served served(changed);
  const json answer = served.json("/api/v1/models/alpha-7b");
  for (const json& label : answer["data"]["labels"]) {
    if (label["label"] != "cost.input_per_mtok_usd") continue;
    CHECK(label["claimed"] == "0.25");
    CHECK(label["verdict"] == "unaudited");
    CHECK_THAT(label["reason"].get<std::string>(),
               ContainsSubstring("catalog value changed from \"0.10\""));
    // The counts are those of the labels beside them.
    std::map<std::string, int> counted;
    for (const json& each : answer["data"]["labels"]) ++counted[each["verdict"]];
    for (const auto& [verdict, count] : answer["data"]["verdicts"].items()) {
      CHECK(count == counted[verdict]);
    }
    return;
  }
  FAIL("the label is missing");
}

TEST_CASE("findings are filtered and walked page by page without loss") {
  const Served served;
  CHECK(served.json("/api/v1/findings")["data"].size() == 5);
  CHECK(served.json("/api/v1/findings?model=beta-2b")["data"].size() == 1);
  CHECK(served.json("/api/v1/findings?label=quant")["data"].size() == 4);
  CHECK(served.json("/api/v1/findings?verdict=supported")["data"].size() == 2);
  CHECK(served.json("/api/v1/findings?auditor=quantizations")["data"].size() == 4);
  CHECK(served.json("/api/v1/findings?since=2026-11-24T00:00:00Z")["data"].empty());
  CHECK(served.json("/api/v1/findings?model=none")["data"].empty());

  for (const std::string path :
       {"/api/v1/findings?limit=2&model=alpha-7b", "/api/v1/models?limit=1",
        "/api/v1/models/alpha-7b/history?limit=1"}) {
    CAPTURE(path);
    std::set<std::string> seen;
    std::size_t rows = 0;
    std::string url = path;
    for (int page = 0; page < 10; ++page) {
      const Response response = served.get(url);
      REQUIRE(response.status == 200);
      const json answer = json::parse(response.body);
      for (const json& row : answer["data"]) seen.insert(row.dump());
      rows += answer["data"].size();
      if (answer["next"].is_null()) {
        CHECK(header(response, "Link").empty());
        break;
      }
      url = answer["next"].get<std::string>();
      CHECK(header(response, "Link") == "<" + url + ">; rel=\"next\"");
      CHECK_THAT(url, ContainsSubstring("limit="));
    }
    CHECK(rows == (path.find("models?") != std::string::npos ? 3 : 4));
    CHECK(seen.size() == rows);
  }
}

TEST_CASE("a page goes on where it stood when its last entry has left the catalog") {
  const Served served;
  const std::string next = served.json("/api/v1/models?limit=1")["next"];
  std::string smaller = Served::kCatalog;
  const std::size_t first = smaller.find("  - slug: alpha");
  smaller.erase(first, smaller.find("  - slug: beta") - first);
  const Served later(smaller);
  CHECK(later.json(next)["data"][0]["slug"] == "beta-2b");
}

TEST_CASE("history shows closed periods too and outlives the entry") {
  Served served;
  const std::int64_t run = served.store().begin_run(samples::run());
  served.store().add_findings(
      run, "alpha-7b",
      {samples::finding("alpha-7b", "quantizations_available.gguf", assay::Verdict::contradicted)},
      {"quantizations"});
  const json answer =
      served.json("/api/v1/models/alpha-7b/history?label=quantizations_available.gguf");
  REQUIRE(answer["data"].size() == 2);
  CHECK(answer["data"][0]["verdict"] == "contradicted");
  CHECK(answer["data"][0]["current"] == true);
  CHECK(answer["data"][1]["current"] == false);
  CHECK(served.get("/api/v1/models/gamma/history").status == 200);
  CHECK(served.get("/api/v1/models/none/history").status == 404);
  served.store().add_findings(run, "gone",
                              {samples::finding("gone", "a", assay::Verdict::supported)}, {});
  CHECK(served.get("/api/v1/models/gone").status == 404);
  CHECK(served.json("/api/v1/models/gone/history")["data"].size() == 1);
}

TEST_CASE("runs say where their answers came from") {
  const Served served(Served::kCatalog, "recording: sample.json (constructed 2026-08-21)");
  const json run = served.json("/api/v1/runs/1")["data"];
  CHECK(run["origin"] == "recording: sample.json (constructed 2026-08-21)");
  CHECK(run["status"] == "complete");
  CHECK(run["requests"]["sent"] == 2);
  CHECK(run["verdicts"]["supported"] == 2);
  CHECK(run["catalog_sha256"] == std::string(64, 'a'));
  CHECK(served.json("/api/v1/runs")["data"][0]["id"] == run["id"]);
  REQUIRE(run["sources"].size() == 1);
  CHECK(run["sources"][0]["source"] == "huggingface");
  CHECK(run["sources"][0]["exchanges"] == 1);
  CHECK(run["sources"][0]["errors"] == 0);
  CHECK(run["sources"][0]["results"]["200"] == 1);
}

TEST_CASE("what a source's terms forbid to hand on stays in the database") {
  Served served;
  assay::Evidence seen = samples::evidence("https://prices.example/api", R"({"made":"up"})",
                                           "2026-11-23T03:00:02.000Z");
  seen.source = "artificial_analysis";
  assay::seal(seen);
  const std::int64_t run = served.store().begin_run(samples::run());
  served.store().add_evidence(run, seen);
  for (const std::string& id : {seen.id, seen.body_sha256}) {
    const Response refused = served.get("/api/v1/evidence/" + id + "/body");
    CHECK(refused.status == 403);
    CHECK(refused.body.find("made") == std::string::npos);
    CHECK(json::parse(refused.body)["type"] == "urn:assay:problem:not-redistributable");
  }
  const json data = served.json("/api/v1/evidence/" + seen.id)["data"];
  CHECK(data["body"]["sha256"] == seen.body_sha256);
  CHECK(served.store().body(seen.id) == seen.body);
}

TEST_CASE("evidence and its body are served as they were seen") {
  const Served served;
  const json data = served.json("/api/v1/evidence/" + served.seen.id)["data"];
  CHECK(data["url"] == "https://hub.example/api");
  CHECK(data["outcome"] == "response");
  CHECK(data["status"] == 200);
  CHECK(data["headers"]["etag"] == "\"1\"");
  CHECK(data["body"]["sha256"] == served.seen.body_sha256);
  CHECK(data["body"]["size"] == 7);
  CHECK(data["runs"] == json{1});
  CHECK(served.get("/api/v1/evidence/sha256:" + served.seen.id).status == 200);

  const Response body = served.get(data["body"]["url"].get<std::string>());
  CHECK(body.body == R"({"a":1})");
  CHECK(header(body, "Content-Type") == "application/json");
  CHECK_THAT(header(body, "Content-Disposition"), ContainsSubstring("attachment"));
  CHECK(header(body, "X-Content-Type-Options") == "nosniff");
  CHECK_THAT(header(body, "Cache-Control"), ContainsSubstring("immutable"));
  const Response by_digest = served.get("/api/v1/evidence/" + served.seen.body_sha256 + "/body");
  CHECK(by_digest.body == body.body);
  CHECK(header(by_digest, "Content-Type") == "application/octet-stream");
}

TEST_CASE("a body that is a page is never served as one") {
  Served served;
  const std::int64_t run = served.store().begin_run(samples::run());
  for (const std::string type : {"text/html", "image/svg+xml", "application/xhtml+xml", ""}) {
    assay::Evidence page = samples::evidence("https://x.example/" + type, "<script>1</script>",
                                             "2026-11-23T03:00:01.000Z");
    page.headers = {{"content-type", type}};
    seal(page);
    served.store().add_evidence(run, page);
    const std::string sent =
        header(served.get("/api/v1/evidence/" + page.id + "/body"), "Content-Type");
    CHECK((sent == "text/plain; charset=utf-8" || sent == "application/octet-stream"));
  }
}

TEST_CASE("an answer has a strong ETag and is not sent twice") {
  const Served served;
  for (const char* path : {"/api/v1/models", "/", "/models/alpha-7b", "/style.css"}) {
    CAPTURE(path);
    const Response first = served.get(path);
    const std::string etag = header(first, "ETag");
    REQUIRE(etag.size() == 66);
    CHECK(header(first, "Cache-Control") == "no-cache");
    for (const std::string& condition :
         {etag, "W/" + etag, "\"x\", " + etag, std::string("*"), "\"x\",W/" + etag + " , \"y\""}) {
      const Response again = served.get(path, {{"if-none-match", condition}});
      CHECK(again.status == 304);
      CHECK(again.body.empty());
      CHECK(header(again, "ETag") == etag);
    }
    CHECK(served.get(path, {{"if-none-match", "\"x\""}}).status == 200);
    CHECK(served.get(path, {{"if-none-match", etag.substr(1)}}).status == 200);
    CHECK(served.get(path, {}, "HEAD").status == 200);
    CHECK(header(served.get(path, {}, "HEAD"), "ETag") == etag);
  }
}

TEST_CASE("all errors under api have one shape", "[slow]") {
  const Served served;
  struct Case {
    std::string method;
    std::string target;
    int status;
    std::string type;
    std::string parameter;
  };
  const Case wrong = GENERATE(
      Case{"GET", "/api/v1/nothing", 404, "not-found", ""},
      Case{"GET", "/api/", 404, "not-found", ""},
      Case{"GET", "/api/v1/models/", 404, "not-found", ""},
      Case{"GET", "/api/v1/models/none", 404, "not-found", ""},
      Case{"GET", "/api/v1/models/%FF%00", 404, "not-found", ""},
      Case{"GET", "/api/v1/models/none/history", 404, "not-found", ""},
      Case{"GET", "/api/v1/runs/99", 404, "not-found", ""},
      Case{"GET", "/api/v1/runs/1x", 404, "not-found", ""},
      Case{"GET", "/api/v1/runs/99999999999999999999", 404, "not-found", ""},
      Case{"GET", "/api/v1/evidence/xyz", 404, "not-found", ""},
      Case{"GET", "/api/v1/evidence/" + std::string(64, '0'), 404, "not-found", ""},
      Case{"GET", "/api/v1/evidence/" + std::string(64, '0') + "/body", 404, "not-found", ""},
      Case{"GET", "/api/v1/models?nope=1", 400, "unknown-parameter", "nope"},
      Case{"GET", "/api/v1/models/alpha-7b?x", 400, "unknown-parameter", "x"},
      Case{"GET", "/api/v1/models?limit=0", 400, "bad-parameter", "limit"},
      Case{"GET", "/api/v1/models?limit=1001", 400, "bad-parameter", "limit"},
      Case{"GET", "/api/v1/models?limit=-1", 400, "bad-parameter", "limit"},
      Case{"GET", "/api/v1/models?limit=2x", 400, "bad-parameter", "limit"},
      Case{"GET", "/api/v1/models?limit=2&limit=3", 400, "bad-parameter", "limit"},
      Case{"GET", "/api/v1/models?limit=", 400, "bad-parameter", "limit"},
      Case{"GET", "/api/v1/models?cursor=zz", 400, "bad-parameter", "cursor"},
      Case{"GET", "/api/v1/models?cursor=1.6162", 400, "bad-parameter", "cursor"},
      Case{"GET", "/api/v1/findings?cursor=1.6162", 400, "bad-parameter", "cursor"},
      Case{"GET", "/api/v1/findings?cursor=1.2d31", 400, "bad-parameter", "cursor"},
      Case{"GET", "/api/v1/runs?cursor=1.", 400, "bad-parameter", "cursor"},
      Case{"GET", "/api/v1/models?openness=closed", 400, "bad-parameter", "openness"},
      Case{"GET", "/api/v1/models?quantization=zip", 400, "bad-parameter", "quantization"},
      Case{"GET", "/api/v1/models?verdict=good", 400, "bad-parameter", "verdict"},
      Case{"GET", "/api/v1/findings?verdict=good", 400, "bad-parameter", "verdict"},
      Case{"GET", "/api/v1/findings?since=yesterday", 400, "bad-parameter", "since"},
      Case{"POST", "/api/v1/models", 405, "method-not-allowed", ""},
      Case{"DELETE", "/api/v1/runs/1", 405, "method-not-allowed", ""},
      Case{"GET", "/api/v1/findings?as_of=soon", 400, "bad-parameter", "as_of"},
      Case{"GET", "/api/v1/changes?since=1", 400, "bad-parameter", "since"},
      Case{"GET", "/api/v1/changes?format=xml", 400, "bad-parameter", "format"},
      Case{"GET", "/api/v1/findings?auditor=nobody", 400, "bad-parameter", "auditor"},
      Case{"GET", "/api/v1/prices?current=1", 400, "bad-parameter", "current"},
      Case{"GET", "/api/v1/prices?format=csv&cursor=x", 400, "bad-parameter", "cursor"},
      Case{"POST", "/api/v1/nothing", 404, "not-found", ""});
  CAPTURE(wrong.method, wrong.target);
  const Response response = served.get(wrong.target, {}, wrong.method);
  CHECK(response.status == wrong.status);
  CHECK(header(response, "Content-Type") == "application/problem+json");
  CHECK(header(response, "Access-Control-Allow-Origin") == "*");
  CHECK(header(response, "X-Content-Type-Options") == "nosniff");
  CHECK((header(response, "Allow") == "GET, HEAD, OPTIONS") == (wrong.status == 405));
  const json problem = json::parse(response.body);
  CHECK(problem["type"] == "urn:assay:problem:" + wrong.type);
  CHECK(problem["status"] == wrong.status);
  CHECK_FALSE(problem["title"].get<std::string>().empty());
  CHECK_FALSE(problem["detail"].get<std::string>().empty());
  CHECK(problem.value("parameter", "") == wrong.parameter);
}

TEST_CASE("a parameter that is refused is named with what is allowed") {
  const Served served;
  CHECK_THAT(
      served.json("/api/v1/models?verdict=good")["detail"].get<std::string>(),
      ContainsSubstring(
          "invalid value 'good' for the parameter 'verdict'; allowed: supported, contradicted"));
  CHECK_THAT(served.json("/api/v1/runs?page=2")["detail"].get<std::string>(),
             ContainsSubstring("allowed: as_of, format, limit, cursor"));
}

TEST_CASE("every route answers and no two have one pattern") {
  const Served served;
  std::set<std::string_view> patterns;
  for (const assay::api::Route& route : assay::api::routes()) {
    CAPTURE(route.pattern);
    CHECK(patterns.insert(route.pattern).second);
    CHECK_FALSE(route.summary.empty());
    std::string path(route.pattern);
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"{slug}", "alpha-7b"}, {"{id}", "1"}, {"{sha256}", served.seen.id}}) {
      if (path.find(name) != std::string::npos) path.replace(path.find(name), name.size(), value);
    }
    const Response response = served.get(path);
    CHECK(response.status == 200);
    CHECK_FALSE(response.body.empty());
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    const bool api = path.starts_with("/api/") || path == "/openapi.json";
    CHECK((header(response, "Access-Control-Allow-Origin") == "*") == api);
    CHECK_FALSE(header(response, "Content-Security-Policy").empty());
    CHECK(served.get(path + "?unknown=1").status == 400);
    CHECK(served.get(path, {}, "POST").status == 405);
    CHECK(served.get(path, {}, "PATCH").status == 405);
  }
}

TEST_CASE("health and readiness are plain") {
  const Served served;
  CHECK(served.get("/healthz").body == "ok\n");
  CHECK(served.get("/readyz").body == "ready\n");
  const Served empty("models: []\n");
  CHECK(empty.get("/healthz").status == 200);
  CHECK(empty.get("/readyz").status == 503);
}

TEST_CASE("a route that fails is a problem and not an end") {
  Served served;
  // Another program breaks a row under the open store.
  SQLite::Database(served.database(), SQLite::OPEN_READWRITE)
      .exec("UPDATE period SET claimed = '['");
  const Response api = served.get("/api/v1/findings");
  CHECK(api.status == 500);
  CHECK(json::parse(api.body)["type"] == "urn:assay:problem:internal");
  const Response page = served.get("/models/alpha-7b");
  CHECK(page.status == 500);
  CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
}
