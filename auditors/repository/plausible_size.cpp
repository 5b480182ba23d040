#include "auditors/repository/plausible_size.h"

#include <algorithm>

namespace assay {
namespace {

// Up to here tables of the vocabulary, which mostly stay in 16 bits, are a large part of a model:
// gemma-3-270m has 168 of 268 million parameters there, and quantizers store a tied table twice.
constexpr std::int64_t kSmallModel = 4'000'000'000;
constexpr double kKeptOfSmall = 0.8;

// Scales and zero points take up to a bit per weight (groups of 32: 0.5 in GPTQ, 1 in MLX).
constexpr double kOverhead = 1;

constexpr double kFull = 0.9 * 16;

double bits_per_parameter(std::int64_t bytes, std::int64_t parameters) {
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters);
}

}  // namespace

bool is_small_model(std::int64_t parameters) { return parameters < kSmallModel; }

SizeBounds size_bounds(const QuantizationFamily& family, double bits, std::int64_t parameters,
                       bool typed) {
  const QuantizationFamily::Size& size = family.size;
  const double kept = is_small_model(parameters) ? std::max(kKeptOfSmall, size.kept) : size.kept;
  const double widest = (bits > 0 ? bits : size.most_bits) + kOverhead;
  const double most = typed ? kFull : std::min(kFull, 16 * kept + widest * (1 - kept));
  return {.least = size.share * (bits > 0 ? bits : size.least_bits), .most = most};
}

SizeBounds joined(const SizeBounds& one, const SizeBounds& other) {
  return {.least = std::min(one.least, other.least), .most = std::max(one.most, other.most)};
}

bool plausible_size(std::int64_t bytes, std::int64_t parameters, const SizeBounds& bounds) {
  const double bits = bits_per_parameter(bytes, parameters);
  return bits >= bounds.least && bits <= bounds.most;
}

bool is_full_size(std::int64_t bytes, std::int64_t parameters) {
  return bits_per_parameter(bytes, parameters) >= kFull;
}

bool is_size_of_16_bits(std::int64_t bytes, std::int64_t parameters) {
  return !is_small_model(parameters) && is_full_size(bytes, parameters) &&
         bits_per_parameter(bytes, parameters) <= 1.1 * 16;
}

}  // namespace assay
