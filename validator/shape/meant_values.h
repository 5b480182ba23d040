#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

// What was meant by values that are written in another way than their field asks for. Each of these
// gives an answer only where there is just one.

/// The plain number meant by `1,000,000` or `1_000`, and, depending on the field, by `$0.06`,
/// `85%`, `350 ms` or `70B`. Null for other texts, and where several numbers could be meant: `128k`
/// is 128000 or 131072, `1,250` as a price is 1250 or 1.25. `integer` asks for one without a
/// fraction; `field` is the last key of the label.
std::optional<std::string> meant_number(std::string_view text, bool integer,
                                        std::string_view field);

/// What to do about a text that could mean several numbers; empty for others.
std::string_view number_help(std::string_view text, bool integer);

/// "true" or "false" for texts that YAML 1.1, or a reader, takes for one of them.
std::optional<std::string> meant_boolean(std::string_view text);

/// YYYY-MM-DD for dates such as `2024/9/5` or `Sep 5, 2024`; null when it is unclear which number
/// is the month.
std::optional<std::string> meant_date(std::string_view text);

/// The word of a vocabulary for another common spelling: `GB` for `UK`; empty for others.
std::string_view meant_word(std::string_view text);

/// The address that a text without a scheme stands for: `huggingface.co/a/b`, or `a/b` on the Hub;
/// empty for others.
std::string meant_url(std::string_view text);

/// A slug for a text such as `Qwen3 8B`; empty when nothing of it is left.
std::string meant_slug(std::string_view text);

/// The text as a double-quoted YAML scalar; control characters and bytes beyond ASCII stay right.
std::string yaml_quoted(std::string_view text);

/// The text, without control characters, in the quotes that `written` has, if any.
std::string quoted_as(std::string_view written, std::string_view text);

}  // namespace assay
