#include "api/pages/texts.h"

#include "api/entry_view.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

constexpr std::size_t kLongestText = 2'000;
constexpr std::size_t kItemsShown = 100;

Values relation(const View& view, std::string_view name, const Node& slug) {
  const std::string text(slug.text);
  const Subject* other = find_subject(view.site.catalog, text);
  const std::string url = other == nullptr ? std::string{} : view.links.model(text);
  const bool named = other != nullptr && !other->display_name.empty();
  return {{"relation", name},
          {"name", shortened(named ? other->display_name : text, 200)},
          {"linked", link_if(url)},
          {"unlinked", url.empty()}};
}

}  // namespace

Values text_items(const Node& entry, std::string_view key) {
  Values items = Values::array();
  const Node* list = entry.get(key);
  if (list == nullptr) return items;
  for (const Node& item : list->sequence()) {
    if (item.is_scalar() && !item.text.empty() && items.size() < kItemsShown) {
      items.push_back({{"text", shortened(item.text, kLongestText)}});
    }
  }
  return items;
}

Values limitations(const Node& entry) {
  Values items = Values::array();
  const Node* list = entry.get("known_limitations");
  if (list == nullptr) return items;
  for (const Node& item : list->sequence()) {
    const std::string text = item.is_scalar() ? std::string(item.text) : scalar_text(&item, "text");
    const std::string source = scalar_text(&item, "source");
    if (text.empty() || items.size() == kItemsShown) continue;
    items.push_back({{"text", shortened(text, kLongestText)},
                     {"linked", link_if(is_web_url(source) ? source : std::string{})},
                     {"host", host_of(source)}});
  }
  return items;
}

Values reception(const Node& entry) {
  Values items = Values::array();
  const Node* list = entry.get("reception");
  if (list == nullptr) return items;
  for (const Node& item : list->sequence()) {
    const std::string quote = scalar_text(&item, "quote");
    const std::string url = scalar_text(&item, "url");
    if (quote.empty() || items.size() == kItemsShown) continue;
    items.push_back({{"quote", shortened(quote, kLongestText)},
                     {"author", shortened(scalar_text(&item, "author"), 200)},
                     {"said", time_if(shortened(scalar_text(&item, "date"), 40))},
                     {"linked", link_if(is_web_url(url) ? url : std::string{})},
                     {"host", host_of(url)}});
  }
  return items;
}

Values lineage(const View& view, const Node& entry) {
  Values items = Values::array();
  const Node* lineage = entry.get("lineage");
  if (lineage == nullptr) return items;
  const Node* parent = lineage->get("parent");
  if (parent != nullptr && parent->is_scalar() && parent->kind != Kind::null) {
    items.push_back(relation(view, "Derived from or successor to", *parent));
  }
  if (const Node* children = lineage->get("children"); children != nullptr) {
    for (const Node& child : children->sequence()) {
      if (child.is_scalar() && items.size() < kItemsShown) {
        items.push_back(relation(view, "Followed by", child));
      }
    }
  }
  if (const std::string note = scalar_text(lineage, "note"); !note.empty()) {
    items.push_back(
        {{"relation", "Note"}, {"name", shortened(note, kLongestText)}, {"unlinked", true}});
  }
  return items;
}

}  // namespace assay::api
