#include "validator/fix/edit.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/catch.h"

using assay::Edits;
using assay::Fix;

TEST_CASE("edits replace their ranges and nothing else") {
  const std::string bytes = "a: b\r\n# c\r\nd: e";
  const Edits edits = Edits::of({{{14, 15}, "long"}, {{0, 1}, "key"}, {{4, 4}, "!"}}, bytes.size());
  CHECK(edits.apply(bytes) == "key: b!\r\n# c\r\nd: long");
  CHECK(Edits::of({}, bytes.size()).apply(bytes) == bytes);
  CHECK(Edits::of({{{0, 15}, ""}}, bytes.size()).apply(bytes).empty());
}

TEST_CASE("of edits that overlap the first is taken") {
  const std::string bytes = "abcdef";
  const std::vector<Fix> fixes{{{2, 5}, "Y"}, {{1, 3}, "X"}, {{3, 4}, "Z"}, {{3, 3}, "W"}};
  CHECK(Edits::of(fixes, bytes.size()).apply(bytes) == "aXWdef");
  CHECK(Edits::of({{{1, 3}, "X"}, {{1, 2}, "Y"}}, bytes.size()).apply(bytes) == "aYcdef");
}

TEST_CASE("an edit beyond the text is left out") {
  CHECK(Edits::of({{{2, 9}, "X"}, {{2, 1}, "Y"}, {{3, 3}, "Z"}}, 3).apply("abc") == "abcZ");
}

TEST_CASE("bytes that no edit touches are found where they moved to") {
  std::mt19937 random(GENERATE(range(0U, 20U)));
  std::string bytes(60, ' ');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>('0' + i);
  std::vector<Fix> fixes;
  for (int i = 0; i < 12; ++i) {
    const std::size_t begin = random() % (bytes.size() + 1);
    const std::size_t end = begin + random() % 4;
    fixes.push_back({{begin, end}, std::string(random() % 5, '.')});
  }
  const Edits edits = Edits::of(fixes, bytes.size());
  const std::string edited = edits.apply(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool touched =
        std::any_of(edits.fixes().begin(), edits.fixes().end(), [i](const Fix& fix) {
          return fix.span.begin <= i && (i < fix.span.end || i == fix.span.begin);
        });
    INFO(i);
    if (touched) {
      CHECK(edits.moved(i) <= edited.size());
    } else {
      REQUIRE(edits.moved(i) < edited.size());
      CHECK(edited[edits.moved(i)] == bytes[i]);
    }
  }
}
