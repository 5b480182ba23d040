#include "auditors/evidence/origin.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace assay {
namespace {

constexpr std::string_view kReplay = "replay of run ";
constexpr std::string_view kRecording = "recording: ";
constexpr std::string_view kAnswers = " answers of ";

std::optional<std::int64_t> replayed_run(std::string_view text) {
  if (!text.starts_with(kReplay)) return std::nullopt;
  text.remove_prefix(kReplay.size());
  std::int64_t run = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), run);
  if (error != std::errc{} || end != text.data() + text.size() || run <= 0) return std::nullopt;
  return run;
}

// "recording: FILE (KIND answers of DATE)"; the file's name may hold brackets of its own.
std::optional<Origin> recorded(std::string_view text) {
  const std::size_t bracket = text.rfind(" (");
  if (!text.starts_with(kRecording) || !text.ends_with(')') || bracket == std::string_view::npos ||
      bracket <= kRecording.size()) {
    return std::nullopt;
  }
  const std::string_view inside = text.substr(bracket + 2, text.size() - bracket - 3);
  const std::size_t answers = inside.find(kAnswers);
  if (answers == std::string_view::npos) return std::nullopt;
  for (const Origin::Kind kind : {Origin::Kind::captured, Origin::Kind::constructed}) {
    if (inside.substr(0, answers) != to_string(kind)) continue;
    return Origin{.kind = kind,
                  .file = std::string(text.substr(kRecording.size(), bracket - kRecording.size())),
                  .date = std::string(inside.substr(answers + kAnswers.size()))};
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Origin::Kind kind) {
  switch (kind) {
    case Origin::Kind::live:
      return "live";
    case Origin::Kind::offline:
      return "offline";
    case Origin::Kind::replay:
      return "replay";
    case Origin::Kind::captured:
      return "captured";
    case Origin::Kind::constructed:
      return "constructed";
  }
  return {};
}

std::string to_text(const Origin& origin) {
  if (origin.kind == Origin::Kind::replay) return fmt::format("{}{}", kReplay, origin.run);
  if (!origin.is_recording()) return std::string(to_string(origin.kind));
  if (origin.file.empty()) return origin.note;
  return fmt::format("{}{} ({}{}{})", kRecording, origin.file, to_string(origin.kind), kAnswers,
                     origin.date);
}

Origin parse_origin(std::string_view text) {
  for (const Origin::Kind kind : {Origin::Kind::live, Origin::Kind::offline}) {
    if (text == to_string(kind)) return {.kind = kind};
  }
  if (const auto run = replayed_run(text)) return {.kind = Origin::Kind::replay, .run = *run};
  if (auto origin = recorded(text)) return *std::move(origin);
  return {.kind = text.find(to_string(Origin::Kind::constructed)) == std::string_view::npos
                      ? Origin::Kind::captured
                      : Origin::Kind::constructed,
          .note = std::string(text)};
}

}  // namespace assay
