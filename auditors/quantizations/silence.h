#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "auditors/hub/answers.h"
#include "auditors/quantizations/lineage.h"

namespace assay {

/// The lists in which something was not found, all read to their ends.
struct Silence {
  const KnownBase& base;
  const hub::Listing& quantized;
  const hub::Listing& finetunes;
  const hub::Listing& named;  ///< what a search by name gives
  std::string_view words;     ///< that were searched for
  int limit;                  ///< rows that were asked for per page
  /// The first two again, in pages of another size, where needs_two_readings() holds of them; else
  /// null.
  const hub::Listing* quantized_again = nullptr;
  const hub::Listing* finetunes_again = nullptr;
  /// The search again, in pages of another size, where it has several, or ends_full() holds; else
  /// null.
  const hub::Listing* named_again = nullptr;
  /// A list that was read twice, in pages of two sizes; null where it was not needed.
  struct Twice {
    const hub::Listing* once = nullptr;
    const hub::Listing* again = nullptr;
  };
  Twice former{};        ///< what is quantized from `base.asked`, where the Hub renamed that
  Twice former_named{};  ///< what a search by that name gives
};

/// Whether one reading of a list may have lost a row: the Hub states no count, several pages do not
/// give as many rows as it `stated`, or a row came twice, as it does where the list moves
/// meanwhile.
bool needs_two_readings(const hub::Listing& listing, std::optional<std::int64_t> stated);

/// Whether a list's last page may be one that lost its link to the next: it holds as many rows as
/// a page may, which is `limit`, or fewer where pages of `others` that do have a link hold fewer.
bool ends_full(const hub::Listing& listing, std::span<const hub::Listing* const> others, int limit);

/// Why the silence of the lists proves nothing; empty when it counts. These are the canaries: each
/// list shows what is known to be in it, says of each row why it is there, and is as long as
/// another answer says. Together they see through every single answer that was cut, emptied or
/// mixed up. One thing none of them can see: a search that leaves out, before its last page, a
/// repository that no other list knows.
std::string doubt_of_silence(const Silence& silence);

}  // namespace assay
