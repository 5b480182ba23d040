#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/rules.h"
#include "validator/shape/meant_values.h"
#include "validator/text/ascii.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

bool is_yaml_1_1_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 16> kWords{"yes", "Yes", "YES", "no",  "No",  "NO",
                                                    "on",  "On",  "ON",  "off", "Off", "OFF",
                                                    "y",   "Y",   "n",   "N"};
  for (const std::string_view word : kWords) {
    if (text == word) return true;
  }
  return false;
}

// 1:30 is ninety in YAML 1.1, which knows base 60.
bool is_sexagesimal(std::string_view text) {
  text = without_sign(text);
  if (text.empty() || text.front() < '1' || text.front() > '9') return false;
  std::size_t colons = 0;
  std::size_t digits = 0;  // since the last colon
  for (const char c : text) {
    if (c == ':') {
      if (digits == 0 || (colons > 0 && digits > 2)) return false;
      ++colons;
      digits = 0;
    } else if (ascii::is_digit(c)) {
      ++digits;
    } else {
      return false;
    }
  }
  return colons > 0 && (digits == 1 || digits == 2);
}

bool is_grouped_number(std::string_view text) {
  text = without_sign(text);
  bool grouped = false;
  if (text.empty() || !ascii::is_digit(text.front())) return false;
  for (const char c : text) {
    if (c == '_') grouped = true;
    if (c != '_' && c != '.' && !ascii::is_digit(c)) return false;
  }
  return grouped;
}

// What YAML 1.1 makes of a plain scalar where 1.2 reads another value; empty where both agree.
std::string_view other_reading(const Node& node) {
  const std::string_view text = node.text;
  const std::string_view bare = without_sign(text);
  if (node.kind == Kind::string) {
    if (is_yaml_1_1_boolean(text)) return "a boolean";
    if (is_sexagesimal(text)) return "a number in base 60";
    if (is_grouped_number(text)) return "a number";
    if (bare.starts_with("0b") && bare.find_first_not_of("01_", 2) == std::string_view::npos &&
        bare.size() > 2) {
      return "a binary number";
    }
  }
  if (node.kind == Kind::integer && bare.size() > 1 && bare.front() == '0') {
    if (bare[1] == 'x') return "";  // hexadecimal to both
    if (bare[1] == 'o') return "a string";
    const bool octal = bare.find_first_not_of("01234567") == std::string_view::npos;
    return octal ? "an octal number" : "a string";
  }
  if (node.kind == Kind::real) {  // 1.1 wants both a point and the sign of an exponent
    const std::size_t exponent = text.find_first_of("eE");
    if (exponent != std::string_view::npos && exponent + 1 < text.size() &&
        (ascii::is_digit(text[exponent + 1]) || text.find('.') == std::string_view::npos)) {
      return "a string";
    }
  }
  return "";
}

std::string_view other_reading_of_plain(const Node& node) {
  constexpr std::size_t kLongestNumber = 40;
  if (!node.is_scalar() || !node.plain || node.block || node.text.size() > kLongestNumber)
    return "";
  return other_reading(node);
}

// Hardly any entry holds one, so labels are built only for those that do.
bool holds_ambiguous(const Node& node) {
  const auto in_member = [](const Member& member) { return holds_ambiguous(member.value); };
  return !other_reading_of_plain(node).empty() ||
         std::any_of(node.mapping().begin(), node.mapping().end(), in_member) ||
         std::any_of(node.sequence().begin(), node.sequence().end(), holds_ambiguous);
}

void check_scalars(const Rule& rule, const Entry& entry, RuleContext& context, const Node& node,
                   const std::string& label) {
  for (const Member& member : node.mapping()) {
    check_scalars(rule, entry, context, member.value, label_of_member(label, member.key.text));
  }
  std::size_t index = 0;
  for (const Node& item : node.sequence()) {
    check_scalars(rule, entry, context, item, label_of_item(label, item, index++));
  }
  const std::string_view other = other_reading_of_plain(node);
  if (other.empty()) return;
  Diagnostic& problem =
      context.report(rule, entry, node.span(), label,
                     fmt::format("{} is {} in YAML 1.2 but {} in YAML 1.1", in_quotes(node.text),
                                 node.kind == Kind::string ? "a string" : "a number", other));
  if (node.kind == Kind::string) {
    problem.help = "quote it";
    problem.fix = Fix{node.span(), yaml_quoted(node.text)};
  } else {
    problem.help = "write the number without a prefix, leading zeros or exponent";
  }
}

void ambiguous_scalar(const Rule& rule, const Entry& entry, RuleContext& context) {
  if (holds_ambiguous(*entry.node)) check_scalars(rule, entry, context, *entry.node, "");
}

constexpr std::array kYamlRules{
    Rule{"yaml-syntax", "yaml", Severity::error, "The text is not YAML.",
         "The entry cannot be read, so nothing in it can be checked or published.",
         "display_name: \"Phi-4", "display_name: \"Phi-4\""}
        .losing_text()
        .never_silenced(),
    Rule{"yaml-tab", "yaml", Severity::error, "The indentation contains a tab.",
         "YAML forbids tabs there, since nobody agrees on their width.", "\tlicense: MIT",
         "  license: MIT"}
        .losing_text()
        .never_silenced(),
    Rule{"yaml-indentation", "yaml", Severity::error, "A line is not indented like its neighbours.",
         "The indentation says what belongs to what; an odd one changes the meaning or is refused.",
         "- slug: phi-4\n    license: MIT", "- slug: phi-4\n  license: MIT"}
        .losing_text()
        .never_silenced(),
    Rule{"yaml-encoding", "yaml", Severity::error, "The file is not UTF-8.",
         "YAML is Unicode; in another encoding letters turn into other letters on the way.",
         "(bytes of Latin-1 or UTF-16)", "(the same text saved as UTF-8)"}
        .reporting_on(About::encoding)
        .never_silenced(),
    Rule{"yaml-bom", "yaml", Severity::note, "The file starts with a byte-order mark.",
         "It means nothing in UTF-8, and some programs take it for part of the first key.",
         "(EF BB BF) models:", "models:"},
    Rule{"yaml-multiple-documents", "yaml", Severity::error,
         "The file holds more than one YAML document.",
         "A catalog is one document; programs read the first and ignore the others.",
         "models: […]\n---\nmodels: […]", "models: […]"}
        .never_silenced(),
    Rule{"duplicate-key", "yaml", Severity::error, "A mapping has the same key twice.",
         "YAML forbids it, yet most programs silently keep one of the values, and not all keep the "
         "same one.",
         "license: MIT\nlicense: Apache-2.0", "license: Apache-2.0"},
    Rule{"yaml-alias", "yaml", Severity::error,
         "An alias refers to itself or to nothing, or repeats more than is allowed.",
         "A few lines of nested aliases can stand for billions of values.", "children: &a [*a]",
         "children: []"}
        .losing_text(),
    Rule{"yaml-merge-key", "yaml", Severity::error, "A merge key `<<` is used.",
         "It is not part of YAML 1.2: some programs merge, others see a key named `<<`.",
         "- <<: *defaults\n  slug: phi-4", "- slug: phi-4\n  license: MIT"},
    Rule{"too-deep", "yaml", Severity::error, "Values are nested deeper than is allowed.",
         "No catalog needs it, and a reader that follows without bound runs out of memory.",
         "long_form: [[[[[[[[…]]]]]]]]", "long_form: text"}
        .losing_text()
        .never_silenced(),
    Rule{"too-large", "yaml", Severity::error, "A file or value is larger than is allowed.",
         "The reader is bounded, so that no file can cost unbounded time or memory.",
         "(a file of 100 MiB)", "(files of at most 64 MiB)"}
        .losing_text()
        .never_silenced(),
    Rule{kCutShort, "yaml", Severity::error, "There are more problems than are shown.",
         "The number of problems shown is bounded, so that no file can cost unbounded time or "
         "memory; what lies beyond the last one shown may not have been checked.",
         "(an entry with 101 mistakes)", "(an entry with 100 mistakes)"}
        .reporting_on(About::rest)
        .never_silenced(),
    Rule{"ambiguous-scalar", "yaml", Severity::warning,
         "YAML 1.1 and 1.2 read a value differently.",
         "Half of all programs follow one version and half the other, so the catalog says two "
         "things. An unquoted date is text in 1.2 and a point in time in 1.1; as both mean the "
         "same day, it is not reported.",
         "developer_country: NO", "developer_country: \"NO\"", ambiguous_scalar},
};

}  // namespace

std::span<const Rule> yaml_rules() { return kYamlRules; }

}  // namespace assay
