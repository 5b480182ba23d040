#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "fuzz/fuzz.h"

// Stands in for libFuzzer: gives the target the files named, and those in the folders named, once,
// as libFuzzer does with -runs=0.

namespace {

int run(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (stream.fail()) {
    std::cerr << file << " cannot be read\n";
    std::exit(2);
  }
  std::cerr << file << std::endl;  // the last one named is the culprit
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]).starts_with('-')) continue;  // an option of libFuzzer
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files += run(entry);
    } else {
      files += run(argv[i]);
    }
  }
  std::cerr << files << " inputs\n";
  return files > 0 ? 0 : 2;
}
