#include "auditors/fetcher.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <deque>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/address.h"
#include "auditors/content_coding.h"
#include "auditors/digest.h"
#include "auditors/proxy.h"
#include "auditors/rate_limit.h"
#include "auditors/response_headers.h"
#include "auditors/schedule.h"
#include "auditors/signed_url.h"

namespace assay {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kWeb = "web";
constexpr int kMaxRedirects = 5;
constexpr int kMaxRetries = 4;
constexpr int kMaxFailedRequests = 5;
constexpr int kMaxFailedAttempts = 10;
constexpr std::chrono::seconds kMaxFailingTime{30};
constexpr std::size_t kMaxUrl = 8 * 1024;

// Both handle types are `void` to C++, so each needs a deleter of its own.
struct EasyFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiFree {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct UrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct TextFree {
  void operator()(char* text) const { curl_free(text); }
};

// libcurl counts these calls, and since 7.84 they may come from several threads.
struct CurlGlobal {
  CurlGlobal() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("libcurl cannot be initialized");
    }
  }
  ~CurlGlobal() { curl_global_cleanup(); }
  CurlGlobal(const CurlGlobal&) = delete;
  CurlGlobal& operator=(const CurlGlobal&) = delete;
};

struct Url {
  std::string text;    // normalized, without fragment
  std::string origin;  // scheme://host:port, the port always there
  std::string scheme;
  std::string host;  // no brackets
  std::string path;
  std::string problem;  // why it is refused; empty when it may be fetched
};

std::string part_of(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
  const std::unique_ptr<char, TextFree> owner(text);
  return text;
}

// Reads `text`, relative to `base` when there is one.
Url parse_url(const std::string& text, const std::string& base = {}) {
  Url url;
  const std::unique_ptr<CURLU, UrlFree> handle(curl_url());
  if (!handle) throw std::bad_alloc();
  unsigned flags = CURLU_NON_SUPPORT_SCHEME;
  if (!base.empty()) {
    flags |= CURLU_URLENCODE;
    if (curl_url_set(handle.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) {
      url.problem = "not an absolute URL";
      return url;
    }
  }
  const bool sound = text.size() <= kMaxUrl && text.find('\0') == std::string::npos &&
                     curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), flags) == CURLUE_OK;
  if (!sound) {
    url.problem = "not a valid URL";
    return url;
  }
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  url.scheme = part_of(handle.get(), CURLUPART_SCHEME);
  url.host = part_of(handle.get(), CURLUPART_HOST);
  if (url.host.starts_with('[')) url.host = url.host.substr(1, url.host.size() - 2);
  if (url.scheme != "http" && url.scheme != "https") {
    url.problem = "only http and https are allowed";
  } else if (!part_of(handle.get(), CURLUPART_USER).empty() ||
             !part_of(handle.get(), CURLUPART_PASSWORD).empty()) {
    url.problem = "the URL contains a user name or password";
  } else {
    url.text = part_of(handle.get(), CURLUPART_URL);
    url.path = part_of(handle.get(), CURLUPART_PATH);
    url.origin = fmt::format("{}://{}:{}", url.scheme, part_of(handle.get(), CURLUPART_HOST),
                             part_of(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
    std::transform(url.origin.begin(), url.origin.end(), url.origin.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
  }
  return url;
}

bool is_public_peer(const sockaddr* address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    std::memcpy(bytes.data(), &v4->sin_addr, 4);
    return is_public_address(std::span<const std::uint8_t>(bytes).first(4));
  }
  if (address->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    std::memcpy(bytes.data(), &v6->sin6_addr, 16);
    return is_public_address(std::span<const std::uint8_t>(bytes));
  }
  return false;
}

// A failure of one attempt.
struct Failure {
  Outcome outcome = Outcome::response;
  bool retry = false;    // may end otherwise when repeated
  bool is_host = false;  // speaks against the host rather than this answer
};

Failure classify(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Outcome::dns_failure, true, true};
    case CURLE_OPERATION_TIMEDOUT:
      return {Outcome::timeout, true, true};
    case CURLE_SSL_CONNECT_ERROR:
      return {Outcome::tls_failure, true, true};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ENGINE_INITFAILED:
      return {Outcome::tls_failure, false, true};
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return {Outcome::truncated, true, true};
    case CURLE_FILESIZE_EXCEEDED:
      return {Outcome::too_large, false, false};
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // the scheme was checked before: this is HTTP/0.9
    case CURLE_WRITE_ERROR:
      return {Outcome::bad_encoding, false, false};
    default:
      return {Outcome::connect_failure, true, true};
  }
}

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

// One attempt while libcurl works on it. Callbacks must not throw through C.
struct Transfer {
  std::unique_ptr<CURL, EasyFree> easy;
  std::unique_ptr<curl_slist, ListFree> request_headers;
  std::uint64_t job = 0;
  Clock::time_point started;
  std::size_t cap = 0;
  bool guarded = false;      // only public addresses
  bool proxied = false;      // the peer is the proxy
  bool conditional = false;  // sent If-None-Match
  bool credential = false;   // sent one
  bool too_large = false;
  bool undecodable = false;
  bool refused = false;
  ResponseHeaders headers;
  std::optional<ContentDecoder> decoder;  // from the first byte of the body on
  std::string body;
  std::array<char, CURL_ERROR_SIZE> error{};

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      if (!transfer.decoder) transfer.decoder.emplace(transfer.headers.content_encoding());
      switch (transfer.decoder->add({data, size * count}, transfer.body, transfer.cap)) {
        case ContentDecoder::Status::ok:
          return size * count;
        case ContentDecoder::Status::bad:
          transfer.undecodable = true;
          return 0;
        case ContentDecoder::Status::too_large:
          break;
      }
    } catch (...) {  // no memory
    }
    transfer.too_large = true;
    return 0;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* self) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      if (transfer.headers.add_line({data, size * count})) return size * count;
    } catch (...) {  // no memory
    }
    transfer.too_large = true;
    return 0;
  }

  // Whether libcurl's success is one. It takes a connection that ends between headers for the end
  // of an empty body.
  bool whole() const { return headers.complete() && (!decoder || decoder->complete()); }

  static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.guarded && !is_public_peer(&address->addr)) {
      transfer.refused = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  // Also sees connections that were opened for an earlier request.
  static int on_request(void* self, char* peer, char*, int, int) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      if (!transfer.guarded || is_public_address(std::string_view(peer))) {
        return CURL_PREREQFUNC_OK;
      }
    } catch (...) {  // no memory
    }
    transfer.refused = true;
    return CURL_PREREQFUNC_ABORT;
  }
};

// One submitted request on its way through attempts and redirects.
struct Job {
  Request request;
  std::vector<Done> done;
  Url url;                           // of the present hop
  std::vector<std::string> visited;  // hops so far, the present one included
  std::optional<Evidence> recalled;  // what a 304 would confirm
  bool recall_asked = false;
  bool unconditional = false;  // a 304 was of no use
  bool repeated = false;       // the next attempt repeats a failed one
  bool from_public = false;    // an earlier hop was on the public internet
  int attempts = 0;
  int retries = 0;
  ResponseHeaders::Fields linked;  // of redirects: the commit and size that only they tell
};

// A host that fails at once is given up after some requests that were repeated to the end; one that
// lets every attempt wait for its timeout is given up sooner.
struct Health {
  int failed_requests = 0;  // in a row
  int failed_attempts = 0;
  Clock::time_point failing_since{};
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
        options_(std::move(options)),
        multi_(curl_multi_init()) {
    if (!multi_) throw std::runtime_error("libcurl cannot be initialized");
    web_.id = kWeb;
    web_.requests_per_second = 5;
    for (const auto& [id, source] : config_.sources) add_source(source);
    if (config_.source(kWeb) == nullptr) add_source(web_);
  }

  ~Impl() {
    for (auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), easy);
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
    if (!deadline_) deadline_ = Clock::now() + config_.time_budget;
    while (!jobs_.empty()) {
      while (!submitted_.empty()) {
        const std::uint64_t number = submitted_.front();
        submitted_.pop_front();
        admit(number);
      }
      end_late();
      while (const auto number = schedule_.start(Clock::now())) begin(*number);
      perform();
    }
  }

  const RequestCounts& counts() const { return counts_; }

 private:
  struct Origin {
    const SourceConfig* config;
    std::string origin;  // of its url; empty when that is not one
    std::optional<std::string> credential;
  };

  void add_source(const SourceConfig& source) {
    schedule_.set_source(source.id, source.requests_per_second, source.concurrency);
    Origin origin{&source, {}, std::nullopt};
    if (source.id != kWeb) {
      const Url url = parse_url(source.url);
      if (url.problem.empty()) origin.origin = url.origin;
      origin.credential = credential(source, environment_);
    }
    origins_.emplace(source.id, std::move(origin));
  }

  const Origin& origin_of(const Job& job) const { return origins_.at(job.request.source); }
  Lane lane_of(const Job& job) const {
    return {job.request.source, job.url.origin, path_kind(job.url.path)};
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
      fail(number, Outcome::offline, "no network is allowed");
      return;
    }
    if (!origins_.contains(job.request.source)) {
      fail(number, Outcome::refused_address,
           fmt::format("source `{}` is not configured", job.request.source));
      return;
    }
    go_to(number, parse_url(job.request.url));
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
           fmt::format("`{}` is not an address of the public internet", job.url.host));
      return;
    }
    const Health& health = health_of(job);
    if (health.given_up) {
      fail(number, *health.given_up, health.error);
      return;
    }
    schedule_.queue(number, lane_of(job), Clock::time_point{});
  }

  // Whether only the public internet may be reached: for what the catalog names, and when a public
  // host sends us elsewhere. What the operator configured may be anywhere.
  bool is_guarded(const Job& job) const {
    if (job.request.source == kWeb) return !config_.allow_private_catalog_urls;
    return job.from_public && job.url.origin != origin_of(job).origin;
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
        stored->body_sha256 == sha256_hex(stored->body)) {
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
    auto transfer = std::make_unique<Transfer>();
    transfer->easy.reset(curl_easy_init());
    if (!transfer->easy) throw std::bad_alloc();
    transfer->job = number;
    transfer->started = Clock::now();
    ++job.attempts;
    prepare(*transfer, job);
    CURL* easy = transfer->easy.get();
    transfers_.emplace(easy, std::move(transfer));
    curl_multi_add_handle(multi_.get(), easy);
  }

  void add_header(Transfer& transfer, const std::string& line) {
    curl_slist* longer = curl_slist_append(transfer.request_headers.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(transfer.request_headers.release());
    transfer.request_headers.reset(longer);
  }

  void prepare_headers(Transfer& transfer, const Job& job) {
    const Origin& origin = origin_of(job);
    add_header(transfer, "Accept-Encoding: gzip");
    if (origin.credential && job.url.origin == origin.origin) {
      transfer.credential = true;
      add_header(transfer, job.request.source == "artificial_analysis"
                               ? "x-api-key: " + *origin.credential
                               : "Authorization: Bearer " + *origin.credential);
    }
    if (const std::string etag = stored_etag(job); !etag.empty()) {
      transfer.conditional = true;
      add_header(transfer, "If-None-Match: " + etag);
    }
  }

  void prepare(Transfer& transfer, const Job& job) {
    const SourceConfig& source = *origin_of(job).config;
    const std::string proxy = proxy_of(job);
    transfer.cap = source.max_body_bytes;
    transfer.proxied = !proxy.empty();
    transfer.guarded = !transfer.proxied && is_guarded(job);
    prepare_headers(transfer, job);
    const auto left = std::chrono::ceil<milliseconds>(*deadline_ - transfer.started);
    const milliseconds total = std::clamp(left, milliseconds(1), source.timeout);

    CURL* easy = transfer.easy.get();
    const auto set = [easy](CURLoption option, auto value) {
      if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
        throw std::runtime_error("libcurl lacks an option that assay needs");
      }
    };
    set(CURLOPT_URL, job.url.text.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PIPEWAIT, 1L);
    set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(CURLOPT_HTTPHEADER, transfer.request_headers.get());
    set(CURLOPT_PROXY, proxy.c_str());
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, long{std::min(options_.connect_timeout, total).count()});
    set(CURLOPT_TIMEOUT_MS, long{total.count()});
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, long{options_.stall_timeout.count()});
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(transfer.cap));
    set(CURLOPT_ERRORBUFFER, transfer.error.data());
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
    set(CURLOPT_OPENSOCKETDATA, &transfer);
    set(CURLOPT_PREREQFUNCTION, &Transfer::on_request);
    set(CURLOPT_PREREQDATA, &transfer);
  }

  // Lets libcurl work, and waits for it or for the next start.
  void perform() {
    if (jobs_.empty()) return;
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    bool ended = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const auto node = transfers_.extract(message->easy_handle);
      curl_multi_remove_handle(multi_.get(), node.key());
      complete(*node.mapped(), code);
      ended = true;
    }
    if (ended || !submitted_.empty()) return;
    const auto now = Clock::now();
    auto until = std::min(*deadline_, now + std::chrono::seconds(1));
    if (const auto wake = schedule_.wake(now)) until = std::min(until, *wake);
    const auto wait = std::chrono::ceil<milliseconds>(until - now);
    curl_multi_poll(multi_.get(), nullptr, 0,
                    static_cast<int>(std::clamp(wait, milliseconds(0), milliseconds(1000)).count()),
                    nullptr);
  }

  void complete(Transfer& transfer, CURLcode code) {
    Job& job = jobs_.at(transfer.job);
    const auto now = Clock::now();
    count(transfer, job);
    long status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    const bool answered = code == CURLE_OK && status >= 200 && transfer.whole();
    const auto said = answered ? parse_rate_limit(transfer.headers.get("ratelimit"))
                               : std::vector<Announcement>{};
    schedule_.ended(lane_of(job), transfer.started, now, answered, said);
    if (!answered) {
      complete_failure(transfer, job, code);
      return;
    }
    health_of(job) = {};
    complete_response(transfer, job, static_cast<int>(status), said);
  }

  void count(Transfer& transfer, const Job& job) {
    long request_bytes = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_REQUEST_SIZE, &request_bytes);
    if (request_bytes > 0) {
      ++counts_.sent;
      if (job.repeated) ++counts_.retried;
    }
    curl_off_t body_bytes = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_SIZE_DOWNLOAD_T, &body_bytes);
    counts_.bytes += static_cast<std::uint64_t>(std::max<curl_off_t>(0, body_bytes));
  }

  Failure failure_of(const Transfer& transfer, CURLcode code) const {
    if (transfer.refused) return {Outcome::refused_address, false, false};
    if (transfer.too_large) return {Outcome::too_large, false, false};
    if (transfer.undecodable) return {Outcome::bad_encoding, false, false};
    long connect_status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_HTTP_CONNECTCODE, &connect_status);
    if (code != CURLE_OK && connect_status >= 300) return {Outcome::connect_failure, true, true};
    return code == CURLE_OK ? Failure{Outcome::truncated, true, true} : classify(code);
  }

  std::string describe(const Transfer& transfer, Outcome outcome, CURLcode code) const {
    if (outcome == Outcome::refused_address) {
      return "the host is not on the public internet";
    }
    if (outcome == Outcome::too_large) {
      return fmt::format("the response is larger than {} bytes, or its headers are too large",
                         transfer.cap);
    }
    if (transfer.undecodable) return "the body does not decompress";
    if (code == CURLE_OK) return "the headers or the compressed body end early";
    return transfer.error.front() != '\0' ? transfer.error.data() : curl_easy_strerror(code);
  }

  void complete_failure(Transfer& transfer, Job& job, CURLcode code) {
    const Failure failure = failure_of(transfer, code);
    const std::string error = describe(transfer, failure.outcome, code);
    const bool in_time = Clock::now() < *deadline_;
    if (failure.outcome == Outcome::timeout && !in_time) {
      fail(transfer.job, Outcome::budget_spent, "the run's time was over before the answer");
      return;
    }
    Health& health = health_of(job);
    if (failure.is_host && health.failed_attempts++ == 0) health.failing_since = transfer.started;
    const bool hopeless = health.failed_attempts >= kMaxFailedAttempts &&
                          Clock::now() - health.failing_since > kMaxFailingTime;
    if (failure.retry && !hopeless && job.retries < kMaxRetries) {
      repeat(transfer.job, wait_before_repeat(job), error);
      return;
    }
    if (failure.is_host) ++health.failed_requests;
    const std::string origin = job.url.origin;
    const std::string source = job.request.source;
    const bool give_up = hopeless || health.failed_requests >= kMaxFailedRequests;
    if (give_up && !health.given_up) {
      health.given_up = failure.outcome;
      health.error =
          fmt::format("{} is given up for this run, because requests in a row failed: {}", origin,
                      redacted(error));
    }
    fail(transfer.job, failure.outcome, error);
    if (!give_up) return;
    for (const std::uint64_t number : schedule_.take_all(source, origin)) {
      const Health known = health_[{source, origin}];
      fail(number, known.given_up.value_or(failure.outcome), known.error);
    }
  }

  void complete_response(Transfer& transfer, Job& job, int status,
                         const std::vector<Announcement>& said) {
    note_peer(transfer, job);
    if (status == 304) {
      complete_not_modified(transfer, job);
    } else if (is_redirect(status) && !transfer.headers.get("location").empty()) {
      for (const auto* name : {"x-repo-commit", "x-linked-etag", "x-linked-size"}) {
        if (const auto value = transfer.headers.get(name); !value.empty()) {
          job.linked.emplace(name, value);
        }
      }
      job.repeated = false;
      go_to(transfer.job, parse_url(std::string(transfer.headers.get("location")), job.url.text));
    } else if (is_transient(status) && job.retries < kMaxRetries) {
      const auto wait = wait_before_repeat(job, status, transfer.headers, said);
      if (status == 429) schedule_.hold(lane_of(job), Clock::now() + wait);
      repeat(transfer.job, wait, fmt::format("the host answers {}", status));
    } else {
      Evidence evidence = evidence_of(job);
      evidence.status = status;
      evidence.headers = transfer.headers.fields();
      evidence.headers.insert(job.linked.begin(), job.linked.end());
      // A location may hold a user name and password.
      if (transfer.headers.get("location").find('@') != std::string_view::npos) {
        evidence.headers.erase("location");
      }
      evidence.body = std::move(transfer.body);
      seal(evidence);
      finish(transfer.job, std::move(evidence));
    }
  }

  void note_peer(const Transfer& transfer, Job& job) const {
    const char* peer = nullptr;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_PRIMARY_IP, &peer);
    if (!transfer.proxied && peer != nullptr && is_public_address(std::string_view(peer))) {
      job.from_public = true;
    }
  }

  // A 304 is only as good as the stored body that it confirms.
  void complete_not_modified(const Transfer& transfer, Job& job) {
    ++counts_.not_modified;
    const std::string_view tag = transfer.headers.get("etag");
    if (transfer.conditional && (tag.empty() || same_etag(tag, stored_etag(job)))) {
      Evidence evidence = evidence_of(job);
      evidence.status = 304;
      evidence.headers = confirmed_fields(job.recalled->headers, transfer.headers.fields());
      evidence.body = std::move(job.recalled->body);
      seal(evidence);
      finish(transfer.job, std::move(evidence));
    } else if (!std::exchange(job.unconditional, true)) {
      repeat(transfer.job, milliseconds(0), "the host answers 304 for something else");
    } else {
      fail(transfer.job, Outcome::bad_encoding,
           "the host answers 304 without having been asked conditionally");
    }
  }

  milliseconds wait_before_repeat(const Job& job) const {
    const std::uint64_t seed = options_.jitter_seed ^ std::hash<std::string>{}(job.request.url);
    return backoff(options_.backoff_base, job.retries + 1, seed);
  }

  milliseconds wait_before_repeat(const Job& job, int status, const ResponseHeaders& headers,
                                  const std::vector<Announcement>& said) const {
    if (status == 429) {
      for (const Announcement& item : said) {
        if (item.remaining == 0) return item.reset + std::chrono::seconds(1);
      }
    }
    const auto asked =
        parse_retry_after(headers.get("retry-after"), std::chrono::system_clock::now());
    return std::max(wait_before_repeat(job), milliseconds(asked.value_or(std::chrono::seconds(0))));
  }

  void repeat(std::uint64_t number, milliseconds wait, const std::string& reason) {
    Job& job = jobs_.at(number);
    const auto from = Clock::now() + wait;
    if (from > *deadline_) {
      fail(number, Outcome::budget_spent,
           fmt::format("{}, and the run's time does not allow to wait {:.1f} s", reason,
                       static_cast<double>(wait.count()) / 1000));
      return;
    }
    ++job.retries;
    job.repeated = true;
    schedule_.queue(number, lane_of(job), from);
  }

  // What cannot start in time need not wait for the end of it.
  void end_late() {
    for (const std::uint64_t number : schedule_.take_late(Clock::now(), *deadline_)) {
      fail(number, Outcome::budget_spent,
           "the run's time, or the rate that the host announced, did not allow it");
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
    seal(evidence);
    finish(number, std::move(evidence));
  }

  // libcurl's texts name hosts and certificates, never headers; this makes sure.
  std::string redacted(std::string text) const {
    for (const auto& [id, origin] : origins_) {
      if (!origin.credential || origin.credential->empty()) continue;
      for (std::size_t at = text.find(*origin.credential); at != std::string::npos;
           at = text.find(*origin.credential, at)) {
        text.replace(at, origin.credential->size(), "***");
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
  SourceConfig web_;
  CurlGlobal global_;
  std::unique_ptr<CURLM, MultiFree> multi_;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
  std::map<std::string, Origin, std::less<>> origins_;
  std::map<std::pair<std::string, std::string>, Health> health_;  // source, origin
  Schedule schedule_;
  std::map<std::uint64_t, Job> jobs_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> pending_;  // source, url
  std::deque<std::uint64_t> submitted_;
  std::uint64_t last_number_ = 0;
  std::optional<Clock::time_point> deadline_;
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

}  // namespace assay
