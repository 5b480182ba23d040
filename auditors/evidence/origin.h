#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// Where the answers that a run judged, or a file holds, come from.
struct Origin {
  enum class Kind {
    live,         ///< asked of the sources
    offline,      ///< stored earlier; nothing was asked
    replay,       ///< the evidence of run `run`, judged again
    captured,     ///< a recording of real answers
    constructed,  ///< a recording of answers that no source gave: it says nothing about the world
  };
  Kind kind = Kind::live;
  std::int64_t run = 0;   ///< of a replay, else 0
  std::string file = {};  ///< of a recording, where it is known
  std::string date = {};  ///< of a recording's answers, "YYYY-MM-DD"
  /// What a recording says of itself, or the whole of a text in a form that is no longer written.
  std::string note = {};

  bool is_recording() const { return kind == Kind::captured || kind == Kind::constructed; }
  friend bool operator==(const Origin&, const Origin&) = default;
};

/// "captured" or "constructed" of a recording, "live", "offline" or "replay".
std::string_view to_string(Origin::Kind kind);

/// The one text form: "live", "offline", "replay of run 3" or "recording: FILE (constructed answers
/// of 2026-08-21)"; the note of a recording without a file.
std::string to_text(const Origin& origin);

/// Inverse of to_text(), but for the note of a recording with a file. Any other text is a
/// recording, constructed where it says so, and kept as its note: what is not understood never
/// counts as live.
Origin parse_origin(std::string_view text);

}  // namespace assay
