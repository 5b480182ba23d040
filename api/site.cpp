#include "api/site.h"

#include <utility>

namespace assay::api {

Catalog::Catalog(std::string path, std::string bytes)
    : source(std::move(path), std::move(bytes)),
      document(source),
      subjects(assay::subjects(document)) {}

const Subject* find_subject(const Catalog& catalog, std::string_view slug) {
  for (const Subject& subject : catalog.subjects) {
    if (subject.slug == slug) return &subject;
  }
  return nullptr;
}

const Node* find_entry(const Catalog& catalog, std::string_view slug) {
  for (const Entry& entry : catalog.document.entries()) {
    if (entry.slug == slug && entry.node != nullptr) return entry.node;
  }
  return nullptr;
}

}  // namespace assay::api
