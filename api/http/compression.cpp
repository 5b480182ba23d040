#include "api/http/compression.h"

#include <memory>
#include <string_view>
#include <utility>

#include "api/http/message.h"
#include "auditors/evidence/content_coding.h"

namespace assay::api {
namespace {

constexpr std::size_t kWorthIt = 1024;

bool is_text(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != std::string_view::npos ||
         type.find("xml") != std::string_view::npos;
}

std::function<bool(std::string&)> compressed(std::function<bool(std::string&)> stream) {
  return [stream = std::move(stream), encoder = std::make_shared<GzipEncoder>(),
          ended = false](std::string& text) mutable {
    while (!ended) {
      std::string piece;
      ended = !stream(piece);
      text += ended ? encoder->finish() : encoder->add(piece);
      if (!text.empty()) return true;
    }
    return false;
  };
}

}  // namespace

bool worth_compressing(const Response& response, std::size_t body_size) {
  if (body_size < kWorthIt) return false;
  bool text = false;
  for (const auto& [name, value] : response.headers) {
    if (name == "Content-Encoding") return false;
    if (name == "Content-Type") text = is_text(value);
  }
  return text;
}

std::string gzip_etag(const std::string& etag) {
  return etag.ends_with('"') ? etag.substr(0, etag.size() - 1) + "-gzip\"" : etag;
}

void mark_compressed(Response& response) {
  for (auto& [name, value] : response.headers) {
    if (name == "ETag") value = gzip_etag(value);
  }
  response.headers.emplace_back("Content-Encoding", "gzip");
}

void compress_answer(const Request& request, Response& response) {
  if (!accepts_gzip(request) || response.shared_body != nullptr) return;
  if (response.stream) {
    if (!worth_compressing(response, kWorthIt)) return;
    response.stream = compressed(std::move(response.stream));
  } else {
    if (!worth_compressing(response, response.body.size())) return;
    response.body = gzip_member(response.body);
  }
  mark_compressed(response);
}

}  // namespace assay::api
