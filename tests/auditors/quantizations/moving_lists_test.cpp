#include <functional>
#include <map>
#include <string>
#include <utility>

#include "support/catch.h"
#include "support/worlds/fault_worlds.h"
#include "support/worlds/memory_transport.h"

// Lists that move between their pages: what vanished by it is no absence.

namespace {

using namespace assay;
using nlohmann::json;

json repository(const std::string& id, const std::string& relation) {
  json one{{"id", id},
           {"files", {{"model.safetensors", 4'000'000'000}}},
           {"config",
            {{"model_type", "llama"},
             {"quantization_config", {{"quant_method", "gptq"}, {"bits", 4}}}}}};
  if (relation.empty()) {
    one["card"] = {{"base_model", "lab/Model-7B-Instruct"}};
  } else {
    one["relation"] = relation;
    one["bases"] = {"lab/Model-7B-Instruct"};
  }
  return one;
}

json world(std::size_t page_size) {
  json all = json::array();
  all.push_back({{"id", "lab/Model-7B-Instruct"},
                 {"parameters", 7'000'000'000},
                 {"files", {{"model.safetensors", 14'000'000'000}}},
                 {"config", {{"model_type", "llama"}, {"num_hidden_layers", 32}}}});
  for (int i = 0; i < 5; ++i) {
    all.push_back(repository("q" + std::to_string(i) + "/Model-7B-Instruct-GPTQ", "quantized"));
  }
  json& awq = all.emplace_back(repository("q/Model-7B-Instruct-W4", ""));
  awq["config"]["quantization_config"]["quant_method"] = "awq";
  return {{"page_size", page_size}, {"repositories", std::move(all)}};
}

using Move = std::function<void(const std::string& target, json& rows)>;

// The verdict on `awq`, which one repository holds that only the search by name shows.
std::string verdict(std::size_t page_size, const Move& move) {
  constexpr const char* kPublic = "https://huggingface.co";
  test::FakeHub hub(world(page_size));
  const Source source("entry.yaml",
                      "models:\n"
                      "  - slug: model\n"
                      "    quantizations_available: [awq]\n"
                      "    quantizations_source: https://huggingface.co/lab/Model-7B-Instruct\n");
  const Document document(source);
  test::FaultWorld empty;
  empty.entries = subjects(document);
  const auto answered = [&](const Request& request) {
    const std::string target = request.url.substr(std::string_view(kPublic).size());
    test::FakeHub::Answer answer = hub.answer(target);
    json rows = json::parse(answer.body, nullptr, false);
    if (rows.is_array() && target.starts_with("/api/models?")) {
      move(target, rows);
      answer.body = rows.dump();
    }
    return test::exchange(request, answer);
  };
  const auto findings =
      test::audited(empty, test::hub_config(kPublic), test::answered_by(answered));
  return std::string(to_string(findings.at("model quantizations_available.awq").verdict));
}

bool holds(const std::string& target, std::string_view part) {
  return target.find(part) != std::string::npos;
}

void take_out(json& rows) {
  std::erase_if(rows.get_ref<json::array_t&>(),
                [](const json& row) { return row["id"] == "q/Model-7B-Instruct-W4"; });
}

}  // namespace

TEST_CASE("a row that vanishes from a list that moves is no absence") {
  const Move rests = [](const std::string&, json&) {};
  CHECK(verdict(1000, rests) == "supported");
  CHECK(verdict(2, rests) == "supported");
  for (const std::size_t page_size : {1U, 2U, 3U, 4U}) {
    CAPTURE(page_size);
    // It climbed to a page that was read before, and pushed another row onto this one.
    json last;  // of the page before
    CHECK(verdict(page_size, [&](const std::string& target, json& rows) {
            if (!holds(target, "search=")) return;
            const json pushed = std::exchange(last, rows.back());
            take_out(rows);
            if (holds(target, "cursor=")) rows.insert(rows.begin(), pushed);
          }) == "verifier_unable");
    // One before it was deleted, so that it moved to a page that was read before.
    CHECK(verdict(page_size, [](const std::string& target, json& rows) {
            if (holds(target, "search=") && holds(target, "limit=1000")) take_out(rows);
          }) == "verifier_unable");
  }
}

TEST_CASE("lists are asked for in an order that does not move") {
  bool asked = false;
  verdict(1000, [&](const std::string& target, json&) {
    asked = true;
    CHECK(holds(target, "&sort=createdAt&direction=1"));
  });
  CHECK(asked);
}
