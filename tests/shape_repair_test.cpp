#include "validator/shape_repair.h"

#include "support/catch.h"

using assay::meant_boolean;
using assay::meant_date;
using assay::meant_number;
using assay::meant_slug;
using assay::meant_url;
using assay::meant_word;

TEST_CASE("numbers as people write them are read") {
  CHECK(meant_number("70B", true) == "70000000000");
  CHECK(meant_number("1.5T", true) == "1500000000000");
  CHECK(meant_number("3.21 billion", true) == "3210000000");
  CHECK(meant_number("1,000,000", true) == "1000000");
  CHECK(meant_number("1_000", true) == "1000");
  CHECK(meant_number("7.0", true) == "7");
  CHECK(meant_number("$0.06", false) == "0.06");
  CHECK(meant_number("85.5%", false) == "85.5");
  CHECK(meant_number("0.5B", true) == "500000000");
  CHECK(meant_number("68,4", false) == "68.4");
  CHECK(meant_number("0,06", false) == "0.06");
  CHECK(meant_number("68,400", false) == "68400");
}

TEST_CASE("numbers that could be others are left alone") {
  CHECK_FALSE(meant_number("128k", true));
  CHECK_FALSE(meant_number("1,5", true));
  CHECK_FALSE(meant_number("1,0000", true));
  CHECK_FALSE(meant_number("7.5", true));
  CHECK_FALSE(meant_number("about 7", true));
  CHECK_FALSE(meant_number("B", true));
  CHECK_FALSE(meant_number("", true));
  CHECK_FALSE(meant_number(".", false));
  CHECK_FALSE(meant_number("1.", false));
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
