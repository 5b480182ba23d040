#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "auditors/duration.h"
#include "cli/commands.h"

namespace assay::cli {

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

std::string read_file(const std::string& path) {
  // Far above every limit with a better message; endless devices end here.
  constexpr std::size_t kMaxFile = std::size_t{1} << 30;
  const auto fail = [&](const char* why) -> void {
    throw std::runtime_error(path + ": " + why + "; give the path of a readable file");
  };
  const int descriptor = path == "-"
                             ? STDIN_FILENO
                             : open(path.c_str(), O_RDONLY | O_CLOEXEC);  // NOLINT(hicpp-vararg)
  if (descriptor < 0) fail(std::strerror(errno));
  std::string content;
  struct stat status {};
  int error = 0;
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    error = EISDIR;
  } else {
    if (S_ISREG(status.st_mode) && status.st_size > 0) {
      content.reserve(std::min(static_cast<std::size_t>(status.st_size), kMaxFile));
    }
    std::array<char, 1 << 16> buffer{};
    while (true) {
      const ssize_t count = read(descriptor, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) error = errno;
      if (count <= 0) break;
      content.append(buffer.data(), static_cast<std::size_t>(count));
      if (content.size() > kMaxFile) error = EFBIG;
      if (error != 0) break;
    }
  }
  if (descriptor != STDIN_FILENO) close(descriptor);
  if (error != 0) fail(std::strerror(error));
  return content;
}

Config configuration(const std::string& path) {
  const Environment environment = process_environment();
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

std::int64_t now_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::chrono::seconds duration(std::string_view option, const std::string& text) {
  const auto parsed = parse_duration(text);
  if (parsed) return *parsed;
  throw std::runtime_error(std::string(option) + ": `" + text + "` is not " +
                           std::string(kDurationForms) + ", or 0 for none");
}

std::string_view version() { return ASSAY_VERSION; }

std::string user_agent() { return "assay/" + std::string(version()); }

}  // namespace assay::cli
