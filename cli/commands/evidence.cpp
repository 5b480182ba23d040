#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/evidence/warc.h"
#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/environment.h"
#include "db/store.h"
#include "validator/text/printable.h"

namespace assay::cli {
namespace {

struct ShowArguments {
  std::string db = kDefaultDatabase;
  std::string id;
  bool body = false;
};

void print_exchange(const db::EvidenceRecord& record) {
  const Evidence& seen = record.evidence;
  fmt::print("evidence sha256:{}\nGET {}\n", seen.id, printable(seen.url));
  if (seen.final_url != seen.url) fmt::print("redirected to {}\n", printable(seen.final_url));
  fmt::print("{} {}\n", seen.fetched_at, to_string(seen.outcome));
  if (seen.status != 0) fmt::print("status {}\n", seen.status);
  if (!seen.error.empty()) fmt::print("error {}\n", printable(seen.error));
  for (const auto& [name, value] : seen.headers) {
    fmt::print("{}: {}\n", printable(name), printable(value));
  }
  if (!seen.body_sha256.empty()) {
    fmt::print("body sha256:{}, {} bytes\n", seen.body_sha256, record.body_size);
  }
}

int show_evidence(const ShowArguments& arguments) {
  const db::Store store(arguments.db, db::Access::read_only);
  constexpr std::string_view kPrefix = "sha256:";
  const std::string digest =
      arguments.id.starts_with(kPrefix) ? arguments.id.substr(kPrefix.size()) : arguments.id;
  const auto record = store.evidence(digest);
  if (!record)
    throw std::runtime_error(arguments.db + ": there is no evidence " + printable(arguments.id));
  if (!arguments.body) {
    print_exchange(*record);
    return kClean;
  }
  const std::string bytes = store.body(digest).value_or("");
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  return kClean;
}

struct ExportedRunArguments {
  std::string db = kDefaultDatabase;
  std::int64_t run = 0;
  std::string output;
};

// A new file; one that exists is never overwritten.
class OutputFile {
 public:
  explicit OutputFile(std::string path)
      : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wbx"), std::fclose) {
    if (!file_) fail("; give the name of a new file");
  }
  void write(const std::string& bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail("");
  }
  void flush() {
    if (std::fflush(file_.get()) != 0) fail("");
  }

 private:
  [[noreturn]] void fail(std::string_view advice) const {
    throw std::runtime_error(fmt::format("{}: {}{}", path_, std::strerror(errno), advice));
  }

  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

int export_evidence(const ExportedRunArguments& arguments) {
  const db::Store store(arguments.db, db::Access::read_only);
  const std::optional<db::Run> run = store.run(arguments.run);
  if (!run) {
    throw std::runtime_error(
        fmt::format("{} has no run {}; `assay runs` lists them", arguments.db, arguments.run));
  }
  const std::vector<Evidence> all = store.evidence_of(run->id);
  const std::string software = fmt::format("assay/{}", version());
  OutputFile file(arguments.output);
  file.write(warc_header({.software = software,
                          .origin = run->origin,
                          .run = fmt::format("run {} of {}", run->id, run->catalog_path),
                          .date = run->started_at}));
  for (const Evidence& evidence : all) file.write(warc_records(evidence, software));
  file.flush();
  fmt::print("{}: {} exchanges of run {}\n", arguments.output, all.size(), run->id);
  return kClean;
}

void add_evidence_show(CLI::App& evidence, Invocation& chosen) {
  const auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command = evidence.add_subcommand("show", "show one exchange");
  command->add_option("ID", arguments->id, "SHA-256 of the evidence")->required();
  command->add_flag("--body", arguments->body, "print only the bytes of the body");
  database_option(*command, arguments->db);
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return show_evidence(*arguments); }; });
}

void add_evidence_export(CLI::App& evidence, Invocation& chosen) {
  const auto arguments = std::make_shared<ExportedRunArguments>();
  CLI::App* command =
      evidence.add_subcommand("export", "write all evidence of a run as a WARC file");
  command->add_option("RUN", arguments->run, "id of the run; `assay runs` lists them")->required();
  command->add_option("--output", arguments->output, "file to write, such as run.warc.gz")
      ->required();
  database_option(*command, arguments->db);
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return export_evidence(*arguments); }; });
}

}  // namespace

void add_evidence(CLI::App& app, Invocation& chosen) {
  CLI::App* evidence = app.add_subcommand("evidence", "show or export stored exchanges");
  evidence->require_subcommand(1);
  add_evidence_show(*evidence, chosen);
  add_evidence_export(*evidence, chosen);
}

}  // namespace assay::cli
