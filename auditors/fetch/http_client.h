#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/fetch/response_headers.h"
#include "auditors/sources.h"

namespace assay {

/// A URL taken apart.
struct Url {
  std::string text;    ///< normalized, without fragment
  std::string origin;  ///< scheme://host:port in lower case, the port always there
  std::string scheme;
  std::string host;  ///< no brackets
  std::string path;
  std::string problem;  ///< why it is refused; empty when it may be fetched
};

/// Reads a URL, relative to `base` unless that is empty. Only http and https without user name and
/// password are taken.
Url parse_url(const std::string& text, const std::string& base = {});

/// One GET: a single exchange, without redirects or repetition.
struct Call {
  std::string url;
  std::vector<std::string> headers;  ///< lines "Name: value"
  std::string user_agent;
  std::string proxy;    ///< empty = none
  std::string ca_file;  ///< empty = system's
  std::chrono::milliseconds connect_timeout{0};
  std::chrono::milliseconds timeout{0};             ///< of the whole exchange
  std::chrono::seconds stall_timeout{0};            ///< without a byte
  std::size_t max_body_bytes = 0;                   ///< after decompression
  std::span<const SourceHeader> kept_headers = {};  ///< besides those that are always kept
  bool public_only = false;  ///< connect to addresses of the public internet only; not for proxies
};

/// How a call ended. Without a whole response only `outcome` to `error`, `sent` and `wire_bytes`
/// mean something.
struct CallResult {
  Outcome outcome = Outcome::response;
  bool may_pass = false;     ///< the failure may be gone when the call is repeated
  bool blames_host = false;  ///< the failure speaks against the host, not this answer
  std::string error;
  bool sent = false;             ///< a request went out
  std::uint64_t wire_bytes = 0;  ///< of the body, before decompression
  int status = 0;
  ResponseHeaders headers;
  std::string body;
  std::string peer;                     ///< address connected to
  std::chrono::seconds retry_after{0};  ///< what Retry-After asks for, at most a day
};

/// The edge to libcurl: several calls at once, HTTP/2 where TLS offers it, connections used again.
/// No cookies, no netrc, no environment. Used by one thread.
class HttpClient {
 public:
  /// Throws std::runtime_error when libcurl cannot start.
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void start(std::uint64_t number, const Call& call);

  struct Ended {
    std::uint64_t number = 0;
    CallResult result;
  };
  /// Works on all calls without waiting; those that ended since the last time.
  std::vector<Ended> work();
  /// Waits until there is something to work on, at most `time`.
  void wait(std::chrono::milliseconds time);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay
