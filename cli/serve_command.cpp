#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

#include "api/http/server.h"
#include "api/live/live_catalog.h"
#include "api/live/live_site.h"
#include "cli/commands.h"
#include "cli/recurring_audit.h"
#include "db/store.h"

namespace assay::cli {
namespace {

api::Notices notices(const Log& log) {
  return {.info = [log](const std::string& message) { log.info(message); },
          .warning = [log](const std::string& message) { log.warning(message); }};
}

std::unique_ptr<RecurringAudit> recurring_audit(const ServeArguments& arguments, const Log& log) {
  if (arguments.audit_every.empty()) return nullptr;
  const std::chrono::seconds every = duration("--audit-every", arguments.audit_every);
  if (every < std::chrono::minutes(1)) {
    throw std::runtime_error("--audit-every: `" + arguments.audit_every +
                             "` is less than a minute; that is too often for the sources, try 24h");
  }
  configuration(arguments.config);  // report a mistake now, not in the first night
  if (!std::filesystem::exists(arguments.db)) db::Store(arguments.db, db::Access::read_write);
  std::vector<std::string> words{
      "--catalog",    arguments.catalog,
      "--db",         arguments.db,
      "--max-age",    "due",
      "--log-format", arguments.log_format == LogFormat::json ? "json" : "text"};
  if (!arguments.config.empty()) words.insert(words.end(), {"--config", arguments.config});
  return std::make_unique<RecurringAudit>(arguments.db, words, every, log);
}

}  // namespace

int serve(const ServeArguments& arguments) {
  const api::Listen listen = api::parse_listen(arguments.listen);
  const Log log(arguments.log_format);
  api::LiveCatalog catalog(arguments.catalog, notices(log));
  const std::unique_ptr<RecurringAudit> audits = recurring_audit(arguments, log);
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

}  // namespace assay::cli
