#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/finding.h"

namespace assay::hub {

// The Hugging Face Hub's answers, read out of evidence. Its list and info endpoints are in no
// published contract, so every shape is checked: what does not look as expected is `unable`, never
// an empty answer.

enum class State { missing, unreachable, unable, ok };

/// What came of reading one piece of evidence.
struct Reading {
  State state = State::missing;
  std::string why;                     ///< for people; empty when ok or missing
  const Evidence* evidence = nullptr;  ///< null when missing

  bool ok() const { return state == State::ok; }
};

/// `sizes`: with the size of each file, which a Hub may refuse together with the other fields
/// (400).
Request info_request(const SourceConfig& hub, std::string_view repository, bool sizes = true);
enum class Relation { quantized, finetune };
Request children_request(const SourceConfig& hub, Relation relation, std::string_view repository,
                         int limit);
Request search_request(const SourceConfig& hub, std::string_view words, int limit);
/// Tree and files are asked at a commit, so that the answer never changes.
Request tree_request(const SourceConfig& hub, std::string_view repository, std::string_view commit);
Request refs_request(const SourceConfig& hub, std::string_view repository);
Request file_request(const SourceConfig& hub, std::string_view repository, std::string_view commit,
                     std::string_view path);

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

Reading read_info(const EvidenceSet& evidence, const Request& request, Repository& out);

/// All pages of a list, read as far as they are known.
struct Listing {
  std::vector<Repository> rows;
  std::vector<const Evidence*> pages;
  std::vector<Request> needed;   ///< next page, when it is not known yet
  State state = State::missing;  ///< ok only when the last page was read
  std::string why;
  const Evidence* failed = nullptr;    ///< the page that could not be read
  std::vector<std::size_t> page_ends;  ///< for each page the number of rows up to its end
  std::vector<std::size_t> page_rows;  ///< rows on each page, with those that came before too

  /// The page that states a row of `rows`.
  const Evidence* page_of(const Repository& row) const;
};
Listing read_list(const EvidenceSet& evidence, const Request& first);

struct FileTree {
  std::vector<File> files;
  std::vector<const Evidence*> pages;
  std::vector<Request> needed;
  State state = State::missing;
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
/// read as null.
struct JsonFile {
  Reading reading;
  nlohmann::json value;  ///< an object when reading.ok()
  bool absent = false;   ///< the Hub says that there is no such file (404 EntryNotFound)
  bool gated = false;    ///< it exists, but access must be granted
};
JsonFile read_file(const EvidenceSet& evidence, const Request& request);

/// Parses a body of unknown origin; discarded when it is no JSON or nested deeper than any honest
/// answer (readers recurse).
nlohmann::json parse_body(std::string_view body);

/// Maps a failed exchange to what it proves: nothing.
Reading read_outcome(const Evidence* evidence);

Observation observe(const Evidence& evidence, nlohmann::json value);

}  // namespace assay::hub
