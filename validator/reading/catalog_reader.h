#pragma once

#include <vector>

#include "validator/diagnostic.h"
#include "validator/node.h"
#include "validator/read_limits.h"
#include "validator/reading/item_parse.h"
#include "validator/reading/prepared_text.h"
#include "validator/source.h"

namespace assay {

/// A catalog as read, with all that its nodes point to; it must stay where it is.
struct CatalogReading {
  PreparedText prepared;
  Arenas arenas;
  std::vector<Node> nodes;      ///< the items of `models:` that could be read
  std::vector<Member> members;  ///< of the root, when the items were read on their own
  Node root;
  std::vector<Entry> entries;
  Diagnostics problems;
  bool incomplete = false;
};

void read_catalog(const Source& source, const ReadLimits& limits, CatalogReading& out);

}  // namespace assay
