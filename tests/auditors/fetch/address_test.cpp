#include "auditors/fetch/address.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.h"

using assay::is_public_address;

TEST_CASE("addresses of the public internet are public") {
  for (const std::string text :
       {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "128.0.0.1",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00::1",
        "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:0101:0101::1"}) {
    CAPTURE(text);
    CHECK(is_public_address(text));
  }
}

TEST_CASE("all other addresses are not") {
  for (const std::string text : {"0.0.0.0",
                                 "0.1.2.3",
                                 "10.0.0.1",
                                 "10.255.255.255",
                                 "100.64.0.1",
                                 "100.127.255.255",
                                 "127.0.0.1",
                                 "127.255.255.255",
                                 "169.254.169.254",
                                 "172.16.0.1",
                                 "172.31.255.255",
                                 "192.0.0.8",
                                 "192.0.2.1",
                                 "192.168.1.1",
                                 "198.18.0.1",
                                 "198.19.255.255",
                                 "198.51.100.7",
                                 "203.0.113.9",
                                 "224.0.0.1",
                                 "240.0.0.1",
                                 "255.255.255.255",
                                 "::",
                                 "::1",
                                 "::127.0.0.1",
                                 "::ffff:127.0.0.1",
                                 "::ffff:10.0.0.1",
                                 "::ffff:0:192.168.0.1",
                                 "64:ff9b::10.0.0.1",
                                 "64:ff9b:1::1",
                                 "2001::1",
                                 "2001:db8::1",
                                 "2002:7f00:0001::1",
                                 "2002:c0a8:0101::1",
                                 "3fff::1",
                                 "100::1",
                                 "fc00::1",
                                 "fd12:3456::1",
                                 "fe80::1",
                                 "fe80::1%eth0",
                                 "fec0::1",
                                 "ff02::1"}) {
    CAPTURE(text);
    CHECK(assay::is_address(text));
    CHECK_FALSE(is_public_address(text));
  }
}

TEST_CASE("what is no address is not public") {
  for (const std::string text : {"", "1.1.1", "1.1.1.1.1", "example.org", "[::1]", "256.1.1.1"}) {
    CAPTURE(text);
    CHECK_FALSE(assay::is_address(text));
    CHECK_FALSE(is_public_address(text));
  }
  const std::vector<std::uint8_t> wrong_size{1, 1, 1};
  CHECK_FALSE(is_public_address(std::span<const std::uint8_t>(wrong_size)));
}

TEST_CASE("local names are known without looking them up") {
  for (const std::string name : {"localhost", "LOCALHOST.", "a.localhost", "nas.local", "intranet",
                                 "metadata.google.internal", ""}) {
    CAPTURE(name);
    CHECK(assay::is_local_name(name));
  }
  for (const std::string name : {"huggingface.co", "local.example", "example.org."}) {
    CAPTURE(name);
    CHECK_FALSE(assay::is_local_name(name));
  }
}
