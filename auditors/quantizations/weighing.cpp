#include "auditors/quantizations/weighing.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "auditors/quantizations/lineage.h"
#include "auditors/repository/gguf_names.h"
#include "auditors/repository/model_names.h"
#include "auditors/repository/name_hints.h"
#include "auditors/repository/own_words.h"
#include "auditors/repository/plausible_size.h"
#include "auditors/repository/tensor_types.h"
#include "auditors/repository/weight_files.h"

namespace assay {
namespace {

using hub::Repository;
void doubt(Examined& out, std::string why) {
  out.status = Examined::Status::doubtful;
  out.why = std::move(why);
}

// What proves that weights are the base's though the repository's name does not say so plainly: its
// files carry the base's whole name, or the base's own publisher gave it that name and more. A
// fine-tune has the base's sizes and often its tags; it does not have both its name and its maker.
bool named_otherwise(const Repository& row, const Repository& base,
                     const std::vector<WeightSet>& sets, const QuantizationFamilies& families) {
  const OwnWords own(base.id);
  const bool files =
      !sets.empty() && std::all_of(sets.begin(), sets.end(), [&](const WeightSet& set) {
        const std::string_view file = repository_name(set.name);
        const std::string_view name = file.substr(0, file.rfind('.'));
        return own.left_out_of(name) != name && !foreign_name(name, base, families);
      });
  return files || is_publishers_own(row, base, families);
}

// True when something speaks against the repository, whatever the sizes of its files are.
bool objects(Examined& out, const Repository& row, const Repository& base,
             const std::vector<WeightSet>& sets, const QuantizationFamilies& families) {
  if (row.id == base.id && !row.gated) return false;
  if (auto words = speaks_of_other_model(row, base)) {
    doubt(out, std::move(*words));
    return true;
  }
  if (row.gated) {
    out.gated = true;
    doubt(out, "it is gated, so its weights cannot be read");
    return true;
  }
  // Of one that the Hub does not list as quantized from the base lineage.h says whose it is.
  if (!quantized_from(row, base)) return false;
  auto foreign = foreign_repository_name(row, base, families);
  if (!foreign || named_otherwise(row, base, sets, families)) return false;
  doubt(out, *foreign + ", and nothing else says whose weights they are");
  return true;
}

// What `bytes` must be for weights of the format, held against the base; empty when nothing speaks
// against them, or there is nothing to hold them against.
std::string size_problem(std::string_view what, std::int64_t bytes, const Repository& base,
                         const WeightFormat& format, double bits) {
  if (!base.size_reference) return {};
  std::optional<SizeBounds> bounds;
  for (const std::string_view id : format.ids) {
    const std::size_t index = family_index(format.families, id);
    if (index == format.families.size()) return {};
    const SizeBounds own =
        size_bounds(format.families[index], bits, *base.size_reference, format.typed);
    bounds = bounds ? joined(*bounds, own) : own;
  }
  if (!bounds || plausible_size(bytes, *base.size_reference, *bounds)) return {};
  return fmt::format("{} {} bytes, which does not fit {} parameters{}", what, bytes,
                     *base.size_reference,
                     bits > 0 ? fmt::format(" at {:g} bits", bits) : std::string{});
}

std::string problem_of(const WeightSet& set, const Repository& base, const WeightFormat& format,
                       double bits) {
  if (!set.complete) return fmt::format("shards of {} are missing", set.name);
  if (!set.pieces_counted) {
    return fmt::format("{} is split into an unstated number of pieces", set.name);
  }
  if (!set.sizes_known) return fmt::format("the size of {} is not stated", set.name);
  return size_problem(set.name + " has", set.bytes, base, format, bits);
}

// Models of several parts have a file for each.
WeightSet together(const std::vector<WeightSet>& sets) {
  WeightSet all;
  for (const WeightSet& set : sets) {
    if (all.name.empty()) all.name = set.name;
    all.files.insert(all.files.end(), set.files.begin(), set.files.end());
    all.bytes += set.bytes;
    all.sizes_known = all.sizes_known && set.sizes_known;
    all.complete = all.complete && set.complete;
    all.pieces_counted = all.pieces_counted && set.pieces_counted;
  }
  return all;
}

// Whether the elements that the Hub counted are stored words: of one of the sets, or of all.
bool counted_in(const std::vector<WeightSet>& sets, const Repository& row) {
  return counts_bytes(row, together(sets).bytes) ||
         std::any_of(sets.begin(), sets.end(),
                     [&](const WeightSet& set) { return counts_bytes(row, set.bytes); });
}

std::string weights_text(const Examined& out) {
  return fmt::format("{} weight file{}, complete, {:.1f} GB", out.files, out.files == 1 ? "" : "s",
                     static_cast<double>(out.bytes) / 1e9);
}

}  // namespace

void weigh(Examined& out, const Repository& row, const Repository& base,
           const std::vector<WeightSet>& sets, const WeightFormat& format) {
  if (objects(out, row, base, sets, format.families)) return;
  std::string problem;
  std::set<std::pair<double, std::string>> types;
  for (const WeightSet& set : sets) {
    const double width = set.quant_type.empty() ? format.bits : bits_per_weight(set.quant_type);
    std::string wrong = problem_of(set, base, format, width);
    if (wrong.empty()) {
      out.files += set.files.size();
      out.bytes += set.bytes;
      if (!set.quant_type.empty()) types.emplace(width, set.quant_type);
    } else if (problem.empty()) {
      problem = std::move(wrong);
    }
  }
  if (out.files == 0) {
    const WeightSet all = together(sets);
    if (sets.size() < 2 || !sets.front().quant_type.empty() ||
        !problem_of(all, base, format, format.bits).empty())
      return doubt(out, std::move(problem));
    out.files = all.files.size();
    out.bytes = all.bytes;
  }
  if (format.typed && base.size_reference && !counts_every_weight(row, base) &&
      !counted_in(sets, row)) {
    return doubt(out,
                 "the tensors that the Hub counted are neither as many as the base's nor those "
                 "of its files");
  }
  for (const auto& [width, type] : types) out.types.push_back(type);
  if (!types.empty()) out.detail += fmt::format(" {}", fmt::join(out.types, ", "));
  out.weights = weights_text(out);
  if (format.typed) out.weights += fmt::format(" of {} tensors", tensor_types_text(row));
  out.status = Examined::Status::witness;
}

void weigh_counted(Examined& out, const Repository& row, const Repository& base, std::int64_t bytes,
                   const WeightFormat& format) {
  const std::vector<WeightSet> sets = weight_files(row.files, base.id).tensors;
  if (objects(out, row, base, sets, format.families)) return;
  const auto whole =
      std::find_if(sets.begin(), sets.end(), [](const WeightSet& set) { return set.complete; });
  if (whole == sets.end()) {
    return doubt(out, sets.empty() ? std::string("it holds no weight files")
                                   : fmt::format("shards of {} are missing", sets.front().name));
  }
  out.bytes = bytes;
  out.files = whole->files.size();
  if (std::string wrong = size_problem("its tensors have", bytes, base, format, format.bits);
      !wrong.empty()) {
    return doubt(out, std::move(wrong));
  }
  out.weights = fmt::format("{} of {} tensors", weights_text(out), tensor_types_text(row));
  out.status = Examined::Status::witness;
}

bool any_fits(const std::vector<WeightSet>& sets, const Repository& base,
              const WeightFormat& format) {
  const auto fits = [&](const WeightSet& set) {
    return problem_of(set, base, format, format.bits).empty();
  };
  return std::any_of(sets.begin(), sets.end(), fits) || (sets.size() > 1 && fits(together(sets)));
}

}  // namespace assay
