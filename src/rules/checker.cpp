// The checker's walk: literals, operators, and what every step shares.
#include "rules/checker.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>

#include "rules/removed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tally::rules {
namespace {

/// The kinds of a comparison, for numbers, texts and lists; Bool stands for none.
struct Comparison {
  SyntaxKind syntax;
  NodeKind number;
  NodeKind text;
  NodeKind list;
};
constexpr std::array<Comparison, 6> kComparisons = {{
    {SyntaxKind::Equal, NodeKind::Equal, NodeKind::EqualText, NodeKind::EqualList},
    {SyntaxKind::NotEqual, NodeKind::NotEqual, NodeKind::NotEqualText, NodeKind::NotEqualList},
    {SyntaxKind::Less, NodeKind::Less, NodeKind::LessText, NodeKind::Bool},
    {SyntaxKind::LessEqual, NodeKind::LessEqual, NodeKind::LessEqualText, NodeKind::Bool},
    {SyntaxKind::Greater, NodeKind::Greater, NodeKind::GreaterText, NodeKind::Bool},
    {SyntaxKind::GreaterEqual, NodeKind::GreaterEqual, NodeKind::GreaterEqualText, NodeKind::Bool},
}};

constexpr std::array<std::pair<ValueType, Type>, 3> kValueTypes = {{
    {ValueType::Bool, Type::Bool},
    {ValueType::Int, Type::Int},
    {ValueType::String, Type::Text},
}};

}  // namespace

tl::expected<Expression, Mistakes> Checker::run(std::optional<ValueType> type) {
  const SyntaxNode& root = at(syntax_.root);
  const Typed whole = visit(syntax_.root);
  const auto* found = std::find_if(kValueTypes.begin(), kValueTypes.end(), [&](const auto& entry) {
    return entry.second == whole.shape.type && entry.first == type.value_or(entry.first);
  });
  if (found != kValueTypes.end()) {
    out_.type = found->first;
  } else if (whole.shape.type != Type::Unknown) {
    std::string wanted = "bool, int or string";
    for (const auto& [value_type, its] : kValueTypes)
      if (type == value_type) wanted = name_of(its);
    mistyped(root, std::string(name_of(whole.shape.type)), wanted);
  }
  if (mistakes_.empty() && whole.cost > limits::kRuleCostMax)
    refuse(root, Reason::TooCostly, "cost " + std::to_string(whole.cost),
           "at most " + std::to_string(limits::kRuleCostMax));
  if (!mistakes_.empty()) {
    std::stable_sort(mistakes_.begin(), mistakes_.end(),
                     [](const Mistake& a, const Mistake& b) { return a.offset < b.offset; });
    return tl::unexpected(std::move(mistakes_));
  }
  out_.cost = static_cast<std::uint32_t>(whole.cost);
  return std::move(out_);
}

Typed Checker::visit(Place place) {
  const SyntaxNode& node = at(place);
  switch (node.kind) {
    case SyntaxKind::Bool:
      return literal(node, NodeKind::Bool, kBool);
    case SyntaxKind::Int:
      return literal(node, NodeKind::Int, kInt);
    case SyntaxKind::Text:
      return text(node);
    case SyntaxKind::Removed:
      return refuse(node, node.reason);
    case SyntaxKind::Name:
      return name(node);
    case SyntaxKind::Select:
      return select(node);
    case SyntaxKind::Has:
      return has(node);
    case SyntaxKind::Index:
      return index(node);
    case SyntaxKind::List:
      return list(node);
    case SyntaxKind::Call:
      return call(node);
    case SyntaxKind::Method:
      return method(node);
    case SyntaxKind::Macro:
      return macro(node);
    case SyntaxKind::Bind:
      return bind(node);
    case SyntaxKind::Not:
      return unary(node, NodeKind::Not, kBool);
    case SyntaxKind::Negate:
      return unary(node, NodeKind::Negate, kInt);
    case SyntaxKind::And:
      return chain(node, NodeKind::And);
    case SyntaxKind::Or:
      return chain(node, NodeKind::Or);
    case SyntaxKind::Conditional:
      return conditional(node);
    case SyntaxKind::Add:
      return add(node);
    case SyntaxKind::Subtract:
      return arithmetic(node, NodeKind::Subtract);
    case SyntaxKind::Multiply:
      return arithmetic(node, NodeKind::Multiply);
    case SyntaxKind::Divide:
    case SyntaxKind::Remainder:
      return division(node);
    case SyntaxKind::In:
      return membership(node);
    default:
      return comparison(node);
  }
}

Typed Checker::literal(const SyntaxNode& node, NodeKind kind, const Shape& shape) {
  close(open(node), kind, 0, node.value);
  return {shape, kNodeCost};
}

Typed Checker::text(const SyntaxNode& node) {
  const std::string& value = syntax_.texts[static_cast<std::size_t>(node.value)];
  const auto found = std::find(out_.texts.begin(), out_.texts.end(), value);
  const auto place = found - out_.texts.begin();
  if (found == out_.texts.end()) out_.texts.push_back(value);
  close(open(node), NodeKind::Text, 0, place);
  return {{Type::Text, static_cast<std::uint32_t>(value.size()), 0}, kNodeCost};
}

Typed Checker::list(const SyntaxNode& node) {
  const std::size_t start = open(node);
  Typed whole{kUnknown, kNodeCost};
  Shape element = kUnknown;
  for (const Place part : node.parts) {
    const Typed given = visit(part);
    whole.cost += given.cost;
    if (given.shape.type == Type::Unknown) continue;
    if (!is_scalar(given.shape.type))
      mistyped(at(part), std::string(name_of(given.shape.type)), "bool, int or string");
    else if (element.type == Type::Unknown)
      element = given.shape;
    else if (element.type != given.shape.type)
      mistyped(at(part), std::string(name_of(given.shape.type)),
               std::string(name_of(element.type)) + ", as the elements before it");
    else
      element = either(element, given.shape);
  }
  close(start, NodeKind::List, node.parts.size(), element.type == Type::Text ? 1 : 0);
  if (element.type == Type::Unknown) return whole;
  whole.shape = {list_of(element.type), element.bytes,
                 static_cast<std::uint32_t>(node.parts.size())};
  return whole;
}

Typed Checker::index(const SyntaxNode& node) {
  const std::size_t start = open(node);
  const Typed list = visit(node.parts[0]);
  const Typed which = require(node.parts[1], Type::Int);
  close(start, NodeKind::Index, 2);
  const std::uint64_t cost = list.cost + which.cost + kNodeCost;
  if (list.shape.type == Type::Unknown) return {kUnknown, cost};
  if (!is_list(list.shape.type))
    return mistyped(at(node.parts[0]), std::string(name_of(list.shape.type)), "a list");
  return {element_of(list.shape), cost};
}

Typed Checker::unary(const SyntaxNode& node, NodeKind kind, const Shape& shape) {
  const std::size_t start = open(node);
  const Typed operand = require(node.parts.front(), shape.type);
  close(start, kind, 1);
  return {shape, operand.cost + kNodeCost};
}

Typed Checker::chain(const SyntaxNode& node, NodeKind kind) {
  const std::size_t start = open(node);
  const std::size_t guards_before = guards_.size();
  Typed whole{kBool, node.parts.size() - 1};
  for (const Place part : node.parts) {
    whole.cost += require(part, Type::Bool).cost;
    const std::optional<Guard> guard = kind == NodeKind::And ? guard_of(part) : std::nullopt;
    if (guard) guards_.push_back(*guard);
  }
  guards_.resize(guards_before);
  close(start, kind, node.parts.size());
  return whole;
}

Typed Checker::conditional(const SyntaxNode& node) {
  const std::size_t start = open(node);
  const Typed condition = require(node.parts[0], Type::Bool);
  const std::size_t guards_before = guards_.size();
  const SyntaxNode& asked = at(node.parts[0]);
  if (const std::optional<Guard> guard = guard_of(node.parts[0])) guards_.push_back(*guard);
  if (asked.kind == SyntaxKind::And)
    for (const Place part : asked.parts)
      if (const std::optional<Guard> guard = guard_of(part)) guards_.push_back(*guard);
  const Typed yes = visit(node.parts[1]);
  guards_.resize(guards_before);
  const Typed no = visit(node.parts[2]);
  close(start, NodeKind::Conditional, 3);

  const std::uint64_t cost = condition.cost + std::max(yes.cost, no.cost) + kNodeCost;
  if (!require_value(node.parts[1], yes) || !require_value(node.parts[2], no))
    return {kUnknown, cost};
  if (yes.shape.type != no.shape.type)
    return mistyped(at(node.parts[2]), std::string(name_of(no.shape.type)),
                    std::string(name_of(yes.shape.type)) + ", as the first branch");
  return {either(yes.shape, no.shape), cost};
}

Typed Checker::arithmetic(const SyntaxNode& node, NodeKind kind) {
  const std::size_t start = open(node);
  const Typed left = require(node.parts[0], Type::Int);
  const Typed right = require(node.parts[1], Type::Int);
  close(start, kind, 2);
  return {kInt, left.cost + right.cost + kNodeCost};
}

Typed Checker::add(const SyntaxNode& node) {
  const std::size_t start = open(node);
  const Typed left = visit(node.parts[0]);
  const Typed right = visit(node.parts[1]);
  close(start, NodeKind::Add, 2);
  const auto joins = [](Type type) { return type == Type::Text || is_list(type); };
  const bool both = joins(left.shape.type) && joins(right.shape.type);
  if (both) return refuse(node, Reason::NoConcatenation);
  for (const auto& [part, given] : {std::pair{node.parts[0], left}, {node.parts[1], right}})
    if (given.shape.type != Type::Int && given.shape.type != Type::Unknown)
      mistyped(at(part), std::string(name_of(given.shape.type)), "int");
  return {kInt, left.cost + right.cost + kNodeCost};
}

Typed Checker::division(const SyntaxNode& node) {
  require(node.parts[0], Type::Int);
  require(node.parts[1], Type::Int);
  refuse(node, Reason::NoDivision);
  return {kInt, 0};
}

Typed Checker::comparison(const SyntaxNode& node) {
  const auto* found = std::find_if(kComparisons.begin(), kComparisons.end(),
                                   [&](const Comparison& c) { return c.syntax == node.kind; });
  CHECK(found != kComparisons.end());
  const std::size_t start = open(node);
  const Typed left = visit(node.parts[0]);
  const Typed right = visit(node.parts[1]);
  Typed whole{kBool, left.cost + right.cost};
  const Type type = left.shape.type;
  if (type == Type::Unknown || right.shape.type == Type::Unknown) {
    const Place known = type == Type::Unknown ? node.parts[1] : node.parts[0];
    require_value(known, type == Type::Unknown ? right : left);
    return whole;
  }
  if (type != right.shape.type) {
    mistyped(node, std::string(name_of(type)) + " and " + std::string(name_of(right.shape.type)),
             "two values of one type");
    return whole;
  }
  if (is_scalar(type)) {
    close(start, type == Type::Text ? found->text : found->number, 2);
    whole.cost += compare_cost(left.shape, right.shape);
    return whole;
  }
  const bool compares_lists = found->list != NodeKind::Bool;
  if (!compares_lists || !is_list(type) || type == Type::Lines) {
    mistyped(node, std::string(name_of(type)),
             compares_lists ? "bool, int, string or lists of them" : "bool, int or string");
    return whole;
  }
  close(start, found->list, 2);
  whole.cost += kNodeCost + std::min(left.shape.length, right.shape.length) *
                                compare_cost(element_of(left.shape), element_of(right.shape));
  return whole;
}

Typed Checker::membership(const SyntaxNode& node) {
  const std::size_t start = open(node);
  const Typed value = visit(node.parts[0]);
  const Typed list = visit(node.parts[1]);
  Typed whole{kBool, value.cost + list.cost + kNodeCost};
  close(start, value.shape.type == Type::Text ? NodeKind::InText : NodeKind::In, 2);
  if (value.shape.type == Type::Unknown || list.shape.type == Type::Unknown) return whole;
  if (!is_list(list.shape.type)) {
    mistyped(at(node.parts[1]), std::string(name_of(list.shape.type)), "a list");
    return whole;
  }
  const Shape element = element_of(list.shape);
  if (element.type != value.shape.type || !is_scalar(element.type)) {
    mistyped(
        node,
        std::string(name_of(value.shape.type)) + " in " + std::string(name_of(list.shape.type)),
        "a value and a list of its type");
    return whole;
  }
  whole.cost += list.shape.length * compare_cost(value.shape, element);
  return whole;
}

Typed Checker::require(Place place, Type wanted) {
  const Typed given = visit(place);
  if (given.shape.type != wanted && given.shape.type != Type::Unknown)
    mistyped(at(place), std::string(name_of(given.shape.type)), std::string(name_of(wanted)));
  return given;
}

bool Checker::require_value(Place place, const Typed& given) {
  const Type type = given.shape.type;
  if (type == Type::Unknown) return false;
  if (is_scalar(type) || is_list(type) || type == Type::Line) return true;
  mistyped(at(place), std::string(name_of(type)), "a field of it");
  return false;
}

std::size_t Checker::open(const SyntaxNode& node) {
  if (out_.nodes.size() == limits::kRuleNodesMax)
    refuse(node, Reason::TooLarge, "a tree of more nodes",
           "at most " + std::to_string(limits::kRuleNodesMax));
  out_.nodes.emplace_back();
  return out_.nodes.size() - 1;
}

void Checker::close(std::size_t at, NodeKind kind, std::size_t parts, std::int64_t value) {
  ExpressionNode& node = out_.nodes[at];
  node.kind = static_cast<std::uint8_t>(kind);
  node.parts = static_cast<std::uint8_t>(parts);
  node.size = static_cast<std::uint16_t>(out_.nodes.size() - at);
  node.value = value;
}

Typed Checker::refuse(const SyntaxNode& node, Reason reason, std::string got, std::string expected,
                      std::string fix) {
  if (mistakes_.size() < kMistakesMax) {
    Mistake mistake{reason,        "", node.offset, 0, 0, std::move(got), std::move(expected),
                    std::move(fix)};
    rules::place(mistake, source_);
    mistakes_.push_back(std::move(mistake));
  }
  return {kUnknown, 0};
}

Typed Checker::refuse(const SyntaxNode& node, Reason reason) {
  return refuse(node, reason, shown(node), expected_instead(reason), fix_of(reason));
}

Typed Checker::mistyped(const SyntaxNode& node, std::string got, std::string expected) {
  return refuse(node, Reason::Type, std::move(got), std::move(expected));
}

}  // namespace tally::rules
