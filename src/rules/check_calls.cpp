// Functions, methods and macros.
#include "rules/checker.h"

#include <tally/base/check.h>

#include "rules/removed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tally::rules {
namespace {

constexpr std::array<std::string_view, 7> kNotDeterministic = {"now",  "random", "rand", "uuid",
                                                               "time", "env",    "today"};

}  // namespace

Typed Checker::call(const SyntaxNode& node) {
  if (node.name == "size") return size(node);
  if (const FunctionInfo* info = find_function(node.name)) return function(node, *info);
  if (const std::optional<Reason> reason = removed_function(node.name))
    return refuse(node, *reason);
  return unknown_function(node);
}

Typed Checker::function(const SyntaxNode& node, const FunctionInfo& info) {
  const std::size_t count = node.parts.size();
  if (count < info.arguments_min || count > info.arguments_max) {
    const std::string least = std::to_string(info.arguments_min);
    const bool is_exact = info.arguments_min == info.arguments_max;
    return mistyped(node, std::to_string(count) + " arguments",
                    is_exact ? least : least + " to " + std::to_string(info.arguments_max));
  }
  const std::size_t start = open(node);
  Typed whole{kInt, info.cost};
  for (const Place part : node.parts)
    whole.cost += require(part, Type::Int).cost;
  const bool divides = info.kind == NodeKind::Muldiv || info.kind == NodeKind::MuldivUp ||
                       info.kind == NodeKind::MuldivHalf || info.kind == NodeKind::MuldivEven;
  if (divides) {
    const SyntaxNode& divisor = at(node.parts.back());
    if (divisor.kind == SyntaxKind::Int && divisor.value < 1) refuse(divisor, Reason::ZeroDivisor);
  }
  close(start, info.kind, count);
  return whole;
}

Typed Checker::unknown_function(const SyntaxNode& node) {
  const bool is_random = std::find(kNotDeterministic.begin(), kNotDeterministic.end(), node.name) !=
                         kNotDeterministic.end();
  if (is_random)
    return refuse(node, Reason::UnknownName, shown(node), "what every node knows alike",
                  "not deterministic: use tx.event_time or a field");
  const std::string best = nearest(node.name, function_names());
  return refuse(node, Reason::UnknownName, shown(node), best, best.empty() ? "" : "write " + best);
}

Typed Checker::size(const SyntaxNode& node) {
  if (node.parts.size() != 1)
    return mistyped(node, std::to_string(node.parts.size()) + " arguments", "1");
  const std::size_t start = open(node);
  const Typed given = visit(node.parts.front());
  const Type type = given.shape.type;
  const bool is_text = type == Type::Text;
  close(start, is_text ? NodeKind::SizeText : NodeKind::SizeList, 1);
  if (!is_text && !is_list(type) && type != Type::Unknown)
    return mistyped(at(node.parts.front()), std::string(name_of(type)), "a string or a list");
  const std::uint64_t read = is_text ? words_of(given.shape.bytes) : 0;
  return {kInt, given.cost + kNodeCost + read};
}

Typed Checker::method(const SyntaxNode& node) {
  // Parts of what is removed are not looked at: they may hold variables that are none here.
  if (const std::optional<Reason> reason = removed_method(node.name)) return refuse(node, *reason);
  if (node.name == "size") return size(node);
  if (node.name == "startsWith") return starts_with(node);
  const Typed receiver = visit(node.parts.front());
  if (receiver.shape.type == Type::Unknown) return {kUnknown, 0};
  const std::string best = nearest(node.name, method_names());
  return refuse(node, Reason::UnknownName, shown(node), best, best.empty() ? "" : "write " + best);
}

Typed Checker::starts_with(const SyntaxNode& node) {
  if (node.parts.size() != 2)
    return mistyped(node, std::to_string(node.parts.size() - 1) + " arguments", "1");
  const std::size_t start = open(node);
  const Typed whole = require(node.parts[0], Type::Text);
  const Typed front = require(node.parts[1], Type::Text);
  close(start, NodeKind::StartsWith, 2);
  return {kBool, whole.cost + front.cost + compare_cost(whole.shape, front.shape)};
}

Typed Checker::macro(const SyntaxNode& node) {
  if (in_macro_) {
    refuse(node, Reason::NoNestedMacro);
    return {kUnknown, 0};
  }
  constexpr std::array<std::pair<std::string_view, NodeKind>, 5> kMacros = {{
      {"exists", NodeKind::Exists},
      {"all", NodeKind::All},
      {"exists_one", NodeKind::ExistsOne},
      {"sum", NodeKind::Sum},
      {"max", NodeKind::Max},
  }};
  const auto* found = std::find_if(kMacros.begin(), kMacros.end(),
                                   [&](const auto& entry) { return entry.first == node.name; });
  CHECK(found != kMacros.end());
  const bool has_value = node.parts.size() == 3;

  const std::size_t start = open(node);
  const Typed list = visit(node.parts[0]);
  const bool is_known = list.shape.type != Type::Unknown;
  if (is_known && !is_list(list.shape.type))
    mistyped(at(node.parts[0]), std::string(name_of(list.shape.type)), "a list");
  variables_.push_back(
      {node.variable, is_list(list.shape.type) ? element_of(list.shape) : kUnknown});
  in_macro_ = true;
  std::uint64_t body = require(node.parts[1], Type::Bool).cost;
  if (has_value) body += require(node.parts[2], Type::Int).cost;
  in_macro_ = false;
  variables_.pop_back();
  close(start, found->second, node.parts.size());
  return {has_value ? kInt : kBool,
          list.cost + kMacroCost + list.shape.length * (kElementCost + body)};
}

Typed Checker::bind(const SyntaxNode& node) {
  const std::size_t start = open(node);
  const Typed value = visit(node.parts[0]);
  const bool is_value = require_value(node.parts[0], value);
  variables_.push_back({node.variable, is_value ? value.shape : kUnknown});
  const Typed body = visit(node.parts[1]);
  variables_.pop_back();
  BoundAs bound = BoundAs::Number;
  if (value.shape.type == Type::Text) bound = BoundAs::Text;
  if (value.shape.type == Type::Line) bound = BoundAs::Line;
  if (is_list(value.shape.type)) bound = BoundAs::List;
  close(start, NodeKind::Bind, 2, static_cast<std::int64_t>(bound));
  return {body.shape, value.cost + body.cost + kNodeCost};
}

}  // namespace tally::rules
