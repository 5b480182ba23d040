#include "api/http/condition.h"

#include "api/http/compression.h"

namespace assay::api {

const std::string* etag_of(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "ETag") return &value;
  }
  return nullptr;
}

bool answers_condition(const Request& request, const Response& whole) {
  if (whole.status != 200) return false;
  const auto condition = request.headers.find("if-none-match");
  const std::string* etag = etag_of(whole);
  return condition != request.headers.end() && etag != nullptr &&
         (etag_matches(condition->second, *etag) ||
          etag_matches(condition->second, gzip_etag(*etag)));
}

Response not_modified(const Request& request, const Response& whole) {
  const std::string& condition = request.headers.at("if-none-match");
  Response response;
  response.status = 304;
  for (const auto& header : whole.headers) {
    if (header.first == "Content-Type" || header.first == "Content-Disposition") continue;
    response.headers.push_back(header);
    if (header.first == "ETag" && !etag_matches(condition, header.second)) {
      response.headers.back().second = gzip_etag(header.second);
    }
  }
  return response;
}

}  // namespace assay::api
