#pragma once

namespace assay::db {

/// How a database is opened.
enum class Access { read_only, read_write };

}  // namespace assay::db
