#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "validator/diagnostic.h"
#include "validator/document.h"
#include "validator/vocabulary.h"

namespace assay {

struct Rule;

/// What rules are judged against besides the document.
struct RuleOptions {
  std::chrono::year_month_day today;
  int max_price_age_days = 90;
};

/// Everything that a rule may read, and its only way to report something.
class RuleContext {
 public:
  /// Reports beyond `most` are counted and discarded: a hostile file may have one per byte.
  RuleContext(const Document& catalog, const Vocabulary& words, const RuleOptions& settings,
              Diagnostics& out, std::size_t most)
      : document(catalog), vocabulary(words), options(settings), out_(out), most_(most) {}

  const Document& document;
  const Vocabulary& vocabulary;
  const RuleOptions& options;

  /// Adds a diagnostic with the rule's id and severity; the reference is valid until the next call.
  Diagnostic& report(const Rule& rule, const Entry& entry, Span span, std::string label,
                     std::string message);

  /// Call last: says how many reports were discarded.
  void finish();

 private:
  Diagnostics& out_;
  std::size_t most_;
  std::size_t not_shown_ = 0;
  Span first_not_shown_;
  Diagnostic discarded_;
};

/// A rule looks at one entry, or at the whole catalog; it is stateless and never prints.
using EntryCheck = void (*)(const Rule&, const Entry&, RuleContext&);
using CatalogCheck = void (*)(const Rule&, RuleContext&);

/// What the reports of a rule are about. It decides which reports repeat each other, and which
/// prove nothing because the reader lost text.
enum class About {
  value,     ///< the value at the place
  key,       ///< a key that the schema does not know, and so nothing below it
  absence,   ///< something that is not there; the place only says where it is missed
  encoding,  ///< bytes, whatever they were meant to say
  rest,      ///< what is not shown or was not looked at
};

/// One row of the rule table. Rows without a check belong to the reader (group "yaml"), the schema
/// (group "shape") or the suppressions, which report under the row's id.
struct Rule {
  std::string_view id;
  std::string_view group;
  Severity severity = Severity::error;
  std::string_view summary;  ///< one sentence: what it finds
  std::string_view why;      ///< why it matters
  std::string_view wrong;    ///< YAML that it reports
  std::string_view right;    ///< the same, fixed
  EntryCheck entry_check = nullptr;
  CatalogCheck catalog_check = nullptr;
  About about = About::value;
  bool loses_text = false;  ///< what an error of this rule points at was not read
  bool may_be_silenced = true;

  constexpr Rule reporting_on(About what) const {
    Rule row = *this;
    row.about = what;
    return row;
  }
  constexpr Rule losing_text() const {
    Rule row = *this;
    row.loses_text = true;
    return row;
  }
  /// For what keeps a file or an entry from being read at all.
  constexpr Rule never_silenced() const {
    Rule row = *this;
    row.may_be_silenced = false;
    return row;
  }
};

// The rows of each file of this folder; rule_groups puts them together.
std::span<const Rule> yaml_rules();
std::span<const Rule> shape_rules();
std::span<const Rule> identity_rules();
std::span<const Rule> lineage_rules();
std::span<const Rule> meaning_rules();
std::span<const Rule> license_rules();
std::span<const Rule> vocabulary_rules();
std::span<const Rule> time_rules();
std::span<const Rule> number_rules();
std::span<const Rule> price_rules();
std::span<const Rule> source_rules();
std::span<const Rule> suppression_rules();  // in suppressions.cpp

/// All groups in the order of `assay rules`. Adding a group is one file under rules/ and one line
/// in rules.cpp.
std::vector<std::span<const Rule>> rule_groups();
/// The row with this id; null when there is none.
const Rule* find_rule(std::string_view id);

/// Runs every rule that has a check. Skips entries that are null or not mappings.
void check_rules(const Document& document, const Vocabulary& vocabulary, const RuleOptions& options,
                 Diagnostics& out);

}  // namespace assay
