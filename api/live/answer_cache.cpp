#include "api/live/answer_cache.h"

#include <mutex>
#include <string_view>

#include "api/http/compression.h"
#include "api/http/condition.h"
#include "api/http/message.h"
#include "auditors/evidence/content_coding.h"

namespace assay::api {
namespace {

constexpr std::chrono::seconds kLongest{1};

// Answers about the process or the present moment.
bool of_the_moment(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path == "/metrics";
}

// Everything an answer depends on besides state and condition. Parts are prefixed with their
// lengths, so that no two requests have the same key.
std::string key_of(const Request& request) {
  std::string key;
  key.reserve(128);
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

Request without_condition(Request request) {
  request.headers.erase("if-none-match");
  return request;
}

}  // namespace

// A response without its body, which all copies of a kept answer share.
struct AnswerCache::Answer {
  explicit Answer(Response response) : head(std::move(response)) {
    kept = head.status == 200 && !head.stream;
    if (kept) body = std::make_shared<const std::string>(std::exchange(head.body, {}));
  }

  Response response(const Request& request) const {
    Response response = head;
    if (!kept) return response;
    response.shared_body = body;
    if (!accepts_gzip(request) || !worth_compressing(head, body->size())) return response;
    std::call_once(compressed_once,
                   [&] { compressed = std::make_shared<const std::string>(gzip_member(*body)); });
    response.shared_body = compressed;
    mark_compressed(response);
    return response;
  }

  Response head;
  bool kept = false;
  std::shared_ptr<const std::string> body;
  mutable std::once_flag compressed_once;
  mutable std::shared_ptr<const std::string> compressed;
};

AnswerCache::AnswerCache(std::size_t most_bytes, Clock clock)
    : most_bytes_(most_bytes), clock_(clock ? std::move(clock) : std::chrono::steady_clock::now) {}

Response AnswerCache::answer(const Request& request, const State& state,
                             const std::function<Response(const Request&)>& make) {
  if ((request.method != "GET" && request.method != "HEAD") || of_the_moment(request.path)) {
    return make(request);
  }
  const std::string key = key_of(request);
  Made known = find(key, state, kLongest);
  if (known == nullptr) known = made_once(key, state, request, make);
  if (answers_condition(request, known->head)) return not_modified(request, known->head);
  return known->response(request);
}

AnswerCache::Made AnswerCache::made_once(const std::string& key, const State& state,
                                         const Request& request,
                                         const std::function<Response(const Request&)>& make) {
  std::promise<Made> promise;
  std::shared_future<Made> made;
  bool mine = false;
  {
    const std::lock_guard lock(making_mutex_);
    const auto [place, is_new] = making_.try_emplace({key, state});
    if (is_new) place->second = promise.get_future().share();
    made = place->second;
    mine = is_new;
  }
  if (!mine) {
    // While one request computes it again, the others need not wait.
    if (Made old = find(key, state, 2 * kLongest)) return old;
    Made theirs = made.get();
    // A stream is read once.
    if (!theirs->head.stream) return theirs;
    return std::make_shared<const Answer>(make(without_condition(request)));
  }
  const auto done = [&] {
    const std::lock_guard lock(making_mutex_);
    making_.erase({key, state});
  };
  const auto now = clock_();
  try {
    // Another request may have finished between the caller's look and the entry made here.
    Made fresh = find(key, state, kLongest);
    if (fresh == nullptr) {
      fresh = std::make_shared<const Answer>(make(without_condition(request)));
      if (fresh->kept) keep(key, {state, now, fresh});
    }
    done();
    promise.set_value(fresh);
    return fresh;
  } catch (...) {
    done();
    promise.set_exception(std::current_exception());
    throw;
  }
}

AnswerCache::Made AnswerCache::find(const std::string& key, const State& state,
                                    std::chrono::seconds most) const {
  const auto now = clock_();
  const std::shared_lock lock(mutex_);
  const auto found = kept_.find(key);
  if (found == kept_.end() || found->second.state != state || now - found->second.made >= most) {
    return nullptr;
  }
  return found->second.answer;
}

void AnswerCache::keep(const std::string& key, Kept kept) {
  const std::size_t size = key.size() + kept.answer->body->size();
  if (size > most_bytes_ / 4) return;
  const std::lock_guard lock(mutex_);
  const auto old = kept_.find(key);
  if (old != kept_.end()) {
    bytes_ -= key.size() + old->second.answer->body->size();
    kept_.erase(old);
  }
  if (bytes_ + size > most_bytes_) {
    // Whatever is worth keeping is back within a second.
    kept_.clear();
    bytes_ = 0;
  }
  bytes_ += size;
  kept_.emplace(key, std::move(kept));
}

}  // namespace assay::api
