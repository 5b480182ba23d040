#include "api/pages/page.h"

#include <array>

#include "api/entry_view.h"
#include "api/html.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

struct Part {
  std::string_view path;
  std::string_view name;
};
// With the name of this program appended, a title has at most 70 characters: search results and
// tabs show no more.
constexpr std::size_t kLongestTitle = 61;
constexpr std::array<Part, 4> kParts{
    {{"", "Models"}, {"changes", "Changes"}, {"runs", "Runs"}, {"verdicts", "About the verdicts"}}};

Values banners(const db::Store& store) {
  const std::optional<Origin> origin = recording_origin(store);
  Values list = Values::array();
  if (origin) list.push_back({{"origin", shortened(to_text(*origin), 300)}});
  return list;
}

Values notices(const std::string& notice) {
  return notice.empty() ? Values::array() : once({{"text", shortened(notice, 500)}});
}

}  // namespace

std::string page_html(const View& view, const PageTitle& title, std::string_view content,
                      Values values) {
  Values page = {{"title", shortened(title.title, kLongestTitle)},
                 {"description", shortened(title.description, 300)},
                 {"style", view.links.file("style.css")},
                 {"icon", view.links.file("icon.svg")},
                 {"script", view.links.file("site.js")},
                 {"home", view.links.page("")},
                 {"feed", link_if(view.links.served() ? view.links.page("feed.xml") : "")},
                 {"banner", banners(view.site.store)},
                 {"notice", notices(view.site.catalog_notice)},
                 {"part", Values::array()},
                 {"static", !view.links.served()},
                 {"live", view.links.served()}};
  for (const Part& part : kParts) {
    page["part"].push_back({{"part_url", view.links.page(part.path)},
                            {"part_name", part.name},
                            {"here", part.path == title.part},
                            {"elsewhere", part.path != title.part}});
  }
  values["template"] = std::string(content) + ".tpl";
  page["content"] = std::move(values);
  return render_page("page.tpl", page);
}

Response page_response(std::string html) {
  Response response;
  response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.body = std::move(html);
  return response;
}

Values once(Values values) {
  Values list = Values::array();
  list.push_back(std::move(values));
  return list;
}

Values link_if(const std::string& url) {
  return url.empty() ? Values::array() : once({{"url", url}});
}

Values time_if(const std::string& time) {
  if (time.empty()) return Values::array();
  return once({{"time", time}, {"date", day_of(time)}, {"minute", minute_of(time)}});
}

Values counted(const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  Values list = Values::array();
  for (const auto& [verdict, count] : counts) {
    if (count > 0)
      list.push_back({{"number", count}, {"name", words(verdict)}, {"class", verdict}});
  }
  return list;
}

}  // namespace assay::api
