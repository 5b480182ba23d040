#include "validator/render/report_path.h"

#include <filesystem>

#include "validator/text/percent.h"

namespace assay {

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
  // Whatever else a path may hold: a colon could pass for the end of a scheme.
  return (name.starts_with('/') ? "file://" : "") + percent_encoded(name, is_unreserved_or_slash);
}

}  // namespace assay
