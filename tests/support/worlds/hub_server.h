#pragma once

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "support/golden.h"
#include "support/http/fake_http_server.h"
#include "support/worlds/fake_hub.h"

namespace assay::test {

/// A fake Hub over HTTP, as one of the golden cases of the quantizations describes it.
class HubServer {
 public:
  explicit HubServer(const std::string& golden_case)
      : hub_(nlohmann::json::parse(
            read_file(golden_folder() / "auditors/quantizations" / golden_case / "hub.json"))),
        server_([this](const FakeRequest& request) { return answer(request); }) {}

  const FakeHttpServer& http() const { return server_; }

  std::atomic<std::chrono::milliseconds> pause{std::chrono::milliseconds{0}};  ///< per request

 private:
  FakeResponse answer(const FakeRequest& request) {
    if (const auto time = pause.load(); time.count() > 0) std::this_thread::sleep_for(time);
    const FakeHub::Answer found = hub_.answer(request.target);
    FakeResponse response;
    response.status = found.status;
    response.body = found.body;
    for (const auto& [name, value] : found.headers) response.headers.emplace_back(name, value);
    return response;
  }

  FakeHub hub_;
  FakeHttpServer server_;
};

}  // namespace assay::test
