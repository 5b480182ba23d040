#pragma once

#include <sys/uio.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace assay::api {

/// What one connection may take, so that nobody holds its thread for long.
struct ConnectionLimits {
  /// Between two requests, and within one that is being read.
  std::chrono::milliseconds pause{5'000};
  /// From a request's first byte to its last.
  std::chrono::milliseconds request{20'000};
  /// In which a reader takes nothing at all.
  std::chrono::milliseconds standstill{10'000};
  /// A reader that has kept us waiting for this long must have taken so much a second on average.
  std::chrono::milliseconds grace{20'000};
  std::uint64_t bytes_per_second = 16 * 1024;
  /// After the last answer what still comes in is read and dropped, for so long at most, and while
  /// no pause is longer than this.
  std::chrono::milliseconds farewell{10'000};
  std::chrono::milliseconds farewell_pause{1'000};
};

/// Bytes of one accepted socket, buffered: a short answer is sent at once with its head, and
/// requests that came together are all kept and answered in their order. For one thread.
class Connection {
 public:
  /// Does not own `socket`, which must block.
  explicit Connection(int socket, const ConnectionLimits& limits = {});

  /// Takes the head of the next request, from its first line to the empty one; what stands in it is
  /// not looked at. Before it waits for bytes it sends what was written. Empty lines before a head
  /// are left out (RFC 9112, section 2.2). `head` is only a part when more than `most` bytes come,
  /// or the rest does not within the limits. False when nobody waits for an answer: the peer has
  /// ended, or idled for too long.
  bool read_head(std::size_t most, std::string& head);
  /// False when the connection is broken or its reader too slow, for good.
  bool write(std::string_view bytes);
  /// Sends what was written and says that no more comes. Reads on for a moment: bytes that nobody
  /// has read would take the last answer from the peer (RFC 9112, section 9.6).
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  bool fill();
  bool flush();
  bool send(iovec* parts, std::size_t count);
  bool wait_for_reader();
  bool taken_too_slowly(int unread) const;

  const int socket_;
  const ConnectionLimits limits_;
  bool broken_ = false;
  bool peer_ended_ = false;

  std::array<char, 8 * 1024> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  Clock::time_point request_begun_;

  std::string out_;
  // Of the answers since the last request that was waited for.
  Clock::duration waited_{0};
  std::uint64_t sent_ = 0;
};

/// The sockets of a server that ends: who waits for a request is woken, who answers one may end.
/// Thread-safe.
class OpenConnections {
 public:
  /// In the set from construction to destruction.
  class Member {
   public:
    Member(OpenConnections& open, int socket);
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

   private:
    OpenConnections& open_;
    int socket_;
  };

  /// Lets all read what has come already and nothing more, also those that come later.
  void end();
  /// Ends those that are still there at once, whatever they send or read.
  void cut();
  bool empty() const;
  bool ended() const { return ended_; }

 private:
  mutable std::mutex mutex_;  // of sockets_, and of a change of ended_
  std::set<int> sockets_;
  std::atomic<bool> ended_ = false;
};

}  // namespace assay::api
