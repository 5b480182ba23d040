#pragma once

#include <string>

#include "support/process.h"

namespace assay::test {

struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;
};

/// One GET over a connection of its own to 127.0.0.1.
HttpAnswer http_get(int port, const std::string& target);

/// Waits until `assay serve` says where it listens; throws when it ends or takes too long.
int served_port(const Process& server);

}  // namespace assay::test
