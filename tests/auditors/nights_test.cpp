#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auditors/audit.h"
#include "auditors/evidence/stored_transport.h"
#include "auditors/fetch/fetcher.h"
#include "auditors/registry.h"
#include "support/catch.h"
#include "support/http/fake_http_server.h"
#include "support/worlds/fault_worlds.h"
#include "validator/text/dates.h"

// One night after the other over the same store: what was fetched before saves requests, and is
// neither a fact of today nor a fault for ever.

namespace {

using namespace assay;
using nlohmann::json;
using test::FakeHub;
using Verdicts = std::map<std::string, std::string>;  // by the last part of the label

// A Hub that changes between runs, and what earlier runs stored of it.
class Nights {
 public:
  Nights(json repositories, const std::string& families)
      : hub{{"repositories", std::move(repositories)}},
        server_([this](const test::FakeRequest& request) { return respond(request); }),
        source_("entry.yaml", fmt::format("models:\n"
                                          "  - slug: model\n"
                                          "    layers_count: 32\n"
                                          "    quantizations_available: [{}]\n"
                                          "    quantizations_source: "
                                          "https://huggingface.co/lab/Model-7B-Instruct\n",
                                          families)),
        document_(source_),
        entries_(subjects(document_)) {}

  // Of what is claimed; what the run asked for is in `asked`.
  Verdicts run() {
    asked.clear();
    ++night_;
    Config config = test::hub_config(server_.url());
    config.sources["huggingface"].requests_per_second = 10'000;
    const Environment environment = [](std::string_view) { return std::nullopt; };
    const Recall recall = [this](const std::string& url) -> std::optional<Evidence> {
      const auto found = stored_.find(url);
      return found == stored_.end() ? std::nullopt : std::optional(found->second);
    };
    Fetcher fetcher(
        config, environment, recall,
        {.user_agent = "assay/test", .backoff_base = std::chrono::milliseconds(1), .ca_file = {}});
    using namespace std::chrono;
    const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    std::vector<const Auditor*> chosen{find_auditor("quantizations"), find_auditor("specs")};
    Verdicts verdicts;
    audit({.subjects = entries_,
           .auditors = chosen,
           .config = &config,
           .transport = stored_first(recall, fetcher.transport(), {.now = now}),
           .on_evidence =
               [&](const Evidence& evidence) {
                 Evidence kept = evidence;
                 kept.run = night_;
                 if (shift_clock)
                   kept.fetched_at = format_time(parse_time(kept.fetched_at) + *shift_clock);
                 if (kept.ok() || (kept.refused() && stored_.count(kept.url) == 0)) {
                   stored_.insert_or_assign(kept.url, kept);
                 }
               },
           .on_findings =
               [&](const Subject&, const std::vector<Finding>& findings) {
                 for (const Finding& one : findings) {
                   if (one.verdict == Verdict::unaudited || one.claimed.is_null()) continue;
                   const std::string_view label = one.label;
                   verdicts[std::string(label.substr(label.find('.') + 1))] =
                       to_string(one.verdict);
                 }
               }});
    return verdicts;
  }

  std::size_t count_asked(std::string_view part) const {
    return static_cast<std::size_t>(std::count_if(
        asked.begin(), asked.end(),
        [&](const std::string& target) { return target.find(part) != std::string::npos; }));
  }

  json hub;
  std::vector<std::string> asked;
  /// The clock of a run was ahead by so much.
  std::optional<std::int64_t> shift_clock;
  /// Spoils answers, by their targets.
  std::function<void(const std::string& target, FakeHub::Answer& answer)> fault;

 private:
  test::FakeResponse respond(const test::FakeRequest& request) {
    asked.push_back(request.target);
    FakeHub::Answer answer = FakeHub(hub).answer(request.target);
    if (fault) fault(request.target, answer);
    const auto tag = answer.headers.find("etag");
    if (tag != answer.headers.end() && request.header("if-none-match") == tag->second) {
      return test::not_modified(tag->second);
    }
    test::FakeResponse response;
    response.status = answer.status;
    response.body = answer.body;
    for (const auto& [name, value] : answer.headers) response.headers.emplace_back(name, value);
    return response;
  }

  test::FakeHttpServer server_;
  std::map<std::string, Evidence> stored_;  // what was stored last by URL
  std::int64_t night_ = 0;
  Source source_;
  Document document_;
  std::vector<Subject> entries_;
};

json base() {
  return {{"id", "lab/Model-7B-Instruct"},
          {"parameters", 7'000'000'000},
          {"files", {{"model.safetensors", 14'000'000'000}}},
          {"config", {{"model_type", "llama"}, {"num_hidden_layers", 32}}}};
}

json awq(const std::string& id) {
  return {
      {"id", id},
      {"relation", "quantized"},
      {"bases", {"lab/Model-7B-Instruct"}},
      {"files", {{"model.safetensors", 4'000'000'000}}},
      {"config",
       {{"model_type", "llama"}, {"quantization_config", {{"quant_method", "awq"}, {"bits", 4}}}}}};
}

}  // namespace

TEST_CASE("an answer that could not be read is asked for again in the next run") {
  const Verdicts good{
      {"awq", "supported"}, {"gptq", "contradicted"}, {"layers_count", "supported"}};
  for (const std::string part : {"/resolve/", "/tree/", "search=", "finetune", "quantized"}) {
    for (const std::string body : {"<html>Just a moment</html>", "", "{}", "[]",
                                   "{\"error\":\"x\"}", "[{\"type\":\"file\",\"pa"}) {
      CAPTURE(part, body);
      Nights nights({base(), awq("q/Model-7B-Instruct-AWQ")}, "awq, gptq");
      nights.fault = [&](const std::string& target, FakeHub::Answer& answer) {
        if (target.find(part) == std::string::npos) return;
        answer.body = body;
        if (body != "[]") answer.headers["etag"] = "\"same\"";
      };
      const Verdicts spoilt = nights.run();
      for (const auto& [label, verdict] : spoilt) {
        CAPTURE(label, verdict);
        CHECK((verdict == good.at(label) || verdict == "verifier_unable"));
      }
      // The tag that the spoilt answer carried would be confirmed.
      nights.fault = [&](const std::string&, FakeHub::Answer& answer) {
        answer.headers["etag"] = "\"same\"";
      };
      CHECK(nights.run() == good);
    }
  }
}

TEST_CASE("a file tree that cannot be whole is no absence and is asked for again") {
  const Verdicts good{
      {"awq", "supported"}, {"gptq", "contradicted"}, {"layers_count", "supported"}};
  for (const int fault : {0, 1, 2}) {
    CAPTURE(fault);
    Nights nights({base(), awq("q/Model-7B-Instruct-AWQ")}, "awq, gptq");
    nights.fault = [&](const std::string& target, FakeHub::Answer& answer) {
      if (target.find("/tree/") == std::string::npos) return;
      json tree = json::parse(answer.body);
      if (fault == 0) tree.erase(std::prev(tree.end()));  // the weights, which come last
      if (fault == 1) tree.back()["size"] = 0;
      if (fault == 2) tree.back()["size"] = 134;
      answer.body = tree.dump();
    };
    CHECK(nights.run() == Verdicts{{"awq", "verifier_unable"},
                                   {"gptq", "contradicted"},
                                   {"layers_count", "supported"}});
    nights.fault = {};
    CHECK(nights.run() == good);
    nights.run();
    CHECK(nights.count_asked("/tree/") == 0);
  }
}

TEST_CASE("a witness that is gone is not found in what earlier runs stored") {
  const std::string id = "q/Model-7B-Instruct-AWQ";
  json old_mlx = awq(id);
  old_mlx["relation"] = "finetune";
  old_mlx["tags"] = {"mlx"};
  old_mlx["config"] = {{"model_type", "llama"},
                       {"quantization", {{"group_size", 64}, {"bits", 4}}}};
  json unlinked = awq(id);
  unlinked.erase("relation");
  unlinked.erase("bases");
  unlinked["card"] = {{"base_model", "lab/Model-7B-Instruct"}};
  const std::vector<std::pair<std::string, json>> witnesses{
      {"awq", awq(id)}, {"awq", unlinked}, {"mlx", old_mlx}};
  const std::vector<std::pair<std::string, void (*)(json & repositories)>> changes{
      {"deleted", [](json& all) { all.erase(1); }},
      {"disabled", [](json& all) { all[1]["disabled"] = true; }},
      {"gated", [](json& all) { all[1]["gated"] = "manual"; }},
      {"a finetune", [](json& all) { all[1]["relation"] = "finetune"; }},
      {"of another", [](json& all) { all[1]["bases"] = {"lab/Other-7B"}; }}};
  for (const auto& [family, witness] : witnesses) {
    for (const auto& [what, change] : changes) {
      CAPTURE(family, witness.dump(), what);
      json before{base(), witness};
      json after = before;
      change(after);
      if (before == after) continue;
      // The family that does not exist makes the first run read all lists.
      Nights nights(before, family + ", gptq");
      REQUIRE(nights.run() == Verdicts{{family, "supported"},
                                       {"gptq", "contradicted"},
                                       {"layers_count", "supported"}});
      nights.hub["repositories"] = after;
      const std::string now = nights.run()[family];
      Nights first(after, family + ", gptq");
      CHECK(now == first.run()[family]);
    }
  }
}

TEST_CASE("a witness that cannot be asked itself is not gone") {
  json unlinked = awq("q/Model-7B-Instruct-AWQ");
  unlinked.erase("relation");
  unlinked.erase("bases");
  unlinked["card"] = {{"base_model", "lab/Model-7B-Instruct"}};
  Nights nights({base(), unlinked}, "awq");
  CHECK(nights.run()["awq"] == "supported");
  // The lists show it no more, as those do that are cut; only itself could tell.
  nights.hub["repositories"].erase(1);
  nights.fault = [](const std::string& target, FakeHub::Answer& answer) {
    if (target.find("models/q/Model-7B-Instruct-AWQ?") != std::string::npos) answer.status = 500;
  };
  CHECK(nights.run()["awq"] == "source_unreachable");
  nights.fault = nullptr;
  CHECK(nights.run()["awq"] == "contradicted");
}

TEST_CASE("a witness that only stored lists show costs one request each night") {
  json unlinked = awq("q/Model-7B-Instruct-AWQ");
  unlinked.erase("relation");
  unlinked.erase("bases");
  unlinked["card"] = {{"base_model", "lab/Model-7B-Instruct"}};
  Nights nights({base(), unlinked}, "awq");
  const Verdicts good{{"awq", "supported"}, {"layers_count", "supported"}};
  CHECK(nights.run() == good);
  for (int night = 0; night < 2; ++night) {
    CHECK(nights.run() == good);
    CHECK(nights.asked.size() == 3);
    CHECK(nights.count_asked("models/q/Model-7B-Instruct-AWQ?") == 1);
  }
  // A new commit of it is read like any other.
  nights.hub["repositories"][1]["id"] = "q/Model-7B-Instruct-awq";
  CHECK(nights.run() == good);
}

TEST_CASE("an absence rests on lists of the same night") {
  Nights nights({base(), awq("q/Model-7B-Instruct-AWQ")}, "awq, mlx");
  const auto contradicted = [&] { return nights.run()["mlx"] == "contradicted"; };
  CHECK(contradicted());
  CHECK(contradicted());
  // Nothing has changed since: the base, its quantizations and the newest by name say so.
  CHECK(nights.asked.size() == 3);
  json mlx = awq("mlx/Model-7B-Instruct-4bit");
  mlx["relation"] = "finetune";
  mlx["tags"] = {"mlx"};
  mlx["config"] = {{"model_type", "llama"}, {"quantization", {{"group_size", 64}, {"bits", 4}}}};
  nights.hub["repositories"].push_back(mlx);
  CHECK(nights.run()["mlx"] == "supported");
  nights.hub["repositories"].erase(2);
  CHECK(contradicted());
}

TEST_CASE("what appeared by name only is seen though no count changes") {
  Nights nights({base(), awq("q/Model-7B-Instruct-AWQ")}, "awq, gptq");
  CHECK(nights.run()["gptq"] == "contradicted");
  json unlinked = awq("q/Model-7B-Instruct-GPTQ");
  unlinked.erase("relation");
  unlinked.erase("bases");
  unlinked["config"]["quantization_config"] = {{"quant_method", "gptq"}, {"bits", 4}};
  nights.hub["repositories"].push_back(unlinked);
  CHECK(nights.run()["gptq"] == "verifier_unable");
}

TEST_CASE("lists stored by a clock that was ahead are not those of the next night") {
  for (const std::int64_t ahead : {std::int64_t{3'600'000}, std::int64_t{400} * 86'400'000}) {
    Nights nights({base(), awq("q/Model-7B-Instruct-AWQ")}, "awq, gptq");
    nights.shift_clock = ahead;
    CHECK(nights.run()["gptq"] == "contradicted");
    nights.shift_clock.reset();
    json unlinked = awq("q/Model-7B-Instruct-GPTQ");
    unlinked.erase("relation");
    unlinked.erase("bases");
    unlinked["card"] = {{"base_model", "lab/Model-7B-Instruct"}};
    unlinked["config"]["quantization_config"] = {{"quant_method", "gptq"}, {"bits", 4}};
    nights.hub["repositories"].push_back(unlinked);
    CHECK(nights.run()["gptq"] == "supported");
  }
}

TEST_CASE("a gated file that was refused is not asked for each night") {
  json gated = base();
  gated["gated"] = "manual";
  Nights nights({gated, awq("q/Model-7B-Instruct-AWQ")}, "awq");
  nights.run();
  CHECK(nights.count_asked("lab/Model-7B-Instruct/resolve/") == 1);
  nights.run();
  CHECK(nights.count_asked("lab/Model-7B-Instruct/resolve/") == 0);
  Nights old({gated, awq("q/Model-7B-Instruct-AWQ")}, "awq");
  old.shift_clock = std::int64_t{-8} * 86'400'000;
  old.run();
  old.run();
  CHECK(old.count_asked("lab/Model-7B-Instruct/resolve/") == 1);
}

TEST_CASE("branches are those of the same night") {
  const json main{{"id", "q/Model-7B-Instruct-exl2"},
                  {"relation", "quantized"},
                  {"bases", {"lab/Model-7B-Instruct"}},
                  {"tags", {"exl2"}},
                  {"files", {{"README.md", 900}, {"measurement.json", 90'000}}}};
  json with_branch = main;
  with_branch["branches"] = {
      {"4_0",
       {{"files", {{"output.safetensors", 3'700'000'000}}},
        {"config",
         {{"model_type", "llama"},
          {"quantization_config", {{"quant_method", "exl2"}, {"bits", 4.0}}}}}}}};
  Nights nights({base(), with_branch}, "exl2");
  CHECK(nights.run()["exl2"] == "supported");
  CHECK(nights.run()["exl2"] == "supported");
  CHECK(nights.asked.size() == 3);
  nights.hub["repositories"][1] = main;
  CHECK(nights.run()["exl2"] == "contradicted");

  // No listing names the files of a branch: a tree that was cut is no absence.
  Nights cut({base(), with_branch}, "exl2");
  cut.fault = [](const std::string& target, FakeHub::Answer& answer) {
    if (target.find("/tree/") == std::string::npos) return;
    json tree = json::parse(answer.body);
    tree.erase(std::prev(tree.end()));
    answer.body = tree.dump();
  };
  CHECK(cut.run()["exl2"] == "verifier_unable");
  cut.fault = {};
  CHECK(cut.run()["exl2"] == "supported");
}
