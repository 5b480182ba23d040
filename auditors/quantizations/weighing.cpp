#include "auditors/quantizations/weighing.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "auditors/quantizations/listed_weights.h"
#include "auditors/repository/model_names.h"
#include "auditors/repository/weight_files.h"

namespace assay {
namespace {

using hub::Repository;
void doubt(Examined& out, std::string why) {
  out.status = Examined::Status::doubtful;
  out.why = std::move(why);
}

// True when something speaks against the repository, whatever its files are.
bool objects(Examined& out, const Repository& row, const Repository& base) {
  if (auto words = speaks_of_other_model(row, base)) {
    doubt(out, std::move(*words));
    return true;
  }
  if (!row.gated) return false;
  out.gated = true;
  doubt(out, "it is gated, so its weights cannot be read");
  return true;
}

std::string problem_of(const WeightSet& set, const Repository& base, double bits) {
  if (!set.complete) return fmt::format("shards of {} are missing", set.name);
  if (!set.pieces_counted) {
    return fmt::format("{} is split into an unstated number of pieces", set.name);
  }
  if (!set.sizes_known) return fmt::format("the size of {} is not stated", set.name);
  if (base.size_reference && !plausible_size(set.bytes, *base.size_reference, bits)) {
    return fmt::format("{} has {} bytes, which does not fit {} parameters{}", set.name, set.bytes,
                       *base.size_reference,
                       bits > 0 ? fmt::format(" at {:g} bits", bits) : std::string{});
  }
  return {};
}

std::string weights_text(const Examined& out) {
  return fmt::format("{} weight file{}, complete, {:.1f} GB", out.files, out.files == 1 ? "" : "s",
                     static_cast<double>(out.bytes) / 1e9);
}

}  // namespace

void weigh(Examined& out, const Repository& row, const Repository& base,
           const std::vector<WeightSet>& sets, double bits) {
  if (objects(out, row, base)) return;
  std::string problem;
  std::set<std::pair<double, std::string>> types;
  for (const WeightSet& set : sets) {
    const double width = set.quant_type.empty() ? bits : bits_per_weight(set.quant_type);
    std::string wrong = problem_of(set, base, width);
    if (wrong.empty()) {
      out.files += set.files.size();
      out.bytes += set.bytes;
      if (!set.quant_type.empty()) types.emplace(width, set.quant_type);
    } else if (problem.empty()) {
      problem = std::move(wrong);
    }
  }
  if (out.files == 0) return doubt(out, std::move(problem));
  for (const auto& [width, type] : types) out.types.push_back(type);
  if (!types.empty()) out.detail += fmt::format(" {}", fmt::join(out.types, ", "));
  out.weights = weights_text(out);
  out.status = Examined::Status::witness;
}

void weigh_counted(Examined& out, const Repository& row, const Repository& base, double bits) {
  if (objects(out, row, base)) return;
  const std::vector<WeightSet> sets = weight_files(row.files).tensors;
  const auto whole =
      std::find_if(sets.begin(), sets.end(), [](const WeightSet& set) { return set.complete; });
  if (whole == sets.end()) {
    return doubt(out, sets.empty() ? std::string("it holds no weight files")
                                   : fmt::format("shards of {} are missing", sets.front().name));
  }
  out.bytes = tensor_bytes(row);
  out.files = whole->files.size();
  if (base.size_reference && !plausible_size(out.bytes, *base.size_reference, bits)) {
    return doubt(out, fmt::format("its tensors have {} bytes, which does not fit {} parameters",
                                  out.bytes, *base.size_reference));
  }
  std::vector<std::string> types;
  for (const auto& [type, elements] : row.tensors) types.push_back(type);
  out.weights = fmt::format("{} of {} tensors", weights_text(out), fmt::join(types, " and "));
  out.status = Examined::Status::witness;
}

}  // namespace assay
