#include "auditors/hub/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace assay::hub {
namespace {

using nlohmann::json;

// More pages than this are not a listing of one model's children.
constexpr std::size_t kMaxPages = 50;

const json* member(const json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text(const json& object, const char* key) {
  const json* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

std::optional<std::int64_t> count(const json& object, const char* key) {
  const json* value = member(object, key);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  const auto number = value->get<std::int64_t>();
  return number < 0 ? std::nullopt : std::optional(number);
}

bool flag(const json& object, const char* key) {
  const json* value = member(object, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

bool is_commit(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_repository_id(std::string_view id) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
  return !id.empty() && id.size() <= 200 &&
         id.find_first_not_of(kAllowed) == std::string_view::npos && id.front() != '/' &&
         id.back() != '/' && id.find("..") == std::string_view::npos &&
         std::count(id.begin(), id.end(), '/') <= 1;
}

// Bases and relation: the expanded field where it is given, else the tags.
void read_bases(const json& item, Repository& out) {
  if (const json* bases = member(item, "baseModels"); bases != nullptr) {
    out.relation = text(*bases, "relation");
    if (const json* models = member(*bases, "models"); models != nullptr && models->is_array()) {
      for (const json& model : *models) out.bases.push_back(text(model, "id"));
    }
    if (!out.bases.empty()) return;
    out.relation.clear();
  }
  constexpr std::string_view kTag = "base_model:";
  for (const std::string& tag : out.tags) {
    if (!tag.starts_with(kTag)) continue;
    const std::string_view rest = std::string_view(tag).substr(kTag.size());
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) continue;
    out.relation = rest.substr(0, colon);
    out.bases.emplace_back(rest.substr(colon + 1));
  }
}

// Whether the repository's own weights look quantized: by the types of its tensors, else by the
// projection of its config.json or tags. FP8 has one element per parameter and is not packed.
bool looks_packed(const Repository& repository) {
  constexpr std::array<std::string_view, 7> kTags{"fp8",   "mxfp4", "nvfp4",   "compressed-tensors",
                                                  "4-bit", "8-bit", "modelopt"};
  const std::string method = text(repository.quantization, "quant_method");
  const bool stated = !method.empty() && method != "fp8" && method != "fbgemm_fp8";
  double words = 0;  // sums of absurd counts have no place in whole numbers
  double all = 0;
  for (const auto& [type, elements] : repository.tensors) {
    const bool number = type.starts_with("F") || type.starts_with("BF");
    (number ? all : words) += static_cast<double>(elements);
  }
  if (all + words > 0) return stated || words > (all + words) / 50;
  return stated ||
         std::any_of(repository.tags.begin(), repository.tags.end(), [&](const std::string& tag) {
           return std::find(kTags.begin(), kTags.end(), tag) != kTags.end();
         });
}

// A string, or a list of strings.
std::vector<std::string> texts(const json& object, const char* key) {
  std::vector<std::string> all;
  const json* value = member(object, key);
  if (value == nullptr) return all;
  if (value->is_string()) all.push_back(value->get<std::string>());
  if (!value->is_array()) return all;
  for (const json& item : *value) {
    if (item.is_string()) all.push_back(item.get<std::string>());
  }
  return all;
}

void read_card(const json& card, Repository& out) {
  out.has_card = true;
  out.card_bases = texts(card, "base_model");
  out.licenses = texts(card, "license");
  out.license_name = text(card, "license_name");
}

// An object by provider about a single repository, a list of objects in listings.
void read_providers(const json& mapping, Repository& out) {
  if (mapping.is_null()) return;
  out.providers_unreadable = !mapping.is_object() && !mapping.is_array();
  if (out.providers_unreadable) return;
  std::map<std::string, std::string, std::less<>> providers;
  for (const auto& [key, value] : mapping.items()) {
    const std::string name = mapping.is_object() ? key : text(value, "provider");
    const std::string id = text(value, "providerId");
    out.providers_unreadable = out.providers_unreadable || name.empty() || id.empty();
    if (!name.empty() && !id.empty()) providers.emplace(name, id);
  }
  if (!out.providers_unreadable) out.providers = std::move(providers);
}

bool is_text(const json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty();
}
bool is_flag(const json& value) { return value.is_boolean(); }
bool is_flag_or_text(const json& value) { return value.is_boolean() || is_text(value); }
bool is_object(const json& value) { return value.is_object(); }
bool is_count(const json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value >= 0);
}

// Null and absent are the same to the Hub's clients.
template <class Fits>
bool fits_if_stated(const json& object, const char* key, Fits fits) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() || fits(*found);
}
template <class Fits>
bool states(const json& object, const char* key, Fits fits) {
  const auto found = object.find(key);
  return found != object.end() && fits(*found);
}

bool are_texts(const json& list) {
  return list.is_array() &&
         std::all_of(list.begin(), list.end(), [](const json& item) { return item.is_string(); });
}

bool are_files(const json& list) {
  return list.is_array() && std::all_of(list.begin(), list.end(), [](const json& file) {
           return file.is_object() && states(file, "rfilename", is_text) &&
                  fits_if_stated(file, "size", is_count);
         });
}

bool are_bases(const json& bases) {
  if (!bases.is_object() || !states(bases, "relation", is_text)) return false;
  const auto models = bases.find("models");
  return models != bases.end() && models->is_array() && !models->empty() &&
         std::all_of(models->begin(), models->end(), [](const json& model) {
           return model.is_object() && states(model, "id", is_text);
         });
}

bool are_counts(const json& counts) {
  return counts.is_object() && std::all_of(counts.begin(), counts.end(), is_count);
}

bool are_tensors(const json& tensors) {
  return tensors.is_object() && states(tensors, "total", is_count) &&
         fits_if_stated(tensors, "parameters", are_counts);
}

bool is_config(const json& config) {
  return config.is_object() && fits_if_stated(config, "quantization_config", is_object);
}

struct ShapeField {
  const char* key;
  bool (*fits)(const json&);
};
constexpr std::array kFields{
    ShapeField{"sha", is_text},
    ShapeField{"private", is_flag},
    ShapeField{"disabled", is_flag},
    ShapeField{"gated", is_flag_or_text},
    ShapeField{"library_name", is_text},
    ShapeField{"siblings", are_files},
    ShapeField{"baseModels", are_bases},
    ShapeField{"childrenModelCount", are_counts},
    ShapeField{"safetensors", are_tensors},
    ShapeField{"config", is_config},
    ShapeField{"cardData", is_object},
};

// What is wrong with the shape of one repository as the info endpoint or a row of a list states it;
// empty when nothing is. Looked at are the fields that decide verdicts: one that has another type
// than it always had was reshaped, and its absence would be read as a fact.
std::string shape_problem(const json& repository) {
  if (!repository.is_object()) return "it is not an object";
  // Every repository has some, and what they say of its weights cannot be missed.
  if (!states(repository, "tags", are_texts)) return "it has no list of tags";
  for (const ShapeField& field : kFields) {
    if (!fits_if_stated(repository, field.key, field.fits)) {
      return fmt::format("its field `{}` has changed shape", field.key);
    }
  }
  return {};
}

// A row without those fields of an odd shape that can be missed: what they would say is read from
// the repository itself. Names, files and bases cannot.
json sound_part(json row) {
  constexpr std::array<std::string_view, 7> kSpared{
      "private", "disabled", "gated", "library_name", "safetensors", "config", "cardData"};
  for (const ShapeField& field : kFields) {
    const bool spared = std::find(kSpared.begin(), kSpared.end(), field.key) != kSpared.end();
    if (spared && row.is_object() && !fits_if_stated(row, field.key, field.fits))
      row.erase(field.key);
  }
  return row;
}

// Empty, or what is wrong with it.
std::string read_repository(const json& item, Repository& out) {
  out.id = text(item, "id");
  if (out.id.empty()) out.id = text(item, "modelId");
  if (!is_repository_id(out.id)) return "it names no repository";
  if (std::string problem = shape_problem(item); !problem.empty()) return problem;
  out.sha = text(item, "sha");
  if (!is_commit(out.sha)) out.sha.clear();
  out.disabled = flag(item, "disabled");
  out.is_private = flag(item, "private");
  if (const json* gated = member(item, "gated"); gated != nullptr) {
    out.gated = gated->is_string() || (gated->is_boolean() && gated->get<bool>());
  }
  out.downloads = count(item, "downloads").value_or(0);
  if (const json* tags = member(item, "tags"); tags != nullptr && tags->is_array()) {
    for (const json& tag : *tags) {
      if (tag.is_string()) out.tags.push_back(tag.get<std::string>());
    }
  }
  out.library = text(item, "library_name");
  read_bases(item, out);
  if (const json* files = member(item, "siblings"); files != nullptr && files->is_array()) {
    for (const json& file : *files) {
      const std::string path = text(file, "rfilename");
      if (!path.empty()) out.files.push_back({path, count(file, "size"), text(file, "blobId")});
    }
    // Every repository has at least .gitattributes: an empty list states nothing.
    out.has_files = !out.files.empty();
  }
  if (const json* config = member(item, "config"); config != nullptr) {
    if (const json* block = member(*config, "quantization_config"); block != nullptr) {
      out.quantization = *block;
    }
  }
  if (const json* tensors = member(item, "safetensors"); tensors != nullptr) {
    out.parameters = count(*tensors, "total");
    if (const json* types = member(*tensors, "parameters"); types != nullptr) {
      for (const auto& [type, elements] : types->items()) {
        if (const auto number = count(*types, type.c_str())) out.tensors[type] = *number;
      }
    }
  }
  out.packed = looks_packed(out);
  if (const json* card = member(item, "cardData"); card != nullptr) read_card(*card, out);
  if (const json* mapping = member(item, "inferenceProviderMapping"); mapping != nullptr) {
    read_providers(*mapping, out);
  }
  if (const json* children = member(item, "childrenModelCount"); children != nullptr) {
    out.quantized_children = count(*children, "quantized");
    out.finetuned_children = count(*children, "finetune");
  }
  return {};
}

// The commit that an answer to /resolve/COMMIT/… says it belongs to, where that is another one: an
// answer that was mixed up on the way. Empty when it is the same or none is stated.
std::string other_commit(const Evidence& answer) {
  constexpr std::string_view kResolve = "/resolve/";
  const std::size_t at = answer.url.find(kResolve);
  const auto stated = answer.headers.find("x-repo-commit");
  if (at == std::string::npos || stated == answer.headers.end()) return {};
  const std::string_view asked = std::string_view(answer.url).substr(at + kResolve.size());
  return is_commit(stated->second) && !asked.starts_with(stated->second) ? stated->second
                                                                         : std::string{};
}

// The next page. A mirror may pass on the Hub's own address of it: it is asked of the mirror.
std::string next_page(const Evidence& page) {
  constexpr std::string_view kApi = "/api/";
  std::string here = next_link(page);
  if (!here.empty()) return here;
  const std::string target = next_target(page);
  const std::size_t api = page.url.find(kApi);
  for (const std::string_view hub : {"https://huggingface.co", "http://huggingface.co"}) {
    if (api != std::string::npos && target.starts_with(hub) &&
        std::string_view(target).substr(hub.size()).starts_with(kApi)) {
      return page.url.substr(0, api) + target.substr(hub.size());
    }
  }
  return {};
}

// An object that a gateway or a cache gives instead of a file: it is empty, tells an error, or
// holds nothing but what describes one.
bool tells_error(const json& object) {
  constexpr std::array<std::string_view, 22> kWords{"error",      "errors",
                                                    "message",    "msg",
                                                    "detail",     "details",
                                                    "code",       "status",
                                                    "success",    "statusCode",
                                                    "ok",         "status_code",
                                                    "timestamp",  "request_id",
                                                    "path",       "requestId",
                                                    "error_code", "type",
                                                    "title",      "instance",
                                                    "cause",      "error_description"};
  for (const char* key : {"error", "errors"}) {
    const auto found = object.find(key);
    if (found != object.end() && !found->is_null() && *found != false) return true;
  }
  for (auto item = object.begin(); item != object.end(); ++item) {
    if (std::find(kWords.begin(), kWords.end(), item.key()) == kWords.end()) return false;
  }
  return true;
}

// Follows rel="next" from `first`; `take` reads one page and says what is wrong with it, if
// anything.
template <class Pages, class Take>
void walk(const EvidenceSet& evidence, const Request& first, Pages& out, Take take) {
  std::set<std::string> seen;
  std::string url = first.url;
  while (true) {
    if (!seen.insert(url).second || seen.size() > kMaxPages) {
      out.state = ReadState::unreachable;
      out.why =
          seen.size() > kMaxPages
              ? fmt::format("more than {} pages: the listing was not read to the end", kMaxPages)
              : "the listing's pages form a loop";
      return;
    }
    const Evidence* page = evidence.find(url);
    if (page == nullptr) {
      Request& next = out.needed.emplace_back(first);
      next.url = url;
      out.state = ReadState::missing;
      return;
    }
    if (const Reading reading = read_outcome(page); !reading.ok()) {
      out.failed = page;
      out.state = reading.state;
      out.why = reading.why;
      return;
    }
    const json body = parse_body(page->body);
    if (!body.is_array()) {
      out.failed = page;
      out.state = ReadState::unable;
      out.why = body.is_discarded() ? "the answer is not JSON" : "the answer is not a list";
      return;
    }
    if (std::string wrong = take(body); !wrong.empty()) {
      out.failed = page;
      out.state = ReadState::unable;
      out.why = std::move(wrong);
      return;
    }
    out.pages.push_back(page);
    const auto link = page->headers.find("link");
    url = next_page(*page);
    if (url.empty()) {
      // A next page that cannot be followed (another host) is a part that was not read.
      const bool cut =
          link != page->headers.end() && link->second.find("next") != std::string::npos;
      out.state = cut ? ReadState::unable : ReadState::ok;
      if (cut) out.why = "the link to the next page leads elsewhere";
      return;
    }
  }
}

// Python writes Infinity, -Infinity and NaN, which are not JSON; configurations have them.
std::string without_infinity(std::string_view body) {
  constexpr std::array<std::string_view, 3> kWords{"-Infinity", "Infinity", "NaN"};
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < body.size();) {
    const auto* word = std::find_if(kWords.begin(), kWords.end(), [&](std::string_view each) {
      return body.substr(i).starts_with(each);
    });
    if (!quoted && word != kWords.end()) {
      out += "null";
      i += word->size();
      continue;
    }
    if (quoted && body[i] == '\\' && i + 1 < body.size()) {
      out += body[i++];
    } else if (body[i] == '"') {
      quoted = !quoted;
    }
    out += body[i++];
  }
  return out;
}

// What a reader makes of this answer alone.
template <class Read>
auto alone(const Evidence& stored, Read read) {
  EvidenceSet evidence;
  evidence.add(stored);
  return read(evidence, Request{.source = stored.source, .url = stored.url});
}

// A page can be read where it is the last one, or where only the next is missing.
bool is_readable(ReadState state) { return state == ReadState::ok || state == ReadState::missing; }

}  // namespace

Reading read_name(const EvidenceSet& evidence, const Request& request, std::string& name) {
  Reading reading = read_outcome(evidence.find(request.url));
  name.clear();
  if (reading.evidence == nullptr) return reading;
  const json body = parse_body(reading.evidence->body);
  if (reading.ok()) {
    name = text(body, "id");
    if (name.empty()) {
      reading.state = ReadState::unable;
      reading.why = "the answer names no repository";
    }
  } else if (reading.evidence->outcome == Outcome::response) {
    // Without a token the Hub says of a name that it does not know that the password is wrong.
    const auto code = reading.evidence->headers.find("x-error-code");
    const bool missing = code != reading.evidence->headers.end() && code->second == "RepoNotFound";
    const std::string error = text(body, "error");
    const bool unknown =
        (reading.evidence->status == 401 && error == "Invalid username or password.") ||
        (reading.evidence->status == 404 && error == "Repository not found");
    if (missing || unknown) reading.state = ReadState::ok;
  }
  return reading;
}

Reading read_info(const EvidenceSet& evidence, const Request& request, Repository& out) {
  Reading reading = read_outcome(evidence.find(request.url));
  out = {};
  if (!reading.ok()) return reading;
  const json body = parse_body(reading.evidence->body);
  if (body.is_discarded() || !body.is_object()) {
    reading.state = ReadState::unable;
    reading.why = "the answer is not a JSON object";
    return reading;
  }
  std::string problem = read_repository(body, out);
  if (problem.empty() && out.sha.empty()) problem = "it names no commit";
  if (problem.empty() && out.files.empty()) problem = "it lists no files";
  if (!problem.empty()) {
    reading.state = ReadState::unable;
    reading.why = "the answer does not describe a repository as expected: " + problem;
  }
  return reading;
}

Listing read_list(const EvidenceSet& evidence, const Request& first) {
  Listing listing;
  std::set<std::string> ids;
  walk(evidence, first, listing, [&](const json& page) -> std::string {
    // All of a page or nothing: a page that cannot be read states none of its rows. One odd row may
    // be what its author wrote; several are a list that was reshaped.
    std::vector<Repository> rows;
    std::size_t odd = 0;
    for (const json& item : page) {
      Repository row;
      std::string problem = read_repository(item, row);
      if (!problem.empty() && ++odd == 1) {
        row = {};
        problem = read_repository(sound_part(item), row);
      }
      if (!problem.empty()) {
        return fmt::format("a row of the list cannot be read ({}): {}", row.id, problem);
      }
      rows.push_back(std::move(row));
    }
    for (Repository& row : rows) {
      if (ids.insert(row.id).second) {
        listing.rows.push_back(std::move(row));
      } else if (listing.repeated.empty()) {
        listing.repeated = row.id;
      }
    }
    listing.page_ends.push_back(listing.rows.size());
    listing.page_rows.push_back(page.size());
    return {};
  });
  return listing;
}

const Evidence* Listing::page_of(const Repository& row) const {
  const auto index = static_cast<std::size_t>(&row - rows.data());
  const auto end = std::upper_bound(page_ends.begin(), page_ends.end(), index);
  return pages[static_cast<std::size_t>(end - page_ends.begin())];
}

FileTree read_tree(const EvidenceSet& evidence, const Request& first) {
  FileTree tree;
  std::set<std::string> paths;
  walk(evidence, first, tree, [&](const json& page) -> std::string {
    std::vector<File> files;  // all of a page or nothing
    for (const json& item : page) {
      const std::string path = text(item, "path");
      const std::string type = text(item, "type");
      if (path.empty() || type.empty()) return "an item of the file tree has no path or type";
      // A path that comes twice is one file: pages shift while they are read.
      if (type != "file" || !paths.insert(path).second) continue;
      std::optional<std::int64_t> size = count(item, "size");
      if (const json* lfs = member(item, "lfs"); lfs != nullptr) {
        if (const auto stored = count(*lfs, "size")) size = stored;
      }
      files.push_back({path, size, text(item, "oid")});
    }
    std::move(files.begin(), files.end(), std::back_inserter(tree.files));
    return {};
  });
  if (tree.state == ReadState::ok && tree.files.empty()) {
    tree.state = ReadState::unable;  // every repository has at least .gitattributes
    tree.why = "the file tree is empty";
  }
  return tree;
}

Reading read_branches(const EvidenceSet& evidence, const Request& request,
                      std::vector<Branch>& out) {
  Reading reading = read_outcome(evidence.find(request.url));
  out.clear();
  if (!reading.ok()) return reading;
  const json body = parse_body(reading.evidence->body);
  const json* branches = member(body, "branches");
  bool sound = branches != nullptr && branches->is_array() && !branches->empty();
  if (sound) {
    for (const json& item : *branches) {
      Branch branch{text(item, "name"), text(item, "targetCommit")};
      sound = sound && !branch.name.empty() && is_commit(branch.commit);
      out.push_back(std::move(branch));
    }
  }
  if (!sound) {
    reading.state = ReadState::unable;
    reading.why = "the answer does not list branches with their commits";
  }
  return reading;
}

JsonFile read_json_file(const EvidenceSet& evidence, const Request& request) {
  JsonFile file;
  file.reading = read_outcome(evidence.find(request.url));
  if (file.reading.ok()) {
    if (std::string other = other_commit(*file.reading.evidence); !other.empty()) {
      file.reading.state = ReadState::unable;
      file.reading.why = fmt::format("the answer belongs to another commit ({})", other);
      return file;
    }
    // Served as text/plain, so the content type says nothing.
    file.value = parse_body(file.reading.evidence->body);
    if (file.value.is_discarded())
      file.value = parse_body(without_infinity(file.reading.evidence->body));
    if (!file.value.is_object()) {
      file.reading.state = ReadState::unable;
      file.reading.why = "the file is not a JSON object";
    } else if (tells_error(file.value)) {
      file.reading.state = ReadState::unable;
      file.reading.why = file.value.empty() ? "the file is an empty object"
                                            : "an error was sent instead of the file";
    }
    return file;
  }
  if (file.reading.evidence == nullptr || file.reading.evidence->outcome != Outcome::response) {
    return file;
  }
  const Evidence& answer = *file.reading.evidence;
  const auto code = answer.headers.find("x-error-code");
  const std::string_view error = code == answer.headers.end() ? std::string_view{} : code->second;
  file.absent = answer.status == 404 && error == "EntryNotFound";
  file.gated = (answer.status == 401 || answer.status == 403) && error == "GatedRepo";
  return file;
}

bool usable_name(const Evidence& stored) {
  std::string ignored;
  return alone(stored, [&](const EvidenceSet& evidence, const Request& request) {
    return read_name(evidence, request, ignored).ok();
  });
}

bool usable_info(const Evidence& stored) {
  Repository ignored;
  return alone(stored, [&](const EvidenceSet& evidence, const Request& request) {
    return read_info(evidence, request, ignored).ok();
  });
}

bool usable_list(const Evidence& stored) { return is_readable(alone(stored, read_list).state); }

bool usable_tree(const Evidence& stored) { return is_readable(alone(stored, read_tree).state); }

bool usable_branches(const Evidence& stored) {
  std::vector<Branch> ignored;
  return alone(stored, [&](const EvidenceSet& evidence, const Request& request) {
    return read_branches(evidence, request, ignored).ok();
  });
}

bool usable_file(const Evidence& stored) {
  const JsonFile file = alone(stored, read_json_file);
  return file.reading.ok() || file.gated;
}

bool usable_file_with_token(const Evidence& stored) {
  return stored.status != 401 && usable_file(stored);
}

}  // namespace assay::hub
