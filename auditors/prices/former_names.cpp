#include "auditors/prices/former_names.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "validator/text/ascii.h"

namespace assay::prices {
namespace {

// An id of a repository in lower case, as far as likeness goes.
struct RepositoryName {
  std::string whole;
  std::string owner;
  std::set<std::string> words;    ///< of its name, without a digit
  std::set<std::string> figures;  ///< of its name, with one: sizes, versions, dates
  std::string last;               ///< word of its name, of either kind
};

// Empty where it cannot be one.
RepositoryName read_name(std::string_view id) {
  RepositoryName name;
  const std::size_t slash = id.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 >= id.size()) return name;
  if (id.find_first_of("/: ", slash + 1) != std::string_view::npos) return name;
  name.whole = folded_name(id);
  name.owner = name.whole.substr(0, slash);
  std::string word;
  bool digit = false;
  const auto end_word = [&] {
    if (word.empty()) return;
    (digit ? name.figures : name.words).insert(word);
    name.last = std::move(word);
    word.clear();
    digit = false;
  };
  for (std::size_t i = slash + 1; i < name.whole.size(); ++i) {
    const char c = name.whole[i];
    // "3.1" is one figure.
    const bool is_point =
        c == '.' && digit && i + 1 < name.whole.size() && ascii::is_digit(name.whole[i + 1]);
    if (is_point || ascii::is_alphanumeric(c)) {
      word += c;
      digit = digit || ascii::is_digit(c);
    } else {
      end_word();
    }
  }
  end_word();
  return name;
}

std::size_t shared(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::vector<std::string> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both.size();
}

// How alike two names are, 0 for names of different models.
std::size_t likeness(const RepositoryName& a, const RepositoryName& b, bool is_stated) {
  const std::size_t figures = shared(a.figures, b.figures);
  const std::size_t words = shared(a.words, b.words);
  // A new name may add a date or drop a version, but not change one.
  if (figures != std::min(a.figures.size(), b.figures.size())) return 0;
  const bool same_figures = a.figures.size() == b.figures.size();
  const std::size_t owner = a.owner == b.owner ? 1 : 0;
  if (!same_figures && figures == 0 && words + owner == 0) return 0;
  if (is_stated) return 1 + figures + words + owner;
  // Most names of offers are not ids of repositories: only the same name, or one within the other,
  // and none that goes on ("-Turbo").
  const bool within = words == std::min(a.words.size(), b.words.size()) && words > 0;
  return same_figures && within && a.last == b.last ? 1 + figures + words + owner : 0;
}

}  // namespace

std::vector<std::string> possible_former_names(const PriceList& list, const ModelNames& names,
                                               std::string_view provider) {
  constexpr std::size_t kMost = 12;
  std::map<std::string, std::size_t> found;  // likeness by name
  const auto consider = [&](std::string_view id, bool is_stated) {
    const RepositoryName other = read_name(id);
    if (other.whole.empty()) return;
    std::size_t best = 0;
    for (const std::string& known : names.repositories) {
      const RepositoryName own = read_name(known);
      if (own.whole == other.whole) return;
      best = std::max(best, own.whole.empty() ? 0 : likeness(own, other, is_stated));
    }
    if (best > 0) found.emplace(id, best);
  };
  for (const Offer& offer : list.of_provider(provider)) {
    if (!offer.variant.empty()) continue;
    if (!offer.repository.empty()) {
      consider(offer.repository, true);
    } else {
      consider(offer.model, false);
    }
  }
  std::vector<std::tuple<std::size_t, std::string>> ordered;
  for (const auto& [name, alike] : found) ordered.emplace_back(alike, name);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return std::get<0>(a) > std::get<0>(b); });
  ordered.resize(std::min(ordered.size(), kMost));
  std::vector<std::string> result;
  for (auto& [alike, name] : ordered) result.push_back(std::move(name));
  return result;
}

}  // namespace assay::prices
