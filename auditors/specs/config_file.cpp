#include "auditors/specs/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "auditors/hub/requests.h"
#include "auditors/repository/name_hints.h"

namespace assay::specs {
namespace {

using hub::Repository;

constexpr std::string_view kFile = "config.json";
// Copies that are looked into: the well-known ones come first.
constexpr std::size_t kCopies = 4;
// As in the search of other auditors, so that one answer serves all.
constexpr int kPageSize = 1000;

const hub::File* find_file(const std::vector<hub::File>& files) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [](const hub::File& file) { return file.path == kFile; });
  return found == files.end() ? nullptr : &*found;
}

// A file that describes the model in the format of another program: Mistral's params.json, NeMo's
// archive, GGUF's own fields. Empty when there is none.
std::string other_description(const std::vector<hub::File>& files) {
  constexpr std::array<std::string_view, 8> kNames{
      "params.json", "model_config.json", "model_config.yaml", "mlc-chat-config.json",
      "config.yaml", "config.yml",        "config.toml",       "model_args.json"};
  constexpr std::array<std::string_view, 2> kEndings{".nemo", ".gguf"};
  for (const hub::File& file : files) {
    const std::string_view path = file.path;
    const std::string_view name = path.substr(path.find_last_of('/') + 1);
    const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
    if (std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
        std::any_of(kEndings.begin(), kEndings.end(), ends)) {
      return file.path;
    }
  }
  return {};
}

std::string at_commit(const Repository& repository) {
  return fmt::format("{} at commit {}", repository.id, repository.sha.substr(0, 12));
}

// Looks for a copy of the gated file. Everything that failed on the way stays in the result.
class CopySearch {
 public:
  CopySearch(const SourceConfig& hub, const EvidenceSet& evidence, const BaseRepository& base,
             const Evidence* refusal)
      : hub_(hub), evidence_(evidence), base_(base) {
    file_.evidence = {base.evidence, refusal};
  }

  ConfigFile run() {
    const std::string blob = blob_of_original();
    if (file_.state != ReadState::missing || !file_.needed.empty()) return std::move(file_);
    const Request search =
        hub::search_request(hub_, repository_name(base_.repository.id), kPageSize);
    const hub::Listing named = hub::read_list(evidence_, search);
    if (named.pages.empty()) {
      if (named.state == ReadState::missing) return need(search);
      file_.evidence.push_back(named.failed);
      return end(named.state, "the search for a copy failed: " + named.why);
    }
    for (const Repository* copy : candidates(named)) {
      if (try_copy(*copy, blob, named.pages.front())) return std::move(file_);
    }
    if (failed_) return end(ReadState::unreachable, "a copy could not be read: " + *failed_);
    return end(ReadState::unable, fmt::format("no readable copy of the same file was found in a "
                                              "repository named {}",
                                              repository_name(base_.repository.id)));
  }

 private:
  ConfigFile need(Request request) {
    file_.needed.push_back(std::move(request));
    return std::move(file_);
  }

  ConfigFile end(ReadState state, const std::string& why) {
    file_.state = state;
    file_.gated = true;
    file_.why = fmt::format("config.json of {} is gated, and {}", base_.repository.id, why);
    return std::move(file_);
  }

  // The info states it; where it does not, the tree does.
  std::string blob_of_original() {
    const hub::File* original = find_file(base_.repository.files);
    if (original != nullptr && !original->blob.empty()) return original->blob;
    const Request request = hub::tree_request(hub_, base_.repository.id, base_.repository.sha);
    const hub::FileTree tree = hub::read_tree(evidence_, request);
    original = find_file(tree.files);
    if (original != nullptr && !original->blob.empty()) return original->blob;
    if (tree.state == ReadState::missing) {
      file_.needed = tree.needed;
      return {};
    }
    if (tree.failed != nullptr) file_.evidence.push_back(tree.failed);
    const bool failed = tree.state == ReadState::unreachable;
    end(failed ? ReadState::unreachable : ReadState::unable,
        failed ? "its file tree could not be read: " + tree.why
               : std::string("the Hub states no git id for it"));
    return {};
  }

  // Of the first page only, so that it does not matter how far others read.
  std::vector<const Repository*> candidates(const hub::Listing& named) const {
    std::vector<std::pair<std::tuple<std::int64_t, std::string_view>, const Repository*>> ranked;
    for (std::size_t i = 0; i < named.page_ends.front(); ++i) {
      const Repository& row = named.rows[i];
      const bool closed = row.gated || row.is_private || row.disabled || row.sha.empty();
      if (closed || row.id == base_.repository.id ||
          !same_id(repository_name(row.id), repository_name(base_.repository.id)) ||
          (row.has_files && find_file(row.files) == nullptr)) {
        continue;
      }
      ranked.emplace_back(std::tuple(-row.downloads, std::string_view(row.id)), &row);
    }
    std::sort(ranked.begin(), ranked.end());
    if (ranked.size() > kCopies) ranked.resize(kCopies);
    std::vector<const Repository*> rows;
    for (const auto& [rank, row] : ranked) rows.push_back(row);
    return rows;
  }

  // Whether the search is over: the file was read, or something has to be fetched first.
  bool try_copy(const Repository& copy, const std::string& blob, const Evidence* page) {
    const hub::FileTree tree =
        hub::read_tree(evidence_, hub::tree_request(hub_, copy.id, copy.sha));
    const hub::File* same = find_file(tree.files);
    if (same == nullptr) {
      if (tree.state == ReadState::missing) {
        file_.needed = tree.needed;
        return true;
      }
      if (tree.state == ReadState::unreachable) note_failure(copy, tree.why, tree.failed);
      return false;
    }
    if (same->blob != blob) return false;
    const Request request = hub::file_request(hub_, copy.id, copy.sha, kFile);
    hub::JsonFile read = hub::read_json_file(evidence_, request);
    if (read.reading.state == ReadState::missing) {
      file_.needed.push_back(request);
      return true;
    }
    if (!read.reading.ok()) {
      note_failure(copy, read.reading.why, read.reading.evidence);
      return false;
    }
    file_.state = ReadState::ok;
    file_.value = std::move(read.value);
    file_.place = fmt::format("{}, the same file (git blob {}) as in the gated {}", at_commit(copy),
                              blob.substr(0, 12), base_.repository.id);
    file_.evidence = {read.reading.evidence, tree.pages.front(), page, base_.evidence};
    return true;
  }

  void note_failure(const Repository& copy, const std::string& why, const Evidence* evidence) {
    if (!failed_) failed_ = fmt::format("{}: {}", copy.id, why);
    if (evidence != nullptr) file_.evidence.push_back(evidence);
  }

  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  const BaseRepository& base_;
  ConfigFile file_;
  std::optional<std::string> failed_;
};

}  // namespace

ConfigFile read_config_file(const SourceConfig& hub, const EvidenceSet& evidence,
                            const BaseRepository& base) {
  const Repository& repository = base.repository;
  const Request request = hub::file_request(hub, repository.id, repository.sha, kFile);
  hub::JsonFile read = hub::read_json_file(evidence, request);
  if (read.gated) return CopySearch(hub, evidence, base, read.reading.evidence).run();
  ConfigFile file;
  file.state = read.reading.state;
  if (file.state == ReadState::missing) {
    file.needed.push_back(request);
    return file;
  }
  file.evidence = {read.reading.evidence, base.evidence};
  file.place = at_commit(repository);
  if (read.reading.ok()) {
    file.value = std::move(read.value);
    return file;
  }
  const bool listed = find_file(repository.files) != nullptr;
  if (read.absent) {
    file.state = ReadState::unable;
    file.absent = !listed && repository.has_files;
    file.why = fmt::format("{} has no config.json{}", repository.id,
                           listed ? ", though it is listed" : "");
    if (file.absent) file.instead = other_description(repository.files);
    if (!file.instead.empty()) {
      file.why += fmt::format("; {} may describe it, which assay does not read", file.instead);
    }
  } else {
    file.why =
        fmt::format("config.json of {} could not be read: {}", repository.id, read.reading.why);
  }
  return file;
}

}  // namespace assay::specs
