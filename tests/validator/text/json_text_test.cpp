#include "validator/text/json_text.h"

#include <random>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "support/random_bytes.h"

using assay::test::random_bytes;

TEST_CASE("text of any bytes becomes UTF-8 and stays as it is once it is") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const std::string bytes = random_bytes(random);
    const std::string valid = assay::valid_utf8(bytes);
    CAPTURE(bytes);
    REQUIRE(assay::is_utf8(valid));
    REQUIRE(assay::valid_utf8(valid) == valid);
    REQUIRE((valid == bytes) == assay::is_utf8(bytes));
  }
}

TEST_CASE("values of any bytes become JSON that reads back") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 500; ++i) {
    const std::string bytes = random_bytes(random);
    const nlohmann::json value = {{"text", bytes}, {"list", {1, nullptr, bytes}}};
    const nlohmann::json read = nlohmann::json::parse(assay::compact_json(value));
    CAPTURE(bytes);
    REQUIRE(read["text"] == assay::valid_utf8(bytes));
    REQUIRE(nlohmann::json::parse(assay::indented_json(value)) == read);
    const std::string ascii = assay::ascii_json(value);
    REQUIRE(nlohmann::json::parse(ascii) == read);
    REQUIRE(ascii.find_first_of("\n\x80\xff") == std::string::npos);
    REQUIRE(assay::compact_json(value).find('\n') == std::string::npos);
  }
}

TEST_CASE("keys of an ordered value keep their order") {
  const nlohmann::ordered_json value = {{"b", 1}, {"a", nlohmann::ordered_json::array({2})}};
  CHECK(assay::compact_json(value) == R"({"b":1,"a":[2]})");
  CHECK(assay::indented_json(value, 1) == "{\n \"b\": 1,\n \"a\": [\n  2\n ]\n}");
}
