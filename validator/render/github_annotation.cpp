#include "validator/render/github_annotation.h"

#include <fmt/format.h>

#include "validator/printable.h"

namespace assay {
namespace {

// A command is one line; what would end it, or a property, is written as %XX. Texts pass through
// `printable` first, so that nothing else can end a line.
std::string escaped(std::string_view text, std::string_view also) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\n' || c == '\r' || also.find(c) != std::string_view::npos) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string property(std::string_view value) { return escaped(printable(value), ":,"); }

}  // namespace

std::string github_annotation(std::string_view level, std::string_view id, std::string_view path,
                              Position begin, Position end, std::string_view message) {
  return fmt::format("::{} title=assay ({}),file={},line={},col={},endLine={},endColumn={}::{}\n",
                     level, property(id), property(path), begin.line, begin.column, end.line,
                     end.column, escaped(message, ""));
}

}  // namespace assay
