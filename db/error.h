#pragma once

#include <stdexcept>

namespace assay::db {

/// The database cannot be opened, read or written. what() says what failed, where, and what to do.
class Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Another process is writing to the database; nothing was changed.
class Busy : public Error {
  using Error::Error;
};

}  // namespace assay::db
