#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auditors/read_config.h"
#include "cli/log.h"

namespace assay::cli {

/// Exit codes of design section 11.
enum Exit : int {
  kClean = 0,
  kFindings = 1,     ///< findings at or above --fail-on
  kUsage = 2,        ///< wrong usage, unreadable file or configuration
  kUnreachable = 3,  ///< audit: nothing to report at that level, but a source could not be read
};

struct ValidateArguments {
  std::vector<std::string> paths{"data/models.yaml"};
  std::string format;  ///< empty: human, or github in a workflow of GitHub Actions
  std::string schema;  ///< file; empty: the one compiled in
  std::string today;   ///< YYYY-MM-DD; empty: the clock
  int max_price_age_days = 90;
  std::string fail_on = "error";
  std::optional<std::string> changed_since;  ///< git revision; null: everything counts
  bool fix = false;
};
int validate(const ValidateArguments& arguments);

struct AuditArguments {
  std::string catalog = "data/models.yaml";
  std::string db = "assay.db";
  std::string config;        ///< file; empty: assay.yaml if it exists
  std::string acknowledged;  ///< file; empty: acknowledged.yaml beside the catalog, if it exists
  std::vector<std::string> only;
  std::vector<std::string> models;
  std::string max_age = "0";  ///< a duration, or "due"
  std::string replay;         ///< run id or file
  bool offline = false;
  std::string format = "human";
  std::vector<std::string> fail_on{"contradicted", "outdated"};
  LogFormat log_format = LogFormat::text;
};
int audit(const AuditArguments& arguments);

struct ServeArguments {
  std::string catalog = "data/models.yaml";
  std::string db = "assay.db";
  std::string listen = "127.0.0.1:8080";
  std::string config;       ///< of the audits
  std::string audit_every;  ///< a duration; empty: no audits
  LogFormat log_format = LogFormat::text;
};
int serve(const ServeArguments& arguments);

struct ExportArguments {
  std::string catalog = "data/models.yaml";
  std::string db = "assay.db";
  std::string folder;
};
int export_pages(const ExportArguments& arguments);

/// `as_of` is RFC 3339 or a date, empty for now; so is `since`.
int history(const std::string& db, const std::string& slug, const std::string& label,
            const std::string& as_of);
int changes(const std::string& db, const std::string& slug, const std::string& since);
/// Drops evidence older than `keep` ("180d"); with `dry_run` only says what would go.
int prune(const std::string& db, const std::string& keep, bool dry_run);
int runs(const std::string& db, const std::string& format);
int show_evidence(const std::string& db, const std::string& id, bool body);
/// Writes a run's evidence as WARC; `output` must not exist.
int export_evidence(const std::string& db, std::int64_t run, const std::string& output);
int explain(const std::string& word);
int rules();
int schema();
/// Asks each of `sources` (all enabled ones when empty) whether it answers at all.
int probe(const std::string& config, const std::vector<std::string>& sources);

// What several commands need.

Environment process_environment();
/// Reads the named configuration, or assay.yaml where it exists.
Config configuration(const std::string& path);
bool is_terminal(int descriptor);
/// A terminal, and NO_COLOR unset.
bool wants_colour(int descriptor);
std::int64_t now_milliseconds();
/// "90s", "15m", "24h", "7d", "0". Throws std::runtime_error that names the option and the forms.
std::chrono::seconds duration(std::string_view option, const std::string& text);
/// "assay/0.1.0; https://…": how we introduce ourselves to sources.
std::string user_agent();
std::string_view version();

}  // namespace assay::cli
