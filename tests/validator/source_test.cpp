#include "validator/source.h"

#include "support/catch.h"

using assay::Position;
using assay::Source;

TEST_CASE("columns count code points from one") {
  const Source source("x", "a\xC3\xA9z\nb");
  CHECK(source.position(0) == Position{1, 1});
  CHECK(source.position(3) == Position{1, 3});
  CHECK(source.position(5) == Position{2, 1});
  CHECK(source.position(99) == Position{2, 2});
}

TEST_CASE("every kind of line end ends a line") {
  const Source source("x", "a\r\nb\rc\nd");
  CHECK(source.line_count() == 4);
  CHECK(source.line(1) == "a");
  CHECK(source.line(2) == "b");
  CHECK(source.line(3) == "c");
  CHECK(source.line(4) == "d");
  CHECK(source.line(5).empty());
}

TEST_CASE("a byte order mark takes no column") {
  const Source source("x", "\xEF\xBB\xBFkey");
  CHECK(source.position(3) == Position{1, 1});
  CHECK(source.position(4) == Position{1, 2});
}

TEST_CASE("bytes that are not UTF-8 count one each") {
  const Source source("x", "\xFF\xC3(z");
  CHECK(source.position(3) == Position{1, 4});
}
