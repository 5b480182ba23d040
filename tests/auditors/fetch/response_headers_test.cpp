#include "auditors/fetch/response_headers.h"

#include <string>

#include "support/catch.h"

using assay::ResponseHeaders;

TEST_CASE("only known fields of the final response are kept") {
  ResponseHeaders headers;
  for (const std::string line :
       {"HTTP/1.1 103 Early Hints\r\n", "Link: </early>\r\n", "\r\n", "HTTP/1.1 200 OK\r\n",
        "ETag:\t\"1\" \r\n", "ETag: \"2\"\r\n", "RATELIMIT: \"api\";r=1;t=2\r\n",
        "ratelimit: \"b\";r=3;t=4\r\n", "Authorization: Bearer x\r\n", "Content-Encoding: gzip\r\n",
        "Set-Cookie: a=b\r\n", "no colon here\r\n", ": empty name\r\n"}) {
    CHECK(headers.add_line(line));
    CHECK_FALSE(headers.complete());
  }
  CHECK(headers.add_line("\r\n"));
  CHECK(headers.complete());
  CHECK(headers.add_line("Date: in a trailer\r\n"));
  CHECK(
      headers.fields() ==
      ResponseHeaders::Fields{{"etag", "\"1\""}, {"ratelimit", "\"api\";r=1;t=2, \"b\";r=3;t=4"}});
  CHECK(headers.get("date").empty());
  CHECK(headers.content_encoding() == "gzip");
}

TEST_CASE("values are bounded and printable") {
  const assay::SourceHeader own[] = {{.name = "x-error-message"}};
  ResponseHeaders headers(own);
  CHECK(headers.add_line("HTTP/2 200\r\n"));
  CHECK(headers.add_line("X-Error-Message: " + std::string(5000, 'x') + "\r\n"));
  CHECK(headers.get("x-error-message").size() == 4096);
  CHECK(headers.add_line(std::string("Date: a\0b\x1b[31mc\xff", 17)));
  CHECK(headers.get("date") == "ab[31mc?");
}

TEST_CASE("a field that leads on is whole or the response is of no use") {
  for (const std::string name : {"Link", "Location"}) {
    ResponseHeaders headers;
    CHECK(headers.add_line("HTTP/2 200\r\n"));
    CHECK_FALSE(headers.add_line(name + ": " + std::string(5000, 'x')));
  }
}

TEST_CASE("fields without end are refused") {
  ResponseHeaders headers;
  CHECK(headers.add_line("HTTP/2 200\r\n"));
  int taken = 0;
  while (headers.add_line("X-Other: " + std::string(1000, 'x') + "\r\n")) ++taken;
  CHECK(taken == 64);
}

TEST_CASE("entity tags are compared weakly") {
  CHECK(assay::same_etag("W/\"a\"", "\"a\""));
  CHECK(assay::same_etag("a", "\"a\""));
  CHECK_FALSE(assay::same_etag("\"a\"", "\"b\""));
  CHECK_FALSE(assay::same_etag("", "\"b\""));
}

TEST_CASE("a confirmed response keeps what describes its content") {
  const ResponseHeaders::Fields stored{
      {"content-type", "text/plain"},  {"date", "then"},    {"etag", "W/\"1\""},
      {"link", "</2>; rel=next"},      {"x-commit", "abc"}, {"x-other", "gone"},
      {"ratelimit", "\"api\";r=0;t=9"}};
  const ResponseHeaders::Fields answer{
      {"date", "now"}, {"etag", "\"1\""}, {"sunset", "soon"}, {"x-request-id", "r"}};
  const assay::SourceHeader own[] = {{.name = "x-commit", .content = true}, {.name = "x-other"}};
  CHECK(assay::confirmed_fields(stored, answer, own) ==
        ResponseHeaders::Fields{{"content-type", "text/plain"},
                                {"etag", "\"1\""},
                                {"link", "</2>; rel=next"},
                                {"sunset", "soon"},
                                {"x-commit", "abc"}});
}
