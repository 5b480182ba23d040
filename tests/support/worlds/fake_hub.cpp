#include "support/worlds/fake_hub.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "auditors/evidence/digest.h"
#include "support/worlds/memory_transport.h"

namespace assay::test {
namespace {

using nlohmann::json;
using Answer = FakeHub::Answer;

std::string commit_of(const std::string& id) { return sha256_hex(id).substr(0, 40); }

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out.push_back(static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return decode(pair.substr(equals + 1));
    }
  }
  return {};
}

Answer error(int status, const std::string& code) {
  return {.status = status,
          .headers = {{"x-error-code", code}},
          .body = "{\"error\":\"" + code + "\"}"};
}

Answer ok(const json& body) {
  return {.status = 200, .headers = {{"content-type", "application/json"}}, .body = body.dump()};
}

json tags_of(const json& repository) {
  json tags = repository.value("tags", json::array());
  const std::string relation = repository.value("relation", "");
  for (const json& base : repository.value("bases", json::array())) {
    tags.push_back("base_model:" + base.get<std::string>());
    if (!relation.empty()) tags.push_back("base_model:" + relation + ":" + base.get<std::string>());
  }
  return tags;
}

json files_of(const json& repository) {
  json files = repository.value("files", json::object());
  files[".gitattributes"] = 1519;
  for (const auto& [name, content] : repository.items()) {
    const bool written = name == "config" || name == "hf_quant_config" ||
                         name == "quantize_config" || name == "quant_config" ||
                         name.find('/') != std::string::npos;
    if (written) files[name + ".json"] = content.dump().size();
  }
  return files;
}

// The git id of a file's content, equal for equal files as far as their content is known.
std::string blob_of(const json& repository, const std::string& name) {
  const std::string key = name.substr(0, name.rfind(".json"));
  return commit_of(repository.contains(key) ? repository[key].dump()
                                            : repository.at("id").get<std::string>() + name);
}

// The few keys of config.json that the Hub shows.
json projection_of(const json& repository) {
  if (repository.contains("projection")) return repository["projection"];
  if (!repository.contains("config")) return {};
  const json& config = repository["config"];
  json projection = {{"model_type", config.value("model_type", "")}};
  const json block = config.value("quantization_config", json());
  if (block.is_object()) {
    projection["quantization_config"] = json::object();
    for (const char* key : {"bits", "quant_method", "load_in_4bit", "load_in_8bit"}) {
      if (block.contains(key)) projection["quantization_config"][key] = block[key];
    }
  }
  return projection;
}

json row_of(const json& repository) {
  const auto id = repository.at("id").get<std::string>();
  json row = {{"_id", commit_of(id).substr(0, 24)},
              {"id", id},
              {"sha", commit_of(id)},
              {"private", repository.value("private", false)},
              {"disabled", repository.value("disabled", false)},
              {"gated", repository.contains("gated") ? repository["gated"] : json(false)},
              {"downloads", repository.value("downloads", 0)},
              {"tags", tags_of(repository)}};
  if (repository.contains("library")) row["library_name"] = repository["library"];
  if (repository.contains("bases")) {
    json models = json::array();
    for (const json& base : repository["bases"]) models.push_back({{"_id", "0"}, {"id", base}});
    row["baseModels"] = {{"relation", repository.value("relation", "finetune")},
                         {"models", models}};
  }
  const json files = files_of(repository);
  for (const auto& [name, size] : files.items()) row["siblings"].push_back({{"rfilename", name}});
  if (const json projection = projection_of(repository); !projection.is_null()) {
    row["config"] = projection;
  }
  json tensors = repository.value("tensors", json::object());
  if (tensors.empty() && repository.contains("parameters")) {
    tensors["BF16"] = repository["parameters"];
  }
  if (!tensors.empty()) {
    std::int64_t total = 0;
    for (const json& elements : tensors) total += elements.get<std::int64_t>();
    row["safetensors"] = {{"parameters", tensors}, {"total", repository.value("total", total)}};
  }
  if (repository.contains("row")) row.update(repository["row"]);
  return row;
}

// The repository as it is at a commit: its own, or that of one of its branches.
std::optional<json> at_commit(const json& repository, std::string_view commit) {
  const auto id = repository.at("id").get<std::string>();
  if (commit == commit_of(id)) return repository;
  const json branches = repository.value("branches", json::object());
  for (const auto& [name, content] : branches.items()) {
    if (commit != commit_of(id + "@" + name)) continue;
    json there = content;
    there["id"] = id;
    there["commit"] = commit;
    if (repository.contains("gated")) there["gated"] = repository["gated"];
    return there;
  }
  return std::nullopt;
}

Answer file_answer(const json& repository, const std::string& path) {
  if (repository.contains("gated") && repository["gated"] != false) return error(401, "GatedRepo");
  const std::string key = path.substr(0, path.rfind(".json"));
  if (!path.ends_with(".json") || !repository.contains(key)) return error(404, "EntryNotFound");
  Answer answer = ok(repository[key]);
  answer.headers["content-type"] = "text/plain";
  answer.headers["x-repo-commit"] = repository.value("commit", commit_of(repository.at("id")));
  return answer;
}

}  // namespace

const json* FakeHub::find(std::string_view id) const {
  for (const json& repository : world_.at("repositories")) {
    if (repository.at("id") == id) return &repository;
  }
  return nullptr;
}

Answer FakeHub::list(std::string_view path, std::string_view query) const {
  const std::string filter = parameter(query, "filter");
  std::string search = parameter(query, "search");
  const auto lower = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  };
  search = lower(search);
  json rows = json::array();
  for (const json& repository : world_.at("repositories")) {
    const json tags = tags_of(repository);
    const bool tagged = filter.empty() || std::find(tags.begin(), tags.end(), filter) != tags.end();
    const bool named =
        lower(repository.at("id").get<std::string>()).find(search) != std::string::npos;
    if (tagged && named) rows.push_back(row_of(repository));
  }
  if (parameter(query, "direction") == "-1") std::reverse(rows.begin(), rows.end());
  const std::string cursor = parameter(query, "cursor");
  const std::size_t from = cursor.empty() ? 0 : std::stoul(cursor);
  const std::string limit = parameter(query, "limit");
  const std::size_t size =
      std::min(world_.value("page_size", std::size_t{1000}),
               limit.empty() ? std::size_t{1000} : static_cast<std::size_t>(std::stoul(limit)));
  json page = json::array();
  for (std::size_t i = from; i < std::min(rows.size(), from + size); ++i) page.push_back(rows[i]);
  Answer answer = ok(page);
  if (from + size < rows.size()) {
    const std::string_view kept = query.substr(0, query.find("&cursor="));
    answer.headers["link"] = "<" + std::string(path) + "?" + std::string(kept) +
                             "&cursor=" + std::to_string(from + size) + ">; rel=\"next\"";
  }
  return answer;
}

Answer FakeHub::respond(std::string_view target) const {
  for (const json& fault : world_.value("faults", json::array())) {
    if (target.find(fault.at("url").get<std::string>()) == std::string_view::npos) continue;
    Answer answer{.status = fault.value("status", 200),
                  .headers = fault.value("headers", std::map<std::string, std::string>{}),
                  .body = fault.value("text", ""),
                  .outcome = fault.value("outcome", "")};
    return answer;
  }
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = path.size() < target.size() ? target.substr(path.size() + 1) : "";
  if (path == "/api/models") return list(path, query);

  constexpr std::string_view kApi = "/api/models/";
  const bool api = path.starts_with(kApi);
  const std::string_view rest = path.substr(api ? kApi.size() : 1);
  const std::size_t slash = rest.find('/', rest.find('/') + 1);
  std::string id(rest.substr(0, slash));
  const std::string_view below = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  if (const json renamed = world_.value("renamed", json::object()); api && renamed.contains(id)) {
    Answer answer{.status = 307, .headers = {}, .body = {}, .outcome = {}};
    answer.headers["location"] = std::string(kApi) + renamed[id].get<std::string>() +
                                 std::string(target.substr(path.size()));
    return answer;
  }
  const json* repository = find(id);
  if (repository == nullptr) {
    return {.status = 401,
            .headers = {},
            .body = "{\"error\":\"Invalid username or password.\"}",
            .outcome = {}};
  }
  const bool bytes = !api || !below.empty();
  if (bytes && repository->value("disabled", false)) {
    Answer answer = error(403, {});
    answer.headers = {{"x-error-message", "Access to this resource is disabled."}};
    return answer;
  }
  if (!api) {
    constexpr std::string_view kResolve = "resolve/";
    const std::size_t end = below.find('/', kResolve.size());
    if (!below.starts_with(kResolve) || end == std::string_view::npos) {
      return error(404, "EntryNotFound");
    }
    const auto there = at_commit(*repository, below.substr(kResolve.size(), end - kResolve.size()));
    if (!there) return error(404, "RevisionNotFound");
    return file_answer(*there, std::string(below.substr(end + 1)));
  }
  if (below == "refs") {
    json branches = json::array();
    branches.push_back(
        {{"name", "main"}, {"ref", "refs/heads/main"}, {"targetCommit", commit_of(id)}});
    const json others = repository->value("branches", json::object());
    for (const auto& [name, content] : others.items()) {
      branches.push_back({{"name", name},
                          {"ref", "refs/heads/" + name},
                          {"targetCommit", commit_of(id + "@" + name)}});
    }
    return ok({{"tags", json::array()}, {"branches", branches}, {"converts", json::array()}});
  }
  if (below.starts_with("tree/")) {
    const auto there = at_commit(*repository, below.substr(5));
    if (!there) return error(404, "RevisionNotFound");
    json tree = json::array();
    const json files = files_of(*there);
    for (const auto& [name, size] : files.items()) {
      tree.push_back(
          {{"type", "file"}, {"oid", blob_of(*repository, name)}, {"size", size}, {"path", name}});
    }
    return ok(tree);
  }
  json info = row_of(*repository);
  json siblings = json::array();
  const json files = files_of(*repository);
  for (const auto& [name, size] : files.items()) {
    siblings.push_back(
        {{"rfilename", name}, {"size", size}, {"blobId", blob_of(*repository, name)}});
  }
  info["siblings"] = siblings;
  if (repository->contains("card")) info["cardData"] = (*repository)["card"];
  json counts = {{"adapter", 0}, {"merge", 0}, {"quantized", 0}, {"finetune", 0}};
  for (const json& other : world_.at("repositories")) {
    const json bases = other.value("bases", json::array());
    if (std::find(bases.begin(), bases.end(), id) != bases.end()) {
      json& count = counts[other.value("relation", "finetune")];
      count = count.get<int>() + 1;
    }
  }
  if (repository->contains("counts")) counts = (*repository)["counts"];
  if (!counts.is_null()) info["childrenModelCount"] = counts;
  if (repository->contains("providers")) {
    info["inferenceProviderMapping"] = (*repository)["providers"];
  }
  return ok(info);
}

Answer FakeHub::answer(std::string_view target) {
  asked_.emplace_back(target);
  return respond(target);
}

Transport FakeHub::transport(const std::string& base) {
  return answered_by([this, base](const Request& request) {
    Evidence evidence;
    evidence.source = request.source;
    evidence.url = request.url;
    evidence.final_url = request.url;
    evidence.fetched_at = "2026-11-23T03:00:00.000Z";
    Answer answered = answer(std::string_view(request.url).substr(base.size()));
    if (answered.status == 307) {
      evidence.final_url = base + answered.headers["location"];
      answered = answer(answered.headers["location"]);
    }
    if (answered.outcome.empty()) {
      evidence.status = answered.status;
      evidence.headers = answered.headers;
      evidence.body = answered.body;
    } else {
      evidence.outcome = answered.outcome == "timeout" ? Outcome::timeout : Outcome::truncated;
      evidence.error = answered.outcome;
    }
    seal(evidence);
    return evidence;
  });
}

}  // namespace assay::test
