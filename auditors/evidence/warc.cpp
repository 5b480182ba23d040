#include "auditors/evidence/warc.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "auditors/evidence/content_coding.h"
#include "auditors/evidence/digest.h"
#include "validator/text/ascii.h"
#include "validator/text/dates.h"
#include "validator/text/json_text.h"

namespace assay {
namespace {

constexpr std::string_view kVersion = "WARC/1.1";
constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::size_t kMaxBytes = std::size_t{4} << 30U;

using Fields = std::vector<std::pair<std::string, std::string>>;

// A field's value ends at the line's end, so nothing may break the line.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

// A text with all its bytes on one line.
std::string quoted(const std::string& text) { return ascii_json(nlohmann::json(text)); }
std::optional<std::string> unquoted(const std::string& text) {
  if (text.empty()) return std::string{};
  const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

// A record's id follows from what it holds, so that equal evidence gives equal files.
std::string record_id(std::string_view kind, std::string_view of) {
  const std::string hex = sha256_hex(fmt::format("{} {}", kind, of));
  return fmt::format("<urn:uuid:{}-{}-8{}-8{}-{}>", hex.substr(0, 8), hex.substr(8, 4),
                     hex.substr(13, 3), hex.substr(17, 3), hex.substr(20, 12));
}

std::string record(const Fields& fields, std::string_view block) {
  std::string text = fmt::format("{}\r\n", kVersion);
  for (const auto& [name, value] : fields) {
    text += fmt::format("{}: {}\r\n", name, one_line(value));
  }
  text += fmt::format("Content-Length: {}\r\n\r\n", block.size());
  text += block;
  text += kEnd;
  return gzip_member(text);
}

// "https://host:8080/path?query" as host and target.
std::pair<std::string_view, std::string_view> host_and_target(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t path = std::min(url.find('/', host), url.size());
  return {url.substr(host, path - host), path == url.size() ? "/" : url.substr(path)};
}

std::string http_request(const Evidence& evidence, std::string_view software) {
  const auto [host, target] = host_and_target(evidence.url);
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n\r\n", target, host,
                     software);
}

// The kept fields have names in lower case; the one that is added here has not.
std::string http_response(const Evidence& evidence) {
  const int status = evidence.status == 304 ? 200 : evidence.status;
  std::string text = fmt::format("HTTP/1.1 {} \r\n", status);
  for (const auto& [name, value] : evidence.headers) {
    text += fmt::format("{}: {}\r\n", name, one_line(value));
  }
  text += fmt::format("Content-Length: {}\r\n\r\n", evidence.body.size());
  return text + evidence.body;
}

// ---- reading

// Lines "Name: value" up to an empty one, which is taken off too; null when there is none.
std::optional<std::map<std::string, std::string>> take_fields(std::string_view& rest) {
  std::map<std::string, std::string> fields;
  while (true) {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (line.empty()) return fields;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    fields.emplace(line.substr(0, colon), ascii::trim_blanks(line.substr(colon + 1)));
  }
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Reader {
 public:
  Reader(std::string_view path, std::string_view bytes) : path_(path), rest_(bytes) {}

  Recording run() {
    while (!rest_.empty()) {
      ++number_;
      read_record();
    }
    if (begun_.empty())
      fail("no warcinfo record written by assay, which would say where the answers are from");
    if (recording_.origin.date.empty()) recording_.origin.date = begun_;
    return std::move(recording_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw std::runtime_error(fmt::format("{}: record {}: {}", path_, number_, what));
  }

  const std::string& field(const std::string& name) const {
    static const std::string none;
    const auto found = fields_.find(name);
    return found == fields_.end() ? none : found->second;
  }

  void read_record() {
    if (!rest_.starts_with(kVersion)) fail("it does not start with WARC/1.1");
    const std::size_t line = rest_.find("\r\n");
    if (line == std::string_view::npos) fail("it ends in its first line");
    rest_.remove_prefix(line + 2);
    auto fields = take_fields(rest_);
    if (!fields) fail("its header does not end, or has a line without a colon");
    fields_ = std::move(*fields);
    const auto length = number(field("Content-Length"));
    if (!length || *length > rest_.size()) fail("it is shorter than its Content-Length");
    const std::string_view block = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    if (!rest_.starts_with(kEnd)) fail("it does not end with two empty lines");
    rest_.remove_prefix(kEnd.size());
    const std::string& type = field("WARC-Type");
    if (type == "warcinfo") read_info(block);
    if (type == "response" || type == "metadata") read_exchange(type, block);
  }

  void read_info(std::string_view block) {
    std::string lines(block);
    lines += "\r\n";
    std::string_view rest = lines;
    const auto said = take_fields(rest);
    if (!said || !said->contains("assay-origin")) return;
    const std::string& text = said->at("assay-origin");
    // The answers of a live run are captured ones in a file.
    const bool constructed = parse_origin(text).kind == Origin::Kind::constructed;
    recording_.origin.kind = constructed ? Origin::Kind::constructed : Origin::Kind::captured;
    recording_.origin.note = text;
    if (parse_time(field("WARC-Date")) < 0) fail("its WARC-Date is not a time");
    begun_ = field("WARC-Date").substr(0, 10);
  }

  void read_exchange(const std::string& type, std::string_view block) {
    Evidence evidence;
    evidence.source = field("Assay-Source");
    evidence.url = field("WARC-Target-URI");
    evidence.final_url = field("Assay-Final-URI");
    evidence.fetched_at = field("WARC-Date");
    if (parse_time(evidence.fetched_at) < 0) fail("its WARC-Date is not a time");
    if (evidence.source.empty()) fail("it has no Assay-Source: assay did not write it");
    const auto outcome = parse_outcome(field("Assay-Outcome"));
    if (!outcome) fail("its Assay-Outcome is unknown");
    evidence.outcome = *outcome;
    const auto error = unquoted(field("Assay-Error"));
    if (!error) fail("its Assay-Error is not quoted text");
    evidence.error = *error;
    const auto status = number(field("Assay-Status"));
    if (!status || *status > 999) fail("its Assay-Status is not a status code");
    evidence.status = static_cast<int>(*status);
    if (type == "response") {
      const std::size_t line = block.find("\r\n");
      if (line == std::string_view::npos) fail("its response has no status line");
      block.remove_prefix(line + 2);
      auto headers = take_fields(block);
      if (!headers) fail("the headers of its response do not end");
      headers->erase("Content-Length");
      evidence.headers.insert(headers->begin(), headers->end());
    }
    evidence.body = type == "response" ? std::string(block) : std::string{};
    seal(evidence);
    if (evidence.id != field("Assay-Evidence"))
      fail("its content has changed since it was written");
    // The newest answer dates the recording.
    recording_.origin.date = std::max(recording_.origin.date, evidence.fetched_at.substr(0, 10));
    recording_.exchanges.push_back(std::move(evidence));
  }

  std::string path_;
  std::string_view rest_;
  std::size_t number_ = 0;
  std::map<std::string, std::string> fields_;
  std::string begun_;  // date of the run
  Recording recording_;
};

}  // namespace

std::string warc_header(const WarcInfo& info) {
  const std::string block = fmt::format(
      "software: {}\r\nformat: WARC File Format 1.1\r\n"
      "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
      "\r\nisPartOf: {}\r\nassay-origin: {}\r\n",
      one_line(info.software), one_line(info.run), one_line(to_text(info.origin)));
  return record({{"WARC-Type", "warcinfo"},
                 {"WARC-Record-ID", record_id("warcinfo", block + info.date)},
                 {"WARC-Date", info.date},
                 {"Content-Type", "application/warc-fields"}},
                block);
}

std::string warc_records(const Evidence& evidence, std::string_view software) {
  const bool responded = evidence.outcome == Outcome::response;
  Fields fields{{"WARC-Type", responded ? "response" : "metadata"},
                {"WARC-Record-ID", record_id("answer", evidence.id)},
                {"WARC-Date", evidence.fetched_at},
                {"WARC-Target-URI", evidence.url},
                {"Assay-Evidence", evidence.id},
                {"Assay-Source", evidence.source},
                {"Assay-Final-URI", evidence.final_url},
                {"Assay-Outcome", std::string(to_string(evidence.outcome))},
                {"Assay-Status", std::to_string(evidence.status)}};
  if (!evidence.error.empty()) fields.emplace_back("Assay-Error", quoted(evidence.error));
  if (!responded) {
    fields.emplace_back("Content-Type", "application/warc-fields");
    return record(fields, fmt::format("outcome: {}\r\nerror: {}\r\n", to_string(evidence.outcome),
                                      one_line(evidence.error)));
  }
  const std::string answer = http_response(evidence);
  fields.emplace_back("WARC-Payload-Digest", fmt::format("sha256:{}", sha256_hex(evidence.body)));
  fields.emplace_back("WARC-Block-Digest", fmt::format("sha256:{}", sha256_hex(answer)));
  fields.emplace_back("Content-Type", "application/http;msgtype=response");
  return record({{"WARC-Type", "request"},
                 {"WARC-Record-ID", record_id("request", evidence.id)},
                 {"WARC-Date", evidence.fetched_at},
                 {"WARC-Target-URI", evidence.url},
                 {"WARC-Concurrent-To", record_id("answer", evidence.id)},
                 {"Content-Type", "application/http;msgtype=request"}},
                http_request(evidence, software)) +
         record(fields, answer);
}

bool is_warc(std::string_view bytes) {
  return bytes.starts_with("\x1F\x8B") || bytes.starts_with("WARC/");
}

Recording read_warc(std::string_view path, std::string_view bytes) {
  if (bytes.starts_with("WARC/")) return Reader(path, bytes).run();
  std::string plain;
  ContentDecoder decoder("gzip");
  const ContentDecoder::Status status = decoder.add(bytes, plain, kMaxBytes);
  if (status != ContentDecoder::Status::ok || !decoder.complete()) {
    throw std::runtime_error(fmt::format("{}: {}", path,
                                         status == ContentDecoder::Status::too_large
                                             ? "more than 4 GiB when unpacked"
                                             : "not a whole gzip file"));
  }
  return Reader(path, plain).run();
}

}  // namespace assay
