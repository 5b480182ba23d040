#include "validator/shape/schema.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

#include <valijson/adapters/std_string_adapter.hpp>
#include <valijson/internal/basic_adapter.hpp>
#include <valijson/internal/frozen_value.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "validator/for_each_entry.h"
#include "validator/label_path.h"
#include "validator/shape/schema_text.h"
#include "validator/shape/shape.h"
#include "validator/shape/shape_checker.h"

// Two parts share the work.
//
// valijson reads the JSON Schema, resolves its `$ref`s, and decides whether an entry is accepted.
// Its messages name neither keyword nor key, and it reports an unknown key at the parent, so they
// are never shown.
//
// ShapeChecker says why an entry was refused: one diagnostic per mistake, at the exact key or
// value, with a fix where the result is certain. It works on a Shape, a plain copy of what valijson
// understood of the schema. It decides alone on what lies around the entries, and on values that
// the library cannot handle (too large, too deep, too long for its regular expressions). Keywords
// that it cannot explain, such as `not`, it asks valijson about. Should valijson refuse an entry in
// which ShapeChecker finds nothing wrong, that is reported too.
//
// This file holds what joins the two: an adapter that shows our nodes to valijson, the bounds, and
// the builder of the copy.

namespace assay {
namespace {

class NodeAdapter;
class NodeItemIterator;
class NodeMemberIterator;
using NodeMember = std::pair<std::string, NodeAdapter>;

class NodeArray {
 public:
  using const_iterator = NodeItemIterator;
  using iterator = NodeItemIterator;

  NodeArray() = default;
  explicit NodeArray(const Node& node) : items_(node.sequence()) {}
  NodeItemIterator begin() const;
  NodeItemIterator end() const;
  std::size_t size() const { return items_.size(); }

 private:
  std::span<const Node> items_;
};

class NodeObject {
 public:
  using const_iterator = NodeMemberIterator;
  using iterator = NodeMemberIterator;

  NodeObject() = default;
  explicit NodeObject(const Node& node) : members_(node.mapping()) {}
  NodeMemberIterator begin() const;
  NodeMemberIterator end() const;
  NodeMemberIterator find(const std::string& key) const;
  std::size_t size() const { return members_.size(); }

 private:
  std::span<const Member> members_;
};

// A node as valijson asks for values.
class NodeValue {
 public:
  NodeValue() = default;
  explicit NodeValue(const Node& node) : node_(&node) {}

  const Node* node() const { return node_; }
  valijson::adapters::FrozenValue* freeze() const;
  opt::optional<NodeArray> getArrayOptional() const {
    return isArray() ? opt::make_optional(NodeArray(*node_)) : opt::optional<NodeArray>();
  }
  bool getArraySize(std::size_t& result) const {
    if (isArray()) result = node_->count;
    return isArray();
  }
  bool getBool(bool& result) const {
    if (isBool()) result = node_->text.front() == 't' || node_->text.front() == 'T';
    return isBool();
  }
  bool getDouble(double& result) const {
    if (isDouble()) result = number_of(*node_);
    return isDouble();
  }
  bool getInteger(std::int64_t& result) const {
    if (!isInteger()) return false;
    constexpr double kBeyond = 9.2e18;  // saturates: the schema's limits lie far below
    const double value = number_of(*node_);
    std::string_view text = node_->text;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error == std::errc() && end == text.data() + text.size()) return true;
    result = value >= kBeyond    ? std::numeric_limits<std::int64_t>::max()
             : value <= -kBeyond ? std::numeric_limits<std::int64_t>::min()
                                 : static_cast<std::int64_t>(value);
    return true;
  }
  opt::optional<NodeObject> getObjectOptional() const {
    return isObject() ? opt::make_optional(NodeObject(*node_)) : opt::optional<NodeObject>();
  }
  bool getObjectSize(std::size_t& result) const {
    if (isObject()) result = node_->count;
    return isObject();
  }
  bool getString(std::string& result) const {
    if (isString()) result = std::string(node_->text);
    return isString();
  }
  static bool hasStrictTypes() { return true; }
  bool isArray() const { return is(Kind::sequence); }
  bool isBool() const { return is(Kind::boolean); }
  bool isDouble() const { return is(Kind::real); }
  bool isInteger() const { return node_ != nullptr && is_whole(*node_); }
  bool isNull() const { return is(Kind::null); }
  bool isNumber() const { return isInteger() || isDouble(); }
  bool isObject() const { return is(Kind::mapping); }
  bool isString() const { return is(Kind::string); }

 private:
  bool is(Kind kind) const { return node_ == nullptr ? kind == Kind::null : node_->kind == kind; }

  const Node* node_ = nullptr;  // null stands for the value null
};

class NodeAdapter : public valijson::adapters::BasicAdapter<NodeAdapter, NodeArray, NodeMember,
                                                            NodeObject, NodeValue> {
 public:
  NodeAdapter() : BasicAdapter(NodeValue()) {}
  explicit NodeAdapter(const Node& node) : BasicAdapter(NodeValue(node)), node_(&node) {}

  const Node* node() const { return node_; }

 private:
  const Node* node_ = nullptr;  // the base class keeps its own to itself
};

// A value of an enum or const. The schema's text outlives it, so the node is not copied.
class FrozenNode : public valijson::adapters::FrozenValue {
 public:
  explicit FrozenNode(const Node* node) : node_(node) {}
  valijson::adapters::FrozenValue* clone() const override { return new FrozenNode(node_); }
  bool equalTo(const valijson::adapters::Adapter& other, bool strict) const override {
    // The words of an enum, of which there may be hundreds, without copies.
    if (node_ != nullptr && node_->kind == Kind::string && typeid(other) == typeid(NodeAdapter)) {
      const Node* const value = static_cast<const NodeAdapter&>(other).node();
      return value != nullptr && value->kind == Kind::string && value->text == node_->text;
    }
    return adapter().equalTo(other, strict);
  }
  Node node() const { return node_ == nullptr ? Node() : *node_; }

 private:
  NodeAdapter adapter() const { return node_ == nullptr ? NodeAdapter() : NodeAdapter(*node_); }

  const Node* node_;
};

valijson::adapters::FrozenValue* NodeValue::freeze() const { return new FrozenNode(node_); }

class NodeItemIterator {
 public:
  using iterator_category = std::bidirectional_iterator_tag;
  using value_type = NodeAdapter;
  using difference_type = std::ptrdiff_t;
  using pointer = NodeAdapter*;
  using reference = NodeAdapter&;

  explicit NodeItemIterator(const Node* at) : at_(at) {}
  NodeAdapter operator*() const { return NodeAdapter(*at_); }
  valijson::adapters::DerefProxy<NodeAdapter> operator->() const {
    return valijson::adapters::DerefProxy<NodeAdapter>(**this);
  }
  bool operator==(const NodeItemIterator& other) const { return at_ == other.at_; }
  bool operator!=(const NodeItemIterator& other) const { return at_ != other.at_; }
  NodeItemIterator& operator++() {
    ++at_;
    return *this;
  }
  NodeItemIterator operator++(int) { return NodeItemIterator(at_++); }
  NodeItemIterator& operator--() {
    --at_;
    return *this;
  }
  void advance(std::ptrdiff_t n) { at_ += n; }

 private:
  const Node* at_;
};

class NodeMemberIterator {
 public:
  using iterator_category = std::bidirectional_iterator_tag;
  using value_type = NodeMember;
  using difference_type = std::ptrdiff_t;
  using pointer = NodeMember*;
  using reference = NodeMember&;

  explicit NodeMemberIterator(const Member* at) : at_(at) {}
  NodeMember operator*() const { return {std::string(at_->key.text), NodeAdapter(at_->value)}; }
  valijson::adapters::DerefProxy<NodeMember> operator->() const {
    return valijson::adapters::DerefProxy<NodeMember>(**this);
  }
  bool operator==(const NodeMemberIterator& other) const { return at_ == other.at_; }
  bool operator!=(const NodeMemberIterator& other) const { return at_ != other.at_; }
  NodeMemberIterator& operator++() {
    ++at_;
    return *this;
  }
  NodeMemberIterator operator++(int) { return NodeMemberIterator(at_++); }
  NodeMemberIterator& operator--() {
    --at_;
    return *this;
  }

 private:
  const Member* at_;
};

NodeItemIterator NodeArray::begin() const { return NodeItemIterator(items_.data()); }
NodeItemIterator NodeArray::end() const { return NodeItemIterator(items_.data() + items_.size()); }
NodeMemberIterator NodeObject::begin() const { return NodeMemberIterator(members_.data()); }
NodeMemberIterator NodeObject::end() const {
  return NodeMemberIterator(members_.data() + members_.size());
}
NodeMemberIterator NodeObject::find(const std::string& key) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.key.text == key; });
  return NodeMemberIterator(members_.data() + (found - members_.begin()));
}

}  // namespace
}  // namespace assay

template <>
struct valijson::adapters::AdapterTraits<assay::NodeAdapter> {
  using DocumentType = assay::Node;
  static std::string adapterName() { return "NodeAdapter"; }
};

namespace assay {
namespace {

using valijson::Subschema;
namespace constraints = valijson::constraints;

// Whether the library may judge a value. It compares the items of a set pairwise, runs std::regex
// over whole texts, counts a duplicate key twice, and accepts infinite numbers, which JSON does not
// have.
bool within_bounds(const Node& node) {
  constexpr std::size_t kMostChildren = 200;
  if (node.count > kMostChildren || node.text.size() > kLongestPatterned) return false;
  if (node.kind == Kind::real && node.text.find_first_of("nNiI") != std::string_view::npos) {
    return false;
  }
  if (node.kind == Kind::sequence) {
    return std::all_of(node.sequence().begin(), node.sequence().end(), within_bounds);
  }
  const std::span<const Member> members = node.mapping();
  return !has_duplicate_key(members) &&
         std::all_of(members.begin(), members.end(), [](const Member& member) {
           return member.key.is_scalar() && member.key.text.size() <= kLongestPatterned &&
                  within_bounds(member.value);
         });
}

// What the library says of a value; null when it may not or cannot judge it.
std::optional<bool> library_accepts(valijson::Validator& validator, const Subschema& schema,
                                    const Node& node) {
  if (!within_bounds(node)) return std::nullopt;
  try {
    return validator.validate(schema, NodeAdapter(node), nullptr);
  } catch (const std::exception&) {
    return std::nullopt;  // such as a `format` met by a list
  }
}

// Validators hold compiled patterns, so they are used again; each by one thread at a time.
class Validators {
 public:
  std::unique_ptr<valijson::Validator> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<valijson::Validator>();
    std::unique_ptr<valijson::Validator> validator = std::move(idle_.back());
    idle_.pop_back();
    return validator;
  }
  void put_back(std::unique_ptr<valijson::Validator> validator) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(validator));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<valijson::Validator>> idle_;
};

KindSet kinds_of(const constraints::TypeConstraint& constraint) {
  using Type = constraints::TypeConstraint;
  KindSet kinds = 0;
  constraint.applyToNamedTypes([&](Type::JsonType type) {
    switch (type) {
      case Type::kAny:
        kinds = kAnyKind;
        break;
      case Type::kArray:
        kinds |= kind_bit(Kind::sequence);
        break;
      case Type::kBoolean:
        kinds |= kind_bit(Kind::boolean);
        break;
      case Type::kInteger:
        kinds |= kind_bit(Kind::integer);
        break;
      case Type::kNull:
        kinds |= kind_bit(Kind::null);
        break;
      case Type::kNumber:
        kinds |= kind_bit(Kind::integer) | kind_bit(Kind::real);
        break;
      case Type::kObject:
        kinds |= kind_bit(Kind::mapping);
        break;
      case Type::kString:
        kinds |= kind_bit(Kind::string);
        break;
    }
    return true;
  });
  return kinds;
}

// Copies what the library understood of a schema into Shapes.
class ShapeBuilder {
 public:
  explicit ShapeBuilder(std::deque<Shape>& shapes) : shapes_(shapes) {}

  const Shape* build(const Subschema* schema) {
    if (schema == nullptr) return nullptr;
    const auto [found, is_new] = built_.try_emplace(schema, nullptr);
    if (!is_new) return found->second;
    Shape& shape = shapes_.emplace_back();
    found->second = &shape;  // before its parts, which may refer back to it
    shape.never = schema->getAlwaysInvalid();
    Subschema::ApplyFunction add = [&](const constraints::Constraint& constraint) {
      add_values(shape, constraint) || add_collections(shape, constraint) ||
          add_branches(shape, constraint) || add_other(shape, constraint);
      return true;
    };
    schema->apply(add);
    return &shape;
  }

  // Throws when a schema applies itself to the very value that it judges: no judgement would end.
  void refuse_endless() {
    std::map<const Shape*, int> state;
    for (const Shape& shape : shapes_) follow(&shape, state);
  }

 private:
  template <typename T, typename F>
  static bool when(const constraints::Constraint& constraint, F&& add) {
    const T* typed = dynamic_cast<const T*>(&constraint);
    if (typed != nullptr) add(*typed);
    return typed != nullptr;
  }

  bool add_values(Shape& shape, const constraints::Constraint& constraint) {
    using namespace constraints;
    return when<TypeConstraint>(constraint, [&](auto& c) { shape.kinds = kinds_of(c); }) ||
           when<EnumConstraint>(constraint,
                                [&](auto& c) {
                                  shape.allowed.emplace();
                                  c.applyToValues([&](const valijson::adapters::FrozenValue& v) {
                                    allow(shape, &v);
                                    return true;
                                  });
                                }) ||
           when<ConstConstraint>(constraint,
                                 [&](auto& c) {
                                   shape.allowed.emplace();
                                   allow(shape, c.getValue());
                                 }) ||
           when<MinimumConstraint>(constraint,
                                   [&](auto& c) {
                                     shape.minimum = {c.getMinimum(), c.getExclusiveMinimum()};
                                   }) ||
           when<MaximumConstraint>(constraint,
                                   [&](auto& c) {
                                     shape.maximum = {c.getMaximum(), c.getExclusiveMaximum()};
                                   }) ||
           when<MinLengthConstraint>(constraint,
                                     [&](auto& c) { shape.min_length = c.getMinLength(); }) ||
           when<MaxLengthConstraint>(constraint,
                                     [&](auto& c) { shape.max_length = c.getMaxLength(); }) ||
           when<PatternConstraint>(constraint, [&](auto& c) {
             std::string pattern;
             c.getPattern(pattern);
             std::shared_ptr<const std::regex>& compiled = patterns_[pattern];
             if (compiled == nullptr) compiled = std::make_shared<const std::regex>(pattern);
             shape.pattern = {pattern, compiled};
           });
  }

  static void allow(Shape& shape, const valijson::adapters::FrozenValue* value) {
    const auto* frozen = dynamic_cast<const FrozenNode*>(value);
    if (frozen != nullptr) shape.allowed->push_back(frozen->node());
  }

  bool add_collections(Shape& shape, const constraints::Constraint& constraint) {
    using namespace constraints;
    return when<MinItemsConstraint>(constraint,
                                    [&](auto& c) { shape.min_items = c.getMinItems(); }) ||
           when<MaxItemsConstraint>(constraint,
                                    [&](auto& c) { shape.max_items = c.getMaxItems(); }) ||
           when<UniqueItemsConstraint>(constraint, [&](auto&) { shape.unique_items = true; }) ||
           when<SingularItemsConstraint>(
               constraint, [&](auto& c) { shape.items = build(c.getItemsSubschema()); }) ||
           when<RequiredConstraint>(constraint,
                                    [&](auto& c) {
                                      c.applyToRequiredProperties([&](const auto& name) {
                                        shape.required.emplace_back(name.c_str());
                                        return true;
                                      });
                                    }) ||
           when<PropertiesConstraint>(constraint, [&](auto& c) { add_properties(shape, c); });
  }

  void add_properties(Shape& shape, const constraints::PropertiesConstraint& constraint) {
    shape.has_properties = true;
    constraint.applyToProperties([&](const auto& name, const Subschema* schema) {
      shape.properties.emplace(name.c_str(), build(schema));
      return true;
    });
    constraint.applyToPatternProperties([&](const auto& pattern, const Subschema* schema) {
      shape.pattern_properties.emplace_back(std::regex(pattern.c_str()), build(schema));
      return true;
    });
    shape.additional = build(constraint.getAdditionalPropertiesSubschema());
  }

  bool add_branches(Shape& shape, const constraints::Constraint& constraint) {
    using namespace constraints;
    const auto into = [&](std::vector<const Shape*>& branches) {
      return [&](auto& c) {
        c.applyToSubschemas([&](unsigned, const Subschema* schema) {
          branches.push_back(build(schema));
          return true;
        });
      };
    };
    return when<AllOfConstraint>(constraint, into(shape.all_of)) ||
           when<AnyOfConstraint>(constraint, into(shape.any_of)) ||
           when<OneOfConstraint>(constraint, into(shape.one_of)) ||
           when<ConditionalConstraint>(constraint, [&](auto& c) {
             shape.choices.push_back({build(c.getIfSubschema()), build(c.getThenSubschema()),
                                      build(c.getElseSubschema())});
           });
  }

  // What the library alone judges. Its parts are still built, for refuse_endless.
  bool add_other(Shape& shape, const constraints::Constraint& constraint) {
    using namespace constraints;
    std::string keyword = "a condition";
    when<NotConstraint>(constraint,
                        [&](auto& c) {
                          keyword = "not";
                          applied_[&shape].push_back(build(c.getSubschema()));
                        }) ||
        when<ContainsConstraint>(constraint,
                                 [&](auto& c) {
                                   keyword = "contains";
                                   build(c.getSubschema());
                                 }) ||
        when<DependenciesConstraint>(
            constraint,
            [&](auto& c) {
              keyword = "dependencies";
              c.applyToSchemaDependencies([&](const auto&, const Subschema* schema) {
                applied_[&shape].push_back(build(schema));
                return true;
              });
            }) ||
        when<PropertyNamesConstraint>(constraint,
                                      [&](auto& c) {
                                        keyword = "propertyNames";
                                        build(c.getSubschema());
                                      }) ||
        when<LinearItemsConstraint>(
            constraint,
            [&](auto& c) {
              keyword = "items";
              c.applyToItemSubschemas([&](unsigned, const Subschema* schema) {
                build(schema);
                return true;
              });
              build(c.getAdditionalItemsSubschema());
            }) ||
        when<MultipleOfIntConstraint>(constraint, [&](auto&) { keyword = "multipleOf"; }) ||
        when<MultipleOfDoubleConstraint>(constraint, [&](auto&) { keyword = "multipleOf"; }) ||
        when<MinPropertiesConstraint>(constraint, [&](auto&) { keyword = "minProperties"; }) ||
        when<MaxPropertiesConstraint>(constraint, [&](auto&) { keyword = "maxProperties"; });
    if (when<FormatConstraint>(constraint, [](auto&) {})) return true;  // says nothing in draft-07
    auto alone = std::make_shared<Subschema>();
    alone->addConstraint(constraint);
    shape.others.push_back({keyword, [alone](const Node& node) {
                              valijson::Validator validator;
                              return library_accepts(validator, *alone, node);
                            }});
    return true;
  }

  // Depth-first, 1 while a shape is on the way and 2 when it is done.
  void follow(const Shape* shape, std::map<const Shape*, int>& state) {
    if (shape == nullptr) return;
    int& mark = state[shape];
    if (mark == 1) {
      throw std::runtime_error(
          "the schema refers to itself without end (allOf, anyOf, oneOf, not)");
    }
    if (mark == 2) return;
    mark = 1;
    for (const auto* branches : {&shape->all_of, &shape->any_of, &shape->one_of}) {
      for (const Shape* branch : *branches) follow(branch, state);
    }
    for (const Shape::Choice& choice : shape->choices) {
      for (const Shape* branch : {choice.condition, choice.then, choice.otherwise}) {
        follow(branch, state);
      }
    }
    for (const Shape* branch : applied_[shape]) follow(branch, state);
    state[shape] = 2;
  }

  std::deque<Shape>& shapes_;
  std::unordered_map<const Subschema*, const Shape*> built_;
  std::unordered_map<std::string, std::shared_ptr<const std::regex>> patterns_;
  // Parts that apply to the same value, of conditions that only the library judges.
  std::unordered_map<const Shape*, std::vector<const Shape*>> applied_;
};

// The schema of one entry: what `models:` says of its items. Null when the schema has another form.
const Subschema* entry_schema(const valijson::Schema& root) {
  const Subschema* found = nullptr;
  Subschema::ApplyFunction in_items = [&](const constraints::Constraint& constraint) {
    if (const auto* items =
            dynamic_cast<const constraints::SingularItemsConstraint*>(&constraint)) {
      found = items->getItemsSubschema();
    }
    return true;
  };
  Subschema::ApplyFunction in_root = [&](const constraints::Constraint& constraint) {
    const auto* properties = dynamic_cast<const constraints::PropertiesConstraint*>(&constraint);
    if (properties == nullptr) return true;
    properties->applyToProperties([&](const auto& name, const Subschema* schema) {
      if (std::string_view(name.c_str()) == "models") schema->apply(in_items);
      return true;
    });
    return true;
  };
  root.apply(in_root);
  return found;
}

// The library would divide by it.
void refuse_zero_divisors(const Node& node) {
  const Node* divisor = node.get("multipleOf");
  const bool is_number =
      divisor != nullptr && (divisor->kind == Kind::integer || divisor->kind == Kind::real);
  if (is_number && number_of(*divisor) <= 0) {
    throw std::runtime_error("the schema cannot be used: `multipleOf` must be greater than zero");
  }
  for (const Node& item : node.sequence()) refuse_zero_divisors(item);
  for (const Member& member : node.mapping()) refuse_zero_divisors(member.value);
}

}  // namespace

struct Schema::State {
  explicit State(std::string_view json) : text(json) {
    const Kind kind = text.root().kind;
    if (kind != Kind::mapping && kind != Kind::boolean) {
      throw std::runtime_error("the schema is neither an object nor a boolean");
    }
    refuse_zero_divisors(text.root());
    try {
      valijson::SchemaParser(valijson::SchemaParser::kDraft7)
          .populateSchema(NodeAdapter(text.root()), library);
      ShapeBuilder builder(shapes);
      root = builder.build(&library);
      entry_schema = assay::entry_schema(library);
      entry = builder.build(entry_schema);
      builder.refuse_endless();
    } catch (const std::exception& error) {
      throw std::runtime_error(std::string("the schema cannot be used: ") + error.what());
    }
  }

  void check_entry(const Entry& item, valijson::Validator& validator, std::string_view bytes,
                   Diagnostics& out) const {
    const std::optional<bool> accepted = library_accepts(validator, *entry_schema, *item.node);
    if (accepted.value_or(false)) return;
    const std::size_t before = out.size();
    ShapeChecker(bytes, label_of_entry(item), out).check(*entry, *item.node, "", item.span);
    if (out.size() > before || !accepted) return;
    Diagnostic& problem = out.emplace_back();
    problem.rule = "schema";
    problem.message = "entry does not match the schema";
    problem.span = item.span;
    problem.entry = label_of_entry(item);
  }

  SchemaText text;
  valijson::Schema library;
  Validators validators;
  std::deque<Shape> shapes;
  const Shape* root = nullptr;
  const Shape* entry = nullptr;
  const Subschema* entry_schema = nullptr;
};

Schema::Schema(std::string_view json) : state_(std::make_unique<State>(json)) {}
Schema::~Schema() = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;

void Schema::check(const Document& document, Diagnostics& out) const {
  const std::string_view bytes = document.source().bytes();
  const Node& root = document.root();
  if (root.kind == Kind::null && document.incomplete()) return;
  const bool by_entry = state_->entry != nullptr && !document.entries().empty();

  ShapeChecker checker(bytes, "", out);
  if (by_entry) checker.skip_items_of(root.get("models"), document.incomplete());
  checker.check(*state_->root, root, "", root.span());
  if (!by_entry) return;

  for_each_entry(
      document,
      [&](std::span<const Entry> entries, Diagnostics& found) {
        std::unique_ptr<valijson::Validator> validator = state_->validators.take();
        for (const Entry& entry : entries) {
          if (entry.node != nullptr) state_->check_entry(entry, *validator, bytes, found);
        }
        state_->validators.put_back(std::move(validator));
      },
      out);
}

bool Schema::accepts(const Node& node) const {
  valijson::Validator validator;
  if (const auto accepted = library_accepts(validator, state_->library, node)) return *accepted;
  Diagnostics problems;
  ShapeChecker("", "", problems).check(*state_->root, node, "", node.span());
  return problems.empty();
}

}  // namespace assay
