#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "auditors/config.h"
#include "auditors/credentials.h"
#include "auditors/evidence/evidence.h"
#include "auditors/evidence/transport.h"

namespace assay {

/// How evidence is fetched over HTTP: HTTP/2, connection reuse, per-source rate
/// and concurrency, retries with backoff and jitter, caps and budgets (design section 7). Used by
/// one thread.
///
/// - GET only, http and https only. Redirects are followed one by one, up to 5; a credential is
///   sent only to the scheme, host and port of its source's url, never after a redirect elsewhere.
/// - Retries 408, 429, 500, 502, 503, 504 and transport errors, up to 4 times, exponential from
///   0.5 s to 8 s with jitter. Never 401, 403, 404. A 429 with RateLimit `r=0` waits `t`+1 s; else
///   Retry-After (seconds or date); all waiting counts against the time budget, which begins with
///   the first drain. A wait that would pass it ends the request at once as `budget_spent`.
///   A 504 is not repeated once five in a row were answered to lists with pages of the same size.
/// - Slows down before the announced `RateLimit` runs out.
/// - A host that keeps failing on the transport level is given up for the run: what is left for it
///   ends with the same outcome and an error that says so.
/// - A source that the catalog names may not reach private, loopback or link-local addresses
/// (checked on the address
///   connected to), unless the configuration allows it; behind a proxy, which does the looking up,
///   addresses in URLs and local names are refused.
/// - Requests for a URL of a source that is still under way share one exchange. An immutable
///   request whose answer is recalled and usable needs none, also offline.
class Fetcher {
 public:
  struct Options {
    std::string user_agent;
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::seconds stall_timeout{20};  ///< without a byte, the first included
    std::chrono::milliseconds backoff_base{500};
    std::uint64_t jitter_seed = 0;
    std::string ca_file;  ///< SSL_CERT_FILE; empty = system's
  };
  /// `config` and `environment` must outlive the fetcher. `recall` may be empty. Throws
  /// std::runtime_error when libcurl cannot start.
  Fetcher(const Config& config, const Environment& environment, Recall recall, Options options);
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  void submit(Request request, Done done);
  /// What a Done throws passes through; the fetcher is of no further use then.
  void drain();
  const RequestCounts& counts() const;

  /// This fetcher as a transport, which must not outlive it.
  Transport transport();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay
