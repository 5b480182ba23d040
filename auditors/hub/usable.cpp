#include "auditors/hub/usable.h"

#include <vector>

#include "auditors/hub/answers.h"

namespace assay::hub {
namespace {

// What a reader makes of this answer alone.
template <class Read>
auto alone(const Evidence& stored, Read read) {
  EvidenceSet evidence;
  evidence.add(stored);
  return read(evidence, Request{.source = stored.source, .url = stored.url});
}

// A page can be read where it is the last one, or where only the next is missing.
bool readable(State state) { return state == State::ok || state == State::missing; }

}  // namespace

bool usable_info(const Evidence& stored) {
  Repository ignored;
  return alone(stored, [&](const EvidenceSet& evidence, const Request& request) {
    return read_info(evidence, request, ignored).ok();
  });
}

bool usable_list(const Evidence& stored) { return readable(alone(stored, read_list).state); }

bool usable_tree(const Evidence& stored) { return readable(alone(stored, read_tree).state); }

bool usable_branches(const Evidence& stored) {
  std::vector<Branch> ignored;
  return alone(stored, [&](const EvidenceSet& evidence, const Request& request) {
    return read_branches(evidence, request, ignored).ok();
  });
}

bool usable_file(const Evidence& stored) {
  const JsonFile file = alone(stored, read_file);
  return file.reading.ok() && !file.value.empty() &&
         !(file.value.size() == 1 && file.value.contains("error"));
}

}  // namespace assay::hub
