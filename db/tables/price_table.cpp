#include "db/tables/price_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "db/error.h"
#include "db/statement.h"
#include "db/tables/evidence_table.h"
#include "validator/text/dates.h"

namespace assay::db {
namespace {

constexpr auto kEndOfTime = std::numeric_limits<std::int64_t>::max();

constexpr const char* kPriceColumns =
    "SELECT p.id, s.value, r.value, m.value, v.value, d.value, h.value, o.provider_known, "
    "p.opened_by, p.closed_at, e.sha256, e.fetched_at, p.input, p.input_nominal, p.input_raw, "
    "p.input_pointer, p.output, p.output_nominal, p.output_raw, p.output_pointer, p.currency, "
    "p.pointer, p.caveat, o.document, o.id, p.opened_at FROM price p JOIN offer o ON o.id = "
    "p.offer "
    "JOIN string s ON s.id = o.source JOIN string r ON r.id = o.provider "
    "JOIN string m ON m.id = o.model JOIN string v ON v.id = o.variant "
    "JOIN string d ON d.id = o.document JOIN string h ON h.id = o.repository "
    "JOIN evidence e ON e.id = p.evidence ";

Decimal read_decimal(const std::string& text) {
  const std::optional<Decimal> decimal = Decimal::parse(text);
  if (!decimal) {
    throw Error(
        fmt::format("a stored price '{}' is not a decimal; the database was damaged", text));
  }
  return *decimal;
}

// From four columns: exact, nominal, raw, pointer.
OfferPrice read_price(const Statement& row, int first) {
  OfferPrice price;
  price.raw = row.text(first + 2);
  price.pointer = row.text(first + 3);
  if (row.is_null(first)) return price;
  price.exact = read_decimal(row.text(first));
  price.nominal = row.is_null(first + 1) ? *price.exact : read_decimal(row.text(first + 1));
  price.state = price.exact->is_zero() ? OfferPrice::State::zero : OfferPrice::State::value;
  return price;
}

std::optional<std::string> text_of(const std::optional<Decimal>& decimal) {
  return decimal ? std::optional(decimal->text()) : std::nullopt;
}

// Reads prices with the document that showed them last; one reader per query.
class PriceReader {
 public:
  PriceReader(SQLite::Database& connection, const View& view)
      : view_(view),
        reading_(
            connection,
            "SELECT x.run, e.sha256, e.fetched_at FROM price_reading x JOIN evidence e ON "
            "e.id = x.evidence WHERE x.document = ?1 AND x.at BETWEEN ?2 AND ?3 AND NOT EXISTS "
            "(SELECT 1 FROM price_gap g WHERE g.price = ?4 AND g.at = x.at) "
            "ORDER BY x.at DESC LIMIT 1"),
        slugs_(connection,
               "SELECT s.value FROM offer_entry j JOIN string s ON s.id = j.entry "
               "WHERE j.offer = ? AND j.since <= ? ORDER BY s.value") {}

  PricePeriod read(const Statement& row) {
    PricePeriod period;
    period.id = row.integer(0);
    Offer& offer = period.offer;
    offer.source = row.text(1);
    offer.provider = row.text(2);
    offer.model = row.text(3);
    offer.variant = row.text(4);
    period.document = row.text(5);
    offer.repository = row.text(6);
    offer.provider_known = row.integer(7) != 0;
    period.first_run = period.last_run = row.integer(8);
    period.open = row.is_null(9) || (!view_.newest && row.integer(9) > view_.at);
    period.first_evidence = period.last_evidence = digest_hex(row.text(10));
    period.first_seen = period.last_seen = format_time(row.integer(11));
    offer.input = read_price(row, 12);
    offer.output = read_price(row, 16);
    offer.currency = row.text(20);
    offer.pointer = row.text(21);
    offer.caveat = row.text(22);
    if (!offer.caveat.empty()) offer.use = Offer::Use::set_aside;
    const std::int64_t last = period.open ? view_.at : row.integer(9) - 1;
    if (reading_.bind(row.integer(23), row.integer(25), last, period.id).step()) {
      period.last_run = reading_.integer(0);
      period.last_evidence = digest_hex(reading_.text(1));
      period.last_seen = format_time(reading_.integer(2));
    }
    slugs_.bind(row.integer(24), view_.at);
    while (slugs_.step()) period.slugs.push_back(slugs_.text(0));
    return period;
  }

 private:
  View view_;
  Statement reading_;
  Statement slugs_;
};

// Writes one document into the store.
class DocumentRecording {
 public:
  DocumentRecording(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                    std::int64_t document, std::int64_t evidence)
      : connection_(connection),
        run_(run),
        at_(at),
        document_(document),
        evidence_(evidence),
        find_offer_(connection,
                    "SELECT id FROM offer WHERE source = ? AND provider = ? AND model = ? AND "
                    "variant = ? AND document = ?"),
        insert_offer_(connection,
                      "INSERT INTO offer (source, provider, model, variant, document, repository, "
                      "provider_known) VALUES (?, ?, ?, ?, ?, ?, ?)"),
        insert_price_(connection,
                      "INSERT INTO price (offer, opened_by, opened_at, evidence, input, "
                      "input_nominal, input_raw, input_pointer, output, output_nominal, "
                      "output_raw, output_pointer, currency, pointer, caveat) VALUES "
                      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

  void record(std::span<const Offer> offers, bool whole) {
    std::map<std::int64_t, Open> open = open_prices();
    Statement close(connection_, "UPDATE price SET closed_by = ?, closed_at = ? WHERE id = ?");
    Statement gap(connection_, "INSERT INTO price_gap VALUES (?, ?)");
    for (const Offer& offer : offers) {
      const bool unreadable = offer.use == Offer::Use::unreadable;
      const std::optional<std::int64_t> id = unreadable ? known_id(offer) : id_of(offer);
      const auto known = id ? open.find(*id) : open.end();
      if (known == open.end()) {
        if (!unreadable && begun_.insert(*id).second) begin(*id, offer);
        continue;
      }
      if (unreadable) {
        if (whole) gap.bind(known->second.id, at_).run();
      } else if (known->second.substance != substance(offer)) {
        close.bind(run_, at_, known->second.id).run();
        begin(*id, offer);
        begun_.insert(*id);
      }
      open.erase(known);
    }
    // What an incomplete document does not mention is neither ended nor confirmed.
    if (!whole) return;
    for (const auto& [offer, price] : open) close.bind(run_, at_, price.id).run();
    Statement(connection_, "INSERT INTO price_reading VALUES (?, ?, ?, ?)")
        .bind(document_, at_, run_, evidence_)
        .run();
  }

 private:
  struct Open {
    std::int64_t id = 0;
    std::string substance;
  };

  // What decides whether a price continues: its values without noise, their currency, and whether
  // they can be compared; not their place in the document.
  static std::string substance(const Offer& offer) {
    return fmt::format("{}|{}|{}|{}", text_of(offer.input.nominal).value_or("-"),
                       text_of(offer.output.nominal).value_or("-"), offer.currency, offer.caveat);
  }

  std::map<std::int64_t, Open> open_prices() {
    Statement row(connection_,
                  "SELECT p.offer, p.id, coalesce(p.input_nominal, p.input, '-'), "
                  "coalesce(p.output_nominal, p.output, '-'), p.currency, p.caveat FROM offer o "
                  "JOIN price p ON p.offer = o.id WHERE o.document = ? AND p.closed_at IS NULL");
    row.bind(document_);
    std::map<std::int64_t, Open> open;
    while (row.step()) {
      open[row.integer(0)] = {row.integer(1), fmt::format("{}|{}|{}|{}", row.text(2), row.text(3),
                                                          row.text(4), row.text(5))};
    }
    return open;
  }

  std::optional<std::int64_t> known_id(const Offer& offer) {
    find_offer_.bind(string_id(offer.source), string_id(offer.provider), string_id(offer.model),
                     string_id(offer.variant), document_);
    if (!find_offer_.step()) return std::nullopt;
    return find_offer_.integer(0);
  }

  std::int64_t id_of(const Offer& offer) {
    if (const std::optional<std::int64_t> known = known_id(offer)) return *known;
    insert_offer_
        .bind(string_id(offer.source), string_id(offer.provider), string_id(offer.model),
              string_id(offer.variant), document_, string_id(offer.repository),
              std::int64_t{offer.provider_known ? 1 : 0})
        .run();
    return connection_.getLastInsertRowid();
  }

  std::int64_t string_id(const std::string& text) {
    const auto known = strings_.find(text);
    if (known != strings_.end()) return known->second;
    return strings_.emplace(text, intern(connection_, text)).first->second;
  }

  void begin(std::int64_t id, const Offer& offer) {
    const auto noise = [](const OfferPrice& price) {
      return price.noisy() ? text_of(price.nominal) : std::nullopt;
    };
    insert_price_
        .bind(id, run_, at_, evidence_, text_of(offer.input.exact), noise(offer.input),
              offer.input.raw, offer.input.pointer, text_of(offer.output.exact),
              noise(offer.output), offer.output.raw, offer.output.pointer, offer.currency,
              offer.pointer, offer.caveat)
        .run();
  }

  SQLite::Database& connection_;
  std::int64_t run_;
  std::int64_t at_;
  std::int64_t document_;
  std::int64_t evidence_;
  std::map<std::string, std::int64_t> strings_;
  std::set<std::int64_t> begun_;
  Statement find_offer_;
  Statement insert_offer_;
  Statement insert_price_;
};

}  // namespace

void record_offers(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                   const Evidence& document, std::span<const Offer> offers, bool whole) {
  const std::optional<EvidenceKey> evidence = find_evidence(connection, document.id);
  if (!evidence) {
    throw Error(
        fmt::format("the offers of '{}' come from evidence that was never stored", document.url));
  }
  const std::int64_t url = intern(connection, document.url);
  Statement newest(
      connection,
      "SELECT max(e.fetched_at) FROM evidence e WHERE e.id IN (SELECT x.evidence "
      "FROM price_reading x WHERE x.document = ?1 UNION SELECT p.evidence FROM offer o "
      "JOIN price p ON p.offer = o.id WHERE o.document = ?1)");
  const bool is_older =
      newest.bind(url).step() && !newest.is_null(0) && evidence->fetched_at <= newest.integer(0);
  if (is_older) return;  // or the same one again
  DocumentRecording(connection, run, at, url, evidence->row).record(offers, whole);
}

void record_joined(SQLite::Database& connection, std::int64_t at, const std::string& slug,
                   std::span<const Offer* const> offers) {
  if (offers.empty()) return;
  const std::int64_t entry = intern(connection, slug);
  Statement join(connection,
                 "INSERT OR IGNORE INTO offer_entry SELECT ?, o.id, ? FROM offer o "
                 "JOIN string s ON s.id = o.source JOIN string r ON r.id = o.provider "
                 "JOIN string m ON m.id = o.model JOIN string v ON v.id = o.variant "
                 "WHERE s.value = ? AND r.value = ? AND m.value = ? AND v.value = ?");
  for (const Offer* offer : offers) {
    join.bind(entry, at, offer->source, offer->provider, offer->model, offer->variant).run();
  }
}

std::vector<SourceOffers> count_offers(SQLite::Database& connection, std::int64_t run,
                                       std::int64_t until) {
  Statement row(connection,
                "SELECT s.value, count(DISTINCT o.id), count(DISTINCT CASE WHEN EXISTS (SELECT 1 "
                "FROM offer_entry j WHERE j.offer = o.id AND j.since <= ?2) THEN o.id END) "
                "FROM price_reading x JOIN offer o ON o.document = x.document "
                "JOIN price p ON p.offer = o.id AND p.opened_at <= x.at AND "
                "(p.closed_at IS NULL OR p.closed_at > x.at) "
                "JOIN string s ON s.id = o.source WHERE x.run = ?1 GROUP BY s.value "
                "ORDER BY s.value");
  row.bind(run, until);
  std::vector<SourceOffers> sources;
  while (row.step()) {
    sources.push_back({row.text(0), static_cast<std::uint64_t>(row.integer(1)),
                       static_cast<std::uint64_t>(row.integer(2))});
  }
  return sources;
}

std::vector<PricePeriod> select_prices(SQLite::Database& connection, const PriceFilter& filter,
                                       const View& view) {
  const std::int64_t since = filter.since.empty() ? 0 : time_value(filter.since, "'since'");
  std::string sql = fmt::format("{} WHERE p.id < ?1 AND p.opened_at <= ?2 AND e.fetched_at >= ?3 ",
                                kPriceColumns);
  if (!filter.model.empty()) {
    sql +=
        "AND o.id IN (SELECT j.offer FROM offer_entry j JOIN string w ON w.id = j.entry WHERE "
        "w.value = ?4 AND j.since <= ?2 UNION SELECT w.id FROM offer w WHERE ?4 IN "
        "((SELECT value FROM string WHERE id = w.model), "
        "(SELECT value FROM string WHERE id = w.repository))) ";
  }
  if (filter.unjoined) {
    sql += "AND NOT EXISTS (SELECT 1 FROM offer_entry j WHERE j.offer = o.id AND j.since <= ?2) ";
  }
  if (filter.current) sql += "AND (p.closed_at IS NULL OR p.closed_at > ?2) ";
  sql +=
      "AND (?5 = '' OR r.value = ?5) AND (?6 = '' OR s.value = ?6) AND (?4 = '' OR 1) "
      "ORDER BY p.id DESC LIMIT ?7";
  Statement row(connection, sql.c_str());
  row.bind(filter.before > 0 ? filter.before : kEndOfTime, view.at, since, filter.model,
           filter.provider, filter.source,
           static_cast<std::int64_t>(std::min<std::uint64_t>(filter.limit, kEndOfTime)));
  PriceReader reader(connection, view);
  std::vector<PricePeriod> periods;
  while (row.step()) periods.push_back(reader.read(row));
  return periods;
}

std::vector<OfferPeriod> select_offer_history(SQLite::Database& connection,
                                              const std::string& slug) {
  const std::optional<std::int64_t> entry = interned(connection, slug);
  if (!entry) return {};
  Statement row(connection, fmt::format("{} WHERE p.offer IN (SELECT offer FROM offer_entry "
                                        "WHERE entry = ?) ORDER BY p.id",
                                        kPriceColumns)
                                .c_str());
  row.bind(*entry);
  PriceReader reader(connection, View{kEndOfTime, true, nullptr});
  std::vector<OfferPeriod> history;
  while (row.step()) {
    PricePeriod period = reader.read(row);
    history.push_back(
        {std::move(period.offer), std::move(period.first_seen), std::move(period.last_seen)});
  }
  return history;
}

std::optional<Evidence> select_last_document(SQLite::Database& connection,
                                             const Evidence& document) {
  const std::optional<std::int64_t> url = interned(connection, document.url);
  if (!url) return std::nullopt;
  Statement row(connection,
                "SELECT x.evidence FROM price_reading x JOIN evidence e ON e.id = x.evidence "
                "WHERE x.document = ? AND e.fetched_at < ? ORDER BY x.at DESC LIMIT 1");
  if (!row.bind(*url, time_value(document.fetched_at, "the time of evidence")).step()) {
    return std::nullopt;
  }
  return select_whole(connection, row.integer(0));
}

}  // namespace assay::db
