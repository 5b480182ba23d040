#include "auditors/evidence/content_coding.h"

#include <string>

#include "support/catch.h"
#include "support/http/fake_http_server.h"

using assay::ContentDecoder;
using assay::test::gzip;
using Status = assay::ContentDecoder::Status;

namespace {

constexpr std::size_t kCap = std::size_t{1} << 20U;

}  // namespace

TEST_CASE("a body is decoded in pieces of any size") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string coded = gzip(text);
  const auto step = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{4096}, kCap);
  ContentDecoder decoder("GZip");
  std::string body;
  for (std::size_t at = 0; at < coded.size(); at += step) {
    CHECK_FALSE(decoder.complete());
    REQUIRE(decoder.add(std::string_view(coded).substr(at, step), body, kCap) == Status::ok);
  }
  CHECK(decoder.complete());
  CHECK(body == text);
}

TEST_CASE("a body without coding passes through") {
  for (const std::string coding : {"", "identity"}) {
    ContentDecoder decoder(coding);
    std::string body;
    CHECK(decoder.complete());
    CHECK(decoder.add("abc", body, 4) == Status::ok);
    CHECK(decoder.add("de", body, 4) == Status::too_large);
    CHECK(body == "abc");
  }
}

TEST_CASE("gzip members are joined") {
  ContentDecoder decoder("gzip");
  std::string body;
  CHECK(decoder.add(gzip("one ") + gzip("two"), body, kCap) == Status::ok);
  CHECK(decoder.complete());
  CHECK(body == "one two");
}

TEST_CASE("a compressed body that was cut is not complete") {
  const std::string coded = gzip("all repositories were read and none holds it");
  for (std::size_t size = 0; size < coded.size(); ++size) {
    ContentDecoder decoder("gzip");
    std::string body;
    CHECK(decoder.add(coded.substr(0, size), body, kCap) == Status::ok);
    CHECK_FALSE(decoder.complete());
  }
}

TEST_CASE("damaged bodies and unknown codings are bad") {
  std::string coded = gzip("all repositories were read and none holds it");
  std::string body;
  SECTION("not compressed") {
    CHECK(ContentDecoder("gzip").add("hello", body, kCap) == Status::bad);
  }
  SECTION("wrong checksum") {
    coded[coded.size() - 6] = static_cast<char>(coded[coded.size() - 6] ^ 1);
    CHECK(ContentDecoder("gzip").add(coded, body, kCap) == Status::bad);
  }
  SECTION("something behind the end") {
    CHECK(ContentDecoder("gzip").add(coded + "garbage", body, kCap) == Status::bad);
  }
  SECTION("a coding that was not asked for") {
    CHECK(ContentDecoder("br").add("x", body, kCap) == Status::bad);
    CHECK(ContentDecoder("gzip, gzip").add(coded, body, kCap) == Status::bad);
  }
}

TEST_CASE("a bomb stops at the cap") {
  const std::string coded = gzip(std::string(std::size_t{20} << 20U, '\0'));
  ContentDecoder decoder("gzip");
  std::string body;
  CHECK(decoder.add(coded, body, kCap) == Status::too_large);
  CHECK(body.size() <= kCap);
}
