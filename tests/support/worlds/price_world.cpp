#include "support/worlds/price_world.h"

#include <algorithm>

#include "auditors/hub/answers.h"
#include "auditors/hub/requests.h"
#include "auditors/prices/sources/source.h"
#include "auditors/read_config.h"
#include "auditors/registry.h"
#include "support/worlds/memory_transport.h"
#include "validator/document.h"
#include "validator/text/dates.h"

namespace assay::test {
namespace {

using nlohmann::json;

const std::string kHub = "https://huggingface.co";

Evidence response(const std::string& source, const std::string& url, const std::string& date,
                  const json& body) {
  Evidence evidence;
  evidence.source = source;
  evidence.url = url;
  evidence.final_url = url;
  evidence.fetched_at = date + "T00:00:00.000Z";
  evidence.status = 200;
  if (body.is_object() && body.contains("fault")) {
    const json& fault = body.at("fault");
    if (fault.is_number()) {
      evidence.status = fault.get<int>();
      evidence.body = "no";
    } else {
      evidence.status = 0;
      evidence.outcome = Outcome::timeout;
      evidence.error = fault.get<std::string>();
    }
  } else {
    evidence.body = body.is_string() ? body.get<std::string>() : body.dump();
  }
  seal(evidence);
  return evidence;
}

json hub_info(const json& hub) {
  if (hub.contains("fault")) return hub;
  json info = {{"id", hub.at("id")},
               {"sha", std::string(40, 'a')},
               {"siblings", json::array({{{"rfilename", "model.safetensors"}}})},
               {"tags", json::array()}};
  if (hub.contains("providers")) info["inferenceProviderMapping"] = hub.at("providers");
  return info;
}

std::vector<OfferPeriod> history_of(const json& world) {
  std::vector<OfferPeriod> periods;
  for (const json& row : world.value("history", json::array())) {
    OfferPeriod period;
    period.offer.source = row.at("source");
    period.offer.provider = row.at("provider");
    period.offer.model = row.value("model", "");
    period.offer.variant = row.value("variant", "");
    for (const auto& [key, which] :
         {std::pair{"input", &Offer::input}, std::pair{"output", &Offer::output}}) {
      OfferPrice& price = period.offer.*which;
      price.exact = Decimal::parse(row.at(key).get<std::string>());
      price.nominal = price.exact;
      price.state = OfferPrice::State::value;
    }
    period.first_seen = row.at("first").get<std::string>() + "T00:00:00.000Z";
    period.last_seen = row.at("last").get<std::string>() + "T00:00:00.000Z";
    periods.push_back(std::move(period));
  }
  return periods;
}

}  // namespace

PriceWorld::PriceWorld(const json& world) : world_(world) {
  config_ = load_config("", "", [](std::string_view) { return std::optional<std::string>{}; });
  for (const prices::PriceSource& source : prices::sources()) {
    SourceConfig& configured = config_.sources.at(std::string(source.id));
    const json keyless = world_.value("keyless", json::array());
    configured.has_credential =
        std::find(keyless.begin(), keyless.end(), source.id) == keyless.end();
    configured.enabled = world_.contains(source.id) || !configured.has_credential;
    if (world_.contains(source.id)) {
      answer(std::string(source.id), configured.id, source.list_url(configured),
             world_.at(std::string(source.id)));
    }
  }
  SourceConfig& hub = config_.sources.at("huggingface");
  hub.enabled = world_.contains("hub");
  if (hub.enabled) {
    const std::string id = world_.at("hub").value("id", "lab/Model");
    answer("hub", "huggingface", hub::info_request(hub, id).url, hub_info(world_.at("hub")));
  }
  const json names = world_.value("former", json::object());
  for (const auto& [former, name] : names.items()) {
    add_former(former, name);
  }
  if (world_.contains("endpoints")) {
    const std::string model = world_.value("endpoints_of", "lab/model");
    answer("endpoints", "openrouter", "https://openrouter.ai/api/v1/models/" + model + "/endpoints",
           world_.at("endpoints"));
  }
}

void PriceWorld::add_former(const std::string& former, const json& name) {
  const SourceConfig& hub = config_.sources.at("huggingface");
  const std::string url = hub::name_request(hub, former).url;
  json body = name;
  if (name.is_string()) body = {{"id", name}, {"sha", std::string(40, 'a')}};
  if (name.is_null()) body = {{"fault", 401}};
  answer("former " + former, "huggingface", url, body);
  Evidence& evidence = answers_.at(url);
  if (name.is_string() && name != former) {
    evidence.final_url = hub::name_request(hub, name.get<std::string>()).url;
  } else if (name.is_null()) {
    evidence.body = R"({"error":"Invalid username or password."})";
  }
  seal(evidence);
}

void PriceWorld::answer(const std::string& name, const std::string& source, const std::string& url,
                        const json& body) {
  const std::string date = world_.value("date", "2026-08-21");
  urls_[name] = url;
  answers_[url] = response(source, url, date, body);
  const json before = world_.value("previous", json::object());
  if (before.contains(name)) {
    previous_[url] = response(source, url, world_.value("previous_date", date), before.at(name));
  }
}

void PriceWorld::remember(const std::string& url) {
  Evidence before = answers_.at(url);
  before.fetched_at = format_time(parse_time(before.fetched_at) - 24 * 60 * 60 * 1000);
  seal(before);
  previous_[url] = std::move(before);
}

std::vector<Finding> PriceWorld::audit(const std::string& catalog) {
  const Source source("entry.yaml", catalog);
  const Document document(source);
  const std::vector<Subject> all = subjects(document);
  const Auditor* auditor = find_auditor("prices");
  std::vector<Finding> findings;
  told_ = {};
  asked_.clear();
  assay::audit({.subjects = all,
                .auditors = {&auditor, 1},
                .config = &config_,
                .transport = answered_by([&](const Request& request) {
                  asked_.push_back(request.url);
                  const auto known = answers_.find(request.url);
                  return known != answers_.end() ? known->second
                                                 : response(request.source, request.url,
                                                            "2026-08-21", {{"fault", 404}});
                }),
                .on_findings =
                    [&](const Subject&, const std::vector<Finding>& some) {
                      for (const Finding& finding : some) {
                        if (finding.auditor == "prices") findings.push_back(finding);
                      }
                    },
                .last_good = [&](const Evidence& now) -> std::optional<Evidence> {
                  const auto before = previous_.find(now.url);
                  if (before == previous_.end()) return std::nullopt;
                  return before->second;
                },
                .offer_history = [&](const Subject&) { return history_of(world_); },
                .on_offers =
                    [&](const OfferDocument& list) {
                      for (const Offer& offer : list.offers) {
                        if (offer.use == Offer::Use::unreadable) continue;
                        told_.offers.push_back(offer);
                      }
                    },
                .on_joined =
                    [&](const Subject&, std::span<const Offer* const> offers) {
                      for (const Offer* offer : offers) told_.joined.push_back(*offer);
                    }});
  return findings;
}

}  // namespace assay::test
