#include "api/http/listen.h"

#include <stdexcept>

#include "support/catch.h"

using assay::api::parse_listen;

TEST_CASE("an address to listen on is read strictly") {
  CHECK(parse_listen("127.0.0.1:8080").host == "127.0.0.1");
  CHECK(parse_listen("127.0.0.1:8080").port == 8080);
  CHECK(parse_listen(":0").host == "127.0.0.1");
  CHECK(parse_listen(":0").port == 0);
  CHECK(parse_listen("[::1]:80").host == "::1");
  CHECK(parse_listen("localhost:65535").port == 65535);
  for (const char* text :
       {"", "8080", "127.0.0.1", "127.0.0.1:", ":65536", ":-1", ":-0", ":80x", ": 80", "::1:80",
        "[::1:80", "[]:80", "a b:80", "http://x:80", ":99999999999999999999"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_listen(text), std::runtime_error);
  }
}
