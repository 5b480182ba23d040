#pragma once

#include <string_view>

#include "auditors/config.h"
#include "auditors/evidence/evidence.h"

namespace assay::hub {

// What is asked of the Hugging Face Hub; answers.h reads what comes back.

/// `sizes`: with the size of each file, which a Hub may refuse together with the other fields
/// (400).
Request info_request(const SourceConfig& hub, std::string_view repository, bool sizes = true);
/// What the Hub calls a repository now, and nothing else. A redirect is kept for ever, another
/// answer for a month.
Request name_request(const SourceConfig& hub, std::string_view repository);
enum class Relation { quantized, finetune };
/// Lists are asked for in the order in which repositories were created, which does not move while
/// their pages are read: by default the Hub sorts by what is popular at the moment.
Request children_request(const SourceConfig& hub, Relation relation, std::string_view repository,
                         int limit);
Request search_request(const SourceConfig& hub, std::string_view words, int limit);
/// The newest few that a search finds, newest first; asked anew in every run.
Request newest_request(const SourceConfig& hub, std::string_view words);
/// Tree and files are asked at a commit, so that the answer never changes.
Request tree_request(const SourceConfig& hub, std::string_view repository, std::string_view commit);
Request refs_request(const SourceConfig& hub, std::string_view repository);
Request file_request(const SourceConfig& hub, std::string_view repository, std::string_view commit,
                     std::string_view path);

}  // namespace assay::hub
