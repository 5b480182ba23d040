#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/shape/meant_values.h"
#include "validator/shape/shape.h"
#include "validator/text/ascii.h"
#include "validator/text/printable.h"
#include "validator/text/spelling.h"
#include "validator/vocabulary.h"

namespace assay {
namespace {

constexpr std::size_t kItemsWorthReading = 100;    // of one list or mapping
constexpr std::size_t kWordsWorthComparing = 300;  // of one field, with each other
constexpr std::size_t kWordsWorthKnowing = 5000;   // of one field, with the words in use

// A field whose words are compared.
struct Field {
  std::string_view name;
  std::vector<std::string> known;  // words in use, also where the file has none of them
  std::string prefix;  // only words with this prefix are compared; the schema checks others
  bool with_each_other = false;  // the words of the file are compared too
  bool slips = true;             // one wrong letter counts, not only case and punctuation
};

std::vector<Field> fields_of(const Vocabulary& vocabulary) {
  std::vector<Field> fields;
  for (const Terms& terms : vocabulary.terms) {
    if (terms.closed && terms.open_prefix.empty()) continue;
    Field& field = fields.emplace_back();
    field.name = terms.field;
    field.known = terms.words;
    field.prefix = terms.open_prefix;
  }
  Field& benchmarks = fields.emplace_back();
  benchmarks.name = "benchmarks";
  for (const Benchmark& benchmark : vocabulary.benchmarks) benchmarks.known.push_back(benchmark.id);
  Field& vendor = fields.emplace_back(Field{"vendor", {}, "", true, true});
  for (const Provider& provider : vocabulary.providers) {
    vendor.known.push_back(provider.name);
    vendor.known.insert(vendor.known.end(), provider.aliases.begin(), provider.aliases.end());
  }
  fields.push_back({"developer", {}, "", true, true});
  // Names of families are short and alike: mistral and mixtral are two.
  fields.push_back({"family", {}, "", true, false});
  return fields;
}

using Label = std::function<std::string()>;
using Visit = std::function<void(const Node&, const Label&)>;

void for_each_word(const Node& entry, std::string_view field, const Visit& visit) {
  if (field == "vendor") {
    const auto visit_in = [&](const std::string& label, const Node& mapping) {
      const Node* vendor = mapping.get("vendor");
      if (vendor != nullptr) visit(*vendor, [&] { return label_of_member(label, "vendor"); });
    };
    for_each_price(entry, visit_in);
    if (const Node* speed = entry.get("speed")) visit_in("speed", *speed);
    return;
  }
  const Node* value = entry.get(field);
  if (value == nullptr) return;
  if (value->kind == Kind::string) visit(*value, [&] { return std::string(field); });
  std::size_t index = 0;
  for (const Node& item : value->sequence()) {
    if (index == kItemsWorthReading) break;
    visit(item, [&] { return label_of_item(field, item, index); });
    ++index;
  }
  if (value->count > kItemsWorthReading) return;
  for (const Member& member : value->mapping()) {
    visit(member.key, [&] { return label_of_member(field, member.key.text); });
  }
}

struct Use {
  std::size_t count = 0;
  const Node* first = nullptr;
};
using Uses = std::map<std::string_view, Use>;

// Whether the text is not what the file holds: the reader writes `_` for bytes YAML may not hold.
bool holds_stand_in(const Document& document, const Node& node) {
  return document.incomplete() && node.text.find('_') != std::string_view::npos &&
         written(document.source().bytes(), node).find(node.text) == std::string_view::npos;
}

Uses uses_of(const Field& field, const Document& document) {
  Uses uses;
  for (const Entry& entry : document.entries()) {
    if (entry.node == nullptr) continue;
    for_each_word(*entry.node, field.name, [&](const Node& node, const Label&) {
      if (node.kind != Kind::string || !node.text.starts_with(field.prefix)) return;
      if (holds_stand_in(document, node)) return;
      Use& use = uses[node.text];
      if (use.count++ == 0) use.first = &node;
    });
  }
  return uses;
}

struct Meant {
  std::vector<std::string_view> words;
  const Node* elsewhere = nullptr;  // where the file has the word
  bool certain = true;              // that it is the right one of the two
};

bool is_rarer(const Use& use, const Use& other) {
  if (use.count != other.count) return use.count < other.count;
  return other.first->begin < use.first->begin;
}

bool alike(const Field& field, std::string_view text, std::string_view word) {
  return field.slips ? is_misspelling(text, word) : text != word && same_letters(text, word);
}

bool is_known(const Field& field, std::string_view text) {
  return std::find(field.known.begin(), field.known.end(), text) != field.known.end();
}

std::vector<std::string_view> known_like(const Field& field, std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string& word : field.known) {
    if (alike(field, text, word)) words.push_back(word);
  }
  return best_spelled(text, std::move(words));
}

// How two spellings of a word differ: in what separates its parts, or in case or a letter.
enum class Difference { separators, letters };

Difference difference(std::string_view text, std::string_view word) {
  const bool separated = same_letters(text, word) && !ascii::equal_ignoring_case(text, word);
  return separated ? Difference::separators : Difference::letters;
}

// A catalog that writes llama.cpp and vLLM throughout means it. Such a habit is left alone, except
// for words that the catalog itself spells differently in more places. Words without separators say
// nothing about a habit of writing hyphens.
bool has_own_habit(const Field& field, const Uses& uses, Difference kind) {
  constexpr std::size_t kPerhapsByMistake = 2;
  std::size_t known = 0;
  std::size_t own = 0;
  for (const auto& [text, use] : uses) {
    if (is_known(field, text)) {
      const bool counts =
          kind == Difference::letters || text.find_first_of("-_ .") != std::string_view::npos;
      if (counts) known += use.count;
      continue;
    }
    const auto like = known_like(field, text);
    if (!like.empty() && difference(text, like.front()) == kind) own += use.count;
  }
  return own > kPerhapsByMistake && own > known;
}

struct Habits {
  bool separators = false;
  bool letters = false;
};

Meant meant_of_known(const Field& field, const Uses& uses, std::string_view text, const Use& use,
                     const Habits& own) {
  Meant meant;
  for (const std::string_view word : known_like(field, text)) {
    const auto other = uses.find(word);
    const bool rarer = other != uses.end() && is_rarer(use, other->second);
    const bool own_habit =
        difference(text, word) == Difference::separators ? own.separators : own.letters;
    if (rarer || !own_habit) meant.words.push_back(word);
  }
  return meant;
}

Meant meant_of_file(const Field& field, const Uses& uses, std::string_view text, const Use& use) {
  Meant meant;
  std::size_t count = 0;
  for (const auto& [word, other] : uses) {
    if (other.count <= count || !is_rarer(use, other) || !alike(field, text, word)) continue;
    // A small majority cannot tell which of two letters is wrong.
    const std::size_t enough = same_letters(text, word) ? use.count + 1 : 3 * use.count;
    meant = {{word}, other.first, other.count >= enough};
    count = other.count;
  }
  return meant;
}

std::map<std::string_view, Meant> mistaken_words(const Field& field, const Uses& uses) {
  std::map<std::string_view, Meant> mistaken;
  if (uses.size() > kWordsWorthKnowing) return mistaken;
  const bool compare = field.with_each_other && uses.size() <= kWordsWorthComparing;
  const Habits own{has_own_habit(field, uses, Difference::separators),
                   has_own_habit(field, uses, Difference::letters)};
  for (const auto& [text, use] : uses) {
    if (is_known(field, text)) continue;
    Meant meant = meant_of_known(field, uses, text, use, own);
    if (meant.words.empty() && compare) meant = meant_of_file(field, uses, text, use);
    if (!meant.words.empty()) mistaken.emplace(text, std::move(meant));
  }
  return mistaken;
}

void report_near(const Rule& rule, const Entry& entry, RuleContext& context, const Node& node,
                 std::string label, const Meant& meant) {
  Diagnostic& problem = context.report(
      rule, entry, node.span(), std::move(label),
      fmt::format("{} is spelled almost like {}", in_quotes(node.text), in_quotes(meant.words[0])));
  problem.help = meant.certain ? fmt::format("did you mean `{}`?", meant.words[0])
                               : "spell both the same if they mean the same thing";
  if (meant.elsewhere != nullptr) {
    problem.related.push_back({meant.elsewhere->span(), "spelled like this here"});
  }
  if (meant.words.size() == 1 && meant.certain && !node.block) {
    const std::string_view bytes = context.document.source().bytes();
    problem.fix = Fix{node.span(), quoted_as(written(bytes, node), meant.words[0])};
  }
}

void near_word(const Rule& rule, RuleContext& context) {
  for (const Field& field : fields_of(context.vocabulary)) {
    const auto mistaken = mistaken_words(field, uses_of(field, context.document));
    if (mistaken.empty()) continue;
    for (const Entry& entry : context.document.entries()) {
      if (entry.node == nullptr) continue;
      for_each_word(*entry.node, field.name, [&](const Node& node, const Label& label) {
        const auto found = mistaken.find(node.text);
        if (node.kind != Kind::string || found == mistaken.end()) return;
        report_near(rule, entry, context, node, label(), found->second);
      });
    }
  }
}

constexpr std::array kVocabularyRules{
    Rule{"near-word", "meaning", Severity::warning,
         "A word is spelled almost like one that is already in use.",
         "These fields take any word, but two spellings of one thing split it in two for everyone "
         "who filters or counts. A spelling that the catalog itself keeps to is left alone.",
         "runtimes_supporting: [llama.cpp]", "runtimes_supporting: [llama-cpp]", nullptr,
         near_word},
};

}  // namespace

std::span<const Rule> vocabulary_rules() { return kVocabularyRules; }

}  // namespace assay
