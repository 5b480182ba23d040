#include "auditors/config.h"

namespace assay {

const SourceConfig* Config::source(std::string_view id) const {
  const auto found = sources.find(id);
  return found == sources.end() ? nullptr : &found->second;
}

SourceConfig unconfigured(const SourceTraits& traits) {
  SourceConfig source;
  source.id = traits.id;
  source.url = traits.url;
  source.token_env = traits.token_env;
  source.requests_per_second = traits.requests_per_second;
  source.concurrency = traits.concurrency;
  source.traits = traits;
  return source;
}

}  // namespace assay
