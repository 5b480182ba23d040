#include "auditors/hub/requests.h"

#include <fmt/format.h>

#include <chrono>

#include "auditors/hub/answers.h"
#include "validator/text/percent.h"

namespace assay::hub {
namespace {

// The lists that are read when the first one holds no witness cost a request each: an earlier
// answer serves for a week to find one in, which is asked itself then. Absences ask for them anew.
constexpr std::chrono::hours kSlow{7 * 24};

// Oldest first: what is new comes last, and nothing climbs.
constexpr std::string_view kOrder = "&sort=createdAt&direction=1";
// Whether access is granted does not change overnight.
constexpr std::chrono::hours kRefused{7 * 24};

// What saves a request per row is worth its size: file names (siblings) tell GGUF repositories from
// others, config and safetensors the format of most others. The gguf field does not: its chat
// templates would double the page.
constexpr std::string_view kRowFields =
    "&expand=sha&expand=disabled&expand=gated&expand=private&expand=downloads&expand=tags"
    "&expand=library_name&expand=baseModels&expand=siblings&expand=config&expand=safetensors";

std::string api(const SourceConfig& hub) { return hub.url + "/api/models"; }

}  // namespace

Request info_request(const SourceConfig& hub, std::string_view repository, bool sizes) {
  return {
      .source = hub.id,
      .url = fmt::format(
          "{}/{}?{}expand=baseModels&expand=cardData"
          "&expand=childrenModelCount&expand=config&expand=disabled"
          "&expand=downloads&expand=gated&expand=inferenceProviderMapping"
          "&expand=lastModified&expand=library_name&expand=private&expand=safetensors&expand=sha"
          "&expand=siblings&expand=tags",
          api(hub), repository, sizes ? "blobs=true&" : ""),
      .usable = usable_info};
}

Request name_request(const SourceConfig& hub, std::string_view repository) {
  constexpr std::chrono::hours kMonth{30 * 24};
  return {.source = hub.id,
          .url = fmt::format("{}/{}?expand=sha", api(hub), repository),
          .shared = true,
          .good_for = kMonth,
          .usable = usable_name,
          .settled = [](const Evidence& stored) { return stored.final_url != stored.url; }};
}

Request children_request(const SourceConfig& hub, Relation relation, std::string_view repository,
                         int limit) {
  const std::string filter = fmt::format(
      "base_model:{}:{}", relation == Relation::quantized ? "quantized" : "finetune", repository);
  return {.source = hub.id,
          .url = fmt::format("{}?filter={}&limit={}{}{}", api(hub), percent_encoded(filter), limit,
                             kOrder, kRowFields),
          .good_for = relation == Relation::quantized ? std::chrono::hours{0} : kSlow,
          .usable = usable_list};
}

Request search_request(const SourceConfig& hub, std::string_view words, int limit) {
  return {.source = hub.id,
          .url = fmt::format("{}?search={}&limit={}{}{}", api(hub), percent_encoded(words), limit,
                             kOrder, kRowFields),
          .good_for = kSlow,
          .usable = usable_list};
}

Request newest_request(const SourceConfig& hub, std::string_view words) {
  constexpr int kFew = 5;
  return {.source = hub.id,
          .url = fmt::format("{}?search={}&limit={}&sort=createdAt&direction=-1{}", api(hub),
                             percent_encoded(words), kFew, kRowFields),
          .usable = usable_list};
}

Request tree_request(const SourceConfig& hub, std::string_view repository,
                     std::string_view commit) {
  return {.source = hub.id,
          .url = fmt::format("{}/{}/tree/{}?recursive=true", api(hub), repository, commit),
          .immutable = true,
          .usable = usable_tree};
}

Request refs_request(const SourceConfig& hub, std::string_view repository) {
  return {.source = hub.id,
          .url = fmt::format("{}/{}/refs", api(hub), repository),
          .usable = usable_branches};
}

Request file_request(const SourceConfig& hub, std::string_view repository, std::string_view commit,
                     std::string_view path) {
  return {.source = hub.id,
          .url = fmt::format("{}/{}/resolve/{}/{}", hub.url, repository, commit, path),
          .immutable = true,
          .refused_for = kRefused,
          .usable = hub.has_credential ? usable_file_with_token : usable_file};
}

}  // namespace assay::hub
