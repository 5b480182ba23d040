#include "auditors/evidence/recording.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "validator/text/dates.h"
#include "validator/text/json_text.h"

namespace assay {
namespace {

using nlohmann::json;

[[noreturn]] void fail(std::string_view path, const std::string& what) {
  throw std::runtime_error(std::string(path) + ": " + what);
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Evidence exchange(std::string_view path, std::size_t number, const json& item,
                  const std::string& base, const std::string& date) {
  const std::string where = "exchange " + std::to_string(number) + ": ";
  if (!item.is_object()) fail(path, where + "expected an object");
  Evidence evidence;
  evidence.source = item.contains("source") ? text_at(item, "source") : "huggingface";
  evidence.url = text_at(item, "url");
  if (evidence.url.empty()) fail(path, where + "expected a string `url`");
  if (evidence.url.front() == '/') evidence.url = base + evidence.url;
  evidence.final_url = item.contains("final_url") ? text_at(item, "final_url") : evidence.url;
  if (evidence.final_url.starts_with('/')) evidence.final_url = base + evidence.final_url;
  evidence.fetched_at =
      item.contains("fetched_at") ? text_at(item, "fetched_at") : date + "T00:00:00.000Z";
  if (parse_time(evidence.fetched_at) < 0) {
    fail(path, where + "`fetched_at` (or the file's `date`) is not a UTC time such as " +
                   "2026-08-21T00:00:00Z");
  }
  if (item.contains("outcome")) {
    const std::string id = text_at(item, "outcome");
    const auto outcome = parse_outcome(id);
    if (!outcome) fail(path, where + "unknown outcome `" + id + "`");
    evidence.outcome = *outcome;
  }
  if (evidence.outcome == Outcome::response) {
    evidence.status = 200;
    if (const auto status = item.find("status"); status != item.end()) {
      if (!status->is_number_integer() || *status < 100 || *status > 599) {
        fail(path, where + "`status` must be a number from 100 to 599");
      }
      evidence.status = status->get<int>();
    }
  } else {
    evidence.error = item.contains("error")
                         ? text_at(item, "error")
                         : "recorded as " + std::string(to_string(evidence.outcome));
  }
  if (const auto headers = item.find("headers"); headers != item.end() && headers->is_object()) {
    for (const auto& [name, value] : headers->items()) {
      if (value.is_string()) evidence.headers[name] = value.get<std::string>();
    }
  }
  if (const auto body = item.find("json"); body != item.end()) {
    evidence.body = compact_json(*body);
  } else {
    evidence.body = text_at(item, "text");
  }
  seal(evidence);
  return evidence;
}

Origin origin_of(std::string_view path, const json& file) {
  Origin origin{
      .kind = Origin::Kind::captured, .date = text_at(file, "date"), .note = text_at(file, "note")};
  const std::string kind = text_at(file, "origin");
  if (kind == to_string(Origin::Kind::constructed)) {
    origin.kind = Origin::Kind::constructed;
  } else if (kind != to_string(Origin::Kind::captured)) {
    fail(path,
         "`origin` must be `constructed` or `captured`, so that one is not taken for the other");
  }
  if (parse_midnight(origin.date) < 0) {
    fail(path, "`date` must be a date such as 2026-08-21");
  }
  return origin;
}

}  // namespace

Recording read_recording(std::string_view path, std::string_view text) {
  const json file = json::parse(text, nullptr, false);
  if (file.is_discarded()) fail(path, "not JSON; expected a recording with `assay_recording`: 1");
  if (!file.is_object() || !file.contains("assay_recording") || file["assay_recording"] != 1) {
    fail(path, "not a recording: expected an object with `assay_recording`: 1");
  }
  Recording recording{.origin = origin_of(path, file), .exchanges = {}};
  const auto exchanges = file.find("exchanges");
  if (exchanges == file.end() || !exchanges->is_array()) fail(path, "expected a list `exchanges`");
  const std::string base = text_at(file, "base");
  recording.exchanges.reserve(exchanges->size());
  for (std::size_t i = 0; i < exchanges->size(); ++i) {
    recording.exchanges.push_back(
        exchange(path, i + 1, (*exchanges)[i], base, recording.origin.date));
  }
  return recording;
}

Transport replay(std::vector<Evidence> exchanges, std::string missing_at) {
  struct State {
    std::map<std::string, Evidence, std::less<>> by_url;
    std::deque<std::pair<Request, Done>> queue;
  };
  auto state = std::make_shared<State>();
  for (Evidence& evidence : exchanges) {
    std::string url = evidence.url;
    state->by_url.insert_or_assign(std::move(url), std::move(evidence));
  }
  Transport transport;
  transport.submit = [state](Request request, Done done) {
    state->queue.emplace_back(std::move(request), std::move(done));
  };
  transport.drain = [state, missing_at = std::move(missing_at)] {
    while (!state->queue.empty()) {
      auto [request, done] = std::move(state->queue.front());
      state->queue.pop_front();
      if (const auto found = state->by_url.find(request.url); found != state->by_url.end()) {
        done(found->second);
        continue;
      }
      Evidence missing;
      missing.source = request.source;
      missing.url = request.url;
      missing.final_url = request.url;
      missing.fetched_at = missing_at;
      missing.outcome = Outcome::not_recorded;
      missing.error = "the recording does not contain this request";
      seal(missing);
      done(std::move(missing));
    }
  };
  return transport;
}

}  // namespace assay
