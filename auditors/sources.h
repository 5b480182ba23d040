#pragma once

#include <span>
#include <string_view>

namespace assay {

/// A response header that only one source sends, and that evidence keeps.
struct SourceHeader {
  std::string_view name;  ///< in lower case
  bool content = false;   ///< describes the body, so it outlives a 304
  bool redirect = false;  ///< sent with the redirect to the body only, and kept with the body
};

/// Paths that a source counts in a quota of their own.
struct PathKind {
  std::string_view part;  ///< what the path holds, or begins with
  bool begins = false;
  std::string_view kind;
};

/// What is known of a source before anything is configured. Views are of static storage.
struct SourceTraits {
  std::string_view id = {};
  std::string_view url = {};        ///< unless another one is configured; no trailing slash
  std::string_view token_env = {};  ///< environment variable of its credential; may be empty
  /// The header line that carries the credential, up to the credential.
  std::string_view credential_line = "Authorization: Bearer ";
  bool needs_credential = false;    ///< it answers nothing without one
  bool hub_token = false;           ///< its credential may lie where the Hub's own tools keep it
  bool named_by_catalog = false;    ///< its URLs come from the catalog, so it has none of its own
  double requests_per_second = 10;  ///< while it announces no quota
  int concurrency = 4;              ///< requests under way at once
  std::string_view page_size = {};  ///< query parameter with the size of a page of a list
  std::span<const SourceHeader> headers = {};
  std::span<const PathKind> path_kinds = {};
};

/// All sources, one row each; `assay.yaml` may configure these and no others.
std::span<const SourceTraits> source_traits();
/// Null when there is no such source.
const SourceTraits* traits_of_source(std::string_view id);

/// The first of the source's path kinds that fits; "page" when none does.
std::string_view path_kind(const SourceTraits& source, std::string_view path);

}  // namespace assay
