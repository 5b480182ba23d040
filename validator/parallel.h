#pragma once

#include <cstddef>
#include <functional>
#include <limits>

namespace assay {

/// How many threads are worth using for `tasks` tasks on this machine: at least 1, and at most
/// `most`.
std::size_t useful_threads(std::size_t tasks,
                           std::size_t most = std::numeric_limits<std::size_t>::max());

/// Calls work(index, worker) once for each index below `count`, on the calling thread and up to
/// `threads` - 1 others; each takes `at_once` consecutive indices in one go. `worker` is below
/// `threads` and the same for all calls on one thread, so that a thread can have a place of its
/// own. If the system grants fewer threads, the ones there do all the work. Returns when everything
/// is done; an exception thrown by `work` is thrown again then.
void in_parallel(std::size_t count, std::size_t at_once, std::size_t threads,
                 const std::function<void(std::size_t index, std::size_t worker)>& work);

}  // namespace assay
