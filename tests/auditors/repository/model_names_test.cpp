#include "auditors/repository/model_names.h"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

// Which names speak of the same model, and which do not. Names as people write them on the Hub.

namespace {

using namespace assay;

hub::Repository called(std::string id) {
  hub::Repository repository;
  repository.id = std::move(id);
  return repository;
}

bool speaks_of_other(const std::string& row, const std::string& base) {
  return speaks_of_other_model(called(row), called(base)).has_value();
}

}  // namespace

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
    CHECK(search_words(id) == words);
  }
}

TEST_CASE("a version or an organization may be written in another way") {
  const std::vector<std::pair<std::string, std::string>> same{
      {"quants/internmodel-2.5-7b-chat-gptq-4bit", "lab/internmodel2_5-7b-chat"},
      {"quants/Model2_5-7B-AWQ", "lab/Model2.5-7B"},
      {"quants/Model-3.5-mini-Q4_0", "lab/Model-3_5-mini"},
      {"quants/fish-audio-s2-pro-8bit", "fishaudio/s2-pro"},
      {"quants/Model-2-7B-exl2-4_0bpw", "lab/Model-2-7B"},
  };
  for (const auto& [row, base] : same) {
    INFO(row);
    CHECK_FALSE(speaks_of_other(row, base));
  }
  const std::vector<std::pair<std::string, std::string>> others{
      {"quants/internmodel2-7b-chat-4bit", "lab/internmodel2_5-7b-chat"},
      {"quants/Model-3_1-8B-AWQ", "lab/Model-3-8B"},
      {"quants/fish-audio-s2-pro-8bit", "otherlab/s2-pro"},
      {"quants/yi-2-8B-AWQ", "yi/yi-1-8B"},
  };
  for (const auto& [row, base] : others) {
    INFO(row);
    CHECK(speaks_of_other(row, base));
  }
}

TEST_CASE("a plain name has the base's words and words of quantization") {
  const Vocabulary vocabulary = load_vocabulary();
  const auto plain = [&](const std::string& row, const std::string& base) {
    return has_plain_name(called(row), called(base), vocabulary.quantizations);
  };
  const std::string base = "lab/Model3.1-8B-Instruct";
  for (const char* name :
       {"Model3.1-8B-Instruct-AWQ", "model-3.1-8b-instruct-gptq-4bit-128g",
        "Model-3-1-8B-Instruct-Q4_K_M-GGUF", "Model3.1-8B-Instruct-quantized.w4a16",
        "Model3.1-8B-Instruct-FP8-dynamic", "Model3.1-8B-Instruct-unsloth-bnb-4bit",
        "lab_Model3.1-8B-Instruct-GGUF", "Old-Lab_Model3.1-8B-Instruct-GGUF",
        "otherlab_Model3.1-8B-Instruct-i1-GGUF", "Model3.1-8B-Instruct-4.25bpw-h6-exl2",
        "Model3.1-8B-Instruct-mlx-DQ3_K_M", "lab.Model3.1-8B-Instruct-IQ2_XXS",
        "Model3.1-8B-Instruct-GPTQ-Int4-Int8Mix", "Model3.1-8B-Instruct-W8A8-NVFP4A16"}) {
    CAPTURE(name);
    const bool hyphened = std::string(name).starts_with("Old-Lab");  // a name, not a publisher
    CHECK(plain(std::string("quants/") + name, base) == !hyphened);
  }
  for (const char* name :
       {"Dolphin-Model3.1-8B-Instruct-AWQ", "Model3.1-8B-AWQ", "Hermes-3-8B-GGUF",
        "Model3.1-8B-Instruct-Storyteller-GGUF", "Model3.1-8B-Chat-AWQ", "my-favourites",
        "Model3.1-8B-Instruct-v2-AWQ", "Model3.1-80B-Instruct-AWQ", "Model3.1-8B-Instruct-XL"}) {
    CAPTURE(name);
    CHECK_FALSE(plain(std::string("quants/") + name, base));
  }
  for (const char* name : {"8B-Instruct-AWQ", "GGUF", "instruct-4bit"}) {
    CAPTURE(name);
    CHECK_FALSE(plain(std::string("quants/") + name, base));
  }
  const auto own = [&](const std::string& row, const std::string& of) {
    return is_publishers_own(called(row), called(of), vocabulary.quantizations);
  };
  CHECK(own("lab/Model-7B-it-qat-mobile-ct", "lab/Model-7B-it"));
  CHECK_FALSE(own("other/Model-7B-it-mobile-ct", "lab/Model-7B-it"));
  CHECK_FALSE(own("lab/Model-7B-Base-AWQ", "lab/Model-7B"));
  CHECK_FALSE(own("lab/Model-7B-Instruct-AWQ", "lab/Model-7B"));
  CHECK_FALSE(own("lab/Model-7B-v2-AWQ", "lab/Model-7B"));
  CHECK_FALSE(own("lab/Other-7B-AWQ", "lab/Model-7B"));
  CHECK(plain("quants/Qwen-3.5-4B-AWQ", "Qwen/Qwen3.5-4B"));
  CHECK(plain("quants/fish-audio-s2-pro-8bit", "fishaudio/s2-pro"));
  CHECK(plain("quants/Meta-Llama-3-8B-AWQ", "meta-llama/Meta-Llama-3-8B"));
  CHECK(plain("quants/Llama-3-8B-AWQ", "meta-llama/Meta-Llama-3-8B"));
  CHECK_FALSE(plain("quants/Model-7B-GGUF", "lab/Model-7B-Base"));
  // Under the name that the base had when its card was written.
  hub::Repository row = called("quants/Firstname-7B-AWQ");
  CHECK_FALSE(has_plain_name(row, called("lab/Novel-7B"), vocabulary.quantizations));
  row.bases = {"lab/Firstname-7B"};
  CHECK(has_plain_name(row, called("lab/Novel-7B"), vocabulary.quantizations));
}

TEST_CASE("a base whose own weights were changed is known by its file names") {
  const hub::Repository base = called("lab/Model-8B-Instruct-abliterated");
  CHECK_FALSE(changed_weights_word("Model-8B-Instruct-abliterated.Q4_K_M.gguf", base));
  CHECK(changed_weights_word("Model-8B-Instruct-abliterated.merged.Q4_K_M.gguf", base) == "merged");
  CHECK(changed_weights_word("Model-8B-Instruct-abliterated.Q4_K_M.gguf",
                             called("lab/Model-8B-Instruct")) == "abliterated");
}

TEST_CASE("words of a finetune are known in all their spellings") {
  const std::string base = "lab/Model-8B-Instruct";
  for (const char* word :
       {"finetuned",  "fine-tuned", "Fine_Tuned", "fine.tuned", "finetuning",     "fine-tuning",
        "Finetune",   "qlora",      "QLoRA",      "lora",       "peft",           "adapter",
        "jailbroken", "jailbreak",  "pruned",     "RLHF",       "instruct-tuned", "abliterated",
        "uncensored", "merged",     "DPO"}) {
    INFO(word);
    CHECK(speaks_of_other(base + "-" + word + "-AWQ", base));
    CHECK_FALSE(speaks_of_other(base + "-" + word + "-AWQ", base + "-" + word));
  }
  CHECK_FALSE(speaks_of_other("quants/Model-8B-fine-tuned-AWQ", "lab/Model-8B-finetuned"));
  CHECK_FALSE(speaks_of_other("quants/Fine-Model-8B-AWQ", "lab/Fine-Model-8B"));
}
