#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::test {

/// How often the plain reader understood a list, and what yaml-cpp made of the same.
struct TwoReadings {
  std::size_t lists = 0;   ///< that both were given
  std::size_t plain = 0;   ///< that the plain reader accepted
  std::string difference;  ///< empty when yaml-cpp's tree and problems are the same for all of them
};

/// Gives both readers every item of the catalog that `bytes` may be, and all of it as one list.
TwoReadings read_twice(std::string_view bytes);

}  // namespace assay::test
