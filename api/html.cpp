#include "api/html.h"

#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>

#include <array>
#include <stdexcept>

#include "api/embedded.h"
#include "validator/text/ascii.h"
#include "validator/text/json_text.h"

namespace assay::api {
namespace {

constexpr std::array<std::string_view, 21> kTemplates{
    "architecture.tpl", "badge.tpl", "benchmarks.tpl",    "changes.tpl", "cost.tpl",  "error.tpl",
    "fact.tpl",         "feed.tpl",  "key.tpl",           "mark.tpl",    "model.tpl", "models.tpl",
    "page.tpl",         "prose.tpl", "quantizations.tpl", "rows.tpl",    "rules.tpl", "run.tpl",
    "runs.tpl",         "trail.tpl", "verdicts.tpl"};

ctemplate::TemplateString view(std::string_view text) {
  return ctemplate::TemplateString(text.data(), text.size());
}

// Parsed once and then only read: expanding from a frozen cache takes no lock.
class Templates {
 public:
  Templates() {
    for (const std::string_view name : kTemplates) {
      const std::string_view text = embedded_api_file(name);
      if (!cache_.StringToTemplateCache(view(name), text.data(), text.size(),
                                        ctemplate::STRIP_BLANK_LINES)) {
        throw std::logic_error("the template " + std::string(name) + " cannot be read");
      }
    }
    cache_.Freeze();
  }

  std::string expand(std::string_view name, const ctemplate::TemplateDictionary& values) const {
    std::string page;
    if (!cache_.ExpandNoLoad(view(name), ctemplate::STRIP_BLANK_LINES, &values, nullptr, &page)) {
      throw std::logic_error("the template " + std::string(name) + " cannot be filled");
    }
    return page;
  }

 private:
  ctemplate::TemplateCache cache_;
};

void fill(ctemplate::TemplateDictionary& dictionary, const nlohmann::json& values) {
  for (const auto& [key, value] : values.items()) {
    const std::string name = ascii::upper(key);
    if (value.is_object()) {
      ctemplate::TemplateDictionary* included = dictionary.AddIncludeDictionary(name);
      included->SetFilename(value.value("template", key + ".tpl"));
      fill(*included, value);
      continue;
    }
    if (value.is_array()) {
      for (const nlohmann::json& item : value) fill(*dictionary.AddSectionDictionary(name), item);
    } else if (value.is_boolean()) {
      if (value.get<bool>()) dictionary.ShowSection(name);
    } else if (value.is_string()) {
      dictionary.SetValue(name, value.get_ref<const std::string&>());
    } else if (!value.is_null()) {
      dictionary.SetValue(name, compact_json(value));
    }
  }
}

}  // namespace

std::string render_page(std::string_view name, const nlohmann::json& values) {
  static const Templates templates;
  // Through text and back, which replaces invalid UTF-8 in every string.
  const auto valid = nlohmann::json::parse(compact_json(values));
  ctemplate::TemplateDictionary dictionary{std::string(name)};
  fill(dictionary, valid);
  return templates.expand(name, dictionary);
}

}  // namespace assay::api
