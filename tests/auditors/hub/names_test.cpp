#include <map>

#include "auditors/evidence/stored_transport.h"
#include "auditors/hub/answers.h"
#include "auditors/hub/requests.h"
#include "auditors/read_config.h"
#include "support/catch.h"
#include "validator/text/dates.h"

// What the Hub calls a repository now, and for how long its answer will do.

namespace {

using namespace assay;

constexpr const char* kToday = "2026-08-21T00:00:00.000Z";

Evidence named(const Request& request, const std::string& final_url, const std::string& body,
               const std::string& date) {
  Evidence evidence;
  evidence.source = request.source;
  evidence.url = request.url;
  evidence.final_url = final_url;
  evidence.status = 200;
  evidence.fetched_at = date + "T00:00:00.000Z";
  evidence.body = body;
  seal(evidence);
  return evidence;
}

// Whether the network was asked where the store has this answer.
bool asks_for_name(const Request& request, const Evidence& known) {
  bool asked = false;
  const Transport network{.submit =
                              [&](const Request& wanted, const Done& done) {
                                asked = true;
                                done(named(wanted, wanted.url, "{}", "2026-08-21"));
                              },
                          .drain = [] {}};
  const Transport transport = stored_first([&](const std::string&) { return std::optional(known); },
                                           network, {.now = parse_time(kToday)});
  transport.submit(request, [](const Evidence&) {});
  transport.drain();
  return asked;
}

}  // namespace

TEST_CASE("a redirect of the Hub is kept for ever and a name that stands for a month") {
  const Config config = load_config("", "", [](std::string_view) { return std::nullopt; });
  const SourceConfig& hub = *config.source("huggingface");
  const Request request = hub::name_request(hub, "lab/Old");
  const std::string moved = hub::name_request(hub, "lab/New").url;
  CHECK_FALSE(asks_for_name(request, named(request, moved, R"({"id":"lab/New"})", "2021-01-01")));
  CHECK_FALSE(
      asks_for_name(request, named(request, request.url, R"({"id":"lab/Old"})", "2026-07-30")));
  CHECK(asks_for_name(request, named(request, request.url, R"({"id":"lab/Old"})", "2026-07-01")));
  // What names no repository was no answer.
  CHECK(asks_for_name(request, named(request, moved, R"({"error":"try again"})", "2026-08-20")));
}

TEST_CASE("what the Hub calls a repository is read from its answer alone") {
  const Config config = load_config("", "", [](std::string_view) { return std::nullopt; });
  const Request request = hub::name_request(*config.source("huggingface"), "lab/Old");
  const auto read = [&](int status, const std::string& body, const std::string& code) {
    Evidence evidence = named(request, request.url, body, "2026-08-20");
    evidence.status = status;
    if (!code.empty()) evidence.headers["x-error-code"] = code;
    EvidenceSet set;
    set.add(evidence);
    std::string name;
    const Reading reading = hub::read_name(set, request, name);
    return reading.ok() ? "is " + name : "unread";
  };
  CHECK(read(200, R"({"id":"lab/New"})", "") == "is lab/New");
  CHECK(read(404, "", "RepoNotFound") == "is ");
  CHECK(read(401, R"({"error":"Invalid username or password."})", "") == "is ");
  CHECK(read(404, R"({"error":"Repository not found"})", "") == "is ");
  CHECK(read(401, R"({"error":"Invalid credentials in Authorization header"})", "") == "unread");
  CHECK(read(404, "no", "") == "unread");
  CHECK(read(500, R"({"id":"lab/New"})", "") == "unread");
  CHECK(read(200, "{}", "") == "unread");
  CHECK(read(200, "[]", "") == "unread");
  CHECK(read(200, R"({"id":7})", "") == "unread");
}
