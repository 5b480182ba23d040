#include "auditors/quantizations/lineage.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "auditors/claim.h"
#include "auditors/hub/requests.h"
#include "auditors/repository/base_repository.h"
#include "auditors/repository/model_names.h"
#include "auditors/repository/name_hints.h"
#include "auditors/repository/weight_files.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

using hub::Repository;
std::string_view organization_of(std::string_view id) { return id.substr(0, id.find('/')); }

// Ids that may be other names of the base: another case, the entry's own, or one of the same
// organization, which may have renamed it.
bool may_be_called(std::string_view id, const KnownBase& base) {
  return same_id(id, base.repository.id) || same_id(id, base.asked) ||
         same_id(organization_of(id), organization_of(base.repository.id));
}

Lineage lineage_of(Lineage::Status status, std::string how) {
  Lineage lineage;
  lineage.status = status;
  lineage.how = std::move(how);
  return lineage;
}
Lineage open(std::string why) { return lineage_of(Lineage::Status::open, std::move(why)); }
Lineage foreign(std::string how) {
  Lineage lineage = open(std::move(how));
  lineage.foreign = true;
  return lineage;
}
Lineage established(std::string how) {
  return lineage_of(Lineage::Status::established, std::move(how));
}

std::string called(std::string_view relation, std::string_view id) {
  return fmt::format("the Hub calls it {} {} of {}", relation == "adapter" ? "an" : "a", relation,
                     id);
}

// Asks the Hub what it calls `id` now.
Lineage resolve(const SourceConfig& hub, const EvidenceSet& evidence, const KnownBase& base,
                const std::string& id) {
  const std::string& canonical = base.repository.id;
  if (id == canonical) return established(fmt::format("its card names {} as its base", id));
  if (same_id(id, base.asked) && !same_id(base.asked, canonical)) {
    return established(fmt::format(
        "it names its base by the former id {}, which the Hub redirects to {}", id, canonical));
  }
  if (!may_be_called(id, base)) return foreign(fmt::format("it names {} as its base", id));
  const Request request = hub::info_request(hub, id);
  Repository found;
  const Reading reading = hub::read_info(evidence, request, found);
  Lineage lineage;
  if (reading.state == ReadState::missing) {
    lineage.status = Lineage::Status::pending;
    lineage.needed.push_back(request);
    return lineage;
  }
  lineage.evidence.push_back(reading.evidence);
  const int status = reading.evidence->status;
  if (reading.ok() && found.id == canonical) {
    lineage.status = Lineage::Status::established;
    lineage.how =
        fmt::format("it names {} as its base, which the Hub redirects to {}", id, canonical);
  } else if (reading.state == ReadState::unreachable &&
             (status == 0 || status == 429 || status >= 500)) {
    lineage.status = Lineage::Status::unreachable;
    lineage.how = fmt::format("its base {} could not be looked up: {}", id, reading.why);
  } else {
    lineage.how = fmt::format("it names {} as its base", id);
    lineage.foreign = reading.ok();
  }
  return lineage;
}

// The one base that the author typed into the card: an id, or the URL of one.
std::string typed_base(const Repository& info) {
  if (info.card_bases.size() != 1) return {};
  const std::string& typed = info.card_bases.front();
  return typed.find("://") == std::string::npos ? typed : hub_repository(typed);
}

Lineage by_card(const SourceConfig& hub, const EvidenceSet& evidence, const KnownBase& base,
                const Repository& row) {
  const Request request = hub::info_request(hub, row.id);
  Repository info;
  const Reading reading = hub::read_info(evidence, request, info);
  if (reading.state == ReadState::missing) {
    Lineage lineage;
    lineage.status = Lineage::Status::pending;
    lineage.needed.push_back(request);
    return lineage;
  }
  Lineage lineage = foreign("it names no base");
  if (!reading.ok()) {
    lineage = lineage_of(reading.state == ReadState::unreachable ? Lineage::Status::unreachable
                                                                 : Lineage::Status::open,
                         fmt::format("its card could not be read: {}", reading.why));
  } else if (info.card_bases.size() > 1) {
    lineage = open("its card names several bases");
  } else if (const std::string typed = typed_base(info); !typed.empty()) {
    const bool quantized = info.relation.empty() || info.relation == "quantized";
    lineage = quantized ? resolve(hub, evidence, base, typed) : open(called(info.relation, typed));
  }
  lineage.evidence.insert(lineage.evidence.begin(), reading.evidence);
  return lineage;
}

// What it names as its base, and what the Hub makes of that.
Lineage named_lineage(const SourceConfig& hub, const EvidenceSet& evidence, const KnownBase& base,
                      const Repository& row, bool old_mlx, const QuantizationFamilies& families) {
  if (row.bases.empty()) return by_card(hub, evidence, base, row);
  if (row.bases.size() > 1) return open("it names several bases");
  if (row.relation == "finetune" && row.bases.front() == base.repository.id && old_mlx &&
      has_plain_name(row, base.repository, families)) {
    return established(fmt::format(
        "the Hub files it under the finetunes of {}, as it did with MLX's old quantization block",
        base.repository.id));
  }
  if (row.relation.empty()) return open("the Hub states no relation to its base");
  if (row.relation != "quantized") {
    return open(called(row.relation, row.bases.front()));
  }
  return resolve(hub, evidence, base, row.bases.front());
}

}  // namespace

bool quantized_from(const Repository& row, const Repository& base) {
  return row.relation == "quantized" && row.bases.size() == 1 && row.bases.front() == base.id;
}

bool may_descend(const Repository& row, const KnownBase& base,
                 const std::function<bool(const std::string& id)>& exists) {
  if (row.id == base.repository.id) return false;
  if (row.relation == "adapter" && weight_files(row.files, base.repository.id).none()) return false;
  if (row.bases.empty()) return true;
  return std::any_of(row.bases.begin(), row.bases.end(), [&](const std::string& id) {
    if (same_id(id, base.repository.id) || same_id(id, base.asked)) return true;
    const std::string own = ascii::lower(repository_name(base.repository.id));
    const std::string name = ascii::lower(repository_name(id));
    if (name == own) return true;
    const bool alike = name.find(own) != std::string::npos || own.find(name) != std::string::npos;
    return alike && may_be_called(id, base) && !exists(id);
  });
}

Lineage trace_lineage(const SourceConfig& hub, const EvidenceSet& evidence, const KnownBase& base,
                      const Repository& row, bool old_mlx, const QuantizationFamilies& families) {
  Lineage lineage = named_lineage(hub, evidence, base, row, old_mlx, families);
  if (lineage.status != Lineage::Status::established) return lineage;
  // Authors write the original's name into the cards of fine-tunes, too.
  auto foreign = foreign_repository_name(row, base.repository, families);
  if (!foreign) return lineage;
  lineage.status = Lineage::Status::open;
  lineage.how = *foreign + ", and nothing else says whose weights they are";
  return lineage;
}

}  // namespace assay
