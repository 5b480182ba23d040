#include <algorithm>
#include <set>

#include "auditors/prices/former_names.h"
#include "auditors/prices/providers.h"
#include "support/catch.h"

// Whom a vendor means, and which names may be former ids of a repository.

namespace {

using namespace assay;

const Vocabulary& words() {
  static const Vocabulary all = load_vocabulary();
  return all;
}

std::vector<std::string> meant(const std::string& vendor, const std::string& cited = {}) {
  std::vector<std::string> ids;
  for (const Provider* provider : prices::providers_named(words(), vendor, cited)) {
    ids.push_back(provider->id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

using Names = std::vector<std::string>;

// Names that OpenRouter's rows state, and names of offers at DeepInfra.
Names possible(const std::string& repository, const Names& rows, bool stated) {
  prices::PriceList list;
  for (const std::string& row : rows) {
    Offer& offer = list.offers.emplace_back();
    offer.provider = "somebody";
    offer.model = stated ? "x" : row;
    offer.repository = stated ? row : "";
  }
  prices::ModelNames names;
  names.repositories.push_back(repository);
  return prices::possible_former_names(list, names, "somebody");
}

}  // namespace

TEST_CASE("a vendor is known by its names whatever their case and invisible characters") {
  CHECK(meant("Together AI") == Names{"together"});
  CHECK(meant("together") == Names{"together"});
  CHECK(meant(" TOGETHER\u00a0AI\u200b") == Names{"together"});
  CHECK(meant("La Plateforme") == Names{"mistral"});
  CHECK(meant("together_ai") == Names{"together"});
  CHECK(meant("Nobody").empty());
  CHECK(meant("").empty());
}

TEST_CASE("a vendor that sources take for two is both unless the page says which") {
  CHECK(meant("Google") == Names{"google", "vertex"});
  CHECK(meant("google") == Names{"google", "vertex"});
  CHECK(meant("Google AI Studio") == Names{"google"});
  CHECK(meant("Google", "https://ai.google.dev/gemini-api/docs/pricing") == Names{"google"});
  CHECK(meant("Google", "https://cloud.google.com/vertex-ai/pricing") == Names{"vertex"});
  CHECK(meant("Google", "https://notcloud.google.com.example/") == Names{"google", "vertex"});
  CHECK(meant("Google", "no url") == Names{"google", "vertex"});
}

TEST_CASE("no other name of the vocabulary means two providers") {
  std::set<std::string> twice;
  for (const Provider& provider : words().providers) {
    Names names = provider.aliases;
    names.push_back(provider.id);
    names.push_back(provider.name);
    for (const auto& [source, own] : provider.sources)
      names.insert(names.end(), own.begin(), own.end());
    for (const std::string& name : names) {
      const Names ids = meant(name);
      CHECK(std::find(ids.begin(), ids.end(), provider.id) != ids.end());
      if (ids.size() > 1) twice.insert(name);
    }
  }
  CHECK(twice == std::set<std::string>{"Google", "google"});
}

TEST_CASE("former ids are looked for among names that may be the same model") {
  const std::string repository = "meta-llama/Llama-3.1-8B-Instruct";
  const std::string former = "meta-llama/Meta-Llama-3.1-8B-Instruct";
  const std::string moved = "other/Llama-3.1-8B-Instruct";
  for (const bool stated : {true, false}) {
    CHECK(possible(repository, {former}, stated) == Names{former});
    CHECK(possible(repository, {moved}, stated) == Names{moved});
    for (const char* other :
         {"meta-llama/Meta-Llama-3.1-70B-Instruct", "meta-llama/Llama-3.3-8B-Instruct",
          "Qwen/Qwen3-8B", "meta-llama/llama-3.1-8b-instruct", "llama-3.1-8b", ""}) {
      CAPTURE(other, stated);
      CHECK(possible(repository, {other}, stated).empty());
    }
  }
  // Of names that nobody states as repositories, variants are none.
  CHECK(possible(repository, {former + "-Turbo", repository + "-Turbo"}, false).empty());
  CHECK(possible("lab/Model", {"oldlab/Thing"}, true) == Names{"oldlab/Thing"});
  CHECK(possible("lab/Model", {"oldlab/Thing", "oldlab/Thing-7B"}, false).empty());
  // Dates come and go in names.
  CHECK(possible("CohereLabs/c4ai-command-r-plus-08-2024",
                 {"CohereForAI/c4ai-command-r-plus-08-2024"}, true)
            .size() == 1);
}
