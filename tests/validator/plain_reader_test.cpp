#include "validator/reading/plain_reader.h"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"
#include "support/seed.h"
#include "support/two_readings.h"

// The plain reader may refuse whatever it likes, so the tests say what it must accept for the sake
// of speed, and that it never accepts what yaml-cpp reads otherwise.

using assay::test::files_in;
using assay::test::folders_in;
using assay::test::golden_folder;
using assay::test::read_file;
using assay::test::read_twice;
using assay::test::TwoReadings;

namespace {

std::string own_catalog() {
  return read_file(golden_folder().parent_path().parent_path() / "data/models.yaml");
}

// What entries are made of, right and wrong, for texts made at random.
constexpr std::string_view kPieces[] = {"\n",
                                        "\n",
                                        "\n  ",
                                        "\n    ",
                                        "\n      ",
                                        "\n  - ",
                                        "\n    - ",
                                        "\n- ",
                                        "- ",
                                        "  ",
                                        " ",
                                        ": ",
                                        ":",
                                        ": ",
                                        "key",
                                        "slug: a",
                                        "other key: b",
                                        "text",
                                        "1.5",
                                        "-1",
                                        "null",
                                        "~",
                                        "true",
                                        "\"quoted\"",
                                        "'it''s'",
                                        "\"a\\nb\"",
                                        "[a, b]",
                                        "[]",
                                        "[a: b]",
                                        "{k: v, l: [1, \"2\"]}",
                                        "{}",
                                        "{k: v,}",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        ",",
                                        "|",
                                        ">",
                                        "|-",
                                        ">-",
                                        ">+",
                                        "|2",
                                        "# comment",
                                        " # comment",
                                        "#",
                                        "&a ",
                                        "*a",
                                        "!!str ",
                                        "? ",
                                        "%",
                                        "@",
                                        "`",
                                        "<<: ",
                                        "---",
                                        "...",
                                        "\t",
                                        "\r\n",
                                        "é",
                                        "\xEF\xBB\xBF",
                                        "https://example.org/a?b#c",
                                        "a:b",
                                        "\"",
                                        "'",
                                        "\n\n",
                                        "\n   \n",
                                        "x:",
                                        "k: |\n    literal\n\n     more\n  z: 1",
                                        "k: >-\n    folded\n    text\n\n    para\n  z: 1"};

std::string random_text(std::mt19937& random) {
  std::string text = random() % 2 == 0 ? "models:\n  - slug: a\n    key: " : "- ";
  const std::size_t count = random() % 24;
  for (std::size_t i = 0; i < count; ++i) text += kPieces[random() % std::size(kPieces)];
  return text;
}

// One to four edits at random places of a text that is right.
std::string mutated(std::string text, std::mt19937& random) {
  for (std::size_t edits = 1 + random() % 4; edits > 0; --edits) {
    const std::size_t at = random() % text.size();
    const std::string_view piece = kPieces[random() % std::size(kPieces)];
    switch (random() % 3) {
      case 0:
        text.insert(at, piece);
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      default:
        text.replace(at, std::min<std::size_t>(1 + random() % 4, text.size() - at), piece);
    }
    if (text.empty()) return "- ";
  }
  return text;
}

}  // namespace

TEST_CASE("the plain reader understands the project's own catalog") {
  const TwoReadings readings = read_twice(own_catalog());
  CHECK(readings.difference == "");
  CHECK(readings.plain + 1 == readings.lists);  // the catalog as a whole is not a list
}

TEST_CASE("the plain reader understands how people write entries") {
  const std::vector<std::string> accepted = {
      "- slug: a\n  number: -1.5e3\n  empty:\n  none: null # why\n",
      "- slug: a\n  list:\n  - a\n  - k: v\n    l: w\n  last: b\n",
      "- slug: a\n  list:\n    - \"a: b # c\"\n    - 'it is'\n    - [a, \"b\", http://c/d]\n    - "
      "{k: [v]}\n",
      "- slug: a\n  text: one\n    two\n    three # end\n",
      "- slug: a\n  text: >-\n    one\n    two\n\n\n    three\n  literal: |\n    a\n      b\n\n    "
      "c\n",
      "- Fully open: weights\n  url: https://example.org/?q=1#part\n",
      "# before\n\n    - slug: é\n\n    # within\n      key: \xE2\x80\x9Cx\xE2\x80\x9D\n\n",
      "- slug: a\r\n  text: |\r\n    b\r\n    c\r\n  d: e f\r\n",
      "- slug: a\n  slug: b\n",
      "- a:\n  null b: c\n",
  };
  for (const std::string& text : accepted) {
    INFO(text);
    const TwoReadings readings = read_twice(text);
    CHECK(readings.plain == 1);
    CHECK(readings.difference == "");
  }
}

TEST_CASE("the plain reader leaves everything else to yaml-cpp") {
  const std::vector<std::string> refused = {
      "- a: &b c\n",
      "- a: *b\n",
      "- a: !!str b\n",
      "- <<: b\n",
      "- a: \"b\\n\"\n",
      "- a: 'b''s'\n",
      "- a: \"b\n    c\"\n",
      "- a: [b,\n    c]\n",
      "- a: b: c\n",
      "- a: b:\n",
      "- a\n  b\n c: d\n",
      "- a: >\n      b\n     c\n",
      "- a: >-\n    b\n   ",
      "- a: |\n    b\n    ",
      "- a: |2\n    b\n",
      "- ? a\n",
      "- a:\tb\n",
      "- a: b\n   c: d\n",
      "- a: b\n c: d\n",
      "- a: [b: c]\n",
      "- a: [b]]\n",
      "- a: \"b\" c\n",
      "- a: %b\n",
      "- null: a\n",
      "- a: b # c\n    d\n",
      "--- \n- a\n",
      "a: b\n",
      "",
      "\n",
      "- a\n...\n",
      "-\n",
      "- - a\n",
  };
  for (const std::string& text : refused) {
    INFO(text);
    CHECK(read_twice(text).plain == 0);
  }
}

TEST_CASE("what the plain reader makes of the golden inputs is what yaml-cpp makes of them") {
  std::vector<std::filesystem::path> files = files_in(golden_folder() / "validator-ok");
  for (const auto& folder : folders_in(golden_folder() / "validator")) {
    files.push_back(folder / "input.yaml");
  }
  for (const auto& file : files) CHECK(read_twice(read_file(file)).difference == "");
}

TEST_CASE("what the plain reader makes of random texts is what yaml-cpp makes of them") {
  const unsigned seed = assay::test::fresh_seed();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string catalog = own_catalog().substr(0, 16 << 10);
  std::size_t plain = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::size_t entry = catalog.find("  - slug:", random() % (catalog.size() / 2));
    const std::string text = random() % 2 == 0
                                 ? random_text(random)
                                 : mutated(catalog.substr(entry, 200 + random() % 2000), random);
    const TwoReadings readings = read_twice(text);
    plain += readings.plain;
    REQUIRE(readings.difference == "");
  }
  CHECK(plain > 400);  // else nothing was compared
}
