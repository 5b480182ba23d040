#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/evidence/evidence_set.h"
#include "auditors/evidence/reading.h"

namespace assay::hub {

// The Hugging Face Hub's answers, read out of evidence. Its list and info endpoints are in no
// published contract, so every shape is checked: what does not look as expected is `unable`, never
// an empty answer.

struct File {
  std::string path;
  std::optional<std::int64_t> size;  ///< bytes
  std::string blob{};                ///< git id of its content; empty when not stated
};

/// One repository, from the info endpoint or a row of a list.
struct Repository {
  std::string id;
  std::string sha;  ///< 40 hex digits; empty when not stated
  bool disabled = false;
  bool is_private = false;
  bool gated = false;
  std::int64_t downloads = 0;
  std::vector<std::string> tags;
  std::string library;
  /// Relation to its bases as the Hub states it; empty when it states none.
  std::string relation;
  std::vector<std::string> bases;
  bool has_files = false;
  std::vector<File> files;
  /// The quantization_config of config.json as the Hub shows it: few keys of it, maybe none; null
  /// where the Hub states none, which does not mean that the file has none.
  nlohmann::json quantization;
  std::optional<std::int64_t> parameters;  ///< safetensors.total
  /// Elements per type of the tensors in its safetensors files ("BF16", "I32"); empty if not
  /// stated.
  std::map<std::string, std::int64_t, std::less<>> tensors;
  /// Its own weights are quantized, so that `parameters` may count packed words.
  bool packed = false;
  // Single info only.
  std::vector<std::string> card_bases;  ///< base_model as the author typed it into the card
  bool has_card = false;
  std::vector<std::string> licenses;  ///< license of the card: identifiers of the Hub
  std::string license_name;           ///< license_name of the card, beside the identifier "other"
  /// Parameters against which sizes of quantized weights are held; set by whoever knows best.
  std::optional<std::int64_t> size_reference;
  std::optional<std::int64_t> quantized_children;  ///< childrenModelCount
  std::optional<std::int64_t> finetuned_children;
  /// inferenceProviderMapping: which providers serve it through the Hub, by the Hub's name of the
  /// provider, with the provider's own id of the model. Null where the Hub does not say.
  std::optional<std::map<std::string, std::string, std::less<>>> providers;
  bool providers_unreadable = false;  ///< it stands there in another shape
};

/// The answer to name_request: what the Hub calls the repository now; empty where it has none of
/// that name.
Reading read_name(const EvidenceSet& evidence, const Request& request, std::string& name);

Reading read_info(const EvidenceSet& evidence, const Request& request, Repository& out);

/// All pages of a list, read as far as they are known.
struct Listing {
  std::vector<Repository> rows;
  std::vector<const Evidence*> pages;
  std::vector<Request> needed;           ///< next page, when it is not known yet
  ReadState state = ReadState::missing;  ///< ok only when the last page was read
  std::string why;
  const Evidence* failed = nullptr;    ///< the page that could not be read
  std::vector<std::size_t> page_ends;  ///< for each page the number of rows up to its end
  std::vector<std::size_t> page_rows;  ///< rows on each page, with those that came before too
  /// A row that came twice: the list moved while it was read, and another may have been lost. Empty
  /// when none did.
  std::string repeated;

  /// The page that states a row of `rows`.
  const Evidence* page_of(const Repository& row) const;
};
Listing read_list(const EvidenceSet& evidence, const Request& first);

struct FileTree {
  std::vector<File> files;
  std::vector<const Evidence*> pages;
  std::vector<Request> needed;
  ReadState state = ReadState::missing;
  std::string why;
  const Evidence* failed = nullptr;
};
FileTree read_tree(const EvidenceSet& evidence, const Request& first);

struct Branch {
  std::string name;
  std::string commit;
};
Reading read_branches(const EvidenceSet& evidence, const Request& request,
                      std::vector<Branch>& out);

/// A JSON file of a repository, such as config.json. Infinity and NaN, which Python writes, are
/// read as null. An object that is empty or tells an error is no such file, whatever its status.
struct JsonFile {
  Reading reading;
  nlohmann::json value;  ///< an object when reading.ok()
  bool absent = false;   ///< the Hub says that there is no such file (404 EntryNotFound)
  bool gated = false;    ///< it exists, but access must be granted
};
JsonFile read_json_file(const EvidenceSet& evidence, const Request& request);

// For Request::usable: whether a stored answer of the Hub can be read by itself, as what was asked
// for. A gateway's page, an error or half a body with status 200 is kept as evidence of what the
// run saw, and asked for again in the next.

bool usable_name(const Evidence& stored);
bool usable_info(const Evidence& stored);
bool usable_list(const Evidence& stored);
bool usable_tree(const Evidence& stored);
bool usable_branches(const Evidence& stored);
/// A JSON file, or the refusal of one that is gated.
bool usable_file(const Evidence& stored);
/// The same; but that it was refused without a token (401) says nothing of one who has a token.
bool usable_file_with_token(const Evidence& stored);

}  // namespace assay::hub
