#include "validator/render/report_path.h"

#include <filesystem>

#include "validator/ascii.h"

namespace assay {
namespace {

bool is_unreserved(char c) {
  return ascii::is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// Every byte that is not unreserved: a colon could pass for the end of a scheme.
std::string percent_encoded(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (is_unreserved(c) || c == '/') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

}  // namespace

std::string report_path(std::string_view path, std::string_view folder) {
  namespace fs = std::filesystem;
  const fs::path given = fs::path(path).lexically_normal();
  if (folder.empty()) return given.string();
  const fs::path base = fs::path(folder).lexically_normal();
  const fs::path whole = (base / given).lexically_normal();
  const fs::path relative = whole.lexically_relative(base);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return below ? relative.string() : whole.string();
}

std::string report_uri(std::string_view path, std::string_view folder) {
  const std::string name = report_path(path, folder);
  return (name.starts_with('/') ? "file://" : "") + percent_encoded(name);
}

}  // namespace assay
