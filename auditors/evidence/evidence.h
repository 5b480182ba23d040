#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

struct Evidence;

/// One GET that an auditor wants made. Two requests with the same `url` are the same request.
struct Request {
  std::string source;  ///< id of a configured source ("huggingface"), or "web" for catalog URLs
  std::string url;     ///< absolute, http or https, no credentials in it
  /// The answer can never change (the URL names a commit): stored evidence of any age will do.
  bool immutable = false;
  /// The answer belongs to no single entry, such as a price list of all models: it is asked for
  /// once in a run and kept for all entries. An earlier good answer is laid beside it
  /// (EvidenceSet::previous).
  bool shared = false;
  /// A stored answer younger than this will do, whatever --max-age says: for sources that allow few
  /// requests a day.
  std::chrono::seconds good_for{0};
  /// A stored refusal (401, 403) younger than this will do, too, where `usable` says so.
  std::chrono::seconds refused_for{0};
  /// Lower goes first. audit() gives the number of requests that the entry made before, so that
  /// entries that need few are not held up by one that needs many.
  int rank = 0;
  /// Whether a stored answer can be used. One that cannot is neither taken instead of asking, not
  /// even for an address that never changes, nor confirmed by its ETag: a fault that once looked
  /// like an answer heals with the next run. Empty: every one can. A function of its argument.
  std::function<bool(const Evidence&)> usable{};
  /// Whether a stored answer can never change although others to this request may: it will do
  /// whatever its age. Empty: none. A function of its argument.
  std::function<bool(const Evidence&)> settled{};
};

/// How an exchange ended. Only `response` has a status.
enum class Outcome {
  response,  ///< a whole HTTP response arrived (any status)
  dns_failure,
  connect_failure,
  tls_failure,
  timeout,       ///< connect, first byte or total
  truncated,     ///< the connection ended before the body did
  too_large,     ///< the body passed the cap (after decompression)
  bad_encoding,  ///< the body does not decompress, or the response is not HTTP
  too_many_redirects,
  refused_address,  ///< a private, loopback or link-local address, or not http(s)
  budget_spent,     ///< the run's time, or the source's announced rate, did not allow it
  offline,          ///< no network was allowed and nothing stored answers it
  not_recorded,     ///< replay: the recording does not contain this request
};

std::string_view to_string(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view id);

/// One exchange, as it is stored. Credentials are never part of it.
struct Evidence {
  std::string id;  ///< SHA-256 (hex) over the canonical record of the fields below; see seal()
  std::string source;
  std::string url;         ///< as requested
  std::string final_url;   ///< after redirects; equals `url` when there were none
  std::string fetched_at;  ///< RFC 3339 in UTC with milliseconds, when the answer was complete
  Outcome outcome = Outcome::response;
  int status = 0;                              ///< of the last response; 0 when there was none
  std::map<std::string, std::string> headers;  ///< selected ones, names in lower case
  std::string body_sha256;                     ///< empty when there is no body
  std::string body;   ///< decompressed; for a 304 the stored body it confirms
  std::string error;  ///< what failed, to be read; empty for a response
  /// The stored run that asked for it, 1 and up; 0 for what is asked for now. Where it was kept,
  /// and so not part of the record: clocks jump, runs do not.
  std::int64_t run = 0;

  /// A complete 200, or a 304 that confirms one.
  bool ok() const { return outcome == Outcome::response && (status == 200 || status == 304); }
  /// Access must be granted first.
  bool refused() const { return outcome == Outcome::response && (status == 401 || status == 403); }
  /// Whether an earlier run asked for it than for `other`.
  bool older_than(const Evidence& other) const {
    return run != 0 && (other.run == 0 || run < other.run);
  }
};

/// Fills body_sha256 and id from the other fields. Call once, when the record is complete.
void seal(Evidence& evidence);

/// The target of `rel="next"` in a Link header (RFC 8288), absolute; empty when there is none.
std::string next_target(const Evidence& evidence);
/// The same; empty as well when it leaves the host that answered.
std::string next_link(const Evidence& evidence);

/// What is known of earlier requests for a URL. Requests that never left, because time or quota
/// were spent, do not count.
struct Attempts {
  std::int64_t last = 0;  ///< of the newest one, Unix milliseconds; 0 when there was none
  int failures = 0;       ///< the newest ones in a row that brought no usable answer
};

/// What a run spent.
struct RequestCounts {
  std::uint64_t sent = 0;  ///< every HTTP request on the wire, retries and redirects included
  std::uint64_t not_modified = 0;  ///< of these, answered by 304
  std::uint64_t retried = 0;       ///< of these, repetitions of a failed one
  std::uint64_t bytes = 0;         ///< body bytes received, before decompression
};

}  // namespace assay
