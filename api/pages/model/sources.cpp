// The pages that an entry names as its sources.
#include "api/pages/model/sections.h"
#include "api/pages/wording.h"

namespace assay::api {

Values source_rows(Facts& facts) {
  Values rows = Values::array();
  const Node* sources = facts.entry().get("sources");
  if (sources == nullptr) return rows;
  for (const Node& source : sources->sequence()) {
    const std::string url =
        source.is_scalar() ? std::string(source.text) : scalar_text(&source, "url");
    const std::string title = scalar_text(&source, "title");
    if (url.empty() && title.empty()) continue;
    const std::string label = source.is_scalar() ? "sources." + url : "sources[" + url + "]";
    rows.push_back({{"title", shortened(title.empty() ? url : title, 300)},
                    {"linked", link_if(is_web_url(url) ? url : std::string{})},
                    {"unlinked", !is_web_url(url)},
                    {"host", host_of(url)},
                    {"marks", facts.marks(label)}});
  }
  return rows;
}

}  // namespace assay::api
