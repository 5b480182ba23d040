#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/message.h"
#include "api/pages/links.h"
#include "api/site.h"

namespace assay::api {

/// What templates are filled with; see render_page.
using Values = nlohmann::json;

/// What a page is made from.
struct View {
  const Site& site;
  Links links;
};

/// What every page says about itself.
struct PageTitle {
  std::string title;
  std::string description;
  std::string_view part;  ///< its place in the navigation: "", "changes", "runs" or "verdicts"
};

/// A whole page around the template CONTENT.tpl: head, navigation, banners, footer.
std::string page_html(const View& view, const PageTitle& title, std::string_view content,
                      Values values);
Response page_response(std::string html);

/// A section that is shown once, with these values.
Values once(Values values);
/// A link as a section: one item when there is a URL, none otherwise.
Values link_if(const std::string& url);
/// A time as a section: one item, none when it is empty.
Values time_if(const std::string& time);
/// Counts per verdict that are not zero, as {"number", "name", "class"}.
Values counted(const std::vector<std::pair<std::string, std::uint64_t>>& counts);

}  // namespace assay::api
