#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "auditors/evidence/transport.h"

namespace assay::test {

/// Answers each request by a function, in the order in which they were submitted. What `answer`
/// refers to must outlive the transport.
inline Transport answered_by(std::function<Evidence(const Request&)> answer) {
  auto queue = std::make_shared<std::deque<std::pair<Request, Done>>>();
  return {
      .submit = [queue](Request request,
                        Done done) { queue->emplace_back(std::move(request), std::move(done)); },
      .drain =
          [queue, answer = std::move(answer)] {
            while (!queue->empty()) {
              auto [request, done] = std::move(queue->front());
              queue->pop_front();
              done(answer(request));
            }
          }};
}

}  // namespace assay::test
