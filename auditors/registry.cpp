#include "auditors/registry.h"

#include <algorithm>
#include <array>

namespace assay {

// Each in auditors/ID/auditor.cpp.
extern const Auditor kQuantizationsAuditor;
extern const Auditor kSpecsAuditor;
extern const Auditor kLicenseAuditor;
extern const Auditor kPricesAuditor;
extern const Auditor kIdentityAuditor;

namespace {
const std::array<Auditor, 5>& table() {
  static const std::array<Auditor, 5> auditors{kQuantizationsAuditor, kSpecsAuditor,
                                               kLicenseAuditor, kPricesAuditor, kIdentityAuditor};
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
