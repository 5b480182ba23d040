#include "support/xml.h"

#include <cstddef>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace assay::test {
namespace {

[[noreturn]] void fail(const std::string& what, std::size_t at) {
  throw std::runtime_error(what + " at byte " + std::to_string(at));
}

// What XML 1.0 calls Char, given that the text is UTF-8.
void check_characters(std::string_view text) {
  (void)nlohmann::json(text).dump();  // throws unless UTF-8
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') fail("control character", i);
    const std::string_view three = text.substr(i, 3);
    if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") fail("no character", i);
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  XmlElement document() {
    expect("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    space();
    XmlElement root = element();
    space();
    if (at_ != text_.size()) fail("something follows the root", at_);
    return root;
  }

 private:
  bool next_is(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  void expect(std::string_view what) {
    if (!next_is(what)) fail("expected " + std::string(what), at_);
    at_ += what.size();
  }
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  std::string name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= 'a' && text_[at_] <= 'z') ++at_;
    if (at_ == begin) fail("expected a name", at_);
    return std::string(text_.substr(begin, at_ - begin));
  }
  // Text up to one of `stops`.
  std::string characters(std::string_view stops) {
    std::string out;
    while (at_ < text_.size() && stops.find(text_[at_]) == std::string_view::npos) {
      if (text_[at_] == '<') fail("raw <", at_);
      if (next_is("]]>")) fail("raw ]]>", at_);
      out += text_[at_] == '&' ? entity() : text_[at_++];
    }
    return out;
  }
  char entity() {
    for (const auto& [word, meaning] : {std::pair("&amp;", '&'), std::pair("&lt;", '<'),
                                        std::pair("&gt;", '>'), std::pair("&quot;", '"')}) {
      if (!next_is(word)) continue;
      expect(word);
      return meaning;
    }
    fail("raw &", at_);
  }
  XmlElement element() {
    XmlElement out;
    expect("<");
    out.name = name();
    while (next_is(" ")) {
      space();
      const std::string key = name();
      expect("=\"");
      if (!out.attributes.emplace(key, characters("\"")).second) fail("doubled attribute", at_);
      expect("\"");
    }
    if (next_is("/>")) {
      expect("/>");
      return out;
    }
    expect(">");
    while (!next_is("</")) {
      if (at_ >= text_.size()) fail("element without an end", at_);
      if (next_is("<")) {
        out.children.push_back(element());
      } else {
        out.text += characters("<");
      }
    }
    expect("</" + out.name + ">");
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

XmlElement parse_xml(std::string_view text) {
  check_characters(text);
  return Parser(text).document();
}

}  // namespace assay::test
