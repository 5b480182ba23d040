#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "api/export/export.h"
#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "validator/file.h"
#include "validator/text/printable.h"

namespace assay::cli {
namespace {

struct ExportArguments {
  std::string catalog = kDefaultCatalog;
  std::string db = kDefaultDatabase;
  std::string folder;
};

int export_pages(const ExportArguments& arguments) {
  const api::Catalog catalog(arguments.catalog, read_file(arguments.catalog));
  if (catalog.document.incomplete() || catalog.subjects.empty()) {
    throw std::runtime_error(fmt::format(
        "{}: {}; `assay validate {}` says why", arguments.catalog,
        catalog.subjects.empty() ? "no entry can be read"
                                 : "not every entry can be read, so nothing is exported",
        arguments.catalog));
  }
  const db::Store store(arguments.db, db::Access::read_only);
  const Vocabulary vocabulary = load_vocabulary();
  const api::Exported exported = api::export_site({store, catalog, vocabulary}, arguments.folder);
  for (const std::string& slug : exported.left_out) {
    fmt::print(stderr, "omitted: the slug {} cannot be the name of a folder\n", in_quotes(slug));
  }
  fmt::print("{} {} and {} other files in {}: {} written, {} unchanged, {} removed\n",
             exported.models, exported.models == 1 ? "model" : "models",
             exported.written + exported.unchanged - exported.models, arguments.folder,
             exported.written, exported.unchanged, exported.removed);
  fmt::print("start with {}/index.html\n", arguments.folder);
  return kClean;
}

}  // namespace

void add_export(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App* command = app.add_subcommand(
      "export",
      "write the pages to a folder as static files with relative links, and for each "
      "model audit.json and badge.svg for embedding elsewhere");
  command
      ->add_option("DIR", arguments->folder,
                   "folder to write to: new, empty, or exported by assay before")
      ->required();
  catalog_option(*command, arguments->catalog);
  database_option(*command, arguments->db);
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return export_pages(*arguments); }; });
}

}  // namespace assay::cli
