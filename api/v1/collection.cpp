#include "api/v1/collection.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <utility>

#include "api/http/message.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/v1/csv.h"
#include "auditors/evidence/digest.h"
#include "validator/text/dates.h"
#include "validator/text/json_text.h"

namespace assay::api {
namespace {

// Rows read at once for a streamed answer.
constexpr std::size_t kChunk = 200;

enum class Format { json, ndjson, csv };

Format format_of(const Request& request) {
  const std::string name = parameter_text(request, "format");
  if (name == "ndjson") return Format::ndjson;
  return name == "csv" ? Format::csv : Format::json;
}

// Where a page starts, and as of when; a cursor holds both: "2026-11-23T03:00:00.000Z/42".
struct Place {
  std::string as_of;
  std::string position;
};

Place place_of(const Site& site, const Request& request) {
  Place place;
  if (const std::string cursor = cursor_of(request); !cursor.empty()) {
    const std::size_t slash = cursor.find('/');
    place.as_of = cursor.substr(0, slash);
    if (slash == std::string::npos || (!place.as_of.empty() && parse_time(place.as_of) < 0)) {
      throw bad_cursor();
    }
    place.position = cursor.substr(slash + 1);
  } else {
    place.as_of = site.store.newest_moment();
  }
  if (const std::string as_of = time_of(request, "as_of"); !as_of.empty()) place.as_of = as_of;
  return place;
}

std::string line_of(Format format, const Collection& collection, const Json& row) {
  if (format == Format::csv) return csv_line(collection.columns, row);
  return compact_json(row) + "\n";
}

void describe(Format format, const Collection& collection, Response& response) {
  response.headers.emplace_back("Content-Type", format == Format::csv
                                                    ? "text/csv; charset=utf-8; header=present"
                                                    : "application/x-ndjson");
  response.headers.emplace_back("Cache-Control", "no-cache");
  if (format == Format::csv) {
    response.headers.emplace_back("Content-Disposition",
                                  fmt::format("attachment; filename=\"{}.csv\"", collection.name));
  }
}

// The whole collection, with one chunk in memory at a time.
Response streamed(const Site& site, const Request& request, Format format, Collection collection,
                  const Place& place) {
  Response response;
  describe(format, collection, response);
  std::string key = fmt::format("{}\n{}\n{}", place.as_of, collection.version, request.path);
  for (const auto& [name, value] : request.query) key += fmt::format("\n{}={}", name, value);
  response.headers.emplace_back("ETag", fmt::format("\"{}\"", sha256_hex(key)));

  struct State {
    Collection collection;
    std::string as_of;
    Page page;
    bool done = false;
    std::shared_ptr<const void> owner;  // of what the collection reads
  };
  const auto state =
      std::make_shared<State>(State{std::move(collection), place.as_of, {}, false, site.owner});
  // The first rows are read now: a failure is then a problem, not an answer that breaks off.
  state->page = state->collection.page(place.position, kChunk, state->as_of);
  std::string start = format == Format::csv ? csv_header(state->collection.columns) : "";
  response.stream = [state, format, start = std::move(start)](std::string& text) mutable {
    if (state->done) return false;
    text += std::exchange(start, {});
    for (const Json& row : state->page.rows) text += line_of(format, state->collection, row);
    state->done = state->page.next.empty();
    if (!state->done) {
      state->page = state->collection.page(state->page.next, kChunk, state->as_of);
    }
    return true;
  };
  return response;
}

}  // namespace

Response answer_collection(const Site& site, const Request& request, Collection collection) {
  const Format format = format_of(request);
  const Place place = place_of(site, request);
  if (format != Format::json && parameter(request, "limit") == nullptr) {
    return streamed(site, request, format, std::move(collection), place);
  }
  Page page = collection.page(place.position, limit_of(request), place.as_of);
  const std::string next =
      page.next.empty() ? "" : next_url(request, fmt::format("{}/{}", place.as_of, page.next));
  if (format == Format::json) {
    Json data = Json::array();
    for (Json& row : page.rows) data.push_back(std::move(row));
    return envelope(data, next);
  }
  Response response;
  describe(format, collection, response);
  if (!next.empty()) {
    response.headers.emplace_back("Link", fmt::format("<{}>; rel=\"next\"", next));
  }
  if (format == Format::csv) response.body = csv_header(collection.columns);
  for (const Json& row : page.rows) response.body += line_of(format, collection, row);
  return response;
}

std::int64_t id_of_position(const std::string& position) {
  std::int64_t id = 0;
  if (position.empty()) return id;
  const char* end = position.data() + position.size();
  const auto [rest, error] = std::from_chars(position.data(), end, id);
  if (error != std::errc{} || rest != end || id < 1) throw bad_cursor();
  return id;
}

}  // namespace assay::api
