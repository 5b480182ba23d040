#pragma once

#include <string>

#include "api/http/message.h"

namespace assay::api {

/// Whether gzip would make the answer smaller: it is text, not small, and not yet compressed.
bool worth_compressing(const Response& response, std::size_t body_size);

/// The ETag of the same answer in gzip: a strong ETag names bytes, and these differ.
std::string gzip_etag(const std::string& etag);

/// Changes the headers to those of the compressed answer.
void mark_compressed(Response& response);

/// Compresses an answer, streamed or not, if the request allows it and it is worthwhile.
void compress_answer(const Request& request, Response& response);

}  // namespace assay::api
