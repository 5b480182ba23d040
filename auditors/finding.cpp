#include "auditors/finding.h"

#include <algorithm>

namespace assay {
namespace {

constexpr std::array<VerdictInfo, 9> kVerdicts{{
    {Verdict::supported, "supported", "evidence states the claimed value",
     "at least one source able to establish it"},
    {Verdict::contradicted, "contradicted",
     "evidence states another value, or a complete answer shows that the thing does not exist",
     "for absence: every page was read and nothing was skipped"},
    {Verdict::outdated, "outdated",
     "a dated claim differs from what the source says now, so it may have been true then",
     "the source's value now"},
    {Verdict::disputed, "disputed", "sources able to establish it disagree with each other",
     "two sources"},
    {Verdict::unsupported, "unsupported",
     "all sources answered completely, and none says anything about it", "complete answers"},
    {Verdict::source_unreachable, "source_unreachable",
     "a source that is needed failed, so nothing is known: network error, timeout, refusal, rate "
     "limit or truncated answer",
     "nothing: a fault never becomes a fact"},
    {Verdict::verifier_unable, "verifier_unable",
     "the source answered, but the answer could not be read with certainty: a changed shape, a "
     "gated file, an unknown format, an ambiguous match",
     "nothing: the reason says what to look at"},
    {Verdict::unaudited, "unaudited", "no auditor covers this label", "nothing was asked"},
    {Verdict::unlisted, "unlisted", "the source has something the catalog lacks",
     "at least one source able to establish it"},
}};

}  // namespace

const std::array<VerdictInfo, 9>& verdicts() { return kVerdicts; }

std::string_view to_string(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)].id;
}

std::optional<Verdict> parse_verdict(std::string_view id) {
  const auto* found = std::find_if(kVerdicts.begin(), kVerdicts.end(),
                                   [&](const VerdictInfo& info) { return info.id == id; });
  if (found == kVerdicts.end()) return std::nullopt;
  return found->verdict;
}

}  // namespace assay
