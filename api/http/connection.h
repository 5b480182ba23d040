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

/// Limits of one connection, so that no client holds its thread for long.
struct ConnectionLimits {
  /// The longest pause between two requests, and within a request.
  std::chrono::milliseconds pause{5'000};
  /// The longest time from the first byte of a request head to its last.
  std::chrono::milliseconds request{20'000};
  /// The longest time in which a reader takes nothing at all.
  std::chrono::milliseconds standstill{10'000};
  /// A reader that has kept us waiting for this long must have averaged `bytes_per_second`.
  std::chrono::milliseconds grace{20'000};
  std::uint64_t bytes_per_second = 16 * 1024;
  /// After the last answer, further input is read and dropped for at most this long, until the
  /// first pause of `farewell_pause`.
  std::chrono::milliseconds farewell{10'000};
  std::chrono::milliseconds farewell_pause{1'000};
};

/// The buffered bytes of one accepted socket: a short answer goes out together with its head, and
/// pipelined requests are all kept and answered in order. For one thread.
class Connection {
 public:
  /// Does not own `socket`, which must block.
  explicit Connection(int socket, const ConnectionLimits& limits = {});

  /// Reads the head of the next request, from its first line to the empty line, without parsing it.
  /// Sends what was written before it waits for input. Empty lines before a head are skipped
  /// (RFC 9112, section 2.2). `head` is incomplete when it is longer than `most` bytes or its rest
  /// did not arrive within the limits. False when nobody waits for an answer: the peer has closed
  /// the connection or idled for too long.
  bool read_head(std::size_t most, std::string& head);
  /// False, from then on, when the connection is broken or its reader too slow.
  bool write(std::string_view bytes);
  /// Sends what was written and announces the end. Keeps reading for a moment: unread input would
  /// cost the peer the last answer (RFC 9112, section 9.6).
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
  // For the answers since a request was last waited for.
  Clock::duration waited_{0};
  std::uint64_t sent_ = 0;
};

/// The open sockets of a server, so that it can end: threads that wait for a request are woken,
/// threads that answer one may finish. Thread-safe.
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

  /// From now on, every socket can only read what has already arrived; so can later ones.
  void end();
  /// Closes those that are still open at once, whatever they send or read.
  void cut();
  bool empty() const;
  bool ended() const { return ended_; }

 private:
  mutable std::mutex mutex_;  // guards sockets_ and changes of ended_
  std::set<int> sockets_;
  std::atomic<bool> ended_ = false;
};

}  // namespace assay::api
