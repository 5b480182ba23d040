#include <string_view>

#include "fuzz/fuzz.h"
#include "support/two_readings.h"

// What the plain reader accepts, yaml-cpp reads the same.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto readings = assay::test::read_twice({reinterpret_cast<const char*>(data), size});
  assay::fuzz::demand(readings.difference.empty(), readings.difference.c_str());
  return 0;
}
