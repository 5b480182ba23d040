// A small part of Markdown, as blocks of text runs for a template that escapes.
#include <vector>

#include "api/pages/texts.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

constexpr std::size_t kLongestProse = 20'000;

struct Mark {
  std::string_view sign;
  const char* kind;
};
constexpr Mark kMarks[] = {{"**", "strong"}, {"`", "code"}, {"*", "emphasis"}};

void add_run(Values& runs, const char* kind, std::string_view text) {
  if (text.empty()) return;
  runs.push_back({{kind, once({{"text", text}})}});
}

// "[text](https://…)" at the start of `rest`; its length, or 0.
std::size_t add_link(Values& runs, std::string_view rest) {
  const std::size_t middle = rest.find("](");
  const std::size_t end = middle == std::string_view::npos ? middle : rest.find(')', middle);
  if (end == std::string_view::npos || rest.find('\n') < end) return 0;
  const std::string_view url = rest.substr(middle + 2, end - middle - 2);
  if (!is_web_url(url) || middle == 1) return 0;
  runs.push_back({{"link", once({{"text", rest.substr(1, middle - 1)}, {"url", url}})}});
  return end + 1;
}

Values runs_of(std::string_view text) {
  Values runs = Values::array();
  std::size_t plain = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    const std::string_view rest = text.substr(at);
    Values added = Values::array();
    if (rest.front() == '[') {
      length = add_link(added, rest);
    } else {
      for (const Mark& mark : kMarks) {
        if (!rest.starts_with(mark.sign)) continue;
        const std::size_t end = rest.find(mark.sign, mark.sign.size());
        if (end == std::string_view::npos || end == mark.sign.size()) break;
        add_run(added, mark.kind, rest.substr(mark.sign.size(), end - mark.sign.size()));
        length = end + mark.sign.size();
        break;
      }
    }
    if (length == 0) {
      ++at;
      continue;
    }
    add_run(runs, "plain", text.substr(plain, at - plain));
    runs.insert(runs.end(), added.begin(), added.end());
    at += length;
    plain = at;
  }
  add_run(runs, "plain", text.substr(plain));
  return runs;
}

class Blocks {
 public:
  void line(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
    const std::size_t hashes = text.find_first_not_of('#');
    if (text.empty()) {
      end_paragraph();
    } else if (hashes > 0 && hashes <= 6 && text[hashes] == ' ') {
      end_paragraph();
      blocks_.push_back({{"heading", once({{"run", runs_of(text.substr(hashes + 1))}})}});
    } else if (text.starts_with("- ") || text.starts_with("* ")) {
      end_paragraph(false);
      bullets_.push_back({{"run", runs_of(text.substr(2))}});
    } else {
      paragraph_ += (paragraph_.empty() ? "" : " ") + std::string(text);
    }
  }

  Values take() {
    end_paragraph();
    return std::move(blocks_);
  }

 private:
  void end_paragraph(bool end_list = true) {
    if (end_list && !bullets_.empty()) {
      blocks_.push_back({{"bullets", once({{"bullet", std::move(bullets_)}})}});
      bullets_ = Values::array();
    }
    if (paragraph_.empty()) return;
    blocks_.push_back({{"paragraph", once({{"run", runs_of(paragraph_)}})}});
    paragraph_.clear();
  }

  Values blocks_ = Values::array();
  Values bullets_ = Values::array();
  std::string paragraph_;
};

}  // namespace

Values prose(std::string_view markdown) {
  const std::string text = shortened(markdown, kLongestProse);
  Blocks blocks;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    blocks.line(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
  return blocks.take();
}

}  // namespace assay::api
