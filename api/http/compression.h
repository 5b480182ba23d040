#pragma once

#include <string>

#include "api/http/message.h"

namespace assay::api {

/// Whether gzip would make the answer smaller: text that is not small, and not compressed yet.
bool worth_compressing(const Response& response, std::size_t body_size);

/// The ETag of the same answer in gzip: a strong one names bytes, and these are others.
std::string gzip_etag(const std::string& etag);

/// Marks headers as those of the compressed answer.
void mark_compressed(Response& response);

/// Compresses an answer where the request allows it and where it is worth it; streams too.
void compress_answer(const Request& request, Response& response);

}  // namespace assay::api
