#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "validator/source.h"

namespace assay {

/// What a node is, scalars resolved by the YAML 1.2 core schema (quoted scalars are strings).
enum class Kind : std::uint8_t { null, boolean, integer, real, string, sequence, mapping };

std::string_view to_string(Kind kind);

struct Member;

/// One value of a Document. Nodes live as long as their Document and never change.
/// Spans and texts are bytes of the Source: `text` is the scalar after unquoting and unescaping
/// (for a plain scalar the raw text, so `0.10` stays `0.10`), empty for collections.
struct Node {
  std::string_view text;
  union {
    const Node* items;      ///< `count` items of a sequence
    const Member* members;  ///< `count` members of a mapping, in file order, duplicates included
  };
  std::uint32_t count = 0;
  std::uint32_t begin = 0;  ///< first byte, quotes and opening brackets included
  std::uint32_t end = 0;    ///< one past the last byte
  Kind kind = Kind::null;
  bool plain = true;   ///< scalar written without quotes, or a block scalar when `block`
  bool block = false;  ///< `|` or `>` scalar
  bool flow = false;   ///< `[…]` or `{…}`

  Node() : items(nullptr) {}

  Span span() const { return {begin, end}; }
  std::span<const Node> sequence() const;   ///< empty unless a sequence
  std::span<const Member> mapping() const;  ///< empty unless a mapping
  /// First member with this key; null when absent or when this is not a mapping.
  const Member* member(std::string_view key) const;
  /// Value of that member; null when absent.
  const Node* get(std::string_view key) const;
  bool is_scalar() const { return kind != Kind::sequence && kind != Kind::mapping; }
};

struct Member {
  Node key;
  Node value;
};

/// Whether two keys of a mapping are the same scalar text.
bool has_duplicate_key(std::span<const Member> members);

/// One item of the `models:` list.
struct Entry {
  const Node* node = nullptr;  ///< null when its text is not YAML: then only `span` and `slug` hold
  Span span;                   ///< the whole item
  std::string_view slug;       ///< its slug, empty when it has none; read from the text when broken
};

}  // namespace assay
