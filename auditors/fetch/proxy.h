#pragma once

#include <string>
#include <string_view>

#include "auditors/credentials.h"

namespace assay {

/// The proxy that the environment names for a URL's scheme and host (https_proxy, HTTPS_PROXY,
/// http_proxy in lower case only, all_proxy, ALL_PROXY), as curl and others read them; empty when
/// there is none or when no_proxy or NO_PROXY exempts the host (names with their subdomains,
/// addresses, "*").
std::string proxy_for(std::string_view scheme, std::string_view host,
                      const Environment& environment);

}  // namespace assay
