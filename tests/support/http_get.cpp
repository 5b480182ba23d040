#include "support/http_get.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace assay::test {

HttpAnswer http_get(int port, const std::string& target) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(socket);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  const std::string request =
      "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  std::string answer;
  if (send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(request.size())) {
    std::array<char, 16384> buffer{};
    for (ssize_t count = 0; (count = recv(socket, buffer.data(), buffer.size(), 0)) > 0;) {
      answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  close(socket);
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
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    const std::string said = server.err_so_far();
    const std::size_t at = said.find(kBefore);
    if (at != std::string::npos) return std::atoi(said.c_str() + at + std::string(kBefore).size());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("the server does not say where it listens: " + server.err_so_far());
}

}  // namespace assay::test
