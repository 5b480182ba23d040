#include "auditors/evidence/origin.h"

#include "support/catch.h"

namespace assay {
namespace {

TEST_CASE("an origin is read back from its text") {
  const Origin::Kind captured = Origin::Kind::captured;
  const Origin::Kind constructed = Origin::Kind::constructed;
  const std::pair<Origin, std::string> cases[] = {
      {{}, "live"},
      {{.kind = Origin::Kind::offline}, "offline"},
      {{.kind = Origin::Kind::replay, .run = 12}, "replay of run 12"},
      {{.kind = captured, .file = "a/hub.warc.gz", .date = "2026-08-21"},
       "recording: a/hub.warc.gz (captured answers of 2026-08-21)"},
      {{.kind = constructed, .file = "copy (2) (captured answers of x).json", .date = "2026-08-21"},
       "recording: copy (2) (captured answers of x).json (constructed answers of 2026-08-21)"},
  };
  for (const auto& [origin, text] : cases) {
    CAPTURE(text);
    CHECK(to_text(origin) == text);
    CHECK(parse_origin(text) == origin);
  }
}

TEST_CASE("a text in a form that is no longer written is a recording and stays as it is") {
  for (const std::string text : {"recording: sample.json (constructed 2026-08-21)", "recording: x",
                                 "replay", "replay of run", "replay of run 0", "replay of run 3x",
                                 "recording:  (captured answers of d)", ""}) {
    CAPTURE(text);
    const Origin origin = parse_origin(text);
    CHECK(origin.is_recording());
    CHECK(to_text(origin) == text);
  }
  CHECK(parse_origin("recording: sample.json (constructed 2026-08-21)").kind ==
        Origin::Kind::constructed);
  CHECK(parse_origin("recording: x").kind == Origin::Kind::captured);
}

}  // namespace
}  // namespace assay
