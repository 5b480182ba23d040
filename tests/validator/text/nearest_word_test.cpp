#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "validator/text/spelling.h"

using assay::best_spelled;
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

TEST_CASE("a word with the same letters is nearer than one with another letter") {
  CHECK(nearest_words("if_eval", {"cfeval", "ifeval", "if_oval"}) ==
        std::vector<std::string>{"ifeval"});
  CHECK(nearest_word("GPL-3.0 only", {"AGPL-3.0-only", "GPL-3.0-only"}) == "GPL-3.0-only");
  CHECK(best_spelled("cc-by-nd", {"CC-BY-NC", "CC-BY-ND"}) ==
        std::vector<std::string_view>{"CC-BY-ND"});
  CHECK(best_spelled("mmlu-pro", {"mmmlu_pro", "mmlu_pro", "MMLU-Pro"}) ==
        std::vector<std::string_view>{"MMLU-Pro"});
}

TEST_CASE("names of variants are not misspellings of each other") {
  for (const auto& [text, word] :
       std::vector<std::pair<std::string, std::string>>{{"H100 80GB", "A100 80GB"},
                                                        {"Ascend 910C", "Ascend 910B"},
                                                        {"MI300A", "MI300X"},
                                                        {"TPU v6p", "TPU v6e"},
                                                        {"command-a", "command-r"},
                                                        {"hybrid-mamba2-mqa", "hybrid-mamba2-gqa"},
                                                        {"humaneval+", "humaneval"},
                                                        {"humaneval_x", "humaneval"},
                                                        {"lvbench", "mvbench"},
                                                        {"mt-bench", "mmbench"},
                                                        {"mmt_bench", "mt_bench"},
                                                        {"mmlu-prox", "mmlu_pro"},
                                                        {"mmmu-pro", "mmlu_pro"},
                                                        {"csimpleqa", "simpleqa"},
                                                        {"mixtral", "mistral"},
                                                        {"commandr", "command"},
                                                        {"rope-llama31", "rope-llama3.1"},
                                                        {"hqq+", "hqq"}}) {
    CAPTURE(text, word);
    CHECK_FALSE(is_misspelling(text, word));
    CHECK_FALSE(is_misspelling(word, text));
  }
}

TEST_CASE("a misspelling differs in case or punctuation or one slip") {
  CHECK(is_misspelling("humaneval+", "humaneval_plus"));
  CHECK(is_misspelling("Micorsoft", "Microsoft"));
  CHECK(is_misspelling("Alibabba", "Alibaba"));
  CHECK(is_misspelling("rejecton_sampling", "rejection-sampling"));
  CHECK(is_misspelling("embeddings", "embedding"));
  CHECK(is_misspelling("llama.cpp", "llama-cpp"));
  CHECK(is_misspelling("Apache 2.0", "Apache-2.0"));
  CHECK(is_misspelling("mmlu-pro", "mmlu_pro"));
  CHECK(is_misspelling("transfomers", "transformers"));
  CHECK_FALSE(is_misspelling("rope-llama4", "rope-llama3"));
  CHECK_FALSE(is_misspelling("aime_2026", "aime_2025"));
  CHECK_FALSE(is_misspelling("nsa", "dsa"));
  CHECK_FALSE(is_misspelling("vllm", "vllm"));
}
