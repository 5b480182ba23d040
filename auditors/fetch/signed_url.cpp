#include "auditors/fetch/signed_url.h"

#include <algorithm>
#include <iterator>

#include "validator/text/ascii.h"

namespace assay {
namespace {

constexpr std::string_view kGranting[] = {
    "access_token",     "key-pair-id",
    "policy",           "sig",
    "signature",        "token",
    "x-amz-credential", "x-amz-security-token",
    "x-amz-signature",  "x-goog-credential",
    "x-goog-signature", "x-xet-signed-range",
};

bool grants_access(std::string_view name) {
  const std::string lower = ascii::lower(name);
  return std::find(std::begin(kGranting), std::end(kGranting), lower) != std::end(kGranting);
}

}  // namespace

std::string without_signature(std::string_view url) {
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) return std::string(url);
  std::string result(url.substr(0, question + 1));
  std::string_view query = url.substr(question + 1);
  while (true) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && grants_access(parameter.substr(0, equals))) {
      result += parameter.substr(0, equals + 1);
      result += "redacted";
    } else {
      result += parameter;
    }
    if (end == std::string_view::npos) return result;
    result += '&';
    query.remove_prefix(end + 1);
  }
}

}  // namespace assay
