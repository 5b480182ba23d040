#include "db/body.h"

#include "db/store.h"
#include "support/catch.h"

using assay::db::compress;
using assay::db::decompress;
using assay::db::Error;

TEST_CASE("a body survives compression") {
  for (const std::string& body : {std::string(), std::string("{}"), std::string(3'000'000, 'x'),
                                  std::string("a\0b\xff", 4)}) {
    CHECK(decompress(compress(body), body.size()) == body);
  }
  CHECK(compress(std::string(3'000'000, 'x')).size() < 1000);
}

TEST_CASE("a frame that lies about its size is refused before memory is taken") {
  const std::string frame = compress(std::string(1'000'000, 'x'));
  CHECK_THROWS_AS(decompress(frame, 999'999), Error);
  CHECK_THROWS_AS(decompress(frame, 1'000'001), Error);
  CHECK_THROWS_AS(decompress(frame, 0), Error);
  CHECK_THROWS_AS(decompress(frame, std::uint64_t{1} << 62), Error);
  CHECK_THROWS_AS(decompress(frame.substr(0, frame.size() - 1), 1'000'000), Error);
  CHECK_THROWS_AS(decompress("", 0), Error);
  CHECK_THROWS_AS(decompress("not a frame", 11), Error);
}
