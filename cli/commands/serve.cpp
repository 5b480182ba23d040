#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "api/http/server.h"
#include "api/live/live_catalog.h"
#include "api/live/live_site.h"
#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/environment.h"
#include "cli/recurring_audit.h"
#include "db/store.h"

namespace assay::cli {
namespace {

struct ServeArguments {
  std::string catalog = kDefaultCatalog;
  std::string db = kDefaultDatabase;
  std::string listen = "127.0.0.1:8080";
  std::string config;       ///< of the audits
  std::string audit_every;  ///< a duration; empty: no audits
};

api::Notices notices(const Log& log) {
  return {.info = [log](const std::string& message) { log.info(message); },
          .warning = [log](const std::string& message) { log.warning(message); }};
}

std::unique_ptr<RecurringAudit> recurring_audit(const ServeArguments& arguments, LogFormat format) {
  if (arguments.audit_every.empty()) return nullptr;
  const std::chrono::seconds every = duration_argument("--audit-every", arguments.audit_every);
  if (every < std::chrono::minutes(1)) {
    throw std::runtime_error(
        "--audit-every: `" + arguments.audit_every +
        "` is less than a minute, which is too often for the sources; try 24h");
  }
  read_configuration(arguments.config,
                     process_environment());  // report a mistake now, not in the first night
  if (!std::filesystem::exists(arguments.db)) db::Store(arguments.db, db::Access::read_write);
  std::vector<std::string> words{"--catalog",    arguments.catalog,
                                 "--db",         arguments.db,
                                 "--max-age",    "due",
                                 "--log-format", format == LogFormat::json ? "json" : "text"};
  if (!arguments.config.empty()) words.insert(words.end(), {"--config", arguments.config});
  return std::make_unique<RecurringAudit>(arguments.db, words, every, Log(format));
}

int serve_site(const ServeArguments& arguments, LogFormat format) {
  const api::Listen listen = api::parse_listen(arguments.listen);
  const Log log(format);
  api::LiveCatalog catalog(arguments.catalog, notices(log));
  const std::unique_ptr<RecurringAudit> audits = recurring_audit(arguments, format);
  api::LiveSite site(catalog, arguments.db, notices(log));
  api::serve(
      listen, [&site](const api::Request& request) { return site.answer(request); },
      [&](int port) {
        const bool six = listen.host.find(':') != std::string::npos;  // RFC 3986, section 3.2.2
        log.info(
            fmt::format("serving {} and {} at http://{}:{}/ (end with Ctrl-C)", arguments.catalog,
                        arguments.db, six ? "[" + listen.host + "]" : listen.host, port),
            {{"address", listen.host}, {"port", port}});
      });
  return kClean;
}

}  // namespace

void add_serve(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<ServeArguments>();
  CLI::App* command = app.add_subcommand("serve", "serve the catalog and its findings over HTTP");
  catalog_option(*command, arguments->catalog);
  database_option(*command, arguments->db);
  command->add_option("--listen", arguments->listen, "address and port; port 0 picks a free one")
      ->capture_default_str();
  command->add_option("--audit-every", arguments->audit_every,
                      "audit what is due each time this interval has passed, such as 24h");
  command->add_option("--config", arguments->config,
                      "configuration file of these audits (default: assay.yaml, if present)");
  log_format_option(*command, chosen.log_format);
  command->callback([&chosen, arguments] {
    chosen.run = [arguments, format = chosen.log_format] { return serve_site(*arguments, format); };
  });
}

}  // namespace assay::cli
