// The main of every test program. A test case that could not run is neither passed nor failed: when
// that goes for all that were asked for, the program ends with kSkipped, which CTest, where each
// test case runs on its own, takes for "skipped".
#define CATCH_CONFIG_RUNNER
#include <cstddef>
#include <cstdlib>
#include <iostream>

#include "support/catch.h"

namespace {

constexpr int kSkipped = 4;  // the same as in Catch2 3
constexpr int kFailed = 1;

#if CATCH_VERSION_MAJOR >= 3
using Listener = Catch::EventListenerBase;
#else
using Listener = Catch::TestEventListenerBase;
#endif

struct Count {
  bool skipping = false;  // the test case under way was skipped
  std::size_t test_cases = 0;
  std::size_t skipped = 0;
} count;

class Counting : public Listener {
 public:
  using Listener::Listener;

  void testCaseStarting(const Catch::TestCaseInfo& /*test*/) override { count.skipping = false; }
  void testCaseEnded(const Catch::TestCaseStats& ended) override {
    ++count.test_cases;
    if (count.skipping && ended.totals.assertions.failed == 0) ++count.skipped;
  }
};
CATCH_REGISTER_LISTENER(Counting)

}  // namespace

void assay::test::skip(const std::string& why) {
  count.skipping = true;
  std::cout << "skipped: " << why << std::endl;
#if CATCH_VERSION_MAJOR >= 3
  SKIP(why);
  std::abort();  // not reached, which the macro does not tell the compiler
#else
  throw Catch::TestFailureException();  // ends the test case, and is no failure by itself
#endif
}

int main(int argc, char** argv) {
  const int result = Catch::Session().run(argc, argv);
  if (count.skipped > 0 && count.skipped == count.test_cases) return kSkipped;
  if (count.skipped > 0) {
    std::cout << count.skipped << " of " << count.test_cases << " test cases were skipped\n";
  }
  // Catch2 2 ends with the number of failures, four of which are not a skip.
  return result == kSkipped ? kFailed : result;
}
