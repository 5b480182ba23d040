#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay::db {

// Many ids in one BLOB: their differences as variable-length numbers, mostly a byte or two each.
// Reading throws Error when the bytes were not written here.

/// Ids in ascending order, without duplicates.
std::string pack_ids(const std::vector<std::int64_t>& ids);
std::vector<std::int64_t> unpack_ids(std::string_view bytes);

/// Ids of one kind, keyed by ids of another.
std::string pack_map(const std::map<std::int64_t, std::int64_t>& ids);
std::map<std::int64_t, std::int64_t> unpack_map(std::string_view bytes);

}  // namespace assay::db
