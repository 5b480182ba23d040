#include "auditors/fetch/fetcher.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "auditors/evidence/digest.h"
#include "support/catch.h"
#include "support/http/fake_http_server.h"
#include "support/http/fetching.h"
#include "validator/text/dates.h"

using assay::Evidence;
using assay::Outcome;
using assay::Request;
using assay::test::FakeHttpServer;
using assay::test::FakeRequest;
using assay::test::FakeResponse;
using assay::test::Fetching;

namespace {

Evidence stored(const std::string& url, const std::string& etag, const std::string& body) {
  Evidence evidence;
  evidence.source = "hub";
  evidence.url = url;
  evidence.final_url = url;
  evidence.status = 200;
  evidence.headers = {{"etag", etag}, {"link", "</next>; rel=\"next\""}, {"x-request-id", "old"}};
  evidence.body = body;
  seal(evidence);
  return evidence;
}

}  // namespace

TEST_CASE("a response becomes evidence") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response = assay::test::text_response("{\"a\":1}");
    response.headers = {{"ETag", "W/\"1\""},         {"Content-Type", "application/json"},
                        {"Set-Cookie", "session=1"}, {"X-Request-Id", "r1"},
                        {"Link", "<a>; rel=prev"},   {"Link", "<b>; rel=next"}};
    return response;
  });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/api/models?a=b"));
  CHECK(evidence.outcome == Outcome::response);
  CHECK(evidence.status == 200);
  CHECK(evidence.body == "{\"a\":1}");
  CHECK(evidence.body_sha256 == assay::sha256_hex("{\"a\":1}"));
  CHECK(evidence.source == "hub");
  CHECK(evidence.url == server.url("/api/models?a=b"));
  CHECK(evidence.final_url == evidence.url);
  CHECK(evidence.error.empty());
  CHECK(assay::parse_time(evidence.fetched_at) > 0);
  CHECK(evidence.id.size() == 64);
  CHECK(evidence.headers.at("etag") == "W/\"1\"");
  CHECK(evidence.headers.at("link") == "<a>; rel=prev, <b>; rel=next");
  CHECK(evidence.headers.count("x-request-id") == 0);
  CHECK(evidence.headers.count("set-cookie") == 0);
  CHECK(fetching.counts.sent == 1);
  CHECK(fetching.counts.retried == 0);
  CHECK(fetching.counts.bytes == 7);

  const FakeRequest seen = server.requests().at(0);
  CHECK(seen.method == "GET");
  CHECK(seen.target == "/api/models?a=b");
  CHECK(seen.header("user-agent") == "assay/test");
  CHECK(seen.header("authorization") == "Bearer secret-token");
  CHECK(seen.header("accept-encoding").find("gzip") != std::string::npos);
  CHECK(seen.header("cookie").empty());
}

TEST_CASE("a refusal keeps what helps to ask about it") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response = assay::test::text_response("no");
    response.status = 403;
    response.headers = {{"X-Request-Id", "r1"}, {"Date", "Mon, 23 Nov 2026 03:00:00 GMT"}};
    return response;
  });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.headers.at("x-request-id") == "r1");
  CHECK(evidence.headers.at("date") == "Mon, 23 Nov 2026 03:00:00 GMT");
}

TEST_CASE("the key of Artificial Analysis goes into its own header") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("x"); });
  Fetching fetching(server);
  assay::SourceConfig source = fetching.source();
  source.id = "artificial_analysis";
  source.traits = *assay::traits_of_source(source.id);
  fetching.config.sources.emplace(source.id, source);
  CHECK(fetching.get(server.url("/"), "artificial_analysis").status == 200);
  CHECK(server.requests().at(0).header("x-api-key") == "secret-token");
  CHECK(server.requests().at(0).header("authorization").empty());
}

TEST_CASE("connections are used again and requests keep their order") {
  FakeHttpServer server(
      [](const FakeRequest& request) { return assay::test::text_response(request.path); });
  Fetching fetching(server);
  fetching.source().concurrency = 1;
  std::vector<Request> requests;
  for (int i = 0; i < 20; ++i) requests.push_back({"hub", server.url("/" + std::to_string(i))});
  const auto answers = fetching.all(requests);
  const auto seen = server.requests();
  REQUIRE(seen.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(seen[i].path == "/" + std::to_string(i));
    CHECK(answers[i].body == seen[i].path);
  }
  CHECK(server.connection_count() == 1);
  CHECK(fetching.calls == 20);
}

TEST_CASE("a callback may submit more and the same URL is asked once at a time") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("x"); });
  Fetching fetching(server);
  const assay::Environment environment = [](std::string_view) { return std::nullopt; };
  assay::Fetcher fetcher(fetching.config, environment, {}, fetching.options);
  int answers = 0;
  const Request first{"hub", server.url("/1")};
  fetcher.submit(first, [&](Evidence) { ++answers; });
  fetcher.submit(first, [&](Evidence) {
    ++answers;
    fetcher.submit({"hub", server.url("/2")}, [&](Evidence) { ++answers; });
  });
  CHECK(server.request_count() == 0);
  fetcher.drain();
  CHECK(answers == 3);
  CHECK(server.request_count() == 2);
  fetcher.submit(first, [&](Evidence) { ++answers; });
  fetcher.drain();
  CHECK(answers == 4);
  CHECK(server.request_count() == 3);
}

TEST_CASE("without network every request ends as offline") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("x"); });
  Fetching fetching(server);
  fetching.config.offline = true;
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.outcome == Outcome::offline);
  CHECK(evidence.status == 0);
  CHECK_FALSE(evidence.error.empty());
  CHECK(server.connection_count() == 0);
  CHECK(fetching.counts.sent == 0);
}

TEST_CASE("an immutable answer that is stored is not asked for again") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("new"); });
  Fetching fetching(server);
  const std::string url = server.url("/x/resolve/0123/config.json");
  fetching.recall = [](const std::string& asked) {
    return std::optional(stored(asked, "\"1\"", "old"));
  };
  CHECK(fetching.all({{"hub", url, true}}).front().body == "old");
  CHECK(server.request_count() == 0);
  fetching.recall = [](const std::string& asked) {
    Evidence failed = stored(asked, "\"1\"", "old");
    failed.status = 404;
    return std::optional(failed);
  };
  CHECK(fetching.all({{"hub", url, true}}).front().body == "new");
}

TEST_CASE("redirects are followed one by one") {
  FakeHttpServer server([](const FakeRequest& request) {
    if (request.path == "/old/name") return assay::test::redirect_to("../new/name?x=1", 307);
    if (request.path == "/new/name") {
      FakeResponse response = assay::test::redirect_to("//127.0.0.1:1/", 301);
      response.headers = {{"Location", "/api/resolve-cache/f#part"}, {"X-Repo-Commit", "abc"}};
      return response;
    }
    return assay::test::text_response(request.target);
  });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/old/name"));
  CHECK(evidence.status == 200);
  CHECK(evidence.url == server.url("/old/name"));
  CHECK(evidence.final_url == server.url("/api/resolve-cache/f"));
  CHECK(evidence.headers.at("x-repo-commit") == "abc");
  CHECK(evidence.body == "/api/resolve-cache/f");
  CHECK(fetching.counts.sent == 3);
  CHECK(fetching.counts.retried == 0);
  for (const FakeRequest& request : server.requests()) {
    CHECK(request.header("authorization") == "Bearer secret-token");
  }
}

TEST_CASE("a credential does not follow a redirect to another host or port") {
  FakeHttpServer cdn([](const FakeRequest&) { return assay::test::text_response("weights"); });
  FakeHttpServer server([&](const FakeRequest&) {
    return assay::test::redirect_to(cdn.url("/signed?a=1&X-Amz-Signature=99&Policy=88&b"));
  });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/x"));
  CHECK(evidence.body == "weights");
  CHECK(evidence.final_url == cdn.url("/signed?a=1&X-Amz-Signature=redacted&Policy=redacted&b"));
  CHECK(cdn.requests().at(0).query == "a=1&X-Amz-Signature=99&Policy=88&b");
  CHECK(server.requests().at(0).header("authorization") == "Bearer secret-token");
  CHECK(cdn.requests().at(0).header("authorization").empty());
}

TEST_CASE("a temporary failure of many requests does not give their host up") {
  std::map<std::string, int> asked;
  FakeHttpServer server([&](const FakeRequest& request) {
    FakeResponse response = assay::test::text_response("x");
    // Cut short and not empty: libcurl itself would ask again on another connection, uncounted.
    if (++asked[request.path] <= 3) response.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx";
    return response;
  });
  Fetching fetching(server);
  fetching.source().concurrency = 8;
  std::vector<Request> requests;
  for (int i = 0; i < 8; ++i) requests.push_back({"hub", server.url("/" + std::to_string(i))});
  for (const Evidence& evidence : fetching.all(requests)) CHECK(evidence.status == 200);
  CHECK(fetching.counts.retried == 24);
}

TEST_CASE("redirects end at a loop and after five") {
  FakeHttpServer server([](const FakeRequest& request) {
    if (request.path == "/loop") return assay::test::redirect_to("/loop");
    return assay::test::redirect_to("/" + std::to_string(request.number));
  });
  Fetching fetching(server);
  const Evidence loop = fetching.get(server.url("/loop"));
  CHECK(loop.outcome == Outcome::too_many_redirects);
  CHECK(loop.status == 0);
  CHECK(server.request_count() == 1);
  const Evidence chain = fetching.get(server.url("/chain"));
  CHECK(chain.outcome == Outcome::too_many_redirects);
  CHECK(server.request_count() == 1 + 6);
}

TEST_CASE("redirects to other schemes and to URLs with a password are refused") {
  for (const std::string location : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/",
                                     "http://me:hunter2@127.0.0.1/", "http://"}) {
    FakeHttpServer server([&](const FakeRequest&) { return assay::test::redirect_to(location); });
    Fetching fetching(server);
    const Evidence evidence = fetching.get(server.url("/"));
    CHECK(evidence.outcome == Outcome::refused_address);
    CHECK(evidence.final_url == server.url("/"));
    CHECK(evidence.error.find("hunter2") == std::string::npos);
    CHECK(server.request_count() == 1);
  }
}

TEST_CASE("a redirect without location is an answer") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response = assay::test::text_response("where?");
    response.status = 302;
    return response;
  });
  Fetching fetching(server);
  CHECK(fetching.get(server.url("/")).status == 302);
}

TEST_CASE("a confirmed answer is evidence with the stored body") {
  FakeHttpServer server([](const FakeRequest& request) {
    FakeResponse response = assay::test::not_modified("\"abc\"");
    response.headers.emplace_back("X-Request-Id", "new");
    return request.header("if-none-match") == "W/\"abc\"" ? response
                                                          : assay::test::text_response("fresh");
  });
  Fetching fetching(server);
  fetching.recall = [](const std::string& url) {
    return std::optional(stored(url, "W/\"abc\"", "known"));
  };
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.status == 304);
  CHECK(evidence.ok());
  CHECK(evidence.body == "known");
  CHECK(evidence.body_sha256 == assay::sha256_hex("known"));
  CHECK(evidence.headers.at("link") == "</next>; rel=\"next\"");
  CHECK(evidence.headers.count("x-request-id") == 0);
  CHECK(fetching.counts.not_modified == 1);
  CHECK(fetching.counts.sent == 1);
}

TEST_CASE("a 304 for another tag is asked again without condition") {
  FakeHttpServer server([](const FakeRequest& request) {
    return request.header("if-none-match").empty() ? assay::test::text_response("fresh")
                                                   : assay::test::not_modified("\"other\"");
  });
  Fetching fetching(server);
  fetching.recall = [](const std::string& url) {
    return std::optional(stored(url, "\"abc\"", "known"));
  };
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.status == 200);
  CHECK(evidence.body == "fresh");
  CHECK(server.request_count() == 2);
}

TEST_CASE("a 304 that nobody asked for is no answer") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::not_modified("\"abc\""); });
  Fetching fetching(server);
  CHECK(fetching.get(server.url("/")).outcome == Outcome::bad_encoding);
  CHECK(server.request_count() == 2);

  // A stored body that is not what its digest says cannot be confirmed.
  fetching.recall = [](const std::string& url) {
    Evidence damaged = stored(url, "\"abc\"", "known");
    damaged.body = "changed";
    return std::optional(damaged);
  };
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.outcome == Outcome::bad_encoding);
  CHECK(evidence.body.empty());
  CHECK(server.requests().back().header("if-none-match").empty());
}

TEST_CASE("a stored tag is sent to the URL that gave it only") {
  FakeHttpServer server([](const FakeRequest& request) {
    if (request.path == "/old") return assay::test::redirect_to("/new");
    return request.header("if-none-match").empty() ? assay::test::text_response("x")
                                                   : assay::test::not_modified("\"abc\"");
  });
  Fetching fetching(server);
  fetching.recall = [&](const std::string& url) {
    Evidence evidence = stored(url, "\"abc\"", "known");
    evidence.final_url = server.url("/new");
    seal(evidence);
    return std::optional(evidence);
  };
  const Evidence evidence = fetching.get(server.url("/old"));
  CHECK(evidence.status == 304);
  CHECK(evidence.body == "known");
  CHECK(server.requests().at(0).header("if-none-match").empty());
  CHECK(server.requests().at(1).header("if-none-match") == "\"abc\"");
}

TEST_CASE("the catalog's URLs may not reach private addresses") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("secret"); });
  Fetching fetching(server);
  const std::string port = ":" + std::to_string(server.port()) + "/";
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
                                 "2130706433", "0x7f.1", "127.1"}) {
    CAPTURE(host);
    const Evidence evidence = fetching.get("http://" + host + port, "web");
    CHECK(evidence.outcome == Outcome::refused_address);
    CHECK(evidence.status == 0);
  }
  CHECK(server.connection_count() == 0);
  CHECK(fetching.counts.sent == 0);

  fetching.config.allow_private_catalog_urls = true;
  CHECK(fetching.get(server.url("/"), "web").body == "secret");
  CHECK(server.requests().at(0).header("authorization").empty());
}

TEST_CASE("a connection of a configured source does not open the way for the catalog") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("secret"); });
  Fetching fetching("http://localhost:" + std::to_string(server.port()));
  const std::string url = fetching.source().url;
  const assay::Environment environment = [](std::string_view) { return std::nullopt; };
  assay::Fetcher fetcher(fetching.config, environment, {}, fetching.options);
  std::vector<Evidence> answers;
  const auto keep = [&](Evidence evidence) { answers.push_back(std::move(evidence)); };
  fetcher.submit({"hub", url + "/1"}, keep);
  fetcher.drain();
  fetcher.submit({"web", url + "/2"}, keep);
  fetcher.drain();
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].body == "secret");
  CHECK(answers[1].outcome == Outcome::refused_address);
  CHECK(server.request_count() == 1);
}

TEST_CASE("only http and https URLs without password are fetched") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("x"); });
  Fetching fetching(server);
  for (const std::string url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "", "models", "http://", "http://[", "https://",
        "http://user:hunter2@127.0.0.1/", "http://a b/", "javascript:alert(1)"}) {
    CAPTURE(url);
    const Evidence evidence = fetching.get(url);
    CHECK(evidence.outcome == Outcome::refused_address);
    CHECK(evidence.url == url);
    CHECK(evidence.error.find("hunter2") == std::string::npos);
  }
  CHECK(fetching.get(server.url("/"), "nowhere").outcome == Outcome::refused_address);
  CHECK(server.connection_count() == 0);
}

TEST_CASE("a proxy of the environment is used unless the host is exempt") {
  FakeHttpServer proxy([](const FakeRequest& request) {
    return assay::test::text_response("proxied " + request.target);
  });
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("direct"); });
  Fetching fetching(server);
  fetching.variables["http_proxy"] = proxy.url();
  CHECK(fetching.get(server.url("/x")).body == "proxied " + server.url("/x"));
  // The proxy looks names up, so only what is plainly local can be refused.
  CHECK(fetching.get("http://public.example/", "web").body == "proxied http://public.example/");
  CHECK(fetching.get("http://10.0.0.1/", "web").outcome == Outcome::refused_address);
  CHECK(fetching.get("http://intranet/", "web").outcome == Outcome::refused_address);
  fetching.variables["NO_PROXY"] = "example.com, 127.0.0.1";
  CHECK(fetching.get(server.url("/x")).body == "direct");
}

TEST_CASE("compressed bodies arrive as they were") {
  const std::string body(100'000, 'a');
  FakeHttpServer server([&](const FakeRequest&) {
    FakeResponse response = assay::test::text_response(assay::test::gzip(body));
    response.headers = {{"Content-Encoding", "gzip"}};
    response.chunked = true;
    return response;
  });
  Fetching fetching(server);
  CHECK(fetching.get(server.url("/")).body == body);
  CHECK(fetching.counts.bytes < 1000);
}
