#include "auditors/hub/answers.h"

#include <string>

#include "auditors/hub/requests.h"
#include "support/catch.h"
#include "support/worlds/fault_worlds.h"

namespace {

using namespace assay;

Evidence answered(const Request& request, std::string body, std::string link = {},
                  int status = 200) {
  Evidence evidence;
  evidence.source = request.source;
  evidence.url = request.url;
  evidence.fetched_at = "2026-11-23T03:00:00.000Z";
  evidence.status = status;
  evidence.body = std::move(body);
  if (!link.empty()) evidence.headers["link"] = std::move(link);
  if (status == 401 || status == 403) evidence.headers["x-error-code"] = "GatedRepo";
  seal(evidence);
  return evidence;
}

SourceConfig hub_at(const std::string& url) { return *test::hub_config(url).source("huggingface"); }

std::string row(const std::string& id) {
  return R"({"id":")" + id + R"(","sha":"0123456789012345678901234567890123456789","tags":["x"]})";
}

}  // namespace

TEST_CASE("the next page of a mirror is asked of the mirror") {
  for (const std::string mirror :
       {"https://mirror.example", "http://127.0.0.1:8000", "https://mirror.example/hf"}) {
    const Request first = hub::search_request(hub_at(mirror), "Model", 2);
    for (const std::string host : {"https://huggingface.co", "http://huggingface.co"}) {
      CAPTURE(mirror, host);
      EvidenceSet evidence;
      evidence.add(answered(first, "[" + row("a/Model") + "]",
                            "<" + host + "/api/models?search=Model&cursor=x>; rel=\"next\""));
      const hub::Listing listing = hub::read_list(evidence, first);
      REQUIRE(listing.needed.size() == 1);
      CHECK(listing.needed[0].url == mirror + "/api/models?search=Model&cursor=x");
    }
  }
  // No other host is followed.
  const Request first = hub::search_request(hub_at("https://mirror.example"), "Model", 2);
  for (const std::string target : {"https://other.example/api/models?cursor=x",
                                   "https://huggingface.co.evil.example/api/models",
                                   "https://huggingface.co/login?next=/api/models"}) {
    EvidenceSet evidence;
    evidence.add(answered(first, "[" + row("a/Model") + "]", "<" + target + ">; rel=\"next\""));
    CHECK(hub::read_list(evidence, first).state == ReadState::unable);
  }
}

TEST_CASE("a page of a file tree that cannot be read states none of its files") {
  const Request first = hub::tree_request(hub_at("https://huggingface.co"), "a/Model",
                                          "0123456789012345678901234567890123456789");
  EvidenceSet evidence;
  evidence.add(answered(first, R"([{"type":"file","path":"config.json","size":5,"oid":"x"},{}])"));
  const hub::FileTree tree = hub::read_tree(evidence, first);
  CHECK(tree.state == ReadState::unable);
  CHECK(tree.files.empty());
}

TEST_CASE("one odd row of a list does not hide the others") {
  const Request first = hub::search_request(hub_at("https://huggingface.co"), "Model", 10);
  const std::string odd = R"({"id":"a/Odd","tags":["x"],"config":[1],"safetensors":"many"})";
  const auto listing_of = [&](const std::string& body) {
    EvidenceSet evidence;
    evidence.add(answered(first, body));
    return hub::read_list(evidence, first);
  };
  const hub::Listing one =
      listing_of("[" + row("a/Model") + "," + odd + "," + row("b/Model") + "]");
  CHECK(one.state == ReadState::ok);
  REQUIRE(one.rows.size() == 3);
  CHECK(one.rows[1].id == "a/Odd");
  CHECK(one.rows[1].quantization.is_null());
  // Several are a list that was reshaped; a row without a name or with other tags is no row.
  const std::string again = R"({"id":"b/Odd","tags":["x"],"config":[1]})";
  CHECK(listing_of("[" + odd + "," + again + "]").state == ReadState::unable);
  CHECK(listing_of("[" + row("a/Model") + ",5]").state == ReadState::unable);
  CHECK(listing_of(R"([{"id":"a/Odd","tags":"x"}])").state == ReadState::unable);
  CHECK(listing_of(R"([{"id":"a/Odd","tags":["x"],"siblings":{}}])").state == ReadState::unable);
}

TEST_CASE("a row that comes twice is noticed and counted once") {
  const Request first = hub::search_request(hub_at("https://huggingface.co"), "Model", 2);
  EvidenceSet evidence;
  evidence.add(answered(first, "[" + row("a/Model") + "," + row("b/Model") + "]",
                        "</api/models?cursor=1>; rel=\"next\""));
  Request second = first;
  second.url = "https://huggingface.co/api/models?cursor=1";
  evidence.add(answered(second, "[" + row("b/Model") + "," + row("c/Model") + "]"));
  const hub::Listing listing = hub::read_list(evidence, first);
  CHECK(listing.state == ReadState::ok);
  CHECK(listing.rows.size() == 3);
  CHECK(listing.repeated == "b/Model");
}

TEST_CASE("an error with status 200 is not the file") {
  const Request request =
      hub::file_request(hub_at("https://huggingface.co"), "lab/Model",
                        "0123456789012345678901234567890123456789", "config.json");
  const auto read = [&](const std::string& body) {
    EvidenceSet evidence;
    evidence.add(answered(request, body));
    return hub::read_json_file(evidence, request).reading.state;
  };
  for (const std::string body :
       {"{}", R"({"error":"Internal Error"})", R"({"error":{"type":"x"},"request_id":"1"})",
        R"({"errors":[]})", R"({"message":"Not found","statusCode":404})", R"({"detail":"no"})",
        R"({"status":"error","code":500})", R"({"success":false})",
        R"({"type":"about:blank","title":"Bad","status":502,"detail":"x","instance":"/y"})",
        R"({"error":"stale","model_type":"llama"})", "[]", "null", "\"no\"", "<html></html>", ""}) {
    CAPTURE(body);
    CHECK(read(body) == ReadState::unable);
    CHECK_FALSE(hub::usable_file(answered(request, body)));
  }
  for (const std::string body :
       {R"({"model_type":"llama"})", R"({"architectures":["X"],"error":null})",
        R"({"bits":4,"group_size":128})", R"({"quantization":{"quant_algo":"NVFP4"}})",
        R"({"rope_theta":Infinity,"model_type":"x"})"}) {
    CAPTURE(body);
    CHECK(read(body) == ReadState::ok);
  }
}

TEST_CASE("a refusal stands for those whom it was given to") {
  const Request request = hub::file_request(hub_at("https://huggingface.co"), "lab/Model",
                                            std::string(40, 'a'), "config.json");
  CHECK(hub::usable_file(answered(request, "", {}, 401)));
  CHECK(hub::usable_file(answered(request, "", {}, 403)));
  CHECK_FALSE(hub::usable_file_with_token(answered(request, "", {}, 401)));
  CHECK(hub::usable_file_with_token(answered(request, "", {}, 403)));
}
