#include "api/pages/changes_page.h"

#include <fmt/format.h>

#include <charconv>

#include "api/entry_view.h"
#include "api/http/message.h"
#include "api/pages/answers.h"
#include "api/pages/wording.h"
#include "api/problem.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::size_t kChangesShown = 100;

std::int64_t before_of(const Request& request) {
  const std::string text = parameter_text(request, "before");
  std::int64_t number = 0;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1) {
    throw bad_parameter("before", text, "the number of a change");
  }
  return number;
}

// One side of a change; empty when the finding is new or gone.
Values side(const std::optional<db::Change::Fact>& fact) {
  if (!fact) return Values::array();
  return once({{"class", to_string(fact->verdict)},
               {"verdict", words(to_string(fact->verdict))},
               {"observed", fact->observed.is_null() ? "nothing" : shown(fact->observed)}});
}

Values change_row(const View& view, const db::Change& change) {
  const Subject* subject = find_subject(view.site.catalog, change.slug);
  const std::string url = subject == nullptr ? std::string{} : view.links.model(change.slug);
  const bool named = subject != nullptr && !subject->display_name.empty();
  const std::string run = view.links.run(change.run);
  return {{"at", time_if(change.at)},
          {"run", change.run},
          {"run_page", link_if(run)},
          {"no_run_page", run.empty()},
          {"name", shortened(named ? subject->display_name : change.slug, 120)},
          {"linked", link_if(url)},
          {"unlinked", url.empty()},
          {"label", shortened(change.label, 100)},
          {"from", side(change.from)},
          {"appeared", !change.from.has_value()},
          {"to", side(change.to)},
          {"gone", !change.to.has_value()},
          {"reason", shortened(change.to ? change.to->reason : std::string{}, 300)}};
}

}  // namespace

std::string changes_page(const View& view, const Request& request) {
  db::ChangeFilter filter;
  filter.slug = parameter_text(request, "model");
  filter.label_prefix = parameter_text(request, "label");
  filter.before = before_of(request);
  filter.limit = kChangesShown + 1;
  std::vector<db::Change> changes = view.site.store.changes(filter);
  Values values = {{"none", changes.empty()},
                   {"older", Values::array()},
                   {"table", Values::array()},
                   {"narrowed", Values::array()}};
  if (changes.size() > kChangesShown) {
    changes.pop_back();
    if (view.links.served()) {
      std::string query = fmt::format("?before={}", changes.back().id);
      if (!filter.slug.empty()) query += "&model=" + percent_encoded(filter.slug);
      if (!filter.label_prefix.empty()) query += "&label=" + percent_encoded(filter.label_prefix);
      values["older"] = once({{"url", view.links.page("changes") + query}});
    }
  }
  if (!filter.slug.empty() || !filter.label_prefix.empty()) {
    values["narrowed"] = once({{"of", shortened(filter.slug + " " + filter.label_prefix, 200)},
                               {"url", view.links.page("changes")}});
  }
  Values rows = Values::array();
  for (const db::Change& change : changes) rows.push_back(change_row(view, change));
  if (!rows.empty()) values["table"] = once({{"change", std::move(rows)}});
  return page_html(view,
                   {"Changes", "What changed verdict or observed value, newest first.", "changes"},
                   "changes", std::move(values));
}

Response answer_changes_page(const Site& site, const Request& request, const Captures&) {
  return page_response(changes_page({site, {}}, request));
}

}  // namespace assay::api
