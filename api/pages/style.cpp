// The files that belong to the pages.
#include "api/embedded.h"
#include "api/pages/answers.h"

namespace assay::api {
namespace {

Response file(std::string_view name, std::string_view type) {
  Response response;
  response.headers.emplace_back("Content-Type", type);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.body = embedded_api_file(name);
  return response;
}

}  // namespace

Response answer_style(const Site&, const Request&, const Captures&) {
  return file("style.css", "text/css; charset=utf-8");
}

Response answer_icon(const Site&, const Request&, const Captures&) {
  return file("icon.svg", "image/svg+xml");
}

Response answer_script(const Site&, const Request&, const Captures&) {
  return file("site.js", "text/javascript; charset=utf-8");
}

}  // namespace assay::api
