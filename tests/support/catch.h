#pragma once

#include <string>

// Catch2 2 (Debian 12) has one header, Catch2 3 (Debian 13) one for everything.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Matchers::ContainsSubstring;
#else
#include <catch2/catch.hpp>
inline auto ContainsSubstring(const std::string& text) { return Catch::Matchers::Contains(text); }
#endif

namespace assay::test {

/// Ends the test case as one that could not run, and prints why. CTest shows and counts it as
/// skipped. What failed before it still fails.
[[noreturn]] void skip(const std::string& why);

}  // namespace assay::test
