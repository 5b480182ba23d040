#pragma once

#include <string>

namespace assay::test {

/// Sends bytes as they are over a connection of its own to 127.0.0.1 and returns all that comes
/// until the other side closes it; empty when nothing comes within 10 s. Throws when nobody
/// listens.
std::string http_exchange(int port, const std::string& bytes);

}  // namespace assay::test
