#include "auditors/fetch/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "validator/text/ascii.h"

namespace assay {
namespace {

struct Range {
  std::array<std::uint8_t, 16> prefix;
  unsigned bits;
};

// IANA's special-purpose registries: what is not globally reachable.
constexpr Range kReserved4[] = {
    {{0}, 8},              // "this network"
    {{10}, 8},             // private
    {{100, 64}, 10},       // shared (CGNAT)
    {{127}, 8},            // loopback
    {{169, 254}, 16},      // link-local, cloud metadata
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // protocol assignments
    {{192, 0, 2}, 24},     // documentation
    {{192, 88, 99}, 24},   // 6to4 relays
    {{192, 168}, 16},      // private
    {{198, 18}, 15},       // benchmarking
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 4},            // multicast
    {{240}, 4},            // reserved, broadcast
};

// Only 2000::/3 is global unicast; these parts of it are not. Everything outside of it is refused
// but the forms that embed an IPv4 address, which are judged by that address.
constexpr Range kGlobal6{{0x20}, 3};
constexpr Range kReserved6[] = {
    {{0x20, 0x01}, 23},              // protocol assignments, with Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
};

struct Embedding {
  Range range;
  std::size_t offset;  // of the four bytes
};
constexpr Embedding kEmbedded4[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12},  // mapped
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12},        // translated
    {{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},                    // NAT64
    {{{0x20, 0x02}, 16}, 2},                                 // 6to4
};

bool within(std::span<const std::uint8_t> address, const Range& range) {
  const std::size_t whole = range.bits / 8;
  const unsigned rest = range.bits % 8;
  if (!std::equal(range.prefix.begin(), range.prefix.begin() + whole, address.begin())) {
    return false;
  }
  return rest == 0 || (address[whole] >> (8U - rest)) == (range.prefix[whole] >> (8U - rest));
}

bool is_public4(std::span<const std::uint8_t> address) {
  return std::none_of(std::begin(kReserved4), std::end(kReserved4),
                      [&](const Range& range) { return within(address, range); });
}

bool is_public6(std::span<const std::uint8_t> address) {
  for (const Embedding& embedding : kEmbedded4) {
    if (within(address, embedding.range)) return is_public4(address.subspan(embedding.offset, 4));
  }
  return within(address, kGlobal6) &&
         std::none_of(std::begin(kReserved6), std::end(kReserved6),
                      [&](const Range& range) { return within(address, range); });
}

std::optional<std::vector<std::uint8_t>> parse(std::string_view text) {
  const std::string copy(text.substr(0, text.find('%')));  // without an IPv6 zone
  std::vector<std::uint8_t> bytes(16);
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(4);
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

}  // namespace

bool is_public_address(std::span<const std::uint8_t> address) {
  if (address.size() == 4) return is_public4(address);
  return address.size() == 16 && is_public6(address);
}

bool is_public_address(std::string_view text) {
  const auto bytes = parse(text);
  return bytes && is_public_address(std::span<const std::uint8_t>(*bytes));
}

bool is_address(std::string_view text) { return parse(text).has_value(); }

bool is_local_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.find('.') == std::string_view::npos) return true;
  const std::string name = ascii::lower(host);
  constexpr std::string_view kLocal[] = {".localhost", ".local", ".internal", ".lan", ".home.arpa"};
  return std::any_of(std::begin(kLocal), std::end(kLocal),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

}  // namespace assay
