#include "api/pages/links.h"

#include <fmt/format.h>

#include "auditors/evidence/evidence.h"
#include "validator/text/percent.h"

namespace assay::api {

Links Links::in_folder(int depth, std::int64_t oldest_run) {
  Links links;
  links.served_ = false;
  links.root_ = depth == 0 ? "./" : "";
  for (int i = 0; i < depth; ++i) links.root_ += "../";
  links.oldest_run_ = oldest_run;
  return links;
}

std::string Links::page(std::string_view path) const {
  if (served_) return fmt::format("/{}", path);
  return fmt::format("{}{}{}index.html", root_, path, path.empty() ? "" : "/");
}

std::string Links::model(std::string_view slug) const {
  if (served_) return "/models/" + percent_encoded(slug);
  return names_folder(slug) ? page(fmt::format("models/{}", slug)) : std::string{};
}

std::string Links::run(std::int64_t id) const {
  return id < oldest_run_ ? std::string{} : page(fmt::format("runs/{}", id));
}

std::string Links::file(std::string_view name) const { return fmt::format("{}{}", root_, name); }

std::string Links::evidence(std::string_view id) const {
  if (id.empty()) return {};
  return served_ ? fmt::format("/api/v1/evidence/{}", id)
                 : fmt::format("{}evidence/{}.json", root_, id);
}

std::string Links::api(std::string_view rest) const {
  return served_ ? fmt::format("/api/v1/{}", rest) : std::string{};
}

bool names_folder(std::string_view slug) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !slug.empty() && slug.size() <= 128 && slug.front() != '.' &&
         slug.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace assay::api
