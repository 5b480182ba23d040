#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cli/log.h"

namespace assay::cli {

/// Audits at regular intervals while this process does something else. Each audit is a process of
/// its own (`assay audit`), so that its failure cannot harm this one. The first one starts when
/// `every` has passed since the newest run in the database started, or at once when there is none.
/// Its results go to the database, its log to standard error. The destructor ends an audit that is
/// still running; its run then counts as interrupted.
class RecurringAudit {
 public:
  /// `words` are the arguments after `audit`.
  RecurringAudit(std::string db, std::vector<std::string> words, std::chrono::seconds every,
                 Log log);

 private:
  void run(const std::stop_token& stop) const;
  std::chrono::milliseconds until_due() const;
  void audit_once(const std::stop_token& stop) const;

  std::string db_;
  std::vector<std::string> words_;
  std::chrono::seconds every_;
  Log log_;
  std::jthread thread_;  ///< last: it uses the members above
};

}  // namespace assay::cli
