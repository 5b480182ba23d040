#include "auditors/fetch/proxy.h"

#include <algorithm>
#include <initializer_list>

#include "validator/text/ascii.h"

namespace assay {
namespace {

std::string first_of(std::initializer_list<std::string_view> names,
                     const Environment& environment) {
  for (const std::string_view name : names) {
    if (auto value = environment(name); value && !value->empty()) return *std::move(value);
  }
  return {};
}

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

bool exempts(std::string_view entry, std::string_view host) {
  if (entry == "*") return true;
  while (entry.starts_with('.')) entry.remove_prefix(1);
  entry = without_brackets(entry);
  if (entry.empty() || !host.ends_with(entry)) return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

}  // namespace

std::string proxy_for(std::string_view scheme, std::string_view host,
                      const Environment& environment) {
  std::string proxy = scheme == "https" ? first_of({"https_proxy", "HTTPS_PROXY"}, environment)
                                        : first_of({"http_proxy"}, environment);
  if (proxy.empty()) proxy = first_of({"all_proxy", "ALL_PROXY"}, environment);
  if (proxy.empty()) return {};
  std::string name = ascii::lower(without_brackets(host));
  if (name.ends_with('.')) name.pop_back();
  const std::string exempt = ascii::lower(first_of({"no_proxy", "NO_PROXY"}, environment));
  for (std::string_view rest = exempt; !rest.empty();) {
    const std::size_t end = rest.find_first_of(", \t");
    if (exempts(rest.substr(0, end), name)) return {};
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return proxy;
}

}  // namespace assay
