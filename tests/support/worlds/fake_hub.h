#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/evidence/transport.h"

namespace assay::test {

/// A Hugging Face Hub in memory. It answers the requests of auditors/hub/requests.h in the shapes
/// of the real API, from a description of repositories:
///
/// {"page_size": 1000, "renamed": {"old/id": "new/id"},
///  "faults": [{"url": "part of the path and query", "status": 500} | {…, "outcome": "timeout"} |
///             {…, "status": 200, "text": "<html>"}],
///  "repositories": [{"id": "lab/Model", "relation": "quantized", "bases": ["lab/Base"],
///    "gated": "manual", "disabled": false, "downloads": 5, "tags": ["gguf"], "library": "mlx",
///    "card": {"license": "other", "license_name": "mrl"},
///    "config": {…} | absent, "hf_quant_config": {…}, "parameters": 8000000000,
///    "files": {"model.safetensors": 4000000000}, "counts": {"quantized": 3, "finetune": 0},
///    "providers": {"together": {"status": "live", "providerId": "lab/model"}}}]}
///
/// Repositories were created in the order in which they stand there. `counts` defaults to what the
/// world holds; null leaves childrenModelCount out. A repository's commit is derived from its id;
/// equal configurations are equal files to git. `config` makes a config.json; what the Hub shows of
/// it in lists follows from it, unless `projection` says otherwise (null: nothing). `tensors` are
/// the elements per type of the safetensors files ({"I32": 900000000}), by default `parameters` in
/// BF16; `total` is what the Hub says of their sum, which is not always that. `row` replaces fields
/// of what the API says of it, of whatever shape. `branches` are further ones, by name
/// ({"4_25": {"config": {…}, "files": {…}}}); `card` is the cardData of the info endpoint. A file
/// in a folder is described by its path ("awq/config").
class FakeHub {
 public:
  struct Answer {
    int status = 200;
    std::map<std::string, std::string> headers{};
    std::string body{};
    std::string outcome{};     ///< a fault below HTTP, such as "timeout"; empty for none
    std::string redirected{};  ///< where a redirect led that was followed; empty for none
  };

  explicit FakeHub(const nlohmann::json& world) : world_(world) {}

  /// `target` is path and query, as in a request line.
  Answer answer(std::string_view target);

  /// As the transport of an audit, without a network; `base` is the configured URL of the Hub.
  Transport transport(const std::string& base);

  /// Targets asked for, in order.
  const std::vector<std::string>& asked() const { return asked_; }

 private:
  Answer respond(std::string_view target) const;
  Answer list(std::string_view path, std::string_view query) const;
  const nlohmann::json* find(std::string_view id) const;

  nlohmann::json world_;
  std::vector<std::string> asked_;
};

}  // namespace assay::test
