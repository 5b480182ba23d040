#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace assay {

/// Whether an IPv4 (4 bytes) or IPv6 address (16 bytes), in network order, belongs to a host on the
/// public internet: not loopback, private, link-local, shared, multicast, reserved or for
/// documentation, and not an IPv6 form that carries such an IPv4 address. False for other sizes.
bool is_public_address(std::span<const std::uint8_t> address);

/// The same for an address as text ("192.0.2.1", "::1", no brackets); false when it is none.
bool is_public_address(std::string_view text);

/// Whether the text is an IPv4 or IPv6 address.
bool is_address(std::string_view text);

/// Whether a host name can only mean this machine or its own network ("localhost", "nas.local",
/// names without a dot), so that it is refused where no address can be looked at.
bool is_local_name(std::string_view host);

}  // namespace assay
