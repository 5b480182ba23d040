#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/evidence/origin.h"
#include "auditors/evidence/recording.h"

namespace assay {

/// What a WARC file says of itself, in its first record.
struct WarcInfo {
  std::string software;  ///< "assay/0.1.0"
  Origin origin;         ///< of the run's answers
  std::string run;       ///< a readable name of the run that the evidence belongs to
  std::string date;      ///< RFC 3339, when the run began
};

/// Evidence as WARC 1.1 (ISO 28500), one gzip member per record: `warcinfo`, then for each exchange
/// a `request` and a `response` record, or a `metadata` record where no response came. Equal
/// evidence gives equal bytes. What WARC has no name for stands in fields that begin with `Assay-`;
/// a response that was confirmed by a 304 is written with the body that it confirmed.
std::string warc_header(const WarcInfo& info);
std::string warc_records(const Evidence& evidence, std::string_view software);

/// Whether the bytes begin as a WARC file does, compressed or not.
bool is_warc(std::string_view bytes);

/// Reads what the functions above write. Throws std::runtime_error "path: record N: what is wrong"
/// for anything else, and for evidence that is not what it was when it was sealed.
Recording read_warc(std::string_view path, std::string_view bytes);

}  // namespace assay
