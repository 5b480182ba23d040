#include "auditors/evidence/offer.h"

namespace assay {

std::string promotion_of(std::string_view variant) {
  std::string promoted(variant);
  if (!promoted.empty()) promoted += ' ';
  promoted += kPromotion;
  return promoted;
}

std::optional<std::string> promoted_variant(std::string_view variant) {
  if (!variant.ends_with(kPromotion)) return std::nullopt;
  variant.remove_suffix(kPromotion.size());
  if (variant.empty()) return std::string{};
  if (!variant.ends_with(' ')) return std::nullopt;
  variant.remove_suffix(1);
  return std::string(variant);
}

}  // namespace assay
