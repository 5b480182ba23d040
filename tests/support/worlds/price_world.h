#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/audit.h"

namespace assay::test {

/// Price sources in memory, from a description of their bodies:
///
/// {"date": "2026-08-21", "hub": {"id": "lab/Model", "providers": {"together": {"providerId":
/// "x"}}},
///  "hf_router": BODY, "openrouter": BODY, "endpoints": BODY, "litellm": BODY, "models_dev": BODY,
///  "genai_prices": BODY, "deepinfra": BODY, "together": BODY, "artificial_analysis": BODY,
///  "previous": {"litellm": BODY}, "previous_date": "2026-08-20",
///  "history": [{"source": "hf_router", "provider": "together", "input": "0.06", "output": "0.06",
///               "first": "2026-05-01", "last": "2026-06-01"}],
///  "former": {"lab/Old": "lab/Model"}, "keyless": ["together"]}
///
/// A BODY is JSON as the source would send it, a string (sent as it is, so that numbers keep their
/// tokens), or a fault: {"fault": "timeout"} or {"fault": 500}. A source that is not named is
/// switched off; one in `keyless` lacks its key. `former` says what the Hub calls a repository now
/// (null: it has none of that name). A row of the history may also have `model` and `variant`.
/// `endpoints` is OpenRouter's document about the model that its list names for the
/// repository.
class PriceWorld {
 public:
  explicit PriceWorld(const nlohmann::json& world);

  const Config& config() const { return config_; }
  /// Every answer of the world by URL; a test may change one.
  std::map<std::string, Evidence>& answers() { return answers_; }
  /// Makes an answer that is there now the earlier good one of its URL, of the day before.
  void remember(const std::string& url);
  /// URL by the name of the body above.
  const std::string& url(const std::string& name) const { return urls_.at(name); }
  const std::map<std::string, std::string>& urls() const { return urls_; }
  /// Findings of the prices auditor over the first entry of a catalog.
  std::vector<Finding> audit(const std::string& catalog);
  const std::vector<std::string>& asked() const { return asked_; }

  struct Told {
    std::vector<Offer> offers;
    std::vector<Offer> joined;
  };
  const Told& told() const { return told_; }

 private:
  void answer(const std::string& name, const std::string& source, const std::string& url,
              const nlohmann::json& body);
  void add_former(const std::string& former, const nlohmann::json& name);

  nlohmann::json world_;
  Config config_;
  std::map<std::string, Evidence> answers_;
  std::map<std::string, Evidence> previous_;
  std::map<std::string, std::string> urls_;
  std::vector<std::string> asked_;
  Told told_;
};

}  // namespace assay::test
