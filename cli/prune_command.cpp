#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "cli/commands.h"
#include "db/store.h"

namespace assay::cli {

int prune(const std::string& db, const std::string& keep, bool dry_run) {
  const std::chrono::milliseconds age = duration("--keep-evidence", keep);
  if (!std::filesystem::exists(db)) throw std::runtime_error("there is no database '" + db + "'");
  db::Store store(db, db::Access::read_write);
  const auto before = std::filesystem::file_size(db);
  const db::PruneReport gone = store.prune(now_milliseconds() - age.count(), dry_run);
  fmt::print("{}{} bodies ({} bytes), {} exchanges and {} confirmations{}\n",
             dry_run ? "would drop " : "dropped ", gone.bodies, gone.body_bytes, gone.evidence,
             gone.judgements, dry_run ? "; nothing was changed" : "");
  if (dry_run) {
    fmt::print("about {} bytes of {} would be free\n", gone.free_bytes, before);
  } else {
    fmt::print("{}: {} bytes, before {}\n", db, std::filesystem::file_size(db), before);
  }
  return kClean;
}

}  // namespace assay::cli
