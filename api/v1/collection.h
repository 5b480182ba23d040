#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.h"
#include "api/site.h"
#include "api/v1/json.h"

namespace assay::api {

/// One page of a collection.
struct Page {
  std::vector<Json> rows;
  std::string next;  ///< position after which the rest follows; empty when there is none
};

/// A list of rows that is paged, answers as of a moment, and comes as JSON, NDJSON or CSV.
struct Collection {
  std::string_view name;                  ///< of a downloaded file
  std::vector<std::string_view> columns;  ///< of its CSV
  /// At most `limit` rows (1 or more) after a position ("" is the start), as known at a moment (""
  /// is now). Throws Problem for a position that it did not return.
  std::function<Page(const std::string& position, std::size_t limit, const std::string& as_of)>
      page;
  /// What the rows depend on besides the store; part of the ETag of a streamed answer.
  std::string version;
};

/// Answers with a collection. Following `next` gives what was known when the walk started, each row
/// once, whatever is written meanwhile: the cursor keeps the moment. NDJSON and CSV without a
/// `limit` stream the whole collection.
Response answer_collection(const Site& site, const Request& request, Collection collection);

/// A position that is an id: 0 for "". Throws Problem for anything else.
std::int64_t id_of_position(const std::string& position);

/// A page of records from a store, which returned one more than `limit` if there are more.
template <class Record, class ToJson>
Page page_of(std::vector<Record> records, std::size_t limit, const ToJson& to_json) {
  Page page;
  if (records.size() > limit) {
    records.resize(limit);
    page.next = std::to_string(records.back().id);
  }
  for (const Record& record : records) page.rows.push_back(to_json(record));
  return page;
}

}  // namespace assay::api
