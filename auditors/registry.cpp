#include "auditors/registry.h"

#include <algorithm>
#include <array>

namespace assay {

extern const Auditor kPricesAuditor;         // auditors/prices_auditor.cpp
extern const Auditor kQuantizationsAuditor;  // auditors/quantizations_auditor.cpp

namespace {
const std::array<Auditor, 2>& table() {
  static const std::array<Auditor, 2> auditors{kQuantizationsAuditor, kPricesAuditor};
  return auditors;
}
}  // namespace

std::span<const Auditor> auditors() { return table(); }

const Auditor* find_auditor(std::string_view id) {
  const auto all = auditors();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Auditor& auditor) { return auditor.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace assay
