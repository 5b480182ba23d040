#include <string>
#include <vector>

#include "support/catch.h"
#include "validator/vocabulary.h"

using assay::is_misspelling;
using assay::nearest_word;
using assay::nearest_words;

TEST_CASE("the nearest word is the one that was meant") {
  const std::vector<std::string> keys{"license", "lineage", "family", "vendor", "context_window"};
  CHECK(nearest_word("licence", keys) == "license");
  CHECK(nearest_word("LICENSE", keys) == "license");
  CHECK(nearest_word("vendr", keys) == "vendor");
  CHECK(nearest_word("famliy", keys) == "family");
  CHECK(nearest_word("contextWindow", keys) == "context_window");
  CHECK(nearest_word("license", keys) == "license");
}

TEST_CASE("nothing is suggested for a word that is near to none") {
  const std::vector<std::string> words{"gguf", "awq", "gptq", "US", "mha"};
  CHECK_FALSE(nearest_word("onnx", words));
  CHECK_FALSE(nearest_word("UK", words));
  CHECK(nearest_word("us", words) == "US");
  CHECK_FALSE(nearest_word("", words));
  CHECK_FALSE(nearest_word("completely different", words));
  CHECK_FALSE(nearest_word(std::string(1'000'000, 'a'), words));
}

TEST_CASE("all words at the smallest distance are named") {
  CHECK(nearest_words("exl1", {"exl2", "exl3", "gguf"}) ==
        std::vector<std::string>{"exl2", "exl3"});
  CHECK(nearest_words("int9", {"int8", "fp8"}) == std::vector<std::string>{"int8"});
}

TEST_CASE("a misspelling differs in case or punctuation or one slip") {
  CHECK(is_misspelling("llama.cpp", "llama-cpp"));
  CHECK(is_misspelling("Apache 2.0", "Apache-2.0"));
  CHECK(is_misspelling("mmlu-pro", "mmlu_pro"));
  CHECK(is_misspelling("transfomers", "transformers"));
  CHECK_FALSE(is_misspelling("rope-llama4", "rope-llama3"));
  CHECK_FALSE(is_misspelling("aime_2026", "aime_2025"));
  CHECK_FALSE(is_misspelling("nsa", "dsa"));
  CHECK_FALSE(is_misspelling("vllm", "vllm"));
}
