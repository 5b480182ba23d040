#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/text/ascii.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

std::string_view without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

void for_each_url(const Node& entry,
                  const std::function<void(const std::string&, const Node&)>& visit) {
  const auto visit_in = [&](const std::string& parent, const Node& mapping, std::string_view key) {
    const Node* value = mapping.get(key);
    if (value != nullptr && value->kind == Kind::string) {
      visit(label_of_member(parent, key), *value);
    }
  };
  const auto visit_items = [&](std::string_view list, std::string_view key) {
    std::size_t index = 0;
    for (const Node& item : items_of(entry, list)) {
      visit_in(label_of_item(list, item, index++), item, key);
    }
  };
  visit_in("", entry, "quantizations_source");
  for_each_benchmark(entry, [&](const std::string& label, std::string_view, const Node& benchmark) {
    visit_in(label, benchmark, "source");
  });
  for_each_price(entry, [&](const std::string& label, const Node& price) {
    visit_in(label, price, "source");
  });
  if (const Node* speed = entry.get("speed")) visit_in("speed", *speed, "source");
  visit_items("sources", "url");
  visit_items("known_limitations", "source");
  visit_items("reception", "url");
}

void insecure_url(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_url(*entry.node, [&](const std::string& label, const Node& url) {
    if (!url.text.starts_with("http://")) return;
    context.report(rule, entry, url.span(), label, "address is not https").help =
        "use https:// if the server supports it";
  });
}

void duplicate_source_url(const Rule& rule, const Entry& entry, RuleContext& context) {
  std::unordered_map<std::string_view, const Node*> first;
  std::size_t index = 0;
  for (const Node& source : items_of(*entry.node, "sources")) {
    const std::string label = label_of_item("sources", source, index++);
    const Node* url = source.get("url");
    if (url == nullptr || url->kind != Kind::string || url->text.empty()) continue;
    const auto [found, is_new] = first.try_emplace(without_slash(url->text), url);
    if (is_new) continue;
    Diagnostic& problem =
        context.report(rule, entry, url->span(), label_of_member(label, "url"),
                       fmt::format("source {} is listed twice", in_quotes(url->text)));
    problem.related.push_back({found->second->span(), "first listed here"});
  }
}

void benchmark_source_unlisted(const Rule& rule, const Entry& entry, RuleContext& context) {
  const std::span<const Node> sources = items_of(*entry.node, "sources");
  if (sources.empty()) return;
  std::unordered_set<std::string_view> listed;
  for (const Node& source : sources) {
    const std::string_view url = text_of(source, "url");
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return;      // it may be the one looked for
    listed.insert(without_slash(url.substr(scheme)));  // http:// is reported elsewhere
  }
  for_each_benchmark(*entry.node, [&](const std::string& label, std::string_view,
                                      const Node& benchmark) {
    const std::string_view url = text_of(benchmark, "source");
    // Reported once per address: one line is missing from the sources.
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return;
    if (!listed.insert(without_slash(url.substr(scheme))).second) return;
    context.report(rule, entry, benchmark.get("source")->span(), label_of_member(label, "source"),
                   "the source of this score is not among the sources of the entry");
  });
}

void quantizations_source_elsewhere(const Rule& rule, const Entry& entry, RuleContext& context) {
  const std::string_view url = text_of(*entry.node, "quantizations_source");
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return;
  const std::string_view rest = url.substr(scheme + 3);
  const std::string_view host = rest.substr(0, rest.find('/'));
  const Span span = url.empty() ? Span{} : entry.node->get("quantizations_source")->span();
  if (host != "huggingface.co" && host != "hf.co" && host != "www.huggingface.co") {
    context
        .report(rule, entry, span, "quantizations_source",
                fmt::format("{} is not the Hugging Face Hub", in_quotes(host)))
        .help = "give the base repository, https://huggingface.co/ORG/NAME";
    return;
  }
  const std::string_view path = host.size() < rest.size() ? rest.substr(host.size() + 1) : "";
  const std::size_t slash = path.find('/');
  const bool repository = slash != std::string_view::npos && slash > 0 && slash + 1 < path.size();
  const bool other_kind = path.starts_with("datasets/") || path.starts_with("spaces/") ||
                          path.starts_with("collections/") || path.starts_with("blog/");
  if (repository && !other_kind) return;
  context
      .report(rule, entry, span, "quantizations_source",
              fmt::format("{} is not the address of a model repository", in_quotes(url)))
      .help = "give the base repository, https://huggingface.co/ORG/NAME";
}

// Words of a name, in lower case.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : text) {
    if (ascii::is_alphanumeric(c)) {
      word += ascii::to_lower(c);
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.insert(std::move(word));
  return words;
}

// The word of a repository's name that says that it holds quantized weights; empty when none does.
std::string quantization_word(std::string_view name, const QuantizationFamilies& families) {
  // What makers write beside the names of families: widths and types.
  constexpr std::array<std::string_view, 14> kWords{
      "2bit", "3bit", "4bit", "5bit", "6bit",     "8bit",    "q4",
      "q5",   "q6",   "q8",   "w4a8", "nvfp4a16", "imatrix", "quantized"};
  constexpr std::size_t kShort = 3;  // shorter hints are also something else
  const std::set<std::string> words = words_of(name);
  if (words.count("unquantized") > 0) return {};
  for (const std::string& word : words) {
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return word;
    if (word.size() < kShort) continue;
    for (const QuantizationFamily& family : families) {
      const std::vector<std::string>& hints = family.name_hints;
      if (std::find(hints.begin(), hints.end(), word) != hints.end()) return word;
    }
  }
  return {};
}

// A model that was released quantized says so in its own name as well.
void quantized_base(const Rule& rule, const Entry& entry, RuleContext& context) {
  std::string_view url = text_of(*entry.node, "quantizations_source");
  if (url.empty()) return;
  const Span span = entry.node->get("quantizations_source")->span();
  const std::string_view name = url.substr(url.rfind('/') + 1);
  const std::string word = quantization_word(name, context.vocabulary.quantizations);
  if (word.empty()) return;
  for (const char* key : {"slug", "display_name"}) {
    if (words_of(text_of(*entry.node, key)).count(word) > 0) return;
  }
  context
      .report(rule, entry, span, "quantizations_source",
              fmt::format("{} is a quantization by its name ({}), not the base of others",
                          in_quotes(name), word))
      .help = "give the original repository, from which quantizations are made";
}

constexpr std::array kSourceRules{
    Rule{"insecure-url", "sources", Severity::warning, "An address starts with http://.",
         "What comes over an unprotected connection proves nothing, and pages served over https "
         "refuse to show it.",
         "url: http://arxiv.org/abs/2307.09288", "url: https://arxiv.org/abs/2307.09288",
         insecure_url},
    Rule{"duplicate-source-url", "sources", Severity::warning,
         "An entry lists the same source twice.",
         "It looks like two sources where there is one; usually the second was meant to be another "
         "page.",
         "sources:\n  - {title: Paper, url: https://arxiv.org/abs/2307.09288}\n"
         "  - {title: Model card, url: https://arxiv.org/abs/2307.09288}",
         "sources:\n  - {title: Paper, url: https://arxiv.org/abs/2307.09288}\n"
         "  - {title: Model card, url: https://huggingface.co/meta-llama/Llama-2-70b}",
         duplicate_source_url},
    Rule{"benchmark-source-unlisted", "sources", Severity::note,
         "The source of a score is not among the sources of the entry.",
         "Readers who go through the sources do not find the page that states the score.",
         "benchmarks:\n  mmlu: {score: 68.4, source: https://example.org/results}",
         "sources:\n  - {title: Results, url: https://example.org/results}",
         benchmark_source_unlisted},
    Rule{"quantizations-source-elsewhere", "sources", Severity::warning,
         "`quantizations_source` is not a model repository on the Hugging Face Hub.",
         "Quantizations are looked up under the base repository; under another address there is "
         "nothing to find.",
         "quantizations_source: https://huggingface.co/meta-llama",
         "quantizations_source: https://huggingface.co/meta-llama/Llama-3.2-3B-Instruct",
         quantizations_source_elsewhere},
    Rule{"quantized-base", "sources", Severity::warning,
         "`quantizations_source` names a repository that holds quantized weights by its name.",
         "The Hub lists quantizations under the original; under one of them it lists next to none, "
         "and every family of the entry looks absent.",
         "quantizations_source: https://huggingface.co/Qwen/Qwen2.5-7B-Instruct-AWQ",
         "quantizations_source: https://huggingface.co/Qwen/Qwen2.5-7B-Instruct", quantized_base},
};

}  // namespace

std::span<const Rule> source_rules() { return kSourceRules; }

}  // namespace assay
