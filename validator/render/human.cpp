#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "validator/position_index.h"
#include "validator/render/render.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

constexpr std::size_t kFullPrefix = 80;    // a line is cut on the left when more comes before it
constexpr std::size_t kCutPrefix = 40;     // then this many code points are kept
constexpr std::size_t kMostColumns = 120;  // and on the right, and so is every line

/// ANSI escapes, all empty when colour is off.
struct Style {
  std::string_view bold;
  std::string_view frame;
  std::string_view note;
  std::string_view warning;
  std::string_view error;
  std::string_view off;

  std::string_view of(Severity severity) const {
    switch (severity) {
      case Severity::note:
        return note;
      case Severity::warning:
        return warning;
      case Severity::error:
        return error;
    }
    return error;
  }
};

Style style(bool colour) {
  if (!colour) return {};
  return {"\x1b[1m", "\x1b[1;34m", "\x1b[1;36m", "\x1b[1;33m", "\x1b[1;31m", "\x1b[0m"};
}

// The part of a line around what is meant, and where a marker goes below it.
struct Excerpt {
  std::string text;
  std::size_t indent = 0;
  std::size_t width = 1;
};

// Where the shown part starts: at the start of the line, or some code points before `target`.
std::size_t shown_from(std::string_view line, std::size_t target) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < target;) {
    const Glyph glyph = glyph_at(line, at);
    columns += glyph.columns;
    at += glyph.bytes;
    if (columns > kFullPrefix) {
      std::size_t from = target;
      for (std::size_t i = 0; i < kCutPrefix && from > 0; ++i) {
        --from;
        for (int k = 0; k < 3 && from > 0 && (line[from] & 0xC0) == 0x80; ++k) --from;
      }
      return from;
    }
  }
  return 0;
}

Excerpt excerpt(std::string_view line, std::size_t begin, std::size_t end) {
  Excerpt out;
  std::size_t columns = 0;
  std::size_t at = shown_from(line, begin);
  if (at > 0) {
    out.text = "…";
    columns = 1;
  }
  std::size_t marker_end = 0;
  out.indent = columns;
  while (at < line.size()) {
    const Glyph glyph = glyph_at(line, at);
    if (columns + glyph.columns > kMostColumns) {
      out.text += "…";
      break;
    }
    out.text += glyph.text;
    columns += glyph.columns;
    at += glyph.bytes;
    if (at <= begin) out.indent = columns;
    if (at <= end) marker_end = columns;
  }
  out.width = marker_end > out.indent ? marker_end - out.indent : 1;
  return out;
}

class HumanRenderer {
 public:
  HumanRenderer(const FileReport& report, const Style& style, std::string& out)
      : report_(report), style_(style), positions_(*report.source), out_(out) {}

  void render() {
    for (const Diagnostic& diagnostic : report_.diagnostics) render(diagnostic);
  }

 private:
  void render(const Diagnostic& diagnostic) {
    std::size_t last_line = positions_.position(diagnostic.span.begin).line;
    for (const Related& related : diagnostic.related) {
      last_line = std::max(last_line, positions_.position(related.span.begin).line);
    }
    gutter_ = std::to_string(last_line).size();

    const std::string_view colour = style_.of(diagnostic.severity);
    out_ +=
        fmt::format("{}{}[{}]{}{}: {}{}\n", colour, to_string(diagnostic.severity), diagnostic.rule,
                    style_.off, style_.bold, printable(diagnostic.message), style_.off);
    const std::string help =
        diagnostic.help.empty() ? std::string() : "help: " + printable(diagnostic.help);
    frame("-->", diagnostic.span, '^', colour, help);
    for (const Related& related : diagnostic.related) {
      frame(":::", related.span, '-', style_.frame, printable(related.message));
    }
    if (!diagnostic.entry.empty()) {
      out_ += fmt::format("{:{}} {}|{}\n", "", gutter_, style_.frame, style_.off);
      out_ += fmt::format("{:{}} {}={} entry: {}\n", "", gutter_, style_.frame, style_.off,
                          printable(diagnostic.entry));
    }
    out_ += '\n';
  }

  void frame(std::string_view arrow, Span span, char marker, std::string_view colour,
             const std::string& message) {
    const Source& source = *report_.source;
    const Position at = positions_.position(span.begin);
    out_ += fmt::format("{:{}}{}{}{} {}:{}:{}\n", "", gutter_, style_.frame, arrow, style_.off,
                        printable(source.path()), at.line, at.column);
    out_ += fmt::format("{:{}} {}|{}\n", "", gutter_, style_.frame, style_.off);

    std::string_view line = source.line(at.line);
    std::size_t start = source.line_start(at.line);
    if (start == 0 && line.starts_with("\xEF\xBB\xBF")) {
      line.remove_prefix(3);
      start = 3;
    }
    const std::size_t begin = std::min(span.begin - std::min(span.begin, start), line.size());
    const std::size_t end = std::min(span.end - std::min(span.end, start), line.size());
    const Excerpt shown = excerpt(line, begin, end);
    out_ += fmt::format("{}{:>{}} |{}", style_.frame, at.line, gutter_, style_.off);
    out_ += shown.text.empty() ? "\n" : " " + shown.text + "\n";
    out_ += fmt::format("{:{}} {}|{} {:{}}{}{}{}{}{}\n", "", gutter_, style_.frame, style_.off, "",
                        shown.indent, colour, std::string(shown.width, marker),
                        message.empty() ? "" : " ", message, style_.off);
  }

  const FileReport& report_;
  const Style& style_;
  PositionIndex positions_;
  std::string& out_;
  std::size_t gutter_ = 1;
};

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string render_human(const std::vector<FileReport>& reports, bool colour) {
  const Style chosen = style(colour);
  std::string out;
  for (const FileReport& report : reports) HumanRenderer(report, chosen, out).render();
  for (const FileReport& report : reports) {
    const Tally counts = tally({{report.source, report.entries, report.diagnostics}});
    out += fmt::format(
        "{}: {}, {}, {}, {}\n", printable(report.source->path()),
        counted(report.entries, "entry", "entries"), counted(counts.errors, "error", "errors"),
        counted(counts.warnings, "warning", "warnings"), counted(counts.notes, "note", "notes"));
  }
  return out;
}

}  // namespace assay
