#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/access.h"
#include "db/error.h"
#include "db/moment.h"
#include "db/records.h"

namespace assay::db {

/// Every query and every change that assay makes to its database; all SQL is behind it. A Store
/// belongs to one thread; several may be open on one file. Methods throw db::Error.
///
/// Every change has its moment, and moments only increase, whatever the clock does. So each
/// question can be asked `as_of` a moment in the past (RFC 3339; empty means now), and is answered
/// from what had been stored up to and including that moment.
class Store {
 public:
  /// Opens `path`. read_write creates and migrates it and takes the writer's lock (a second writer
  /// gets a Busy that names the file and the process). read_only neither creates nor changes
  /// anything. An empty `clock` means the system's.
  Store(const std::string& path, Access access, Clock clock = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Writing (Access::read_write only). Each call is one transaction, durable when it returns; a
  // call that throws has changed nothing. Strings keep their bytes, whatever they are, except that
  // invalid UTF-8 inside JSON values becomes U+FFFD. Times are kept in milliseconds.

  /// Marks dead runs as interrupted and begins a new one; returns its id. Only what is known at the
  /// start is taken from `run`: started_at (empty means now), origin, catalog, version, auditors.
  std::int64_t begin_run(const Run& run);
  /// Stores sealed evidence, once per id, as used by this run. A body is stored once per digest,
  /// and may be omitted when the digest is known.
  void add_evidence(std::int64_t run, const Evidence& evidence);
  /// Stores the judgement of one entry: extends the open periods that are unchanged, closes the
  /// others, opens new ones, and records what changed. Periods of covered labels that are gone are
  /// closed; but what a source has beyond the catalog (`claimed` null) stays while the sources that
  /// showed it could not be read, as a fault among the findings or `unread` says. `auditors` names
  /// the auditors that ran ("" stands for unaudited labels). A label that is unaudited only because
  /// its auditor did not run keeps its finding. Evidence that observations refer to must have been
  /// added before.
  void add_findings(std::int64_t run, const std::string& slug, const std::vector<Finding>& findings,
                    const std::vector<std::string>& auditors, std::span<const Unread> unread = {});
  /// Stores the offers of a sound document. Its evidence must have been added before. Prices that
  /// are the same continue; those that changed are closed, as are, if the document is whole, those
  /// that it no longer states. An unreadable offer neither ends nor confirms a price. A document
  /// older than the newest one stored changes nothing.
  void add_offers(std::int64_t run, const Evidence& document, std::span<const Offer> offers,
                  bool whole = true);
  /// Notes that stored offers are for an entry's model.
  void add_joined(std::int64_t run, const std::string& slug, std::span<const Offer* const> offers);
  /// Closes the open periods of all entries but these: the catalog no longer has the others.
  void close_other_entries(std::int64_t run, const std::vector<std::string>& slugs);
  /// What the current run has spent so far. It is stored with the run's next change, so that a run
  /// that dies still shows what it spent.
  void note_requests(const RequestCounts& so_far);
  /// Marks a running run as complete, now.
  void finish_run(std::int64_t run, const RequestCounts& requests);
  /// Removes bodies of answers older than `cutoff` (Unix milliseconds) that no later run used,
  /// exchanges that nothing refers to any longer, and judgements that only confirmed what the ones
  /// around them confirm. Verdicts, values, reasons, changes, prices and runs stay. Questions about
  /// the past are answered as before, except that the confirmation given may be older than the last
  /// one at that moment. With `dry_run` it only reports what would be removed.
  PruneReport prune(std::int64_t cutoff, bool dry_run);

  // Reading.

  /// The moment of the newest change; empty in a store without runs. While it stays the same, so
  /// does every answer but the status of dying runs.
  std::string newest_moment() const;
  /// A number that stays the same as long as no other Store changes the file. Only numbers from one
  /// Store can be compared.
  std::int64_t data_version() const;
  /// What was stored last for a URL: a complete 200 (or 304 with its body), else a refusal (401,
  /// 403).
  std::optional<Evidence> newest_evidence(const std::string& url) const;
  /// The newest few requests for a URL.
  Attempts attempts(const std::string& url) const;
  /// All evidence that a run used, with bodies, in the order in which it was stored. Throws Error
  /// when the run's evidence was pruned.
  std::vector<Evidence> evidence_of(std::int64_t run) const;
  std::optional<EvidenceRecord> evidence(const std::string& id) const;
  /// Body by its SHA-256, or by the id of evidence that has it; null when it is unknown or was
  /// pruned.
  std::optional<std::string> body(const std::string& id) const;
  /// The sources that answered with that body.
  std::vector<std::string> body_sources(const std::string& id) const;
  /// A run has no counts yet as of a moment at which it was under way.
  std::optional<Run> run(std::int64_t id, const std::string& as_of = {}) const;
  /// Newest first, with ids below `before` (0: from the newest).
  std::vector<Run> runs(std::size_t limit, std::int64_t before = 0,
                        const std::string& as_of = {}) const;
  /// Current periods, ordered by id.
  std::vector<Period> findings(const FindingFilter& filter) const;
  /// Periods of one entry, newest first, with ids below `before` (0: from the newest). `label`, if
  /// not empty, narrows them to a label path and everything below it.
  std::vector<Period> history(const std::string& slug, const std::string& label,
                              std::size_t limit = 10'000, std::int64_t before = 0,
                              const std::string& as_of = {}) const;
  /// Newest first.
  std::vector<Change> changes(const ChangeFilter& filter) const;
  /// Newest first.
  std::vector<PricePeriod> prices(const PriceFilter& filter) const;
  /// What was seen of the offers for one entry's model, oldest first.
  std::vector<OfferPeriod> offer_history(const std::string& slug) const;
  /// The newest whole document from the same URL that is older than this one and whose offers were
  /// stored; with its body.
  std::optional<Evidence> last_document(const Evidence& document) const;
  using EntrySummary = db::EntrySummary;
  /// Entries with current findings, by slug.
  std::vector<EntrySummary> summaries(const std::string& as_of = {}) const;
  /// The same for one entry.
  std::optional<EntrySummary> summary(const std::string& slug, const std::string& as_of = {}) const;
  Totals totals() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::db
