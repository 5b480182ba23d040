#include "api/answer_cache.h"

#include <string_view>

namespace assay::api {
namespace {

constexpr std::chrono::seconds kLongest{1};

// Answers that speak of the process or of this moment.
bool of_the_moment(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path == "/metrics";
}

// All that an answer depends on, apart from state and condition. No part can hold a NUL that would
// make two requests look the same: lengths part them.
std::string key_of(const Request& request) {
  std::string key;
  const auto add = [&](const std::string& part) {
    key += std::to_string(part.size());
    key += ':';
    key += part;
  };
  const auto host = request.headers.find("host");  // links in the feed are whole URLs
  add(host == request.headers.end() ? std::string{} : host->second);
  add(request.path);
  for (const auto& [name, value] : request.query) {
    add(name);
    add(value);
  }
  return key;
}

}  // namespace

AnswerCache::AnswerCache(std::size_t most_bytes, Clock clock)
    : most_bytes_(most_bytes), clock_(clock ? std::move(clock) : std::chrono::steady_clock::now) {}

Response AnswerCache::answer(const Request& request, const State& state,
                             const std::function<Response(const Request&)>& make) {
  if ((request.method != "GET" && request.method != "HEAD") || of_the_moment(request.path)) {
    return make(request);
  }
  const std::string key = key_of(request);
  std::shared_ptr<const Response> known = find(key, state);
  if (known == nullptr) {
    const auto made = clock_();
    Request whole = request;
    whole.headers.erase("if-none-match");
    auto fresh = std::make_shared<const Response>(make(whole));
    if (fresh->status == 200 && !fresh->stream) keep(key, {state, made, fresh});
    known = std::move(fresh);
  }
  if (answers_condition(request, *known)) return not_modified(*known);
  return *known;
}

std::shared_ptr<const Response> AnswerCache::find(const std::string& key, const State& state) {
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  if (found == kept_.end() || found->second.state != state ||
      now - found->second.made >= kLongest) {
    return nullptr;
  }
  return found->second.response;
}

void AnswerCache::keep(const std::string& key, Kept kept) {
  const std::size_t size = key.size() + kept.response->body.size();
  if (size > most_bytes_ / 4) return;
  const std::lock_guard lock(mutex_);
  const auto old = kept_.find(key);
  if (old != kept_.end()) {
    bytes_ -= key.size() + old->second.response->body.size();
    kept_.erase(old);
  }
  if (bytes_ + size > most_bytes_) {
    // What is worth keeping is back within a second.
    kept_.clear();
    bytes_ = 0;
  }
  bytes_ += size;
  kept_.emplace(key, std::move(kept));
}

}  // namespace assay::api
