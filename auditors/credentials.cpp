#include "auditors/credentials.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "validator/text/ascii.h"

namespace assay {
namespace {

// A credential goes into a header line, so it is a word of printable characters or nothing.
std::optional<std::string> usable(std::optional<std::string> text) {
  constexpr std::string_view kSpace = " \t\r\n";
  if (!text) return std::nullopt;
  const std::size_t begin = text->find_first_not_of(kSpace);
  if (begin == std::string::npos) return std::nullopt;
  std::string word = text->substr(begin, text->find_last_not_of(kSpace) - begin + 1);
  const bool printable =
      std::all_of(word.begin(), word.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  return printable ? std::optional(std::move(word)) : std::nullopt;
}

std::optional<std::string> variable(std::string_view name, const Environment& environment) {
  if (name.empty()) return std::nullopt;
  return usable(environment(name));
}

// Pipes and devices would block, and no credential is long.
std::optional<std::string> read_small_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error) || error) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4096> bytes{};
  file.read(bytes.data(), bytes.size());
  const auto size = static_cast<std::size_t>(file.gcount());
  if (size == 0 || size == bytes.size()) return std::nullopt;
  return usable(std::string(bytes.data(), size));
}

std::filesystem::path hub_token_file(const Environment& environment) {
  const auto value = [&](std::string_view name) { return environment(name).value_or(""); };
  if (const auto path = value("HF_TOKEN_PATH"); !path.empty()) return path;
  if (const auto home = value("HF_HOME"); !home.empty()) {
    return std::filesystem::path(home) / "token";
  }
  if (const auto cache = value("XDG_CACHE_HOME"); !cache.empty()) {
    return std::filesystem::path(cache) / "huggingface" / "token";
  }
  if (const auto home = value("HOME"); !home.empty()) {
    return std::filesystem::path(home) / ".cache" / "huggingface" / "token";
  }
  return {};
}

}  // namespace

bool is_set(const std::optional<std::string>& value) {
  if (!value) return false;
  const std::string text = ascii::upper(*value);
  return text == "1" || text == "ON" || text == "YES" || text == "TRUE";
}

std::optional<std::string> credential(const SourceConfig& source, const Environment& environment) {
  if (!source.traits.hub_token) return variable(source.token_env, environment);
  // A variable that the configuration names is meant; the usual places are used unasked.
  if (source.token_env != source.traits.token_env) {
    if (auto token = variable(source.token_env, environment)) return token;
  }
  if (is_set(environment("HF_HUB_DISABLE_IMPLICIT_TOKEN"))) return std::nullopt;
  for (const std::string_view name :
       {source.traits.token_env, std::string_view("HUGGING_FACE_HUB_TOKEN")}) {
    if (auto token = variable(name, environment)) return token;
  }
  const std::filesystem::path file = hub_token_file(environment);
  return file.empty() ? std::nullopt : read_small_file(file);
}

}  // namespace assay
