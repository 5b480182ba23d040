#pragma once

#include <string>
#include <string_view>

namespace assay::api {

/// Where to listen: "127.0.0.1:8080", "[::1]:8080" or ":8080" (loopback). Port 0 means any free
/// port.
struct Listen {
  std::string host = "127.0.0.1";
  int port = 8080;
};
/// Throws std::runtime_error that says what is expected.
Listen parse_listen(std::string_view text);

}  // namespace assay::api
