#include "auditors/fetch/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "auditors/evidence/content_coding.h"
#include "auditors/fetch/address.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxUrl = 8 * 1024;
constexpr curl_off_t kMaxWait = 86'400;  // seconds

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

std::string part_of(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
  const std::unique_ptr<char, TextFree> owner(text);
  return text;
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

// A failure as in CallResult.
struct Failure {
  Outcome outcome = Outcome::response;
  bool may_pass = false;
  bool blames_host = false;
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

// A call while libcurl works on it. Callbacks must not throw through C.
struct Transfer {
  std::unique_ptr<CURL, EasyFree> easy;
  std::unique_ptr<curl_slist, ListFree> request_headers;
  std::uint64_t number = 0;
  std::size_t cap = 0;
  bool public_only = false;
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
    if (transfer.public_only && !is_public_peer(&address->addr)) {
      transfer.refused = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  // Also sees connections that were opened for an earlier request.
  static int on_request(void* self, char* peer, char*, int, int) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      if (!transfer.public_only || is_public_address(std::string_view(peer))) {
        return CURL_PREREQFUNC_OK;
      }
    } catch (...) {  // no memory
    }
    transfer.refused = true;
    return CURL_PREREQFUNC_ABORT;
  }
};

}  // namespace

Url parse_url(const std::string& text, const std::string& base) {
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
    url.origin = ascii::lower(url.origin);
  }
  return url;
}

class HttpClient::Impl {
 public:
  Impl() : multi_(curl_multi_init()) {
    if (!multi_) throw std::runtime_error("libcurl cannot be initialized");
  }
  ~Impl() {
    for (auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), easy);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void start(std::uint64_t number, const Call& call) {
    auto transfer = std::make_unique<Transfer>();
    transfer->easy.reset(curl_easy_init());
    if (!transfer->easy) throw std::bad_alloc();
    transfer->number = number;
    transfer->cap = call.max_body_bytes;
    transfer->public_only = call.public_only;
    transfer->headers = ResponseHeaders(call.kept_headers);
    for (const std::string& line : call.headers) add_header(*transfer, line);
    set_options(*transfer, call);
    CURL* easy = transfer->easy.get();
    transfers_.emplace(easy, std::move(transfer));
    if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) {
      throw std::runtime_error("libcurl refuses another transfer");
    }
  }

  std::vector<Ended> work() {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    std::vector<Ended> ended;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const auto node = transfers_.extract(message->easy_handle);
      curl_multi_remove_handle(multi_.get(), node.key());
      ended.push_back({node.mapped()->number, result_of(*node.mapped(), code)});
    }
    return ended;
  }

  void wait(milliseconds time) {
    const auto bounded = std::clamp(time, milliseconds(0), milliseconds(60'000));
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(bounded.count()), nullptr);
  }

 private:
  static void add_header(Transfer& transfer, const std::string& line) {
    curl_slist* longer = curl_slist_append(transfer.request_headers.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(transfer.request_headers.release());
    transfer.request_headers.reset(longer);
  }

  static void set_options(Transfer& transfer, const Call& call) {
    CURL* easy = transfer.easy.get();
    const auto set = [easy](CURLoption option, auto value) {
      if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
        throw std::runtime_error("libcurl lacks an option that assay needs");
      }
    };
    set(CURLOPT_URL, call.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PIPEWAIT, 1L);
    set(CURLOPT_USERAGENT, call.user_agent.c_str());
    set(CURLOPT_HTTPHEADER, transfer.request_headers.get());
    set(CURLOPT_PROXY, call.proxy.c_str());
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (!call.ca_file.empty()) set(CURLOPT_CAINFO, call.ca_file.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, long{std::min(call.connect_timeout, call.timeout).count()});
    set(CURLOPT_TIMEOUT_MS, long{call.timeout.count()});
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, long{call.stall_timeout.count()});
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

  static CallResult result_of(Transfer& transfer, CURLcode code) {
    CallResult result;
    CURL* easy = transfer.easy.get();
    long request_bytes = 0;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    result.sent = request_bytes > 0;
    curl_off_t body_bytes = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &body_bytes);
    result.wire_bytes = static_cast<std::uint64_t>(std::max<curl_off_t>(0, body_bytes));
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status >= 200 && transfer.whole()) {
      result.status = static_cast<int>(status);
      const char* peer = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &peer);
      if (peer != nullptr) result.peer = peer;
      curl_off_t wait = 0;
      curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &wait);
      result.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(wait, 0, kMaxWait));
      result.headers = std::move(transfer.headers);
      result.body = std::move(transfer.body);
      return result;
    }
    const Failure failure = failure_of(transfer, code);
    result.outcome = failure.outcome;
    result.may_pass = failure.may_pass;
    result.blames_host = failure.blames_host;
    result.error = describe(transfer, failure.outcome, code);
    return result;
  }

  static Failure failure_of(const Transfer& transfer, CURLcode code) {
    if (transfer.refused) return {Outcome::refused_address, false, false};
    if (transfer.too_large) return {Outcome::too_large, false, false};
    if (transfer.undecodable) return {Outcome::bad_encoding, false, false};
    long connect_status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_HTTP_CONNECTCODE, &connect_status);
    if (code != CURLE_OK && connect_status >= 300) return {Outcome::connect_failure, true, true};
    return code == CURLE_OK ? Failure{Outcome::truncated, true, true} : classify(code);
  }

  static std::string describe(const Transfer& transfer, Outcome outcome, CURLcode code) {
    if (outcome == Outcome::refused_address) {
      return "the host is not on the public internet";
    }
    if (outcome == Outcome::too_large) {
      return fmt::format("the response is larger than {} bytes, or its headers are too large",
                         transfer.cap);
    }
    if (transfer.undecodable) return "the body cannot be decompressed";
    if (code == CURLE_OK) return "the headers or the compressed body end early";
    return transfer.error.front() != '\0' ? transfer.error.data() : curl_easy_strerror(code);
  }

  CurlGlobal global_;
  std::unique_ptr<CURLM, MultiFree> multi_;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
};

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) {}
HttpClient::~HttpClient() = default;

void HttpClient::start(std::uint64_t number, const Call& call) { impl_->start(number, call); }
std::vector<HttpClient::Ended> HttpClient::work() { return impl_->work(); }
void HttpClient::wait(milliseconds time) { impl_->wait(time); }

}  // namespace assay
