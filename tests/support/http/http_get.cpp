#include "support/http/http_get.h"

#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "support/eventually.h"
#include "support/http/http_exchange.h"

namespace assay::test {

HttpAnswer http_get(int port, const std::string& target) {
  const std::string answer = http_exchange(
      port, "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  HttpAnswer result;
  const std::size_t end = answer.find("\r\n\r\n");
  if (answer.size() < 12 || end == std::string::npos) return result;
  result.status = std::atoi(answer.c_str() + 9);
  result.head = answer.substr(0, end);
  result.body = answer.substr(end + 4);
  return result;
}

int served_port(const Process& server) {
  constexpr const char* kBefore = "http://127.0.0.1:";
  std::size_t at = std::string::npos;
  std::string said;
  const bool told = eventually([&] {
    said = server.err_so_far();
    at = said.find(kBefore);
    return at != std::string::npos;
  });
  if (told) return std::atoi(said.c_str() + at + std::string_view(kBefore).size());
  throw std::runtime_error("the server does not say where it listens: " + server.err_so_far());
}

}  // namespace assay::test
