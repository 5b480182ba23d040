#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::api {

/// How a page links to others: by path when served ("/models/x"), by relative file name in an
/// exported folder ("../../models/x/index.html"). An empty string means that there is no page to
/// link to.
class Links {
 public:
  /// As served.
  Links() = default;
  /// From a page `depth` folders below the root of an exported folder, which holds the pages of
  /// runs from `oldest_run` on.
  static Links in_folder(int depth, std::int64_t oldest_run);

  bool served() const { return served_; }
  /// A page by its path without the leading slash: "" is the index, "changes", "runs".
  std::string page(std::string_view path) const;
  std::string model(std::string_view slug) const;
  std::string run(std::int64_t id) const;
  /// A file that belongs to the pages: "style.css".
  std::string file(std::string_view name) const;
  /// One stored exchange by its id (hex).
  std::string evidence(std::string_view id) const;
  /// An answer of /api/v1 by the rest of its path; empty in a folder.
  std::string api(std::string_view rest) const;

 private:
  bool served_ = true;
  std::string root_ = "/";
  std::int64_t oldest_run_ = 0;
};

/// Whether a slug can name a folder: at most 128 letters, digits, ".", "_" and "-", not starting
/// with ".".
bool names_folder(std::string_view slug);

}  // namespace assay::api
