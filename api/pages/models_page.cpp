#include "api/pages/models_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "api/entry_view.h"
#include "api/filters.h"
#include "api/http/message.h"
#include "api/pages/answers.h"
#include "api/pages/model_list.h"
#include "api/pages/wording.h"
#include "api/problem.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::size_t kRowsPerPage = 100;
constexpr std::size_t kOptionsShown = 300;
constexpr std::array<std::string_view, 6> kFilters{"q",        "family",       "developer",
                                                   "openness", "quantization", "verdict"};

// A field that a form sends empty is not a filter.
Request without_empty(const Request& request) {
  Request asked = request;
  std::erase_if(asked.query, [](const auto& each) { return each.second.empty(); });
  return asked;
}

std::size_t page_of(const Request& request) {
  const std::string text = parameter_text(request, "page");
  std::size_t number = 1;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > 100'000) {
    throw bad_parameter("page", text, "a number, 1 or higher");
  }
  return number;
}

// The query of this page with another order or page number.
std::string query_with(const Request& asked, const std::string& order, std::size_t page) {
  std::string query;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, percent_encoded(value));
  };
  for (const std::string_view name : kFilters) add(name, parameter_text(asked, name));
  add("sort", order);
  if (page > 1) add("page", std::to_string(page));
  return query;
}

Values columns(const View& view, const Request& asked) {
  const std::string order = parameter_text(asked, "sort");
  Values list = Values::array();
  for (const SortKey& key : sort_keys()) {
    const std::string id(key.id);
    const bool up = order == id;
    const bool down = order == "-" + id;
    // The first click sorts the usual way: names from A, numbers from the largest.
    const bool turn = key.numeric ? !down : up;
    Values column = {{"column", key.title},
                     {"key", key.id},
                     {"kind", key.numeric ? "number" : "text"},
                     {"sorted", up || down ? once({{"direction", up ? "ascending" : "descending"}})
                                           : Values::array()},
                     {"link", Values::array()},
                     {"plain", !view.links.served()}};
    if (view.links.served()) {
      std::string url = view.links.page("") + query_with(asked, (turn ? "-" : "") + id, 1);
      column["link"].push_back({{"url", std::move(url)}});
    }
    list.push_back(std::move(column));
  }
  return list;
}

// The same orders as in the table head, for screens too narrow to show it.
Values orders(const std::string& chosen) {
  Values list = Values::array();
  for (const SortKey& key : sort_keys()) {
    const std::string id(key.id);
    const auto add = [&](const std::string& order, std::string_view way) {
      list.push_back({{"option", order},
                      {"option_text", fmt::format("{}, {}", key.title, way)},
                      {"chosen", order == chosen}});
    };
    if (key.numeric) add("-" + id, "largest first");
    add(id, key.numeric ? "smallest first" : "A to Z");
    if (!key.numeric) add("-" + id, "Z to A");
  }
  return list;
}

Values options(const std::vector<std::string>& words_of_filter, const std::string& chosen) {
  Values list = Values::array();
  for (const std::string& word : words_of_filter) {
    if (list.size() == kOptionsShown) break;
    list.push_back({{"option", word}, {"option_text", words(word)}, {"chosen", word == chosen}});
  }
  return list;
}

std::vector<std::string> values_of(const Catalog& catalog, std::string_view key) {
  std::set<std::string> found;
  for (const Entry& entry : catalog.document.entries()) {
    const std::string text = scalar_text(entry.node, key);
    if (!text.empty() && text.size() <= 100) found.insert(text);
  }
  return {found.begin(), found.end()};
}

void add_filters(Values& values, const View& view, const Request& asked) {
  std::vector<std::string> families;
  for (const QuantizationFamily& each : view.site.vocabulary.quantizations) {
    families.push_back(each.id);
  }
  std::vector<std::string> verdict_ids;
  for (const VerdictInfo& info : verdicts()) {
    if (info.verdict != Verdict::unaudited) verdict_ids.emplace_back(info.id);
  }
  const Terms* openness = view.site.vocabulary.terms_of("openness");
  const auto filter = [&](std::string_view name, std::string_view title,
                          const std::vector<std::string>& allowed) {
    values["filter"].push_back({{"filter_name", name},
                                {"filter_title", title},
                                {"choice", options(allowed, parameter_text(asked, name))}});
  };
  values["filter"] = Values::array();
  filter("family", "Family", values_of(view.site.catalog, "family"));
  filter("developer", "Developer", values_of(view.site.catalog, "developer"));
  filter("openness", "Openness",
         openness == nullptr ? std::vector<std::string>{} : openness->words);
  filter("quantization", "Quantization", families);
  filter("verdict", "Verdict", verdict_ids);
  values["sought"] = parameter_text(asked, "q");
  values["order"] = orders(parameter_text(asked, "sort"));
}

std::string size_text(const Node* entry) {
  const std::string total = scalar_text(entry, "params_total");
  const std::string active = scalar_text(entry, "params_active");
  if (total.empty() || total == "0") return {};
  if (active.empty() || active == "0" || active == total) return in_short(shortened(total, 30));
  return fmt::format("{}, {} active", in_short(shortened(total, 30)),
                     in_short(shortened(active, 30)));
}

std::string price_text(const Node* entry) {
  const Node* cost = entry->get("cost");
  if (cost == nullptr) return {};
  const std::size_t offers = cost->kind == Kind::mapping ? 1 : cost->sequence().size();
  const Node* first = cost->kind == Kind::mapping ? cost
                      : offers == 0               ? nullptr
                                                  : &cost->sequence().front();
  const std::string in = scalar_text(first, "input_per_mtok_usd");
  const std::string out = scalar_text(first, "output_per_mtok_usd");
  if (in.empty() || out.empty()) return {};
  return fmt::format("${} / ${}{}", shortened(in, 12), shortened(out, 12),
                     offers > 1 ? fmt::format(" and {} more", offers - 1) : "");
}

std::string quantizations_text(const Node* entry) {
  std::string text;
  const Node* list = entry->get("quantizations_available");
  if (list == nullptr) return text;
  for (const Node& item : list->sequence()) {
    if (item.is_scalar()) text += fmt::format("{}{}", text.empty() ? "" : ", ", item.text);
  }
  return shortened(text, 120);
}

Values cell(std::string text, std::string sort) {
  return {{"text", std::move(text)}, {"sort", shortened(sort, 40)}};
}

Values model_row(const View& view, const ListedModel& model) {
  const Node* entry = model.entry;
  const std::string& name = model.subject->display_name;
  const std::string url = view.links.model(model.subject->slug);
  Values row = {{"name", shortened(name.empty() ? model.subject->slug : name, 120)},
                {"linked", link_if(url)},
                {"unlinked", url.empty()},
                {"family", shortened(scalar_text(entry, "family"), 60)},
                {"developer", shortened(scalar_text(entry, "developer"), 60)},
                {"openness", shortened(scalar_text(entry, "openness"), 60)},
                {"counted", Values::array()},
                {"alarms", sort_value(model, "verdicts")},
                {"never", model.summary == nullptr}};
  for (const auto& [key, text] :
       {std::pair{"params", size_text(entry)},
        std::pair{"context", grouped(shortened(scalar_text(entry, "context_window"), 20))},
        std::pair{"quantizations", quantizations_text(entry)},
        std::pair{"price", price_text(entry)}}) {
    row[key] = Values::array();
    row[key].push_back(cell(text, sort_value(model, key)));
  }
  if (model.summary == nullptr) return row;
  // Unaudited labels are counted on the model's own page; here they would drown the rest.
  bool any = false;
  for (const Values& each : counted(model.summary->verdicts)) {
    if (each.at("class") == "unaudited") continue;
    row["counted"].push_back(each);
    any = true;
  }
  row["never"] = !any;
  return row;
}

std::vector<ListedModel> listed_models(
    const Site& site, const Request& asked,
    const std::map<std::string, db::Store::EntrySummary>& known) {
  std::map<std::string_view, const Node*> entries;
  for (const Entry& entry : site.catalog.document.entries()) {
    if (entry.node != nullptr) entries.emplace(entry.slug, entry.node);
  }
  std::vector<ListedModel> models;
  for (const Subject& subject : site.catalog.subjects) {
    const auto entry = entries.find(subject.slug);
    const auto summary = known.find(subject.slug);
    const ListedModel model{&subject, entry == entries.end() ? nullptr : entry->second,
                            summary == known.end() ? nullptr : &summary->second};
    if (model.entry != nullptr && matches(*model.entry, model.summary, asked)) {
      models.push_back(model);
    }
  }
  return models;
}

}  // namespace

std::string models_page(const View& view, const Request& request) {
  const Request asked = without_empty(request);
  std::map<std::string, db::Store::EntrySummary> known;
  for (db::Store::EntrySummary& each : view.site.store.summaries()) {
    known.emplace(each.slug, std::move(each));
  }
  std::vector<ListedModel> models = listed_models(view.site, asked, known);
  const std::string order = parameter_text(asked, "sort");
  sort_models(models, order);

  const std::size_t per_page = view.links.served() ? kRowsPerPage : models.size() + 1;
  const std::size_t page = page_of(asked);
  const std::size_t begin = std::min(models.size(), (page - 1) * per_page);
  const std::size_t end = std::min(models.size(), begin + per_page);
  if (begin == end && !models.empty()) {
    throw bad_parameter("page", std::to_string(page),
                        fmt::format("a number from 1 to {}", (models.size() - 1) / per_page + 1));
  }
  Values window = Values::array();
  if (end - begin < models.size()) window = once({{"from", begin + 1}, {"to", end}});
  Values values = {{"count", view.site.catalog.subjects.size()},
                   {"found", models.size()},
                   {"window", std::move(window)},
                   {"action", view.links.page("")},
                   {"verdicts_url", view.links.page("verdicts")},
                   {"static", !view.links.served()},
                   {"whole", end - begin == view.site.catalog.subjects.size()},
                   {"none", models.empty()},
                   {"json", link_if(view.links.api("models"))},
                   {"column", columns(view, asked)},
                   {"model", Values::array()},
                   {"before", Values::array()},
                   {"after", Values::array()}};
  for (std::size_t i = begin; i < end; ++i) values["model"].push_back(model_row(view, models[i]));
  const auto page_link = [&](std::size_t number) {
    return once({{"url", view.links.page("") + query_with(asked, order, number)}});
  };
  if (page > 1) values["before"] = page_link(page - 1);
  if (end < models.size()) values["after"] = page_link(page + 1);
  add_filters(values, view, asked);
  return page_html(view,
                   {page > 1 ? fmt::format("Models, page {}", page) : std::string("Models"),
                    "What a catalog claims about language models, label by label, and what "
                    "the evidence says about each claim.",
                    ""},
                   "models", std::move(values));
}

Response answer_index_page(const Site& site, const Request& request, const Captures&) {
  return page_response(models_page({site, {}}, request));
}

}  // namespace assay::api
