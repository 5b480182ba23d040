#include "auditors/read_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "auditors/duration.h"
#include "auditors/registry.h"
#include "validator/document.h"
#include "validator/text/ascii.h"
#include "validator/text/spelling.h"

namespace assay {
namespace {

Config default_config() {
  Config config;
  for (const SourceTraits& traits : source_traits()) {
    // What the catalog names needs no configuration to be reached.
    if (traits.named_by_catalog) continue;
    config.sources.emplace(traits.id, unconfigured(traits));
  }
  return config;
}

// What is wrong with the URL of a source; empty when nothing is. Takes trailing slashes off.
std::string check_url(std::string& url) {
  while (url.ends_with('/')) url.pop_back();
  const std::size_t scheme = url.find("://");
  const std::string_view name = std::string_view(url).substr(0, scheme);
  if (scheme == std::string::npos || (name != "https" && name != "http")) {
    return "is not an http or https URL; write it like https://huggingface.co";
  }
  const std::string_view rest = std::string_view(url).substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const bool odd =
      std::any_of(url.begin(), url.end(), [](char c) { return c <= 0x20 || c == 0x7F; });
  if (authority.empty() || odd) return "has no host or contains spaces; write it like https://host";
  if (authority.find('@') != std::string_view::npos) {
    return "contains a user name or password; name the variable with the credential in `token_env`";
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return "has a query or fragment; give the address without it";
  }
  return {};
}

// Reads the file over the defaults. Every mistake is thrown with its place.
class Reader {
 public:
  Reader(const Source& source, Config& config) : source_(source), config_(config) {}

  void read(const Tree& tree) {
    for (const Diagnostic& problem : tree.problems()) {
      if (problem.severity != Severity::error) continue;
      fail(problem.span, problem.message,
           problem.help.empty() ? "fix the YAML" : std::string_view(problem.help));
    }
    const Node& root = tree.root();
    if (root.kind == Kind::null) return;
    each_member(root, "the configuration", {"sources", "network", "prices", "schedule"},
                [this](std::string_view key, const Member& member) {
                  if (key == "sources") read_sources(member.value);
                  if (key == "network") read_network(member.value);
                  if (key == "prices") read_prices(member.value);
                  if (key == "schedule") read_schedule(member.value);
                });
  }

 private:
  [[noreturn]] void fail(Span span, std::string_view what, std::string_view help) const {
    const Position place = source_.position(span.begin);
    throw std::runtime_error(
        fmt::format("{}:{}:{}: {}; {}", source_.path(), place.line, place.column, what, help));
  }

  template <typename Visit>
  void each_member(const Node& node, std::string_view what, const std::vector<std::string>& known,
                   const Visit& visit) const {
    if (node.kind == Kind::null) return;
    if (node.kind != Kind::mapping) {
      fail(node.span(), fmt::format("{} is a {}, expected a mapping", what, to_string(node.kind)),
           fmt::format("its keys are {}", fmt::join(known, ", ")));
    }
    for (const Member& member : node.mapping()) {
      const std::string_view key = member.key.text;
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        const auto near = nearest_word(key, known);
        fail(member.key.span(), fmt::format("unknown key `{}` in {}", key, what),
             near ? fmt::format("did you mean `{}`?", *near)
                  : fmt::format("its keys are {}", fmt::join(known, ", ")));
      }
      visit(key, member);
    }
  }

  void read_sources(const Node& node) const {
    std::vector<std::string> ids;
    for (const SourceTraits& traits : source_traits()) ids.emplace_back(traits.id);
    each_member(node, "`sources`", ids, [this](std::string_view id, const Member& member) {
      const SourceConfig fresh = unconfigured(*traits_of_source(id));
      read_source(member.value, config_.sources.try_emplace(std::string(id), fresh).first->second);
    });
  }

  void read_source(const Node& node, SourceConfig& source) const {
    std::vector<std::string> keys{"enabled", "requests_per_second", "concurrency", "max_body_mib",
                                  "timeout_s"};
    if (!source.traits.named_by_catalog) keys.insert(keys.end(), {"url", "token_env", "key_env"});
    const std::string what = fmt::format("source `{}`", source.id);
    each_member(node, what, keys, [&](std::string_view key, const Member& member) {
      if (key == "enabled") source.enabled = boolean(member);
      if (key == "url") source.url = url(member);
      if (key == "token_env" || key == "key_env") source.token_env = variable(member);
      if (key == "requests_per_second") {
        source.requests_per_second = number(member, 0.001, 1000);
        source.rate_is_ceiling = true;
      }
      if (key == "concurrency") source.concurrency = static_cast<int>(integer(member, 1, 64));
      if (key == "max_body_mib") {
        source.max_body_bytes = static_cast<std::size_t>(integer(member, 1, 1024)) << 20U;
      }
      if (key == "timeout_s") source.timeout = seconds(member, 0.1, 3600);
    });
  }

  void read_network(const Node& node) const {
    each_member(node, "`network`", {"time_budget_s", "allow_private_catalog_urls"},
                [this](std::string_view key, const Member& member) {
                  if (key == "time_budget_s") config_.time_budget = seconds(member, 1, 604'800);
                  if (key == "allow_private_catalog_urls") {
                    config_.allow_private_catalog_urls = boolean(member);
                  }
                });
  }

  void read_prices(const Node& node) const {
    each_member(node, "`prices`", {"max_age_days"}, [this](std::string_view, const Member& member) {
      config_.price_max_age_days = static_cast<int>(integer(member, 1, 36'500));
    });
  }

  void read_schedule(const Node& node) const {
    std::vector<std::string> ids;
    for (const Auditor& auditor : auditors()) ids.emplace_back(auditor.id);
    each_member(node, "`schedule`", ids, [this](std::string_view id, const Member& member) {
      const auto age = parse_duration(member.value.text);
      if (!member.value.is_scalar() || !age) wrong_type(member, kDurationForms);
      config_.schedule[std::string(id)] = *age;
    });
  }

  [[noreturn]] void wrong_type(const Member& member, std::string_view expected) const {
    const Node& value = member.value;
    const bool shown = value.is_scalar() && value.kind != Kind::null && value.text.size() <= 60;
    fail(value.kind == Kind::null ? member.key.span() : value.span(),
         shown ? fmt::format("`{}` is `{}`, expected {}", member.key.text, value.text, expected)
               : fmt::format("`{}` is a {}, expected {}", member.key.text, to_string(value.kind),
                             expected),
         "change the value or remove the key");
  }

  bool boolean(const Member& member) const {
    if (member.value.kind != Kind::boolean) wrong_type(member, "true or false");
    return ascii::upper(member.value.text) == "TRUE";
  }

  double number(const Member& member, double min, double max) const {
    const std::string_view text = member.value.text;
    double value = 0;
    const bool is_number = member.value.kind == Kind::integer || member.value.kind == Kind::real;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!is_number || error != std::errc{} || end != text.data() + text.size() ||
        !(value >= min && value <= max)) {
      wrong_type(member, fmt::format("a number from {} to {}", min, max));
    }
    return value;
  }

  std::int64_t integer(const Member& member, std::int64_t min, std::int64_t max) const {
    const std::string_view text = member.value.text;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (member.value.kind != Kind::integer || error != std::errc{} ||
        end != text.data() + text.size() || value < min || value > max) {
      wrong_type(member, fmt::format("an integer from {} to {}", min, max));
    }
    return value;
  }

  std::chrono::milliseconds seconds(const Member& member, double min, double max) const {
    return std::chrono::milliseconds(std::llround(number(member, min, max) * 1000));
  }

  std::string url(const Member& member) const {
    if (member.value.kind != Kind::string) wrong_type(member, "a URL");
    std::string value(member.value.text);
    const std::string problem = check_url(value);
    // A URL that is refused may hold a password, so it is not repeated.
    if (!problem.empty()) {
      const std::size_t stop = problem.find("; ");
      fail(member.value.span(), "the `url` of a source " + problem.substr(0, stop),
           problem.substr(stop + 2));
    }
    return value;
  }

  std::string variable(const Member& member) const {
    const std::string_view text = member.value.text;
    const bool sound = member.value.kind == Kind::string && !text.empty() &&
                       std::all_of(text.begin(), text.end(), [](char c) {
                         return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                                (c >= '0' && c <= '9') || c == '_';
                       });
    // What stands there instead of a name may be the secret itself, so it is not repeated.
    if (!sound) {
      fail(member.value.span(),
           fmt::format("`{}` is not the name of an environment variable", member.key.text),
           "put the credential in an environment variable and give its name here");
    }
    return std::string(text);
  }

  const Source& source_;
  Config& config_;
};

void read_environment(Config& config, const Environment& environment) {
  config.offline = is_set(environment("HF_HUB_OFFLINE"));
  auto endpoint = environment("HF_ENDPOINT");
  if (!endpoint || endpoint->empty()) return;
  const std::string problem = check_url(*endpoint);
  if (!problem.empty()) throw std::runtime_error("HF_ENDPOINT " + problem);
  config.sources.at("huggingface").url = *std::move(endpoint);
}

}  // namespace

Config load_config(std::string_view path, std::string_view yaml, const Environment& environment) {
  Config config = default_config();
  const Source source{std::string(path), std::string(yaml)};
  const Tree tree(source, ReadLimits{.file_bytes = std::size_t{1} << 20U});
  Reader(source, config).read(tree);
  read_environment(config, environment);
  for (auto& [id, configured] : config.sources) {
    configured.has_credential = credential(configured, environment).has_value();
  }
  return config;
}

}  // namespace assay
