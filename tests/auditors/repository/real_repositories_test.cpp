#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/audit.h"
#include "auditors/registry.h"
#include "auditors/repository/quantization_format.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/real_data.h"
#include "support/worlds/fake_hub.h"

// Real repositories, whose families are known from elsewhere: what they hold must be recognised,
// and Hubs built of them must be judged without a wrong word. The data are no part of the project:
// ASSAY_REAL_DATA names a folder with hub/quant_repos.jsonl, hub/hard_cases.jsonl, hub/listings/,
// hub/configs/ and hub/examples/. Without it these tests are skipped.

namespace {

using namespace assay;
using nlohmann::json;
namespace fs = std::filesystem;

const QuantizationFamilies& families() {
  static const Vocabulary vocabulary = load_vocabulary();
  return vocabulary.quantizations;
}

constexpr const char* kHub = "https://huggingface.co";

std::vector<json> read_lines(const fs::path& path) {
  std::vector<json> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) rows.push_back(json::parse(line));
  }
  REQUIRE(!rows.empty());
  return rows;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// ---- what is known ------------------------------------------------------------------------------

const std::map<std::string, std::string> kIds{
    {"AWQ", "awq"},     {"GPTQ", "gptq"},        {"EXL2", "exl2"},
    {"FP8", "fp8"},     {"bitsandbytes", "bnb"}, {"NVFP4", "nvfp4"},
    {"MXFP4", "mxfp4"}, {"GGUF", "gguf"},        {"MLX", "mlx"}};

// The id of what a row of the data holds; empty for nothing that is a family. The data know
// compressed-tensors only as such: names tell the numbers there.
std::string known_family(const json& row) {
  const auto family = row.at("family").get<std::string>();
  const std::string repo = lower(row.at("repo").get<std::string>());
  if (const auto id = kIds.find(family); id != kIds.end()) {
    return id->second == "mlx" && row.value("bits", 4) == 16 ? "" : id->second;
  }
  if (family == "compressed-tensors") {
    if (holds(repo, "w8a8") || holds(repo, "w8a16")) return "int8";
    return holds(repo, "fp8") ? "fp8" : "int4";
  }
  if (family == "other" && holds(repo, "aqlm")) return "aqlm";
  if (family == "other" && holds(repo, "int4-inc")) return "autoround";
  return "";
}

// ---- a Hub made of known repositories -----------------------------------------------------------

double billions_in(const std::string& name) {
  static const std::regex kSize(R"((?:^|[^a-z0-9.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?![a-z0-9]))");
  std::smatch match;
  const std::string text = lower(name);
  if (!std::regex_search(text, match, kSize)) return 7;
  const double number = std::stod(match[2]) * (match[1].matched ? std::stod(match[1]) : 1);
  return match[3] == "m" ? number / 1000 : number;
}

bool is_part(const std::string& file) {
  static const std::regex kPart("mmproj|lora|adapter|vocab|projector");
  return std::regex_search(lower(file), kPart);
}

// Bits of a GGUF file by its name; 16 where it tells none.
double gguf_bits(const std::string& file) {
  static const std::regex kBits(R"((?:^|[^a-z0-9])(?:i?q|tq|ud-q|mxfp|nvfp)(\d)(?![0-9]))");
  std::smatch match;
  const std::string name = lower(fs::path(file).filename().string());
  return std::regex_search(name, match, kBits) ? std::stod(match[1]) + 0.6 : 16;
}

// The data cut long lists of files: sets of shards are made whole.
std::set<std::string> whole_sets(const json& files) {
  static const std::regex kShard(R"((.*[-_])(\d{5})(-of-)(\d{5})(\.[a-z]+))");
  std::set<std::string> all;
  for (const json& file : files) {
    const auto name = file.get<std::string>();
    std::smatch match;
    if (!std::regex_match(name, match, kShard)) {
      all.insert(name);
      continue;
    }
    const int total = std::stoi(match[4]);
    for (int i = 1; i <= total; ++i) {
      all.insert(fmt::format("{}{:05}{}{}{}", match[1].str(), i, match[3].str(), match[4].str(),
                             match[5].str()));
    }
  }
  return all;
}

json gguf_files(const json& files, double parameters) {
  json sizes = json::object();
  for (const std::string& file : whole_sets(files)) {
    static const std::regex kTotal(R"(-of-(\d{5})\.gguf$)");
    std::smatch match;
    const bool shard = std::regex_search(file, match, kTotal);
    double bytes = gguf_bits(file) * parameters / 8 / (shard ? std::stod(match[1]) : 1);
    if (is_part(file)) bytes = 0.02 * parameters;
    if (holds(lower(file), "imatrix") && gguf_bits(file) == 16) bytes = 5e6;
    sizes[file] = static_cast<std::int64_t>(bytes);
  }
  return sizes;
}

json compressed(int bits, const char* type, const char* format, int group = 0) {
  json weights = {{"num_bits", bits}, {"type", type}};
  if (group > 0) weights["group_size"] = group;
  return {{"quant_method", "compressed-tensors"},
          {"format", format},
          {"config_groups", {{"group_0", {{"targets", {"Linear"}}, {"weights", weights}}}}}};
}

// A config.json as the writers of the family make it.
json config_of(const std::string& family, const std::string& repo, int bits) {
  json config = {{"model_type", "llama"}, {"architectures", {"LlamaForCausalLM"}}};
  json& block = config["quantization_config"];
  if (family == "awq") block = {{"quant_method", "awq"}, {"bits", bits}, {"zero_point", true}};
  if (family == "gptq") block = {{"quant_method", "gptq"}, {"bits", bits}, {"desc_act", true}};
  if (family == "exl2") block = {{"quant_method", "exl2"}, {"bits", 4.25}, {"head_bits", 6}};
  if (family == "aqlm") block = {{"quant_method", "aqlm"}, {"num_codebooks", 1}};
  if (family == "autoround") block = {{"quant_method", "intel/auto-round"}, {"bits", 4}};
  if (family == "bnb") block = {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}};
  if (family == "mxfp4") block = {{"quant_method", "mxfp4"}};
  if (family == "int4") block = compressed(4, "int", "pack-quantized", 128);
  if (family == "int8") block = compressed(8, "int", "int-quantized");
  if (family == "fp8") {
    block = holds(repo, "dynamic") ? compressed(8, "float", "float-quantized")
                                   : json{{"quant_method", "fp8"}, {"fmt", "e4m3"}};
  }
  if (family == "nvfp4") {
    block = holds(repo, "nvidia/") ? json{{"quant_method", "modelopt"}, {"quant_algo", "NVFP4"}}
                                   : compressed(4, "float", "nvfp4-pack-quantized", 16);
  }
  if (family == "mlx") {
    block = {{"group_size", 64}, {"bits", bits}, {"mode", "affine"}};
    config["quantization"] = block;
  }
  if (block.is_null()) config.erase("quantization_config");
  return config;
}

json repository_of(const json& row, double parameters) {
  const auto repo = row.at("repo").get<std::string>();
  const std::string family = known_family(row);
  json made = {{"id", repo}};
  const json files = row.value("files", json::array());
  if (family == "gguf") {
    made["files"] =
        gguf_files(files.empty() ? json::array({"model-Q4_K_M.gguf"}) : files, parameters);
    made["tags"] = {"gguf"};
    return made;
  }
  if (row.at("family") == "GGML") {
    made["files"] = {{"llama.ggmlv3.q4_0.bin", static_cast<std::int64_t>(parameters * 0.56)}};
    return made;
  }
  if (row.at("family") == "other" && family.empty()) {
    made["files"] = {{"params_shard_0.bin", 30'000'000}, {"mlc-chat-config.json", 2000}};
    return made;
  }
  const int bits = static_cast<int>(row.value("bits", 4.0));
  made["config"] = config_of(family, lower(repo), bits);
  if (row.value("why", "").starts_with("config.json has no quantization_config")) {
    made["config"].erase("quantization_config");
    made["hf_quant_config"] = {{"quantization", {{"quant_algo", row.at("family")}}}};
  }
  const double width = family.empty()                        ? 16
                       : family == "fp8" || family == "int8" ? 8.2
                       : family == "aqlm"                    ? 2.5
                                                             : bits + 0.5;
  std::set<std::string> names = whole_sets(files);
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(".safetensors"); });
  if (names.empty()) names = {"model.safetensors"};
  for (const std::string& name : names) {
    made["files"][name] =
        static_cast<std::int64_t>(parameters * width / 8 / static_cast<double>(names.size()));
  }
  made["tags"] = json::array({"safetensors"});
  if (family == "mlx") made["tags"].push_back("mlx");
  return made;
}

// Whether the files of a GGUF row hold a quantized model, judged more simply than by the auditor.
bool holds_gguf_model(const json& repository) {
  for (const auto& [file, size] : repository.at("files").items()) {
    if (file.ends_with(".gguf") && !is_part(file) && gguf_bits(file) < 16) return true;
  }
  return false;
}

struct Judged {
  std::size_t worlds = 0, repositories = 0, right = 0, open = 0, lost = 0, requests = 0;
  std::map<std::string, std::size_t> reasons;  // of those left open
  std::vector<std::string> wrong;
};

// Claims every family of a base and compares what is said with what the world holds.
void judge_world(const std::string& base, const json& world, const std::set<std::string>& truth,
                 Judged& tally) {
  std::string text = "models:\n  - slug: m\n    display_name: M\n    quantizations_available: [";
  for (const auto& [name, id] : kIds) text += id + ", ";
  text += fmt::format("int4, int8, exl3, hqq]\n    quantizations_source: {}/{}\n", kHub, base);
  const Source source("entry.yaml", text);
  const Document document(source);
  const std::vector<Subject> all = subjects(document);
  Config config;
  config.sources["huggingface"] = {.id = "huggingface", .url = kHub, .token_env = "HF_TOKEN"};
  test::FakeHub hub(world);
  const Auditor* auditor = find_auditor("quantizations");
  audit({.subjects = all,
         .auditors = {&auditor, 1},
         .config = &config,
         .transport = hub.transport(kHub),
         .on_evidence = {},
         .on_findings = [&](const Subject&, const std::vector<Finding>& findings) {
           for (const Finding& finding : findings) {
             const std::string family = finding.label.substr(finding.label.find('.') + 1);
             const bool there = truth.count(family) != 0;
             const bool said_there =
                 finding.verdict == Verdict::supported || finding.verdict == Verdict::unlisted;
             if (finding.verdict == Verdict::unaudited) continue;
             if ((said_there && !there) || (finding.verdict == Verdict::contradicted && there)) {
               tally.wrong.push_back(fmt::format("{} {}: {}: {}", base, family,
                                                 to_string(finding.verdict), finding.reason));
             } else if (said_there || finding.verdict == Verdict::contradicted) {
               ++tally.right;
             } else {
               ++(there ? tally.lost : tally.open);
               ++tally.reasons[finding.reason.substr(finding.reason.rfind(": ") + 1)];
             }
           }
         }});
  ++tally.worlds;
  tally.requests += hub.asked().size();
}

void report(const std::string& what, const Judged& tally) {
  fmt::print(
      "{}: {} models, {} repositories, {} requests; {} verdicts right, {} wrong; left open: "
      "{} of families that are there, {} of others\n",
      what, tally.worlds, tally.repositories, tally.requests, tally.right, tally.wrong.size(),
      tally.lost, tally.open);
  std::vector<std::pair<std::size_t, std::string>> reasons;
  for (const auto& [reason, count] : tally.reasons) reasons.emplace_back(count, reason);
  std::sort(reasons.rbegin(), reasons.rend());
  for (std::size_t i = 0; i < std::min<std::size_t>(8, reasons.size()); ++i) {
    fmt::print("  open {}:{}\n", reasons[i].first, reasons[i].second);
  }
  for (const std::string& wrong : tally.wrong) UNSCOPED_INFO(wrong);
  CHECK(tally.wrong.empty());
}

json base_repository(const std::string& id, double parameters) {
  return {{"id", id},
          {"parameters", static_cast<std::int64_t>(parameters)},
          {"files", {{"model.safetensors", static_cast<std::int64_t>(2 * parameters)}}},
          {"config", {{"model_type", "llama"}, {"architectures", {"LlamaForCausalLM"}}}}};
}

}  // namespace

TEST_CASE("real configurations are classified as what they are known to be") {
  const fs::path data = test::real_data("hub");
  std::map<std::string, std::string> known;
  for (const char* file : {"quant_repos.jsonl", "hard_cases.jsonl"}) {
    for (const json& row : read_lines(data / file)) {
      const auto repo = row.at("repo").get<std::string>();
      const std::string name = std::regex_replace(repo, std::regex("/"), "__");
      if (row.value("evidence", "") == "config") known[name] = known_family(row);
    }
  }
  std::size_t checked = 0;
  for (const auto& path : test::files_in(data / "configs")) {
    const std::string file = path.filename().string();
    if (file.ends_with(".hf_quant_config.json")) continue;
    const std::string name =
        std::regex_replace(file, std::regex(R"((\.fragment)?\.json$|@.*)"), "");
    const json config = json::parse(test::read_file(path), nullptr, false);
    if (!config.is_object()) continue;  // Python writes Infinity, which is no JSON
    QuantizationFormat format = classify(config, families());
    const fs::path own = path.parent_path() / (name + ".hf_quant_config.json");
    if (format.kind == QuantizationFormat::Kind::unquantized && !format.stated && fs::exists(own)) {
      json inner = json::parse(test::read_file(own));
      if (!inner.contains("quantization")) inner = {{"quantization", inner}};
      format = format_files().front().classify(inner, families());
    }
    const auto expected = known.find(name);
    if (expected == known.end()) continue;
    ++checked;
    INFO(file << ": " << format.detail);
    // Mixtures are told as such; Kimi-K3 has MXFP4 groups where the data know compressed-tensors.
    if (!format.open.empty() || name == "moonshotai__Kimi-K3") continue;
    CHECK(format.family == expected->second);
  }
  fmt::print("real configurations: {} with a known family\n", checked);
  CHECK(checked > 0);
}

TEST_CASE("example blocks of each writer are classified") {
  const fs::path data = test::real_data("hub");
  const std::map<std::string, std::string> expected{{"auto-round", "autoround"},
                                                    {"awq", "awq"},
                                                    {"bitsandbytes-nf4", "bnb"},
                                                    {"compressed-tensors-fp8-dynamic", "fp8"},
                                                    {"compressed-tensors-nvfp4", "nvfp4"},
                                                    {"compressed-tensors-w4a16", "int4"},
                                                    {"emptied-projection-TRAP", ""},
                                                    {"exl2", "exl2"},
                                                    {"exl3", "exl3"},
                                                    {"fp8-deepseek-native", "fp8"},
                                                    {"gptq", "gptq"},
                                                    {"mlx-affine", "mlx"},
                                                    {"mlx-legacy-pre-2024-08", "mlx"},
                                                    {"modelopt-kv-cache-only-TRAP", ""},
                                                    {"modelopt-nvfp4", "nvfp4"},
                                                    {"tensorrt-llm-checkpoint", ""}};
  std::size_t checked = 0;
  for (const auto& path : test::files_in(data / "examples")) {
    std::string name = path.stem().string();
    name.erase(0, std::string("quantization_config_").size());
    const auto known = expected.find(name);
    if (known == expected.end()) continue;
    ++checked;
    INFO(name);
    CHECK(classify(json::parse(test::read_file(path)).at("config_json_fragment"), families())
              .family == known->second);
  }
  CHECK(checked == expected.size());
}

TEST_CASE("Hubs made of real repositories are judged without a wrong word", "[slow]") {
  const fs::path data = test::real_data("hub");
  std::map<std::string, std::vector<json>> by_base;
  std::map<std::string, json> hard;
  for (const json& row : read_lines(data / "hard_cases.jsonl")) hard[row.at("repo")] = row;
  for (json row : read_lines(data / "quant_repos.jsonl")) {
    if (!row.contains("base") || row["base"].is_null() || row.contains("conflict")) continue;
    if (const auto found = hard.find(row.at("repo")); found != hard.end()) {
      row["why"] = found->second.at("why");
    }
    if (row["base"] != row["repo"]) by_base[row["base"]].push_back(row);
  }
  Judged tally;
  for (const auto& [base, rows] : by_base) {
    const double parameters = billions_in(base) * 1e9;
    json world = {{"repositories", json::array({base_repository(base, parameters)})}};
    std::set<std::string> truth;
    std::set<std::string> ids{base};
    for (const json& row : rows) {
      if (!ids.insert(row.at("repo")).second) continue;
      json made = repository_of(row, parameters);
      made["relation"] = "quantized";
      made["bases"] = {base};
      const std::string family = known_family(row);
      const std::string why = row.value("why", "");
      const bool model =
          family == "gguf" ? holds_gguf_model(made) && !holds(why, "LoRA") : !family.empty();
      if (model) truth.insert(family);
      world["repositories"].push_back(made);
      ++tally.repositories;
    }
    judge_world(base, world, truth, tally);
  }
  report("quant_repos.jsonl", tally);
}

TEST_CASE("real listings are judged without a wrong word", "[slow]") {
  const fs::path data = test::real_data("hub");
  Judged tally;
  for (const auto& path : test::files_in(data / "listings")) {
    std::string base = path.stem().string();
    base.replace(base.find("__"), 2, "/");
    const double parameters = billions_in(base) * 1e9;
    json world = {{"repositories", json::array({base_repository(base, parameters)})}};
    std::set<std::string> truth;
    for (const json& item : json::parse(test::read_file(path))) {
      json row = {{"repo", item.at("id")}, {"files", json::array()}};
      bool gguf = false;
      for (const json& file : item.value("siblings", json::array())) {
        row["files"].push_back(file.at("rfilename"));
        gguf = gguf || file.at("rfilename").get<std::string>().ends_with(".gguf");
      }
      const json& tags = item.at("tags");
      const bool mlx = std::find(tags.begin(), tags.end(), "mlx") != tags.end();
      row["family"] = gguf ? "GGUF" : mlx ? "MLX" : "none";
      if (!gguf && !mlx) continue;
      json made = repository_of(row, parameters);
      made["tags"] = tags;
      std::erase_if(made["tags"].get_ref<json::array_t&>(), [](const json& tag) {
        return tag.get<std::string>().starts_with("base_model:");
      });
      made["relation"] = "quantized";
      made["bases"] = {base};
      if (gguf ? holds_gguf_model(made) : true) truth.insert(gguf ? "gguf" : "mlx");
      world["repositories"].push_back(made);
      ++tally.repositories;
    }
    judge_world(base, world, truth, tally);
  }
  report("listings", tally);
}
