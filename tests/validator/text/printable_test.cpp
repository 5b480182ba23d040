#include "validator/text/printable.h"

#include "support/catch.h"

using assay::visible;

TEST_CASE("what nobody sees is left out and every space is one plain space") {
  CHECK(visible("Together AI") == "Together AI");
  CHECK(visible("  Together\t AI\n") == "Together AI");
  CHECK(visible("Together\u00a0AI\u00a0") == "Together AI");   // no-break space
  CHECK(visible("Deep\u200bInfra\u200d") == "DeepInfra");      // zero width space and joiner
  CHECK(visible("\ufeffNovita") == "Novita");                  // byte order mark
  CHECK(visible("Cere\u00adbras\u2060") == "Cerebras");        // soft hyphen, word joiner
  CHECK(visible("Groq\ufe0f\U000e0041") == "Groq");            // variation selector, tag
  CHECK(visible("a\u3000b\u2009c") == "a b c");                // ideographic and thin space
  CHECK(visible("Z.ai \u667a\u8c31") == "Z.ai \u667a\u8c31");  // letters stay
  CHECK(visible("\x80 broken") == "\x80 broken");
  CHECK(visible("\u200b\u00a0").empty());
}
