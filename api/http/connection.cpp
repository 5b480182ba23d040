#include "api/http/connection.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace assay::api {
namespace {

// Answers up to this size wait for the next read and go out together.
constexpr std::size_t kBuffered = 16 * 1024;

// Bytes sent but not yet read by the peer; 0 when the system does not say.
int unread_bytes(int socket) {
  int bytes = 0;
  return ioctl(socket, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void set_receive_timeout(int socket, std::chrono::milliseconds time) {
  timeval value{};
  value.tv_sec = static_cast<time_t>(time.count() / 1000);
  value.tv_usec = static_cast<suseconds_t>(time.count() % 1000 * 1000);
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
}

}  // namespace

Connection::Connection(int socket, const ConnectionLimits& limits)
    : socket_(socket), limits_(limits) {
  set_receive_timeout(socket_, limits_.pause);
}

bool Connection::read_head(std::size_t most, std::string& head) {
  head.clear();
  if (in_begin_ == in_end_) {
    if (!flush()) return false;
    waited_ = {};
    sent_ = 0;
    request_begun_ = Clock::now();
    if (!fill()) return false;
  }
  request_begun_ = Clock::now();
  std::size_t read = 0;  // including empty lines before it
  std::size_t line = 0;  // where the current line starts
  while (read < most) {
    if (in_begin_ == in_end_ && !fill()) return !broken_ && !peer_ended_ && !head.empty();
    const char* begin = in_.data() + in_begin_;
    if (head.empty() && (*begin == '\r' || *begin == '\n')) {
      ++in_begin_;
      ++read;
      continue;
    }
    const std::size_t room = std::min(in_end_ - in_begin_, most - read);
    const auto* end = static_cast<const char*>(std::memchr(begin, '\n', room));
    const std::size_t part = end == nullptr ? room : static_cast<std::size_t>(end - begin) + 1;
    head.append(begin, part);
    in_begin_ += part;
    read += part;
    if (end == nullptr) continue;
    const std::size_t length = head.size() - line;
    if (length == 1 || (length == 2 && head[line] == '\r')) return true;
    line = head.size();
  }
  return true;
}

// Sends what was written, then waits for input; false when none came.
bool Connection::fill() {
  if (!flush() || peer_ended_ || Clock::now() - request_begun_ > limits_.request) return false;
  ssize_t got = 0;
  do {
    got = recv(socket_, in_.data(), in_.size(), 0);
  } while (got < 0 && errno == EINTR);
  peer_ended_ = got == 0;
  in_begin_ = 0;
  in_end_ = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  return got > 0;
}

bool Connection::write(std::string_view bytes) {
  if (broken_) return false;
  if (out_.size() + bytes.size() <= kBuffered) {
    out_.append(bytes);
    return true;
  }
  std::array<iovec, 2> parts{iovec{out_.data(), out_.size()},
                             iovec{const_cast<char*>(bytes.data()), bytes.size()}};
  const bool sent = send(parts.data(), parts.size());
  out_.clear();
  return sent;
}

bool Connection::flush() {
  if (broken_ || out_.empty()) return !broken_;
  iovec part{out_.data(), out_.size()};
  const bool sent = send(&part, 1);
  out_.clear();
  return sent;
}

bool Connection::send(iovec* parts, std::size_t count) {
  while (true) {
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    ssize_t sent = sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) sent = 0;
    broken_ = sent < 0;
    if (broken_) return false;
    sent_ += static_cast<std::uint64_t>(sent);
    std::size_t rest = static_cast<std::size_t>(sent);
    while (count > 0 && rest >= parts->iov_len) {
      rest -= parts->iov_len;
      ++parts;
      --count;
    }
    if (count == 0) return true;
    parts->iov_base = static_cast<char*>(parts->iov_base) + rest;
    parts->iov_len -= rest;
    broken_ = !wait_for_reader();
    if (broken_) return false;
  }
}

// The socket reports room only once a third of its buffer is free, which a slow but steady reader
// of a long answer does not reach in time; the number of unread bytes shows whether it reads.
bool Connection::wait_for_reader() {
  constexpr std::chrono::milliseconds kLook{250};
  const auto slice = static_cast<int>(std::min(limits_.standstill, kLook).count());
  int unread = unread_bytes(socket_);
  Clock::time_point moved = Clock::now();
  for (Clock::time_point last = moved;;) {
    pollfd room{socket_, POLLOUT, 0};
    const int ready = poll(&room, 1, slice);
    if (ready < 0 && errno != EINTR) return false;
    const Clock::time_point now = Clock::now();
    waited_ += now - last;
    last = now;
    const int left = unread_bytes(socket_);
    if (taken_too_slowly(left)) return false;
    if (ready > 0) return true;
    if (left < unread) moved = now;
    unread = left;
    if (now - moved > limits_.standstill) return false;
  }
}

bool Connection::taken_too_slowly(int unread) const {
  const std::chrono::duration<double> time = waited_;
  return waited_ > limits_.grace &&
         static_cast<double>(sent_) - unread <
             time.count() * static_cast<double>(limits_.bytes_per_second);
}

void Connection::finish() {
  flush();
  shutdown(socket_, SHUT_WR);
  if (broken_ || peer_ended_) return;
  const Clock::time_point end = Clock::now() + limits_.farewell;
  set_receive_timeout(socket_, limits_.farewell_pause);
  while (Clock::now() < end) {
    const ssize_t got = recv(socket_, in_.data(), in_.size(), 0);
    if (got == 0 || (got < 0 && errno != EINTR)) break;
  }
}

OpenConnections::Member::Member(OpenConnections& open, int socket) : open_(open), socket_(socket) {
  const std::lock_guard lock(open_.mutex_);
  open_.sockets_.insert(socket_);
  if (open_.ended_) shutdown(socket_, SHUT_RD);
}

void OpenConnections::cut() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
}

bool OpenConnections::empty() const {
  const std::lock_guard lock(mutex_);
  return sockets_.empty();
}

OpenConnections::Member::~Member() {
  const std::lock_guard lock(open_.mutex_);
  open_.sockets_.erase(socket_);
}

void OpenConnections::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (const int socket : sockets_) shutdown(socket, SHUT_RD);
}

}  // namespace assay::api
