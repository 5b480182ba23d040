#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "api/live/notices.h"
#include "api/site.h"
#include "validator/validate.h"

namespace assay::api {

/// The catalog as its file is now; the last good one while the file has mistakes. Thread-safe.
class LiveCatalog {
 public:
  struct Version {
    std::shared_ptr<const Catalog> catalog;
    std::size_t errors = 0;    ///< that the validator finds in it
    std::uint64_t number = 0;  ///< grows with every change of what is served or of the notice
    std::string notice;        ///< why this is not, or not all of, what the file says
  };

  /// Reads the file. Throws std::runtime_error when it cannot be read or no entry of it can.
  LiveCatalog(std::string path, Notices notices);

  /// Reads the file again when it was changed.
  Version get();

 private:
  // Whether the file was written to since: two that are equal hold the same text.
  struct Stamp {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::int64_t size = -1;
    bool operator==(const Stamp&) const = default;
  };

  Stamp stamp() const;
  Version read() const;
  void refuse(const std::string& why);

  std::string path_;
  Notices notices_;
  std::mutex mutex_;  // of what follows
  Schema schema_;
  Vocabulary vocabulary_;
  Stamp stamp_;
  Version current_;
};

}  // namespace assay::api
