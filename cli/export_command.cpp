#include <fmt/format.h>

#include <stdexcept>

#include "api/export/export.h"
#include "cli/commands.h"
#include "validator/file.h"
#include "validator/printable.h"

namespace assay::cli {

int export_pages(const ExportArguments& arguments) {
  const api::Catalog catalog(arguments.catalog, read_file(arguments.catalog));
  if (catalog.document.incomplete() || catalog.subjects.empty()) {
    throw std::runtime_error(fmt::format("{}: {}; `assay validate {}` says why", arguments.catalog,
                                         catalog.subjects.empty()
                                             ? "no entry can be read"
                                             : "not every entry can be read, nothing is exported",
                                         arguments.catalog));
  }
  const db::Store store(arguments.db, db::Access::read_only);
  const Vocabulary vocabulary = load_vocabulary();
  const api::Exported exported = api::export_site({store, catalog, vocabulary}, arguments.folder);
  for (const std::string& slug : exported.left_out) {
    fmt::print(stderr, "left out: the slug {} cannot name a folder\n", in_quotes(slug));
  }
  fmt::print("{} {} and {} other files in {}: {} written, {} unchanged, {} removed\n",
             exported.models, exported.models == 1 ? "model" : "models",
             exported.written + exported.unchanged - exported.models, arguments.folder,
             exported.written, exported.unchanged, exported.removed);
  fmt::print("begin with {}/index.html\n", arguments.folder);
  return kClean;
}

}  // namespace assay::cli
