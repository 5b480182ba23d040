#include "validator/reading/yaml_events.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

namespace assay {
namespace {

// yaml-cpp ends a plain scalar in brackets at any `?`, such as that of an address with a query. A
// control character, which never occurs in text that comes here, takes its place.
constexpr char kQuestion = '\x01';

bool means_key(std::string_view text, std::size_t at) {
  constexpr std::string_view kApart = " \t\r\n,[]{}";
  const auto apart = [&](char c) { return kApart.find(c) != std::string_view::npos; };
  return (at == 0 || apart(text[at - 1])) && (at + 1 == text.size() || apart(text[at + 1]));
}

// `text` with its question marks hidden; empty when the parser reads it correctly as it is.
std::string with_hidden_questions(std::string_view text) {
  std::size_t at = text.find('?');
  if (at == std::string_view::npos || text.find_first_of("[{") == std::string_view::npos) return {};
  std::string hidden(text);
  for (; at != std::string_view::npos; at = text.find('?', at + 1)) {
    if (!means_key(text, at)) hidden[at] = kQuestion;
  }
  return hidden;
}

// Lets the parser read the file's own bytes without a copy.
class PieceBuffer : public std::streambuf {
 public:
  explicit PieceBuffer(std::span<const Piece> pieces) : pieces_(pieces) { show(); }

 protected:
  int_type underflow() override {
    while (gptr() == egptr()) {
      if (current_ + 1 >= pieces_.size()) return traits_type::eof();
      ++current_;
      show();
    }
    return traits_type::to_int_type(*gptr());
  }

 private:
  void show() {
    if (pieces_.empty()) return;
    // A get area is never written to; its type merely does not say so.
    char* const begin = const_cast<char*>(pieces_[current_].text.data());
    setg(begin, begin, begin + pieces_[current_].text.size());
  }

  std::span<const Piece> pieces_;
  std::size_t current_ = 0;
};

std::size_t file_offset(std::span<const Piece> pieces, const YAML::Mark& mark) {
  auto at = static_cast<std::size_t>(std::max(mark.pos, 0));
  for (const Piece& piece : pieces) {
    if (at < piece.text.size()) return piece.offset + at;
    at -= piece.text.size();
  }
  return pieces.empty() ? 0 : pieces.back().offset + pieces.back().text.size();
}

struct SecondDocument {
  std::size_t offset = 0;
};

class Handler : public YAML::EventHandler {
 public:
  Handler(std::span<const Piece> pieces, TreeBuilder& builder, bool hides_questions)
      : pieces_(pieces), builder_(builder), hides_questions_(hides_questions) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_) throw SecondDocument{place(mark)};
    started_ = true;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.on_null(place(mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.on_alias(place(mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (!hides_questions_ || value.find(kQuestion) == std::string::npos) {
      builder_.on_scalar(place(mark), tag, anchor, value);
      return;
    }
    std::string shown = value;
    std::replace(shown.begin(), shown.end(), kQuestion, '?');
    builder_.on_scalar(place(mark), tag, anchor, shown);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    builder_.on_sequence_begin(place(mark), anchor, style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { builder_.on_collection_end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    builder_.on_mapping_begin(place(mark), anchor, style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override { builder_.on_collection_end(); }

 private:
  std::size_t place(const YAML::Mark& mark) const { return file_offset(pieces_, mark); }

  std::span<const Piece> pieces_;
  TreeBuilder& builder_;
  bool hides_questions_;
  bool started_ = false;
};

}  // namespace

std::optional<ParseFailure> parse_yaml(std::span<const Piece> pieces, TreeBuilder& builder) {
  using Cause = ParseFailure::Cause;
  std::vector<std::string> hidden(pieces.size());
  std::vector<Piece> shown(pieces.begin(), pieces.end());
  bool hides_questions = false;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    hidden[i] = with_hidden_questions(pieces[i].text);
    if (hidden[i].empty()) continue;
    shown[i].text = hidden[i];
    hides_questions = true;
  }
  PieceBuffer buffer(shown);
  std::istream stream(&buffer);
  Handler handler(pieces, builder, hides_questions);
  try {
    YAML::Parser parser(stream);
    // The second call is there to see whether something follows: it throws if so. A loop would be
    // wrong, since yaml-cpp 0.7 stays where it is on some inputs.
    if (parser.HandleNextDocument(handler)) parser.HandleNextDocument(handler);
    return std::nullopt;
  } catch (const SecondDocument& second) {
    return ParseFailure{Cause::more_documents, second.offset, "a second document starts"};
  } catch (const QuoteNotClosed& quote) {
    return ParseFailure{Cause::open_quote, quote.offset, "quote is not closed"};
  } catch (const ColonMissing& missing) {
    return ParseFailure{Cause::syntax, missing.offset, "key without a colon"};
  } catch (const NestingTooDeep& too_deep) {
    return ParseFailure{Cause::too_deep, too_deep.offset, "nested too deeply"};
  } catch (const YAML::DeepRecursion& deep) {
    return ParseFailure{Cause::too_deep, file_offset(pieces, deep.mark), "nested too deeply"};
  } catch (const YAML::Exception& error) {
    // 0.8 appends the anchor's name to its words.
    const bool anchor = error.msg.starts_with("the referenced anchor is not defined");
    return ParseFailure{anchor ? Cause::unknown_anchor : Cause::syntax,
                        file_offset(pieces, error.mark), error.msg};
  }
}

}  // namespace assay
