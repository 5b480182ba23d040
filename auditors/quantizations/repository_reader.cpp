#include "auditors/quantizations/repository_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "auditors/hub/requests.h"
#include "auditors/repository/quantization_format.h"
#include "auditors/repository/weight_files.h"

namespace assay {

using hub::Repository;

namespace {

bool lists(const Repository& row, std::string_view path) {
  return std::any_of(row.files.begin(), row.files.end(),
                     [&](const hub::File& file) { return file.path == path; });
}

// Whether a family's names are known to have this word.
bool has_hint(const QuantizationFamilies& families, std::string_view family,
              std::string_view word) {
  return std::any_of(families.begin(), families.end(), [&](const QuantizationFamily& one) {
    return one.id == family &&
           std::find(one.name_hints.begin(), one.name_hints.end(), word) != one.name_hints.end();
  });
}

// Whether two statements about the same weights can both be true.
bool agree(const QuantizationFormat& one, const QuantizationFormat& other) {
  using Kind = QuantizationFormat::Kind;
  if (other.kind == Kind::known) {
    const std::vector<std::string_view> held = other.held();
    return std::any_of(held.begin(), held.end(),
                       [&](std::string_view id) { return one.may_be(id); });
  }
  if (one.kind != Kind::known) return true;
  return other.kind == Kind::unknown && other.may_be(one.family);
}

// A tree that one page tells is held against the names of the listing; of several pages only
// together something is missing, so that they are asked for once.
bool usable_tree_of(const Evidence& stored, const std::vector<hub::File>& listed,
                    std::string_view base) {
  EvidenceSet alone;
  alone.add(stored);
  const hub::FileTree tree = hub::read_tree(alone, {.source = stored.source, .url = stored.url});
  if (tree.state != ReadState::ok)
    return tree.state == ReadState::missing;  // only the next page is
  // Of a branch no listing tells the files: one without whole weights is looked at again.
  const WeightFiles weights = weight_files(tree.files, base);
  const bool whole = std::any_of(weights.tensors.begin(), weights.tensors.end(),
                                 [](const WeightSet& set) { return set.complete; });
  if (listed.empty() && !whole && weights.gguf.empty()) return false;
  return doubt_of_files(tree.files, listed, base).empty();
}

}  // namespace

void RepositoryReader::end(ReadState state, std::string why) {
  out.status =
      state == ReadState::unreachable ? Examined::Status::unreachable : Examined::Status::doubtful;
  out.why = std::move(why);
}

void RepositoryReader::need(std::vector<Request> requests) {
  out.status = Examined::Status::pending;
  out.needed = std::move(requests);
}

std::optional<Repository> RepositoryReader::info(const std::string& id) {
  const Request request = hub::info_request(hub_, id);
  Repository info;
  const Reading reading = hub::read_info(evidence_, request, info);
  if (reading.state == ReadState::missing) {
    need({request});
    return std::nullopt;
  }
  out.evidence.push_back(reading.evidence);
  if (reading.ok()) return info;
  end(reading.state, reading.why);
  return std::nullopt;
}

std::optional<std::vector<hub::Branch>> RepositoryReader::branches(const Repository& row) {
  const Request request = hub::refs_request(hub_, row.id);
  std::vector<hub::Branch> branches;
  const Reading reading = hub::read_branches(evidence_, request, branches);
  if (reading.state == ReadState::missing) {
    need({request});
    return std::nullopt;
  }
  out.evidence.push_back(reading.evidence);
  if (reading.ok()) return branches;
  end(reading.state, fmt::format("its branches could not be read: {}", reading.why));
  return std::nullopt;
}

std::optional<std::vector<hub::File>> RepositoryReader::files(const Repository& row) {
  const bool sized =
      row.has_files && std::all_of(row.files.begin(), row.files.end(),
                                   [](const hub::File& file) { return file.size.has_value(); });
  if (sized) return sound(row.files, {});
  Request request = hub::tree_request(hub_, row.id, row.sha);
  request.usable = [listed = row.files, base = std::string(base_)](const Evidence& stored) {
    return usable_tree_of(stored, listed, base);
  };
  const hub::FileTree tree = hub::read_tree(evidence_, request);
  if (tree.state == ReadState::missing) {
    need(tree.needed);
    return std::nullopt;
  }
  out.evidence.insert(out.evidence.end(), tree.pages.begin(), tree.pages.end());
  if (tree.state == ReadState::ok) return sound(tree.files, row.files);
  if (tree.failed != nullptr) out.evidence.push_back(tree.failed);
  end(tree.state, fmt::format("its file tree could not be read: {}", tree.why));
  return std::nullopt;
}

std::optional<std::vector<hub::File>> RepositoryReader::sound(
    std::vector<hub::File> files, const std::vector<hub::File>& listed) {
  const std::string doubt = doubt_of_files(files, listed, base_);
  if (doubt.empty()) return files;
  end(ReadState::unable, "its file tree cannot be complete: " + doubt);
  return std::nullopt;
}

std::optional<hub::JsonFile> RepositoryReader::file(const Repository& row,
                                                    const std::string& path) {
  const Request request = hub::file_request(hub_, row.id, row.sha, path);
  hub::JsonFile file = hub::read_json_file(evidence_, request);
  if (file.reading.state == ReadState::missing) {
    need({request});
    return std::nullopt;
  }
  out.evidence.push_back(file.reading.evidence);
  if (file.reading.ok() || (file.absent && !lists(row, path))) return file;
  if (file.absent) {
    end(ReadState::unable, fmt::format("the Hub lists its {} but says there is none", path));
  } else if (file.gated) {
    out.gated = row.gated;
    end(ReadState::unable, fmt::format("it is gated, so its {} cannot be read", path));
  } else {
    end(file.reading.state, fmt::format("its {} could not be read: {}", path, file.reading.why));
  }
  return std::nullopt;
}

// One of config.json and a writer's own file may be left over from other weights: where the two
// differ, neither is believed. A file of the writer that config.json names anyway is not read.
std::optional<QuantizationFormat> RepositoryReader::beside(const Repository& row,
                                                           const std::string& folder,
                                                           QuantizationFormat format) {
  for (const FormatFile& own : format_files()) {
    const std::string path = folder + std::string(own.name);
    if (!lists(row, path) || (own.tells_one && format.may_be(own.hint))) continue;
    const std::optional<hub::JsonFile> stated = file(row, path);
    if (!stated) return std::nullopt;
    const QuantizationFormat told = own.classify(stated->value, families_);
    if (told.kind == QuantizationFormat::Kind::unclear || agree(format, told)) continue;
    QuantizationFormat open = unknown_format(
        format.label, fmt::format("config.json states {}, but {}", format.detail, told.detail));
    for (const QuantizationFamily& family : families_) {
      if (format.may_be(family.id) || told.may_be(family.id)) open.open.push_back(family.id);
    }
    return open;
  }
  return format;
}

std::optional<QuantizationFormat> RepositoryReader::format(const Repository& row,
                                                           const std::string& folder,
                                                           std::string_view hinted) {
  const std::optional<hub::JsonFile> config = file(row, folder + "config.json");
  if (!config) return std::nullopt;
  QuantizationFormat format;
  if (!config->absent) format = classify(config->value, families_);
  const bool silent = (format.kind == QuantizationFormat::Kind::unquantized && !format.stated) ||
                      format.kind == QuantizationFormat::Kind::unclear ||
                      format.label == "modelopt";
  if (!silent) return beside(row, folder, std::move(format));
  for (const FormatFile& own : format_files()) {
    const std::string path = folder + std::string(own.name);
    // Without a list of names, ask only where names suggest that there is one.
    const bool suggested = has_hint(families_, hinted, own.hint);
    if (row.has_files ? !lists(row, path) : !suggested) continue;
    const std::optional<hub::JsonFile> stated = file(row, path);
    if (!stated) return std::nullopt;
    if (stated->absent) continue;
    QuantizationFormat told = own.classify(stated->value, families_);
    if (told.kind != QuantizationFormat::Kind::unclear) return told;
    format = unknown_format("unknown", fmt::format("its {} says nothing assay knows", path));
    format.may_be_any = true;
  }
  return format;
}

}  // namespace assay
