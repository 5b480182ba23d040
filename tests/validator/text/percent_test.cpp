#include "validator/text/percent.h"

#include <algorithm>
#include <random>
#include <string>

#include "support/catch.h"
#include "support/random_bytes.h"

using assay::percent_decoded;
using assay::percent_encoded;
using assay::UrlPart;
using assay::test::random_bytes;

TEST_CASE("what is percent-encoded decodes to the same bytes") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const std::string bytes = random_bytes(random);
    CAPTURE(bytes);
    const std::string encoded = percent_encoded(bytes);
    REQUIRE(percent_decoded(encoded, UrlPart::query) == bytes);
    REQUIRE(std::all_of(encoded.begin(), encoded.end(),
                        [](char c) { return assay::is_unreserved(c) || c == '%'; }));
    const std::string path = percent_encoded(bytes, assay::is_unreserved_or_slash);
    REQUIRE(percent_decoded(path, UrlPart::path) == bytes);
  }
}

TEST_CASE("decoding any bytes never fails and never grows") {
  const unsigned seed = GENERATE(1U, 2U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const std::string bytes = random_bytes(random);
    CAPTURE(bytes);
    REQUIRE(percent_decoded(bytes, UrlPart::query).size() <= bytes.size());
    REQUIRE(percent_decoded(bytes, UrlPart::path).size() <= bytes.size());
  }
}

TEST_CASE("escapes are read as each part of a URL means them") {
  CHECK(percent_encoded("a b/c~é") == "a%20b%2Fc~%C3%A9");
  CHECK(percent_encoded("a b/c", assay::is_unreserved_or_slash) == "a%20b/c");
  CHECK(percent_decoded("a+b%2fc%", UrlPart::query) == "a b/c%");
  CHECK(percent_decoded("a+b%2fc%4", UrlPart::path) == "a+b%2fc%4");
  CHECK(percent_decoded("%zz%41", UrlPart::path) == "%zzA");
}
