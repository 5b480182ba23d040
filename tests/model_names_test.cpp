#include "auditors/model_names.h"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

// Which names speak of the same model, and which do not. Names as people write them on the Hub.

TEST_CASE("a base is searched for without what its name says of its packaging") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"lab/Model-30B-A3B-BF16", "Model-30B-A3B"},
      {"lab/Model-30B-A3B-bf16", "Model-30B-A3B"},
      {"lab/Model-8B-FP16", "Model-8B"},
      {"lab/Model-8B_fp32", "Model-8B"},
      {"lab/Model-8B-HF", "Model-8B"},
      {"lab/Meta-Model-8B-hf", "Model-8B"},
      {"lab/META-Model-8B", "Model-8B"},
      {"lab/Model-27b-it-qat-q4_0-unquantized", "Model-27b-it-qat"},
      {"lab/Model-27b-Unquantized-BF16", "Model-27b"},
      {"lab/Model-8B-FP8", "Model-8B"},
      {"lab/Model-8B-Instruct", "Model-8B-Instruct"},
      {"lab/ModelHF", "ModelHF"},
      {"lab/ab-hf", "ab-hf"},
  };
  for (const auto& [id, words] : cases) {
    INFO(id);
    CHECK(assay::search_words(id) == words);
  }
}
