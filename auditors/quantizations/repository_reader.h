#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "auditors/quantizations/examined.h"
#include "auditors/repository/quantization_format.h"

namespace assay {

/// Reads one repository piece by piece. What is missing or fails is the result of whatever is
/// examined: the readers then give null, and `out` says why. What was read is in `out.evidence`.
class RepositoryReader {
 public:
  /// `base`: the id of the model whose weights are looked for. What is handed in must outlive this.
  RepositoryReader(const SourceConfig& hub, const EvidenceSet& evidence,
                   const QuantizationFamilies& families, std::string_view base)
      : hub_(hub), evidence_(evidence), families_(families), base_(base) {}

  /// The repository itself, where a listing states no commit of it.
  std::optional<hub::Repository> info(const std::string& id);
  std::optional<std::vector<hub::Branch>> branches(const hub::Repository& row);
  /// All files with sizes, from the row itself where it states them, else from the tree.
  std::optional<std::vector<hub::File>> files(const hub::Repository& row);
  /// What config.json in `folder` says, and where it says nothing the files of format_files();
  /// where such a file says something else, neither is believed. Kind::unclear with an empty detail
  /// when there is neither a config.json nor any of those. `hinted`: the family that names speak
  /// of, where the listing states no file names.
  std::optional<QuantizationFormat> format(const hub::Repository& row, const std::string& folder,
                                           std::string_view hinted);

  Examined out;

 private:
  std::optional<QuantizationFormat> beside(const hub::Repository& row, const std::string& folder,
                                           QuantizationFormat format);
  // Null when out is the answer: doubt_of_files().
  std::optional<std::vector<hub::File>> sound(std::vector<hub::File> files,
                                              const std::vector<hub::File>& listed);
  // Null when out is the answer; an absent file is not.
  std::optional<hub::JsonFile> file(const hub::Repository& row, const std::string& path);
  void end(ReadState state, std::string why);
  void need(std::vector<Request> requests);

  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  const QuantizationFamilies& families_;
  const std::string_view base_;
};

}  // namespace assay
