#include "auditors/repository/base_repository.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "auditors/hub/requests.h"
#include "auditors/repository/tensor_types.h"
#include "auditors/repository/weight_files.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

using hub::Repository;

// The total comes from the author's index of the files, the counts per type from the files: where
// they differ by more than a buffer or two, one of them is about something else.
bool total_agrees(const Repository& base) {
  const std::optional<std::int64_t> counted = counted_elements(base);
  if (!counted || !base.parameters) return true;
  const auto total = static_cast<double>(*base.parameters);
  return std::abs(static_cast<double>(*counted) - total) <= 0.005 * total;
}

void count_parameters(BaseRepository& base) {
  const Repository& repository = base.repository;
  if (total_agrees(repository)) {
    base.parameters = repository.parameters;
    base.parameters_source = "safetensors.total";
  } else if (!repository.packed && files_confirm_counts(repository)) {
    base.parameters = counted_elements(repository);
    base.parameters_source = fmt::format(
        "the sum of safetensors.parameters, whose bytes its files have while safetensors.total "
        "({}) "
        "differs,",
        *repository.parameters);
  } else {
    base.parameters_doubt = fmt::format(
        "safetensors.total = {}, but safetensors.parameters, which counts the same tensors by "
        "type, "
        "adds up to {}",
        *repository.parameters, *counted_elements(repository));
  }
}

// What sizes are held against: the exact count where the base stores plain weights, else what the
// entry claims, else the base's own files as if in BF16.
std::optional<std::int64_t> size_reference(const BaseRepository& known, const Subject& subject) {
  const Repository& base = known.repository;
  if (known.parameters && !base.packed) return known.parameters;
  if (const Claim* claim = subject.claim("params_total"); claim != nullptr) {
    const nlohmann::json value = claimed_json(*claim);
    if (value.is_number_integer() && value.get<std::int64_t>() > 0)
      return value.get<std::int64_t>();
  }
  if (base.packed) return std::nullopt;
  std::int64_t largest = 0;
  for (const WeightSet& set : weight_files(base.files, base.id).tensors) {
    if (set.complete && set.sizes_known) largest = std::max(largest, set.bytes);
  }
  return largest > 0 ? std::optional(largest / 2) : std::nullopt;
}

}  // namespace

Reading look_up(const SourceConfig& hub, const EvidenceSet& evidence, std::string_view id,
                Repository& out, Request& request) {
  request = hub::info_request(hub, id);
  Reading reading = hub::read_info(evidence, request, out);
  // The combination is a bad query to some.
  if (reading.evidence == nullptr || reading.evidence->status != 400) return reading;
  request = hub::info_request(hub, id, false);
  return hub::read_info(evidence, request, out);
}

std::string original_of(const Repository& repository) {
  if (repository.relation != "quantized") return {};
  const auto other = std::find_if(
      repository.bases.begin(), repository.bases.end(),
      [&](const std::string& id) { return !id.empty() && !same_id(id, repository.id); });
  return other == repository.bases.end() ? std::string{} : *other;
}

bool same_id(std::string_view a, std::string_view b) { return ascii::equal_ignoring_case(a, b); }

BaseRepository read_base(const SourceConfig& hub, const EvidenceSet& evidence,
                         const Subject& subject) {
  BaseRepository base;
  const auto end = [&](const Reading& reading, ReadState state, std::string why) {
    base.state = state;
    base.why = std::move(why);
    base.evidence = reading.evidence;
    return std::move(base);
  };
  Request request;
  Reading reading = look_up(hub, evidence, subject.repository, base.repository, request);
  if (reading.state == ReadState::missing) {
    base.needed.push_back(std::move(request));
    return base;
  }
  if (!reading.ok()) {
    return end(reading, reading.state,
               fmt::format("the base repository {} could not be read: {}", subject.repository,
                           reading.why));
  }
  const std::string id = base.repository.id;
  const bool redirected = reading.evidence->final_url != reading.evidence->url;
  if (!redirected && !same_id(id, subject.repository)) {
    return end(reading, ReadState::unable,
               fmt::format("asked for {}, the Hub answered with {} without a redirect",
                           subject.repository, id));
  }
  // A redirect may have lost the fields that were asked for: ask the canonical id for them.
  if (redirected && id != subject.repository) {
    reading = look_up(hub, evidence, id, base.repository, request);
    if (reading.state == ReadState::missing) {
      base.needed.push_back(std::move(request));
      return base;
    }
    if (!reading.ok() || base.repository.id != id) {
      return end(
          reading, reading.ok() ? ReadState::unable : reading.state,
          fmt::format("{} was renamed to {}, which could not be read: {}", subject.repository, id,
                      reading.ok() ? "it answers with another id" : reading.why));
    }
  }
  if (id != subject.repository) {
    base.renamed = fmt::format(" (the Hub calls {} {} now)", subject.repository, id);
  }
  count_parameters(base);
  base.repository.size_reference = size_reference(base, subject);
  base.evidence = reading.evidence;
  base.state = ReadState::ok;
  return base;
}

}  // namespace assay
