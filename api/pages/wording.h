#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace assay::api {

// Values as people read them. Texts are UTF-8; invalid bytes are kept.

/// An id as words: "source_unreachable" -> "source unreachable".
std::string words(std::string_view id);

/// "2026-11-23T03:00:01.000Z" -> "2026-11-23", and "2026-11-23 03:00".
std::string day_of(std::string_view time);
std::string minute_of(std::string_view time);

/// Groups of three for a number of five or more digits: "131072" -> "131,072"; other texts
/// unchanged.
std::string grouped(std::string_view text);

/// Large whole numbers in short: "3212749824" -> "3.2B"; other texts unchanged.
std::string in_short(std::string_view text);

/// At most `code_points` of a text, then "…" when something was cut.
std::string shortened(std::string_view text, std::size_t code_points);

/// The host of an http(s) URL, without "www."; empty for anything else.
std::string host_of(std::string_view url);
bool is_web_url(std::string_view url);

/// A value of a finding: text as it is, whole numbers in groups, nothing as "–", the members of an
/// object as "name: value; …", a pair of prices as "$0.05 input, $0.33 output". Cut where it would
/// be too long for a page.
std::string shown(const nlohmann::json& value);

}  // namespace assay::api
