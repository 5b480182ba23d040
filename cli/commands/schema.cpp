#include <CLI/CLI.hpp>
#include <cstdio>
#include <string_view>

#include "cli/commands/commands.h"
#include "schema/embedded.h"

namespace assay::cli {
namespace {

int print_schema() {
  const std::string_view text = embedded_schema_file("catalog.schema.json");
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kClean;
}

}  // namespace

void add_schema(CLI::App& app, Invocation& chosen) {
  app.add_subcommand("schema", "print the catalog's JSON Schema")->callback([&chosen] {
    chosen.run = print_schema;
  });
}

}  // namespace assay::cli
