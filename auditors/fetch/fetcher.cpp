#include "auditors/fetch/fetcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/evidence/digest.h"
#include "auditors/fetch/address.h"
#include "auditors/fetch/http_client.h"
#include "auditors/fetch/proxy.h"
#include "auditors/fetch/rate_limit.h"
#include "auditors/fetch/response_headers.h"
#include "auditors/fetch/schedule.h"
#include "auditors/fetch/signed_url.h"
#include "validator/text/dates.h"

namespace assay {
namespace {

using std::chrono::milliseconds;

constexpr int kMaxRedirects = 5;
constexpr int kMaxRetries = 4;
constexpr int kMaxFailedRequests = 5;
constexpr int kMaxFailedAttempts = 10;
constexpr std::chrono::seconds kMaxFailingTime{30};

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_transient(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

std::int64_t unix_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// What makes a list heavy: its path and the size of its pages; empty for what is not a list.
std::string page_size_of(const SourceTraits& source, const Url& url) {
  if (source.page_size.empty()) return {};
  const std::size_t at = url.text.find(std::string(source.page_size) + '=');
  if (at == std::string::npos) return {};
  return url.path + '?' + url.text.substr(at, url.text.find('&', at) - at);
}

// One submitted request on its way through attempts and redirects.
struct Job {
  Request request;
  std::vector<Done> done;
  Url url;                           // of the present hop
  std::vector<std::string> visited;  // hops so far, the present one included
  std::optional<Evidence> recalled;  // what a 304 would confirm
  bool recall_asked = false;
  SteadyClock::time_point started;  // of the attempt under way
  bool conditional = false;         // it asked If-None-Match
  bool unconditional = false;       // a 304 was of no use
  bool repeated = false;            // the next attempt repeats a failed one
  bool from_public = false;         // an earlier hop was on the public internet
  int attempts = 0;
  int retries = 0;
  ResponseHeaders::Fields linked;  // what only the redirects told
};

// A host that fails at once is given up after some requests that were repeated to the end; one that
// lets every attempt wait for its timeout is given up sooner.
struct Health {
  int failed_requests = 0;  // in a row
  int failed_attempts = 0;
  SteadyClock::time_point failing_since{};
  std::optional<Outcome> given_up;
  std::string error;
};

}  // namespace

class Fetcher::Impl {
 public:
  Impl(const Config& config, const Environment& environment, Recall recall, Options options)
      : config_(config),
        environment_(environment),
        recall_(std::move(recall)),
        options_(std::move(options)) {
    for (const auto& [id, source] : config_.sources) add_source(source);
    for (const SourceTraits& traits : source_traits()) {
      if (!traits.named_by_catalog || config_.source(traits.id) != nullptr) continue;
      add_source(unconfigured_.emplace_back(unconfigured(traits)));
    }
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void submit(Request request, Done done) {
    const auto key = std::make_pair(request.source, request.url);
    if (const auto pending = pending_.find(key); pending != pending_.end()) {
      jobs_.at(pending->second).done.push_back(std::move(done));
      return;
    }
    const std::uint64_t number = ++last_number_;
    Job& job = jobs_[number];
    job.request = std::move(request);
    job.done.push_back(std::move(done));
    pending_.emplace(key, number);
    submitted_.push_back(number);
  }

  void drain() {
    if (!deadline_) deadline_ = SteadyClock::now() + config_.time_budget;
    while (!jobs_.empty()) {
      while (!submitted_.empty()) {
        const std::uint64_t number = submitted_.front();
        submitted_.pop_front();
        admit(number);
      }
      end_late();
      while (const auto number = schedule_.start(SteadyClock::now())) begin(*number);
      perform();
    }
  }

  const RequestCounts& counts() const { return counts_; }

 private:
  // A source, and what only its own server may see.
  struct Server {
    const SourceConfig* config;
    std::string origin;  // of its url; empty when that is not one
    std::optional<std::string> credential;
  };

  void add_source(const SourceConfig& source) {
    schedule_.set_source(source.id, source.requests_per_second, source.concurrency,
                         source.rate_is_ceiling);
    Server server{&source, {}, std::nullopt};
    if (!source.traits.named_by_catalog) {
      const Url url = parse_url(source.url);
      if (url.problem.empty()) server.origin = url.origin;
      server.credential = credential(source, environment_);
    }
    servers_.emplace(source.id, std::move(server));
  }

  const Server& server_of(const Job& job) const { return servers_.at(job.request.source); }
  const SourceTraits& traits_of(const Job& job) const { return server_of(job).config->traits; }
  Lane lane_of(const Job& job) const {
    return {job.request.source, job.url.origin,
            std::string(path_kind(traits_of(job), job.url.path))};
  }
  Health& health_of(const Job& job) { return health_[{job.request.source, job.url.origin}]; }

  // Decides about a submitted request without the network, or queues it.
  void admit(std::uint64_t number) {
    Job& job = jobs_.at(number);
    if (job.request.immutable) {
      ask_recall(job);
      if (job.recalled) {
        finish(number, *std::exchange(job.recalled, std::nullopt));
        return;
      }
    }
    if (config_.offline) {
      fail(number, Outcome::offline, "network access is not allowed");
      return;
    }
    if (!servers_.contains(job.request.source)) {
      fail(number, Outcome::refused_address,
           fmt::format("source `{}` is not configured", job.request.source));
      return;
    }
    go_to(number, parse_url(job.request.url));
  }

  // What has failed before waits for what has not, so that dead sources take only what is left.
  static int rank_of(const Job& job) {
    constexpr int kRetry = 10'000;
    return std::min(job.request.rank, kRetry - 1) + kRetry * job.retries;
  }

  // Queues the next hop, unless it is refused.
  void go_to(std::uint64_t number, Url url) {
    Job& job = jobs_.at(number);
    if (!url.problem.empty()) {
      fail(number, Outcome::refused_address, url.problem);
      return;
    }
    const bool seen =
        std::find(job.visited.begin(), job.visited.end(), url.text) != job.visited.end();
    if (seen || job.visited.size() > kMaxRedirects) {
      fail(number, Outcome::too_many_redirects,
           seen ? "the redirects form a loop"
                : fmt::format("more than {} redirects", kMaxRedirects));
      return;
    }
    job.url = std::move(url);
    job.visited.push_back(job.url.text);
    if (is_guarded(job) && is_private_by_name(job)) {
      fail(number, Outcome::refused_address,
           fmt::format("`{}` is not an address on the public internet", job.url.host));
      return;
    }
    const Health& health = health_of(job);
    if (health.given_up) {
      fail(number, *health.given_up, health.error);
      return;
    }
    schedule_.queue(number, lane_of(job), SteadyClock::time_point{}, rank_of(job));
  }

  // Whether only the public internet may be reached: for what the catalog names, and when a public
  // host sends us elsewhere. What the operator configured may be anywhere.
  bool is_guarded(const Job& job) const {
    if (traits_of(job).named_by_catalog) return !config_.allow_private_catalog_urls;
    return job.from_public && job.url.origin != server_of(job).origin;
  }

  bool is_private_by_name(const Job& job) const {
    if (is_address(job.url.host)) return !is_public_address(std::string_view(job.url.host));
    return !proxy_of(job).empty() && is_local_name(job.url.host);
  }

  std::string proxy_of(const Job& job) const {
    return proxy_for(job.url.scheme, job.url.host, environment_);
  }

  void ask_recall(Job& job) {
    if (std::exchange(job.recall_asked, true) || !recall_) return;
    auto stored = recall_(job.request.url);
    if (stored && stored->ok() && stored->url == job.request.url &&
        stored->body_sha256 == sha256_hex(stored->body) &&
        (!job.request.usable || job.request.usable(*stored))) {
      job.recalled = std::move(stored);
    }
  }

  // The tag to send with this hop: it belongs to the URL that answered then.
  std::string stored_etag(const Job& job) const {
    if (job.unconditional || !job.recalled) return {};
    const std::string& answered =
        job.recalled->final_url.empty() ? job.recalled->url : job.recalled->final_url;
    const bool same_hop =
        answered == job.url.text || (job.visited.size() == 1 && answered == job.request.url);
    const auto etag = job.recalled->headers.find("etag");
    if (!same_hop || etag == job.recalled->headers.end()) return {};
    const bool printable = std::all_of(etag->second.begin(), etag->second.end(),
                                       [](char c) { return c > 0x20 && c < 0x7F; });
    return printable ? etag->second : std::string{};
  }

  void begin(std::uint64_t number) {
    Job& job = jobs_.at(number);
    ask_recall(job);
    ++job.attempts;
    job.started = SteadyClock::now();
    const SourceConfig& source = *server_of(job).config;
    const auto left = std::chrono::ceil<milliseconds>(*deadline_ - job.started);
    Call call;
    call.url = job.url.text;
    call.headers = request_headers(job);
    call.user_agent = options_.user_agent;
    call.proxy = proxy_of(job);
    call.ca_file = options_.ca_file;
    call.connect_timeout = options_.connect_timeout;
    call.timeout = std::max(milliseconds(1), std::min(left, source.timeout));
    call.stall_timeout = options_.stall_timeout;
    call.max_body_bytes = source.max_body_bytes;
    call.public_only = call.proxy.empty() && is_guarded(job);
    call.kept_headers = source.traits.headers;
    client_.start(number, call);
  }

  std::vector<std::string> request_headers(Job& job) const {
    const Server& server = server_of(job);
    std::vector<std::string> lines{"Accept-Encoding: gzip"};
    if (server.credential && job.url.origin == server.origin) {
      lines.push_back(std::string(traits_of(job).credential_line) + *server.credential);
    }
    const std::string etag = stored_etag(job);
    job.conditional = !etag.empty();
    if (job.conditional) lines.push_back("If-None-Match: " + etag);
    return lines;
  }

  // Lets the client work, and waits for it or for the next start.
  void perform() {
    if (jobs_.empty()) return;
    std::vector<HttpClient::Ended> ended = client_.work();
    for (HttpClient::Ended& call : ended) complete(call.number, call.result);
    if (!ended.empty() || !submitted_.empty()) return;
    const auto now = SteadyClock::now();
    auto until = std::min(*deadline_, now + std::chrono::seconds(1));
    if (const auto wake = schedule_.wake(now)) until = std::min(until, *wake);
    client_.wait(std::chrono::ceil<milliseconds>(until - now));
  }

  void complete(std::uint64_t number, CallResult& result) {
    Job& job = jobs_.at(number);
    if (result.sent) {
      ++counts_.sent;
      if (job.repeated) ++counts_.retried;
    }
    counts_.bytes += result.wire_bytes;
    const bool answered = result.outcome == Outcome::response;
    const auto said = parse_rate_limit(result.headers.get("ratelimit"));
    schedule_.ended(lane_of(job), job.started, SteadyClock::now(), answered, said);
    if (answered) {
      health_of(job) = {};
      complete_response(number, job, result, said);
    } else {
      complete_failure(number, job, result);
    }
  }

  void complete_failure(std::uint64_t number, Job& job, const CallResult& failure) {
    if (failure.outcome == Outcome::timeout && SteadyClock::now() >= *deadline_) {
      fail(number, Outcome::budget_spent, "the run's time ran out before the answer arrived");
      return;
    }
    Health& health = health_of(job);
    if (failure.blames_host && health.failed_attempts++ == 0) health.failing_since = job.started;
    const bool hopeless = health.failed_attempts >= kMaxFailedAttempts &&
                          SteadyClock::now() - health.failing_since > kMaxFailingTime;
    if (failure.may_pass && !hopeless && job.retries < kMaxRetries) {
      repeat(number, wait_before_repeat(job), failure.error);
      return;
    }
    if (failure.blames_host) ++health.failed_requests;
    const std::string origin = job.url.origin;
    const std::string source = job.request.source;
    const bool give_up = hopeless || health.failed_requests >= kMaxFailedRequests;
    if (give_up && !health.given_up) {
      health.given_up = failure.outcome;
      health.error = fmt::format("{} was given up for this run after repeated failures: {}", origin,
                                 redacted(failure.error));
    }
    fail(number, failure.outcome, failure.error);
    if (!give_up) return;
    for (const std::uint64_t other : schedule_.take_all(source, origin)) {
      const Health known = health_[{source, origin}];
      fail(other, known.given_up.value_or(failure.outcome), known.error);
    }
  }

  void complete_response(std::uint64_t number, Job& job, CallResult& result,
                         const std::vector<Announcement>& said) {
    const int status = result.status;
    const bool hopeless = too_heavy(job, status);
    job.from_public = job.from_public ||
                      (proxy_of(job).empty() && is_public_address(std::string_view(result.peer)));
    if (status == 304) {
      complete_not_modified(number, job, result.headers);
    } else if (is_redirect(status) && !result.headers.get("location").empty()) {
      for (const SourceHeader& header : traits_of(job).headers) {
        const std::string_view value = result.headers.get(header.name);
        if (header.redirect && !value.empty()) job.linked.emplace(header.name, value);
      }
      job.repeated = false;
      go_to(number, parse_url(std::string(result.headers.get("location")), job.url.text));
    } else if (is_transient(status) && job.retries < kMaxRetries && !hopeless) {
      const auto wait = wait_before_repeat(job, status, result.retry_after, said);
      if (status == 429) schedule_.hold(lane_of(job), SteadyClock::now() + wait);
      repeat(number, wait, fmt::format("the host answered {}", status));
    } else {
      Evidence evidence = evidence_of(job);
      evidence.status = status;
      evidence.headers =
          status == 200 ? lasting_fields(result.headers.fields()) : result.headers.fields();
      evidence.headers.insert(job.linked.begin(), job.linked.end());
      // A location may hold a user name and password.
      if (result.headers.get("location").find('@') != std::string_view::npos) {
        evidence.headers.erase("location");
      }
      evidence.body = std::move(result.body);
      seal_without_secrets(evidence);
      finish(number, std::move(evidence));
    }
  }

  // A host that gives up (504) on pages of a size, as often in a row as one request is repeated, is
  // not asked five times for each list of the run.
  bool too_heavy(const Job& job, int status) {
    const auto size = std::make_pair(job.url.origin, page_size_of(traits_of(job), job.url));
    if (size.second.empty()) return false;
    if (status == 200) heavy_.erase(size);
    return status == 504 && ++heavy_[size] > kMaxRetries;
  }

  // A 304 is only as good as the stored body that it confirms.
  void complete_not_modified(std::uint64_t number, Job& job, const ResponseHeaders& headers) {
    ++counts_.not_modified;
    const std::string_view tag = headers.get("etag");
    if (job.conditional && (tag.empty() || same_etag(tag, stored_etag(job)))) {
      Evidence evidence = evidence_of(job);
      evidence.status = 304;
      evidence.headers =
          confirmed_fields(job.recalled->headers, headers.fields(), traits_of(job).headers);
      evidence.body = std::move(job.recalled->body);
      seal_without_secrets(evidence);
      finish(number, std::move(evidence));
    } else if (!std::exchange(job.unconditional, true)) {
      repeat(number, milliseconds(0), "the host answered 304 for something else");
    } else {
      fail(number, Outcome::bad_encoding, "the host answered 304 to an unconditional request");
    }
  }

  milliseconds wait_before_repeat(const Job& job) const {
    const std::uint64_t seed = options_.jitter_seed ^ std::hash<std::string>{}(job.request.url);
    return backoff(options_.backoff_base, job.retries + 1, seed);
  }

  milliseconds wait_before_repeat(const Job& job, int status, std::chrono::seconds asked,
                                  const std::vector<Announcement>& said) const {
    if (status == 429) {
      for (const Announcement& item : said) {
        if (item.remaining == 0) return item.reset + std::chrono::seconds(1);
      }
    }
    return std::max(wait_before_repeat(job), milliseconds(asked));
  }

  void repeat(std::uint64_t number, milliseconds wait, const std::string& reason) {
    Job& job = jobs_.at(number);
    const auto from = SteadyClock::now() + wait;
    if (from > *deadline_) {
      fail(number, Outcome::budget_spent,
           fmt::format("{}, and the run's time does not allow waiting {:.1f} s", reason,
                       static_cast<double>(wait.count()) / 1000));
      return;
    }
    ++job.retries;
    job.repeated = true;
    schedule_.queue(number, lane_of(job), from, rank_of(job));
  }

  // What cannot start in time need not wait for the end of it.
  void end_late() {
    for (const std::uint64_t number : schedule_.take_late(SteadyClock::now(), *deadline_)) {
      fail(number, Outcome::budget_spent,
           "the run's time, or the rate limit announced by the host, did not allow it");
    }
  }

  Evidence evidence_of(const Job& job) const {
    Evidence evidence;
    evidence.source = job.request.source;
    evidence.url = job.request.url;
    evidence.final_url = job.visited.size() > 1 ? without_signature(job.url.text) : job.request.url;
    evidence.fetched_at = format_time(unix_milliseconds());
    return evidence;
  }

  void fail(std::uint64_t number, Outcome outcome, const std::string& error) {
    const Job& job = jobs_.at(number);
    Evidence evidence = evidence_of(job);
    evidence.outcome = outcome;
    evidence.error = redacted(error);
    if (job.attempts > 0) {
      evidence.error +=
          fmt::format(" ({} {})", job.attempts, job.attempts == 1 ? "attempt" : "attempts");
    }
    seal_without_secrets(evidence);
    finish(number, std::move(evidence));
  }

  // A host may echo what it was sent: a credential is taken out of all that is kept.
  void seal_without_secrets(Evidence& evidence) const {
    for (auto& [name, value] : evidence.headers) value = redacted(std::move(value));
    evidence.body = redacted(std::move(evidence.body));
    evidence.final_url = redacted(std::move(evidence.final_url));
    evidence.error = redacted(std::move(evidence.error));
    seal(evidence);
  }

  std::string redacted(std::string text) const {
    for (const auto& [id, server] : servers_) {
      if (!server.credential || server.credential->empty()) continue;
      for (std::size_t at = text.find(*server.credential); at != std::string::npos;
           at = text.find(*server.credential, at)) {
        text.replace(at, server.credential->size(), "***");
      }
    }
    return text;
  }

  void finish(std::uint64_t number, Evidence evidence) {
    // The job is gone before its callbacks run: they may submit the same URL again, or throw.
    const auto node = jobs_.extract(number);
    Job& job = node.mapped();
    pending_.erase({job.request.source, job.request.url});
    for (std::size_t i = 0; i + 1 < job.done.size(); ++i) job.done[i](evidence);
    job.done.back()(std::move(evidence));
  }

  const Config& config_;
  const Environment& environment_;
  Recall recall_;
  Options options_;
  std::deque<SourceConfig> unconfigured_;  // those that need no configuration
  HttpClient client_;
  std::map<std::string, Server, std::less<>> servers_;
  std::map<std::pair<std::string, std::string>, Health> health_;  // source, origin
  std::map<std::pair<std::string, std::string>, int> heavy_;      // 504s by origin, size of pages
  Schedule schedule_;
  std::map<std::uint64_t, Job> jobs_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> pending_;  // source, url
  std::deque<std::uint64_t> submitted_;
  std::uint64_t last_number_ = 0;
  std::optional<SteadyClock::time_point> deadline_;
  RequestCounts counts_;
};

Fetcher::Fetcher(const Config& config, const Environment& environment, Recall recall,
                 Options options)
    : impl_(std::make_unique<Impl>(config, environment, std::move(recall), std::move(options))) {}

Fetcher::~Fetcher() = default;

void Fetcher::submit(Request request, Done done) {
  impl_->submit(std::move(request), std::move(done));
}

void Fetcher::drain() { impl_->drain(); }

const RequestCounts& Fetcher::counts() const { return impl_->counts(); }

Transport Fetcher::transport() {
  return {
      .submit = [this](Request request, Done done) { submit(std::move(request), std::move(done)); },
      .drain = [this] { drain(); }};
}

}  // namespace assay
