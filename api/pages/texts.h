#pragma once

#include "api/pages/page.h"

namespace assay::api {

// The prose of an entry: nothing outside can confirm or refute it, so it carries no verdicts.

/// The strings of a list as {"text": …}.
Values text_items(const Node& entry, std::string_view key);
/// known_limitations as {"text", "linked", "host"}.
Values limitations(const Node& entry);
/// reception as {"quote", "author", "date", "linked", "host"}.
Values reception(const Node& entry);
/// Parent and children as {"relation", "name", "linked", "unlinked"}, followed by the note.
Values lineage(const View& view, const Node& entry);
/// long_form as blocks for prose.tpl: {"heading"}, {"paragraph"} or {"bullets"}, each with its
/// text. Of Markdown, blocks, emphasis, code and web links are understood; the rest is plain text.
Values prose(std::string_view markdown);

}  // namespace assay::api
