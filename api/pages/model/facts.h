#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/entry_view.h"
#include "api/pages/page.h"

namespace assay::api {

/// How much of what could be shown has room: a page stays small.
struct Room {
  std::size_t exchanges = 3;  ///< of one verdict: a listing of many pages is one witness, not many
  std::size_t periods = 25;   ///< of the audit trail
  std::size_t offers = 30;
  std::size_t drawings = 6;      ///< of price histories
  bool unaudited_claims = true;  ///< said again in the panel of a label that nobody judged
};

/// The labels of one entry with their verdicts, handed out to the sections of its page. It
/// remembers what was handed out, so that the page can show the rest: no label is left without its
/// verdict.
class Facts {
 public:
  /// `subject` must outlive this.
  Facts(const View& view, const Subject& subject, const Room& room = {});
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;

  const View& view() const { return view_; }
  const Room& room() const { return room_; }
  const Subject& subject() const { return subject_; }
  const Node& entry() const { return entry_; }
  const std::vector<LabelView>& all() const { return views_; }

  /// The value of one label for the template fact.tpl: what the catalog claims, what only the audit
  /// found, or "not disclosed".
  Values value(std::string_view label, std::string_view unit = {}) const;
  /// Its marks: one item {"mark": …} for each verdict. The label counts as shown from now on.
  Values marks(std::string_view label);
  /// A verdict without its details, for places where they stand elsewhere on the page.
  Values mark_link(std::string_view label, const std::string& url) const;
  /// Everything known of the label, in order; empty when it is neither claimed nor found.
  std::vector<const LabelView*> views(std::string_view label) const;
  bool claimed(std::string_view label) const;
  bool known(std::string_view label) const { return !views(label).empty(); }
  /// Labels that begin with `prefix`, in order, each once.
  std::vector<std::string> labels(std::string_view prefix) const;
  /// Labels that no section has asked the marks of.
  std::vector<std::string> rest() const;

 private:
  Values mark(const LabelView& view) const;

  View view_;
  Room room_;
  const Subject& subject_;
  const Node& entry_;
  std::vector<db::Period> periods_;
  std::vector<LabelView> views_;
  std::map<std::string, std::vector<const LabelView*>, std::less<>> by_label_;
  std::map<std::string_view, const Claim*> claims_;
  std::set<std::string, std::less<>> shown_;
};

/// A verdict that says only that the sources could not be read.
bool tells_of_a_fault(Verdict verdict);

/// The value of a claim as people read it.
std::string claim_text(const Claim& claim);

}  // namespace assay::api
