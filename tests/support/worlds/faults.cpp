#include "support/worlds/faults.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace assay::test {
namespace {

using nlohmann::json;
using Answer = FakeHub::Answer;

std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  std::uint64_t value = seed ^ 0xCBF29CE484222325U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return Random(value).next();
}

void set_body(Answer& answer, std::string body) {
  answer.status = 200;
  answer.headers.erase("location");
  answer.body = std::move(body);
}

template <int kStatus>
void status(Answer& answer, const Answer&, Random&) {
  answer = {.status = kStatus, .headers = {}, .body = "{\"error\":\"no\"}", .outcome = {}};
}
template <int kStatus>
void coded(Answer& answer, std::string code) {
  answer = {.status = kStatus,
            .headers = {{"x-error-code", std::move(code)}},
            .body = "{\"error\":\"no\"}",
            .outcome = {}};
}
void entry_missing(Answer& answer, const Answer&, Random&) { coded<404>(answer, "EntryNotFound"); }
void revision_missing(Answer& answer, const Answer&, Random&) {
  coded<404>(answer, "RevisionNotFound");
}
void repository_missing(Answer& answer, const Answer&, Random&) {
  coded<404>(answer, "RepoNotFound");
}
void gated(Answer& answer, const Answer&, Random&) { coded<401>(answer, "GatedRepo"); }
void disabled(Answer& answer, const Answer&, Random&) {
  answer = {.status = 403,
            .headers = {{"x-error-message", "Access to this resource is disabled."}},
            .body = {},
            .outcome = {}};
}

void html(Answer& answer, const Answer&, Random&) {
  set_body(answer, "<!doctype html><title>Sign in</title><p>Please sign in to continue.</p>");
  answer.headers = {{"content-type", "text/html; charset=utf-8"}};
}
void html_as_json(Answer& answer, const Answer&, Random&) {
  set_body(answer, "<html><body>just a moment</body></html>");
}
void portal(Answer& answer, const Answer& other, Random& random) {
  html(answer, other, random);
  answer.redirected = "https://portal.example/login";
}
void empty_body(Answer& answer, const Answer&, Random&) { set_body(answer, ""); }
void garbage(Answer& answer, const Answer&, Random& random) {
  std::string bytes(1 + random.below(400), '\0');
  for (char& c : bytes) c = static_cast<char>(random.below(256));
  set_body(answer, std::move(bytes));
}
void cut_json(Answer& answer, const Answer&, Random& random) {
  set_body(answer,
           answer.body.substr(0, random.below(std::max<std::size_t>(1, answer.body.size()))));
}
void null_body(Answer& answer, const Answer&, Random&) { set_body(answer, "null"); }
void empty_object(Answer& answer, const Answer&, Random&) { set_body(answer, "{}"); }
void text_body(Answer& answer, const Answer&, Random&) { set_body(answer, "\"ok\""); }
void error_object(Answer& answer, const Answer&, Random&) {
  set_body(answer, "{\"error\":\"Internal Error - We're working hard to fix this\"}");
}
void deep(Answer& answer, const Answer&, Random&) {
  set_body(answer, std::string(100'000, '[') + std::string(100'000, ']'));
}

void empty_list(Answer& answer, const Answer&, Random&) {
  set_body(answer, "[]");
  answer.headers.erase("link");
}
void list_of_null(Answer& answer, const Answer&, Random&) { set_body(answer, "[null]"); }
void link_lost(Answer& answer, const Answer&, Random&) { answer.headers.erase("link"); }
void link_elsewhere(Answer& answer, const Answer&, Random&) {
  answer.headers["link"] = "<https://other.example/api/models?cursor=1>; rel=\"next\"";
}
void link_to_nothing(Answer& answer, const Answer&, Random& random) {
  answer.headers["link"] =
      "</api/models?filter=x&cursor=" + std::to_string(random.below(9)) + ">; rel=\"next\"";
}
void another_answer(Answer& answer, const Answer& other, Random&) { answer = other; }

// ---- reshaped JSON

json parsed(const Answer& answer) { return json::parse(answer.body, nullptr, false); }

// The objects that are `depth` objects deep: 0 for the rows of a list or the one object.
void collect(json& value, std::size_t depth, std::vector<json*>& found) {
  if (value.is_object() && depth == 0) {
    found.push_back(&value);
  } else if (value.is_structured()) {
    const std::size_t below = value.is_object() ? depth - 1 : depth;
    for (json& item : value) collect(item, below, found);
  }
}
std::vector<json*> objects(json& body, std::size_t depth = 0) {
  std::vector<json*> found;
  collect(body, depth, found);
  return found;
}

// Applies `change(object, key)` to one key, in all rows or in one, on the outside or below.
template <class Change>
void reshape(Answer& answer, Random& random, Change change) {
  constexpr std::array<std::size_t, 6> kDepths{0, 0, 0, 0, 1, 2};
  json body = parsed(answer);
  const std::vector<json*> rows = objects(body, kDepths[random.below(kDepths.size())]);
  std::set<std::string> keys;
  for (const json* row : rows) {
    for (const auto& [key, value] : row->items()) keys.insert(key);
  }
  if (keys.empty()) return;
  const std::string key = *std::next(keys.begin(), static_cast<long>(random.below(keys.size())));
  const bool one = random.chance(0.3);
  const std::size_t chosen = random.below(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if ((!one || i == chosen) && rows[i]->contains(key)) change(*rows[i], key);
  }
  answer.body = body.dump();
}

void key_renamed(Answer& answer, const Answer&, Random& random) {
  reshape(answer, random, [](json& object, const std::string& key) {
    json value = std::move(object[key]);
    object.erase(key);
    object["x_" + key] = std::move(value);
  });
}
void key_dropped(Answer& answer, const Answer&, Random& random) {
  reshape(answer, random, [](json& object, const std::string& key) { object.erase(key); });
}
void key_null(Answer& answer, const Answer&, Random& random) {
  reshape(answer, random, [](json& object, const std::string& key) { object[key] = nullptr; });
}
void key_retyped(Answer& answer, const Answer&, Random& random) {
  const std::size_t way = random.below(4);
  reshape(answer, random, [way](json& object, const std::string& key) {
    json& value = object[key];
    switch (way) {
      case 0:
        value = {{"value", value}};
        break;
      case 1:
        value = value.dump();
        break;
      case 2:
        value = json::array({value});
        break;
      default:
        value = value.is_number() ? json("many") : json(0);
    }
  });
}
void all_keys_renamed(Answer& answer, const Answer&, Random&) {
  json body = parsed(answer);
  for (json* row : objects(body)) {
    json renamed = json::object();
    for (const auto& [key, value] : row->items()) renamed["model_" + key] = value;
    *row = std::move(renamed);
  }
  if (!body.is_discarded()) answer.body = body.dump();
}
void wrapped(Answer& answer, const Answer&, Random& random) {
  const json body = parsed(answer);
  if (body.is_discarded()) return;
  constexpr std::array<const char*, 3> kNames{"data", "models", "items"};
  answer.body = json{{kNames[random.below(kNames.size())], body}}.dump();
}
void in_a_list(Answer& answer, const Answer&, Random&) {
  const json body = parsed(answer);
  if (!body.is_discarded()) answer.body = json::array({body}).dump();
}
void row_is_text(Answer& answer, const Answer&, Random& random) {
  json body = parsed(answer);
  if (!body.is_array() || body.empty()) return;
  json& row = body[random.below(body.size())];
  row = row.is_object() ? row.value("id", row.value("path", "x")) : "x";
  answer.body = body.dump();
}
void rows_twice(Answer& answer, const Answer&, Random&) {
  json body = parsed(answer);
  if (!body.is_array()) return;
  const json again = body;
  body.insert(body.end(), again.begin(), again.end());
  answer.body = body.dump();
}

// ---- lists that move, rows that do not belong, errors sent as files

void change_rows(Answer& answer, Random& random, void (*change)(json& rows, Random& random)) {
  json body = parsed(answer);
  if (!body.is_array() || body.empty()) return;
  change(body, random);
  answer.body = body.dump();
}
// What was deleted meanwhile made the first row of this page the last of the one before, which was
// read.
void row_lost(Answer& answer, const Answer&, Random& random) {
  change_rows(answer, random, [](json& rows, Random&) { rows.erase(0); });
}
// A row that climbed to a page that was read pushed another one onto this page.
void row_climbed(Answer& answer, const Answer&, Random& random) {
  change_rows(answer, random, [](json& rows, Random& dice) {
    const std::size_t climbed = dice.below(rows.size());
    const json pushed = rows[dice.below(rows.size())];
    rows[climbed] = pushed;
    rows.insert(rows.begin(), pushed);
  });
}
void stranger(Answer& answer, const Answer& other, Random&) {
  json body = parsed(answer);
  const json others = parsed(other);
  if (!body.is_array() || !others.is_array() || others.empty()) return;
  body.push_back(others.front());
  answer.body = body.dump();
}
template <std::size_t kForm>
void error_file(Answer& answer, const Answer&, Random&) {
  constexpr std::array<const char*, 6> kForms{
      R"({"message":"upstream timed out","statusCode":504})",
      R"({"errors":[{"code":"internal"}]})",
      R"({"error":{"type":"overloaded"},"request_id":"x"})",
      R"({"detail":"Not found."})",
      R"({"status":"error","code":500,"message":"try again"})",
      R"({"success":false,"error":"rate limited","model_type":"llama"})"};
  set_body(answer, kForms[kForm]);
}
void unchanged(Answer&, const Answer&, Random&) {}

constexpr int kDay = 24;
constexpr std::array kSubtleKinds{
    FaultKind{"row lost", Outcome::response, row_lost, FaultKind::At::next_page},
    FaultKind{"row climbed", Outcome::response, row_climbed, FaultKind::At::next_page},
    FaultKind{"stranger in the list", Outcome::response, stranger, FaultKind::At::list},
    FaultKind{"rows twice", Outcome::response, rows_twice, FaultKind::At::list},
    FaultKind{"message for a file", Outcome::response, error_file<0>, FaultKind::At::file},
    FaultKind{"errors for a file", Outcome::response, error_file<1>, FaultKind::At::file},
    FaultKind{"error for a file", Outcome::response, error_file<2>, FaultKind::At::file},
    FaultKind{"detail for a file", Outcome::response, error_file<3>, FaultKind::At::file},
    FaultKind{"status for a file", Outcome::response, error_file<4>, FaultKind::At::file},
    FaultKind{"error beside a field", Outcome::response, error_file<5>, FaultKind::At::file},
    FaultKind{"empty file", Outcome::response, empty_object, FaultKind::At::file},
    FaultKind{"clock ahead", Outcome::response, unchanged, FaultKind::At::anywhere, 400 * kDay},
    FaultKind{"clock an hour ahead", Outcome::response, unchanged, FaultKind::At::anywhere, 1},
    FaultKind{"clock behind", Outcome::response, unchanged, FaultKind::At::anywhere, -400 * kDay},
};

bool happens_at(FaultKind::At at, std::string_view target) {
  const bool api = target.starts_with("/api/");
  const bool list = target.starts_with("/api/models?");
  switch (at) {
    case FaultKind::At::anywhere:
      return true;
    case FaultKind::At::api:
      return api;
    case FaultKind::At::file:
      return !api;
    case FaultKind::At::list:
      return list;
    case FaultKind::At::next_page:
      // A list that moves in the same way while it is read again cannot be told from one that
      // rests.
      return list && target.find("&cursor=") != std::string_view::npos &&
             target.find("&limit=500") == std::string_view::npos;
  }
  return false;
}

constexpr std::array kKinds{
    FaultKind{"refused", Outcome::connect_failure},
    FaultKind{"name not found", Outcome::dns_failure},
    FaultKind{"no tls", Outcome::tls_failure},
    FaultKind{"reset", Outcome::truncated},
    FaultKind{"stalled", Outcome::timeout},
    FaultKind{"dripped", Outcome::timeout},
    FaultKind{"truncated", Outcome::truncated},
    FaultKind{"gzip bomb", Outcome::too_large},
    FaultKind{"bad gzip", Outcome::bad_encoding},
    FaultKind{"304 for something else", Outcome::bad_encoding},
    FaultKind{"redirect loop", Outcome::too_many_redirects},
    FaultKind{"no time left", Outcome::budget_spent},
    FaultKind{"400", Outcome::response, status<400>},
    FaultKind{"401", Outcome::response, status<401>},
    FaultKind{"401 gated", Outcome::response, gated},
    FaultKind{"403", Outcome::response, status<403>},
    FaultKind{"403 disabled", Outcome::response, disabled},
    FaultKind{"404", Outcome::response, status<404>},
    FaultKind{"404 entry", Outcome::response, entry_missing},
    FaultKind{"404 revision", Outcome::response, revision_missing},
    FaultKind{"404 repository", Outcome::response, repository_missing},
    FaultKind{"410", Outcome::response, status<410>},
    FaultKind{"429", Outcome::response, status<429>},
    FaultKind{"500", Outcome::response, status<500>},
    FaultKind{"502", Outcome::response, status<502>},
    FaultKind{"503", Outcome::response, status<503>},
    FaultKind{"504", Outcome::response, status<504>},
    FaultKind{"204", Outcome::response, status<204>},
    FaultKind{"html", Outcome::response, html},
    FaultKind{"html as json", Outcome::response, html_as_json},
    FaultKind{"portal", Outcome::response, portal},
    FaultKind{"empty body", Outcome::response, empty_body},
    FaultKind{"garbage", Outcome::response, garbage},
    FaultKind{"cut json", Outcome::response, cut_json},
    FaultKind{"null", Outcome::response, null_body},
    FaultKind{"empty object", Outcome::response, empty_object},
    FaultKind{"text", Outcome::response, text_body},
    FaultKind{"error object", Outcome::response, error_object},
    FaultKind{"deep nesting", Outcome::response, deep},
    FaultKind{"empty list", Outcome::response, empty_list},
    FaultKind{"list of null", Outcome::response, list_of_null},
    FaultKind{"link lost", Outcome::response, link_lost},
    FaultKind{"link elsewhere", Outcome::response, link_elsewhere},
    FaultKind{"link to nothing", Outcome::response, link_to_nothing},
    FaultKind{"another answer", Outcome::response, another_answer},
    FaultKind{"key renamed", Outcome::response, key_renamed, FaultKind::At::api},
    FaultKind{"key dropped", Outcome::response, key_dropped, FaultKind::At::api},
    FaultKind{"key null", Outcome::response, key_null, FaultKind::At::api},
    FaultKind{"key retyped", Outcome::response, key_retyped, FaultKind::At::api},
    FaultKind{"all keys renamed", Outcome::response, all_keys_renamed, FaultKind::At::api},
    FaultKind{"wrapped", Outcome::response, wrapped, FaultKind::At::api},
    FaultKind{"in a list", Outcome::response, in_a_list, FaultKind::At::api},
    FaultKind{"row is text", Outcome::response, row_is_text, FaultKind::At::api},
    FaultKind{"rows twice", Outcome::response, rows_twice, FaultKind::At::api},
};

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t value = state_;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

std::span<const FaultKind> fault_kinds() { return kKinds; }

std::span<const FaultKind> subtle_fault_kinds() { return kSubtleKinds; }

FaultSchedule::FaultSchedule(std::uint64_t seed, const std::vector<std::string>& targets,
                             std::span<const FaultKind> kinds)
    : seed_(seed), kinds_(kinds) {
  Random random(seed);
  constexpr std::array<double, 4> kShares{0.05, 0.2, 0.5, 1.0};
  share_ = kShares[random.below(kShares.size())];
  if (random.chance(0.3)) only_ = &kinds_[random.below(kinds_.size())];
  // Half of the schedules: one lie, or two, among healthy answers.
  if (!targets.empty() && random.chance(0.5)) {
    const std::size_t count = 1 + random.below(2);
    for (std::size_t i = 0; i < count; ++i) {
      selected_.push_back(targets[random.below(targets.size())]);
    }
  }
}

const FaultKind* FaultSchedule::fault(std::string_view target) const {
  Random random(hash(target, seed_));
  if (selected_.empty()) {
    if (!random.chance(share_)) return nullptr;
  } else if (std::find(selected_.begin(), selected_.end(), target) == selected_.end()) {
    return nullptr;
  }
  const FaultKind* kind = only_ != nullptr ? only_ : &kinds_[random.below(kinds_.size())];
  return happens_at(kind->at, target) ? kind : nullptr;
}

Random FaultSchedule::random(std::string_view target) const { return Random(hash(target, ~seed_)); }

}  // namespace assay::test
