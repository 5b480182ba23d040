#pragma once

#include <string>
#include <vector>

#include "api/pages/page.h"

namespace assay::api {

/// One row of the list of models.
struct ListedModel {
  const Subject* subject = nullptr;
  const Node* entry = nullptr;
  const db::Store::EntrySummary* summary = nullptr;  ///< null when it was never audited
};

struct SortKey {
  std::string_view id;     ///< as in `?sort=params`; `-params` reverses the order
  std::string_view title;  ///< of its column
  bool numeric;
};
/// The columns by which models can be sorted, in their order on the page.
const std::vector<SortKey>& sort_keys();

/// The sort value of a row: integers as digits, prices as decimals, words in lower case; empty for
/// missing values, which come last in either order.
std::string sort_value(const ListedModel& model, std::string_view key);
/// Stable; `order` is "" (order of the catalog), a key, or "-" and a key. Throws Problem for
/// others.
void sort_models(std::vector<ListedModel>& models, const std::string& order);

}  // namespace assay::api
