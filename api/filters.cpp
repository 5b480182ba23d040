#include "api/filters.h"

#include "api/entry_view.h"
#include "api/http/message.h"
#include "validator/text/ascii.h"

namespace assay::api {
namespace {

bool has_quantization(const Node& entry, const std::string& family) {
  const Node* list = entry.get("quantizations_available");
  if (list == nullptr) return false;
  for (const Node& item : list->sequence()) {
    if (item.is_scalar() && item.text == family) return true;
  }
  return false;
}

bool has_verdict(const db::Store::EntrySummary* summary, const std::string& verdict) {
  if (summary == nullptr) return false;
  for (const auto& [id, count] : summary->verdicts) {
    if (id == verdict) return count > 0;
  }
  return false;
}

}  // namespace

bool matches(const Node& entry, const db::Store::EntrySummary* summary, const Request& request) {
  for (const std::string_view name : {"family", "developer", "openness"}) {
    const std::string* wanted = parameter(request, name);
    if (wanted != nullptr && ascii::lower(scalar_text(&entry, name)) != ascii::lower(*wanted))
      return false;
  }
  const std::string* family = parameter(request, "quantization");
  if (family != nullptr && !has_quantization(entry, *family)) return false;
  const std::string* verdict = parameter(request, "verdict");
  if (verdict != nullptr && !has_verdict(summary, *verdict)) return false;
  const std::string* words = parameter(request, "q");
  if (words == nullptr) return true;
  const std::string sought = ascii::lower(*words);
  for (const std::string_view name : {"slug", "display_name", "family", "developer"}) {
    if (ascii::lower(scalar_text(&entry, name)).find(sought) != std::string::npos) return true;
  }
  return false;
}

}  // namespace assay::api
