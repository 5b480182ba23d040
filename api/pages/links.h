#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::api {

/// How one page names the others: by path when it is served ("/models/x"), by relative file name in
/// an exported folder ("../../models/x/index.html"). What a page cannot name is an empty string,
/// and is then shown without a link.
class Links {
 public:
  /// As served.
  Links() = default;
  /// From a page `depth` folders below the root of an exported folder, which holds the pages of
  /// runs from `oldest_run` on.
  static Links in_folder(int depth, std::int64_t oldest_run);

  bool served() const { return served_; }
  /// A page by its path without the first slash: "" is the first page, "changes", "runs".
  std::string page(std::string_view path) const;
  std::string model(std::string_view slug) const;
  std::string run(std::int64_t id) const;
  /// A file that belongs to the pages: "style.css".
  std::string file(std::string_view name) const;
  /// One stored exchange by its id (hex).
  std::string evidence(std::string_view id) const;
  /// An answer of /api/v1 by what follows it; empty in a folder.
  std::string api(std::string_view rest) const;

 private:
  bool served_ = true;
  std::string root_ = "/";
  std::int64_t oldest_run_ = 0;
};

/// Whether a slug can name a folder: letters, digits, ".", "_" and "-", at most 128, none of them a
/// leading ".".
bool names_folder(std::string_view slug);

}  // namespace assay::api
