#include "auditors/hub/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

namespace assay::hub {
namespace {

using nlohmann::json;

bool is_text(const json& value) { return value.is_string() && value != ""; }
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

struct Field {
  const char* key;
  bool (*fits)(const json&);
};
constexpr std::array kFields{
    Field{"sha", is_text},
    Field{"private", is_flag},
    Field{"disabled", is_flag},
    Field{"gated", is_flag_or_text},
    Field{"library_name", is_text},
    Field{"siblings", are_files},
    Field{"baseModels", are_bases},
    Field{"childrenModelCount", are_counts},
    Field{"safetensors", are_tensors},
    Field{"config", is_config},
    Field{"cardData", is_object},
};

}  // namespace

std::string shape_problem(const json& repository) {
  if (!repository.is_object()) return "it is no object";
  // Every repository has some, and what they say of its weights cannot be missed.
  if (!states(repository, "tags", are_texts)) return "it has no list of tags";
  for (const Field& field : kFields) {
    if (!fits_if_stated(repository, field.key, field.fits)) {
      return fmt::format("its field `{}` has another shape than it always had", field.key);
    }
  }
  return {};
}

}  // namespace assay::hub
