#include "validator/shape/meant_values.h"

#include "support/catch.h"

using assay::meant_boolean;
using assay::meant_date;
using assay::meant_number;
using assay::meant_slug;
using assay::meant_url;
using assay::meant_word;

TEST_CASE("numbers as people write them are read") {
  CHECK(meant_number("70B", true, "params_total") == "70000000000");
  CHECK(meant_number("1.5T", true, "pretraining_tokens") == "1500000000000");
  CHECK(meant_number("3.21 billion", true, "params_active") == "3210000000");
  CHECK(meant_number("0.5B", true, "params_total") == "500000000");
  CHECK(meant_number("1,000,000", true, "context_window") == "1000000");
  CHECK(meant_number("1_000", true, "context_window") == "1000");
  CHECK(meant_number("7.0", true, "experts") == "7");
  CHECK(meant_number("$0.06", false, "input_per_mtok_usd") == "0.06");
  CHECK(meant_number("85.5%", false, "score") == "85.5");
  CHECK(meant_number("350 ms", false, "ttft_ms") == "350");
  CHECK(meant_number("68,4", false, "score") == "68.4");
  CHECK(meant_number("0,06", false, "input_per_mtok_usd") == "0.06");
  CHECK(meant_number("0,250", false, "input_per_mtok_usd") == "0.250");
}

TEST_CASE("numbers that could be others are left alone") {
  CHECK_FALSE(meant_number("128k", true, "context_window"));
  CHECK_FALSE(meant_number("1M", true, "context_window"));
  CHECK_FALSE(meant_number("1,5", true, "experts"));
  CHECK_FALSE(meant_number("0,250", true, "vocab_size"));
  CHECK_FALSE(meant_number("32.000", true, "vocab_size"));
  CHECK_FALSE(meant_number("1,0000", true, "vocab_size"));
  CHECK_FALSE(meant_number("68,400", false, "tokens_per_sec_output"));
  CHECK_FALSE(meant_number("7.5", true, "experts"));
  CHECK_FALSE(meant_number("about 7", true, "experts"));
  CHECK_FALSE(meant_number("B", true, "params_total"));
  CHECK_FALSE(meant_number("", true, "experts"));
  CHECK_FALSE(meant_number(".", false, "score"));
  CHECK_FALSE(meant_number("1.", false, "score"));
}

TEST_CASE("for a number that could be several the help says which") {
  CHECK(assay::number_help("128k", true).find("1024") != std::string_view::npos);
  CHECK(assay::number_help("1M", true).find("1048576") != std::string_view::npos);
  CHECK(assay::number_help("1,250", false).find("comma") != std::string_view::npos);
  CHECK(assay::number_help("0.25M", false).empty());
  CHECK(assay::number_help("some", true).empty());
}

TEST_CASE("units are taken off only where a field counts in them") {
  CHECK_FALSE(meant_number("0.25M", false, "input_per_mtok_usd"));
  CHECK_FALSE(meant_number("120t", false, "tokens_per_sec_output"));
  CHECK_FALSE(meant_number("15%", false, "input_per_mtok_usd"));
  CHECK_FALSE(meant_number("$85", false, "score"));
  CHECK_FALSE(meant_number("350 ms", false, "tokens_per_sec_output"));
  CHECK_FALSE(meant_number("85%", true, "experts"));
}

TEST_CASE("booleans and dates and slugs are read") {
  CHECK(meant_boolean("Yes") == "true");
  CHECK(meant_boolean("off") == "false");
  CHECK_FALSE(meant_boolean("maybe"));
  CHECK(meant_date("2024/9/5") == "2024-09-05");
  CHECK(meant_date("Sep 5, 2024") == "2024-09-05");
  CHECK(meant_date("5 September 2024") == "2024-09-05");
  CHECK_FALSE(meant_date("September 2024"));
  CHECK_FALSE(meant_date("Sep 5 Oct 2024"));
  CHECK_FALSE(meant_date("05.09.2024"));
  CHECK_FALSE(meant_date("2024-09"));
  CHECK(meant_slug("Qwen3 8B (Instruct)") == "qwen3-8b-instruct");
  CHECK(meant_slug("!!").empty());
}

TEST_CASE("addresses without a scheme and words of other catalogs are understood") {
  CHECK(meant_url("huggingface.co/a/b") == "https://huggingface.co/a/b");
  CHECK(meant_url("arxiv.org/abs/2307.09288") == "https://arxiv.org/abs/2307.09288");
  CHECK(meant_url("meta-llama/Llama-2-70b") == "https://huggingface.co/meta-llama/Llama-2-70b");
  CHECK(meant_url("htps://example.org").empty());
  CHECK(meant_url("the paper").empty());
  CHECK(meant_url("paper").empty());
  CHECK(meant_url("a/b/c").empty());
  CHECK(meant_word("UK") == "GB");
  CHECK(meant_word("VLM") == "vision-language");
  CHECK(meant_word("GB").empty());
}
