#include "cli/environment.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>

#include "auditors/read_config.h"
#include "validator/file.h"

namespace assay::cli {

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

Config read_configuration(const std::string& path, const Environment& environment) {
  constexpr const char* kDefault = "assay.yaml";
  if (!path.empty()) return load_config(path, read_file(path), environment);
  if (access(kDefault, F_OK) == 0) return load_config(kDefault, read_file(kDefault), environment);
  return load_config(kDefault, "", environment);
}

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

bool wants_colour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  return is_terminal(descriptor) && (no_colour == nullptr || *no_colour == '\0');
}

std::int64_t unix_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string_view version() { return ASSAY_VERSION; }

std::string user_agent() { return "assay/" + std::string(version()); }

}  // namespace assay::cli
