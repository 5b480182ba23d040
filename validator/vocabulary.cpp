#include "validator/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "schema/embedded.h"
#include "validator/text/ascii.h"
#include "validator/text/spelling.h"

namespace assay {
namespace {

using nlohmann::json;

// Longer texts do not name a licence or a benchmark.
constexpr std::size_t kLongestName = 200;

bool counts_in_a_word(char c) { return ascii::is_alphanumeric(c) || (c & 0x80) != 0; }

// A licence's name in lower case without punctuation and the words that say that it is one.
std::string license_key(std::string_view name) {
  constexpr std::array<std::string_view, 6> kFiller = {"the",       "license",   "licence",
                                                       "agreement", "licensing", "licensed"};
  std::string key;
  for (std::size_t at = 0; at < name.size();) {
    std::size_t end = at;
    while (end < name.size() &&
           (counts_in_a_word(name[end]) || name[end] == '+' || name[end] == '.'))
      ++end;
    const std::string word = ascii::lower(name.substr(at, end - at));
    const bool filler = std::find(kFiller.begin(), kFiller.end(), word) != kFiller.end();
    if (!filler && !word.empty()) key += (key.empty() ? "" : " ") + word;
    at = end + 1;
  }
  return key;
}

std::vector<std::string> strings(const json& list) { return list.get<std::vector<std::string>>(); }

// The rows of a vocabulary file, by value: they outlive the statement that asked for them.
json rows(std::string_view name, const char* key) {
  return json::parse(embedded_schema_file("vocabularies/" + std::string(name) + ".json")).at(key);
}

QuantizationFamily read_family(const json& row) {
  const auto optional = [&](const char* key) {
    return row.contains(key) ? strings(row.at(key)) : std::vector<std::string>{};
  };
  QuantizationFamily family{.id = row.at("id").get<std::string>(),
                            .label = row.at("label").get<std::string>(),
                            .description = row.at("description").get<std::string>(),
                            .runtimes = strings(row.at("runtimes")),
                            .name_hints = strings(row.at("name_hints")),
                            .files = optional("files"),
                            .branches = row.value("branches", false),
                            .quant_methods = optional("quant_methods"),
                            .near_methods = optional("near_methods"),
                            .modelopt = optional("modelopt"),
                            .near_modelopt = optional("near_modelopt"),
                            .presets = optional("presets"),
                            .expert_dtypes = optional("expert_dtypes"),
                            .tensor_types = optional("tensor_types")};
  if (const auto numbers = row.find("numbers"); numbers != row.end()) {
    family.numbers = {.type = numbers->at("type").get<std::string>(),
                      .bits = numbers->at("bits").get<int>(),
                      .group_size = numbers->value("group_size", 0)};
  }
  const json& size = row.at("size");
  family.size.least_bits = size.at("bits").at(0).get<double>();
  family.size.most_bits = size.at("bits").at(1).get<double>();
  family.size.share = size.value("share", family.size.share);
  family.size.kept = size.at("kept").get<double>();
  return family;
}

void read_licenses(Vocabulary& vocabulary) {
  const json spdx = rows("spdx", "licenses");
  for (const json& row : spdx) {
    License license;
    license.id = row.at("id").get<std::string>();
    license.spdx = true;
    license.osi_approved = row.at("osi_approved").get<bool>();
    vocabulary.licenses.push_back(std::move(license));
  }
  const std::size_t spdx_count = vocabulary.licenses.size();
  vocabulary.license_families = strings(rows("licenses", "families"));
  const json named = rows("licenses", "licenses");
  for (const json& row : named) {
    License license;
    license.id = row.at("name").get<std::string>();
    license.osi_approved = row.at("osi_approved").get<bool>();
    license.aliases = strings(row.at("aliases"));
    license.hub = strings(row.at("hub"));
    const auto spdx_end = vocabulary.licenses.begin() + static_cast<std::ptrdiff_t>(spdx_count);
    const auto same = std::find_if(vocabulary.licenses.begin(), spdx_end,
                                   [&](const License& other) { return other.id == license.id; });
    if (same == spdx_end) {
      vocabulary.licenses.push_back(std::move(license));
    } else {  // a row for an SPDX licence adds its aliases and Hub tags only
      same->aliases = std::move(license.aliases);
      same->hub = std::move(license.hub);
    }
  }
}

// An id comes before an alias of another licence, and a first alias before a second.
void index_licenses(Vocabulary& vocabulary) {
  const std::vector<License>& licenses = vocabulary.licenses;
  for (std::size_t i = 0; i < licenses.size(); ++i) {
    vocabulary.license_names.try_emplace(licenses[i].id, i);
  }
  for (std::size_t i = 0; i < licenses.size(); ++i) {
    for (const std::string& alias : licenses[i].aliases) {
      vocabulary.license_names.try_emplace(alias, i);
    }
  }
  for (std::size_t i = 0; i < licenses.size(); ++i) {
    if (licenses[i].spdx) continue;
    vocabulary.license_keys.try_emplace(license_key(licenses[i].id), i);
    for (const auto* names : {&licenses[i].aliases, &licenses[i].hub}) {
      for (const std::string& name : *names) {
        vocabulary.license_keys.try_emplace(license_key(name), i);
      }
    }
  }
}

void add_site(Vocabulary& vocabulary, const std::string& site, const std::string& id) {
  for (Provider& provider : vocabulary.providers) {
    if (provider.id == id) provider.sites.push_back(site);
  }
}

}  // namespace

const QuantizationFamily* Vocabulary::quantization(std::string_view id) const {
  const auto found = std::find_if(quantizations.begin(), quantizations.end(),
                                  [&](const QuantizationFamily& row) { return row.id == id; });
  return found == quantizations.end() ? nullptr : &*found;
}

const License* Vocabulary::license(std::string_view name) const {
  const auto found = license_names.find(name);
  if (found != license_names.end()) return &licenses[found->second];
  if (name.size() > kLongestName) return nullptr;
  const auto meant = license_keys.find(license_key(name));
  return meant == license_keys.end() ? nullptr : &licenses[meant->second];
}

const Benchmark* Vocabulary::benchmark(std::string_view id) const {
  const auto found = std::find_if(benchmarks.begin(), benchmarks.end(),
                                  [&](const Benchmark& row) { return row.id == id; });
  return found == benchmarks.end() ? nullptr : &*found;
}

const Benchmark* Vocabulary::benchmark_meant(std::string_view name) const {
  if (name.size() > kLongestName) return nullptr;
  const auto found = benchmark_keys.find(spelling_key(name));
  return found == benchmark_keys.end() ? nullptr : &benchmarks[found->second];
}

const Terms* Vocabulary::terms_of(std::string_view field) const {
  const auto found = std::find_if(terms.begin(), terms.end(),
                                  [&](const Terms& row) { return row.field == field; });
  return found == terms.end() ? nullptr : &*found;
}

const Provider* Vocabulary::provider(std::string_view name) const {
  const std::string wanted = ascii::lower(name);
  const auto found = std::find_if(providers.begin(), providers.end(), [&](const Provider& row) {
    return row.id == wanted || ascii::lower(row.name) == wanted ||
           std::any_of(row.aliases.begin(), row.aliases.end(),
                       [&](const std::string& alias) { return ascii::lower(alias) == wanted; });
  });
  return found == providers.end() ? nullptr : &*found;
}

const Provider* Vocabulary::provider_in(std::string_view source, std::string_view name) const {
  const auto names = provider_names.find(source);
  if (names == provider_names.end()) return nullptr;
  const auto found = names->second.find(name);
  return found == names->second.end() ? nullptr : &providers[found->second];
}

Vocabulary load_vocabulary() {
  try {
    Vocabulary vocabulary;
    const json families = rows("quantizations", "families");
    for (const json& row : families) vocabulary.quantizations.push_back(read_family(row));
    read_licenses(vocabulary);
    index_licenses(vocabulary);
    const json benchmarks = rows("benchmarks", "benchmarks");
    for (const json& row : benchmarks) {
      vocabulary.benchmark_keys.try_emplace(spelling_key(row.at("id").get<std::string>()),
                                            vocabulary.benchmarks.size());
      vocabulary.benchmarks.push_back(
          {row.at("id").get<std::string>(), row.at("label").get<std::string>(),
           row.at("min").get<double>(), row.at("max").get<double>(), row.value("since", "")});
    }
    const json terms = rows("terms", "terms");
    for (const json& row : terms) {
      vocabulary.terms.push_back({row.at("field").get<std::string>(), row.at("closed").get<bool>(),
                                  row.value("open_prefix", ""), strings(row.at("words"))});
    }
    const json providers = rows("providers", "providers");
    for (const json& row : providers) {
      Provider& provider = vocabulary.providers.emplace_back();
      provider.id = row.at("id").get<std::string>();
      provider.name = row.at("name").get<std::string>();
      provider.aliases = strings(row.at("aliases"));
      for (const auto& [source, names] : row.at("sources").items()) {
        const auto& own = provider.sources.emplace(source, strings(names)).first->second;
        for (const std::string& name : own) {
          vocabulary.provider_names[source].try_emplace(name, vocabulary.providers.size() - 1);
        }
      }
      if (row.contains("model_prefixes")) {
        provider.model_prefixes = strings(row.at("model_prefixes"));
      }
    }
    const json sites = rows("providers", "sites");
    for (const auto& [site, id] : sites.items()) add_site(vocabulary, site, id.get<std::string>());
    return vocabulary;
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("a vocabulary file does not have the expected shape: ") +
                             error.what());
  }
}

}  // namespace assay
