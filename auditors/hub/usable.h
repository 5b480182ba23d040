#pragma once

#include "auditors/evidence/evidence.h"

namespace assay::hub {

// For Request::usable: whether a stored answer of the Hub can be read by itself, as what was asked
// for. A gateway's page, an error or half a body with status 200 is kept as evidence of what the
// run saw, and asked for again in the next.

bool usable_info(const Evidence& stored);
bool usable_list(const Evidence& stored);
bool usable_tree(const Evidence& stored);
bool usable_branches(const Evidence& stored);
/// A JSON file. One that is empty or holds nothing but an error may be what an author wrote, and is
/// judged as such; it is worth a request to see it again.
bool usable_file(const Evidence& stored);

}  // namespace assay::hub
