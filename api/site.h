#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/claim.h"
#include "db/store.h"
#include "validator/document.h"
#include "validator/vocabulary.h"

namespace assay::api {

/// A catalog as served: its text and tree, immutable after construction.
struct Catalog {
  Catalog(std::string path, std::string bytes);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  Source source;
  Document document;
  std::vector<Subject> subjects;  ///< the readable entries, in file order
};

/// The subject and the node of an entry; null when the catalog has none with this slug.
const Subject* find_subject(const Catalog& catalog, std::string_view slug);
const Node* find_entry(const Catalog& catalog, std::string_view slug);

/// What routes read. One Site serves one thread.
struct Site {
  const db::Store& store;
  const Catalog& catalog;
  const Vocabulary& vocabulary;
  /// Why the catalog served is not the newest content of its file; empty when it is.
  std::string catalog_notice = {};
  /// Keeps store and catalog alive; streamed answers hold on to it.
  std::shared_ptr<const void> owner = {};
};

}  // namespace assay::api
