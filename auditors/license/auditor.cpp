#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "auditors/auditor.h"
#include "auditors/hub/answers.h"
#include "auditors/repository/base_repository.h"
#include "validator/text/ascii.h"
#include "validator/vocabulary.h"

// The licence that the base repository's card states, as a tag and in its metadata, against the
// entry's, and whether the Open Source Initiative approved it. Identifiers of the Hub become names
// of the catalog by schema/vocabularies/licenses.json and the SPDX list.

namespace assay {
namespace {

using nlohmann::json;

// Lower case, one separator: "Modified MIT" and "modified-mit" are the same name.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool gap = c == ' ' || c == '_' || c == '-';
    if (gap) {
      if (!out.empty() && out.back() != '-') out += '-';
    } else {
      out += ascii::to_lower(c);
    }
  }
  return out;
}

// Every licence that goes by this name; one may be in the SPDX list and among the others.
std::set<const License*> licenses_named(const Vocabulary& vocabulary, std::string_view name) {
  const std::string wanted = plain(name);
  const auto same = [&](const std::string& other) { return plain(other) == wanted; };
  std::set<const License*> found;
  for (const License& license : vocabulary.licenses) {
    const bool meant = same(license.id) ||
                       std::any_of(license.aliases.begin(), license.aliases.end(), same) ||
                       std::any_of(license.hub.begin(), license.hub.end(), same);
    if (meant) found.insert(&license);
  }
  return found;
}

// GPL-3.0, GPL-3.0-only and GPL-3.0-or-later: the Hub does not tell them apart.
std::string without_version(std::string_view id) {
  for (const std::string_view suffix : {"-only", "-or-later"}) {
    if (id.ends_with(suffix)) id.remove_suffix(suffix.size());
  }
  return plain(id);
}

// A licence as the Hub states it.
struct LicenseStatement {
  std::string said;                   ///< "license:llama3.2", "license:other with license_name mrl"
  std::string name;                   ///< what is looked up
  std::set<const License*> licenses;  ///< empty when the name is not known
  bool family = false;                ///< the name stands for several licences
};

// What one repository states; the tag is made from the card, so that they agree.
struct LicenseStatements {
  std::vector<LicenseStatement> all;
  Verdict verdict = Verdict::supported;  ///< another one when nothing can be concluded
  std::string why;
  std::string original;  ///< what the Hub calls the repository a quantization of; mostly empty
};

LicenseStatements read_statements(const hub::Repository& base, const Vocabulary& vocabulary) {
  LicenseStatements out;
  out.original = original_of(base);
  constexpr std::string_view kTag = "license:";
  std::set<std::string> tagged;
  std::set<std::string> carded;
  for (const std::string& tag : base.tags) {
    if (tag.starts_with(kTag)) tagged.insert(plain(tag.substr(kTag.size())));
  }
  for (const std::string& license : base.licenses) carded.insert(plain(license));
  if (!tagged.empty() && !carded.empty() && tagged != carded) {
    out.verdict = Verdict::verifier_unable;
    out.why = fmt::format("its tag says {}, its card says {}", *tagged.begin(), *carded.begin());
    return out;
  }
  // A card may name a licence of its own without saying that it is none of the Hub's.
  if (tagged.empty() && carded.empty() && !base.license_name.empty()) {
    LicenseStatement& one = out.all.emplace_back();
    one.name = base.license_name;
    one.said = "license_name " + base.license_name;
    one.licenses = licenses_named(vocabulary, one.name);
  }
  for (const std::string& id : tagged.empty() ? carded : tagged) {
    const bool open = id == "other" || id == "unknown";
    if (open && base.license_name.empty()) {
      out.verdict = Verdict::verifier_unable;
      out.why = fmt::format("it states license:{} without a license_name", id);
      return out;
    }
    LicenseStatement one;
    one.name = open ? base.license_name : id;
    one.said = "license:" + id;
    if (open) one.said += fmt::format(" with license_name {}", base.license_name);
    one.licenses = licenses_named(vocabulary, one.name);
    one.family = std::find(vocabulary.license_families.begin(), vocabulary.license_families.end(),
                           id) != vocabulary.license_families.end();
    out.all.push_back(std::move(one));
  }
  if (out.all.empty()) {
    // Silence counts only where the answer holds what would say it.
    const bool silent = base.has_card && !base.tags.empty();
    out.verdict = silent ? Verdict::unsupported : Verdict::verifier_unable;
    out.why = silent ? "it states no licence" : "the answer has no card or no tags";
  }
  return out;
}

std::string said_by(const LicenseStatements& statements) {
  std::string text;
  for (const LicenseStatement& one : statements.all) {
    text += text.empty() ? "" : ", ";
    text += one.said;
    if (!one.licenses.empty()) text += fmt::format(" ({})", (*one.licenses.begin())->id);
  }
  return text;
}

struct Ruling {
  Verdict verdict;
  json observed;
  std::string reason;
};

Ruling rule_license(const LicenseStatements& statements, const std::string& claimed,
                    const Vocabulary& vocabulary) {
  const std::set<const License*> wanted = licenses_named(vocabulary, claimed);
  const std::string text = said_by(statements);
  bool known = true;
  bool near = false;
  std::string family;
  for (const LicenseStatement& one : statements.all) {
    const bool same_text = plain(one.name) == plain(claimed);
    const bool same = std::any_of(one.licenses.begin(), one.licenses.end(),
                                  [&](const License* each) { return wanted.count(each) > 0; });
    if (same || same_text) return {Verdict::supported, claimed, text};
    if (one.family) family = one.said;
    known = known && !one.licenses.empty();
    for (const License* each : one.licenses) {
      near = near || std::any_of(wanted.begin(), wanted.end(), [&](const License* other) {
               return without_version(other->id) == without_version(each->id);
             });
    }
  }
  const std::string against = fmt::format("{}, claimed {}", text, claimed);
  if (!family.empty()) {
    return {Verdict::verifier_unable, nullptr,
            fmt::format("{}: {} stands for several licences", against, family)};
  }
  if (near) return {Verdict::verifier_unable, nullptr, against + ": the Hub does not say which"};
  if (!known) return {Verdict::verifier_unable, nullptr, against + ": an unknown licence"};
  if (wanted.empty()) {
    return {Verdict::verifier_unable, nullptr, against + ", an unknown name"};
  }
  return {Verdict::contradicted, (*statements.all.front().licenses.begin())->id, against};
}

Ruling rule_approved(const LicenseStatements& statements, bool claimed) {
  const std::string text = said_by(statements);
  std::set<bool> flags;
  for (const LicenseStatement& one : statements.all) {
    if (one.family) {
      return {Verdict::verifier_unable, nullptr, text + ", which stands for several licences"};
    }
    if (one.licenses.empty()) {
      return {Verdict::verifier_unable, nullptr, text + ": an unknown licence"};
    }
    for (const License* each : one.licenses) flags.insert(each->osi_approved);
  }
  if (flags.size() != 1) {
    return {Verdict::verifier_unable, nullptr, text + ": some are approved, some are not"};
  }
  const bool approved = *flags.begin();
  const std::string said = fmt::format("{}, which the Open Source Initiative has {}approved", text,
                                       approved ? "" : "not ");
  if (approved == claimed) return {Verdict::supported, approved, said};
  return {Verdict::contradicted, approved, fmt::format("{}, claimed {}", said, claimed)};
}

Ruling rule(const LicenseStatements& statements, const Claim& claim, const Vocabulary& vocabulary) {
  if (!statements.original.empty()) {
    return {Verdict::verifier_unable, nullptr,
            fmt::format("it is a quantization of {}, whose licence is that of the model",
                        statements.original)};
  }
  if (statements.verdict != Verdict::supported) {
    return {statements.verdict, nullptr, statements.why};
  }
  if (claim.label == "license") return rule_license(statements, claim.value, vocabulary);
  const json approved = claimed_json(claim);
  if (approved.is_boolean()) return rule_approved(statements, approved.get<bool>());
  return {Verdict::verifier_unable, nullptr,
          fmt::format("the claim {} is neither true nor false", claim.value)};
}

bool covers(std::string_view label) { return label == "license" || label == "osi_approved"; }

std::vector<Request> plan(const Subject& subject, const Config& config,
                          const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr || !hub->enabled || subject.repository.empty()) return {};
  return read_base(*hub, evidence, subject).needed;
}

// A base repository that could not be read leaves everything open.
Ruling unread(const Subject& subject, const BaseRepository& base) {
  if (subject.repository.empty()) {
    return {Verdict::verifier_unable, nullptr,
            "quantizations_source names no repository on the Hub, so nothing can be looked up"};
  }
  return {base.state == ReadState::unable ? Verdict::verifier_unable : Verdict::source_unreachable,
          nullptr, base.why.empty() ? "the base repository was not requested" : base.why};
}

std::vector<Finding> judge(const Subject& subject, const Config& config,
                           const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr) return {};
  BaseRepository base;
  if (!subject.repository.empty()) base = read_base(*hub, evidence, subject);
  const LicenseStatements statements =
      base.ok() ? read_statements(base.repository, *config.vocabulary) : LicenseStatements{};
  std::vector<Finding> findings;
  for (const Claim& claim : subject.claims) {
    if (!covers(claim.label)) continue;
    Ruling ruling = base.ok() ? rule(statements, claim, *config.vocabulary) : unread(subject, base);
    Finding& finding = findings.emplace_back();
    finding.label = claim.label;
    finding.claimed = claimed_json(claim);
    finding.observed = std::move(ruling.observed);
    finding.verdict = ruling.verdict;
    finding.reason =
        base.ok() ? fmt::format("{} at commit {}: {}{}", base.repository.id,
                                base.repository.sha.substr(0, 12), ruling.reason, base.renamed)
                  : std::move(ruling.reason);
    if (base.evidence != nullptr) {
      finding.observations.push_back(observe(*base.evidence, finding.observed));
    }
  }
  return findings;
}

}  // namespace

extern const Auditor kLicenseAuditor;
const Auditor kLicenseAuditor{
    .id = "license",
    .summary =
        "the licence stated by the base repository on the Hub, and whether the Open Source "
        "Initiative has approved it",
    .needs = "huggingface",
    .covers = covers,
    .plan = plan,
    .judge = judge,
};

}  // namespace assay
