#include "auditors/config.h"

namespace assay {

std::shared_ptr<const Vocabulary> built_in_vocabulary() {
  static const auto vocabulary = std::make_shared<const Vocabulary>(load_vocabulary());
  return vocabulary;
}

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
