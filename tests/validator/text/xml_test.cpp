#include "validator/text/xml.h"

#include <random>
#include <string>

#include "support/catch.h"
#include "support/random_bytes.h"
#include "support/xml.h"
#include "validator/text/printable.h"

using assay::xml_escaped;
using assay::test::parse_xml;
using assay::test::random_bytes;

TEST_CASE("text of any bytes can stand in XML") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1000; ++i) {
    const std::string bytes = random_bytes(random);
    CAPTURE(bytes);
    const std::string text = xml_escaped(bytes);
    const auto root = parse_xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r a=\"" + text +
                                "\">" + text + "</r>\n");
    REQUIRE(xml_escaped(root.text) == text);
    // What is made printable first loses nothing.
    const std::string shown = assay::printable(bytes);
    const auto other = parse_xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r>" +
                                 xml_escaped(shown) + "</r>\n");
    REQUIRE(other.text == shown);
  }
}

TEST_CASE("what XML may not hold is omitted") {
  CHECK(xml_escaped("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
  CHECK(xml_escaped("a\x1b\r\n\tb") == "a\n\tb");
  CHECK(xml_escaped("\xef\xbf\xbe-\xef\xbf\xbf") == "-");
  CHECK(xml_escaped("\xff") == "\xef\xbf\xbd");
}
