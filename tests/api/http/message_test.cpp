#include "api/http/message.h"

#include "api/problem.h"
#include "support/catch.h"

using assay::api::make_request;
using assay::api::Request;

TEST_CASE("a request target is taken apart and decoded once") {
  const Request request = make_request("GET", "/a%2Fb%20c/%zz%4?x=1+2&y=%26%3d&x=&&z#f");
  CHECK(request.path == "/a%2Fb c/%zz%4");  // an escaped slash is no separator
  const std::vector<std::pair<std::string, std::string>> query{
      {"x", "1 2"}, {"y", "&="}, {"x", ""}, {"z", ""}};
  CHECK(request.query == query);
  CHECK(make_request("GET", "http://host:1/p?q=1").path == "/p");
  CHECK(make_request("GET", "http://host").path == "/");
  CHECK(make_request("GET", "HTTP://host/p").path == "/p");
  CHECK(make_request("GET", "").path.empty());
  CHECK(make_request("GET", "/%2525").path == "/%25");
}

TEST_CASE("a cursor survives and nothing else passes for one") {
  for (const std::string& position :
       {std::string("7"), std::string("3:a-b"), std::string("\0\xff", 2)}) {
    const Request request = make_request("GET", "/x?cursor=" + assay::api::make_cursor(position));
    CHECK(assay::api::cursor_of(request) == position);
  }
  CHECK(assay::api::cursor_of(make_request("GET", "/x")).empty());
  for (const char* text : {"", "1", "1.", "1.4", "1.4G", "1.4a4", "2.41", "1.4A", "1.41 "}) {
    CHECK_THROWS_AS(assay::api::cursor_of(make_request("GET", std::string("/x?cursor=") + text)),
                    assay::api::Problem);
  }
}

TEST_CASE("the next URL keeps the other parameters") {
  const Request request = make_request("GET", "/a%20b/c?q=%26+x&cursor=1.41&limit=2");
  CHECK(assay::api::next_url(request, "B") == "/a%20b/c?q=%26%20x&limit=2&cursor=1.42");
}
