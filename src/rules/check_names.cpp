// What names and fields mean, and where a field that may be absent can be read.
#include "rules/checker.h"

#include "rules/removed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tally::rules {

Typed Checker::name(const SyntaxNode& node) {
  if (const Variable* variable = find_variable(node.name)) {
    const auto distance = &variables_.back() - variable;
    close(open(node), NodeKind::Variable, 0, distance);
    return {variable->shape, kNodeCost};
  }
  const NameInfo* info = find_name(node.name, scope_.site);
  if (info == nullptr) return unknown_name(node);
  if (info->number == NameNumber::Lines && !scope_.lines)
    return refuse(node, Reason::LinesOff, shown(node), "a rule over totals",
                  "set lines = \"pseudonymous\" in the programme, or use tx");
  close(open(node), NodeKind::Name, 0, static_cast<std::int64_t>(info->number));
  return {info->shape, kNodeCost};
}

Typed Checker::unknown_name(const SyntaxNode& node) {
  if (const std::optional<Reason> reason = removed_name(node.name)) return refuse(node, *reason);
  std::vector<std::string> candidates = global_names(scope_.site);
  for (const Variable& variable : variables_)
    candidates.emplace_back(variable.name);
  const std::string best = nearest(node.name, candidates);
  return refuse(node, Reason::UnknownName, shown(node), best, best.empty() ? "" : "write " + best);
}

Typed Checker::select(const SyntaxNode& node) {
  const std::size_t start = open(node);
  const Typed owner = visit(node.parts.front());
  const Type of = owner.shape.type;
  const std::uint64_t cost = owner.cost + kNodeCost;
  if (of == Type::Unknown) return {kUnknown, cost};
  if (of == Type::Counters) {
    const std::optional<CounterName> found = find_counter(scope_.counters, node.name);
    if (!found) return missing_field(node, of);
    if (found->may_be_absent && !is_guarded({NodeKind::HasCounter, found->place}))
      return refuse(node, Reason::Unguarded);
    close(start, found->full ? NodeKind::CounterFull : NodeKind::Counter, 1, found->place);
    return {found->full ? kBool : kInt, cost};
  }
  if (of == Type::Parameters) {
    for (std::size_t i = 0; i < scope_.params.size(); ++i) {
      const Parameter& parameter = scope_.params[i];
      if (parameter.name != node.name) continue;
      close(start, NodeKind::Parameter, 1, static_cast<std::int64_t>(i));
      if (std::holds_alternative<bool>(parameter.value)) return {kBool, cost};
      const auto* text = std::get_if<std::string>(&parameter.value);
      if (text == nullptr) return {kInt, cost};
      return {{Type::Text, static_cast<std::uint32_t>(text->size()), 0}, cost};
    }
    return missing_field(node, of);
  }
  const FieldInfo* field = find_field(of, node.name, scope_.site);
  if (field == nullptr) return missing_field(node, of);
  const auto number = static_cast<std::int64_t>(field->number);
  if (field->may_be_absent && !is_guarded({NodeKind::Has, number}))
    return refuse(node, Reason::Unguarded);
  close(start, of == Type::Line ? NodeKind::LineField : NodeKind::Field, 1, number);
  return {field->shape, cost};
}

Typed Checker::missing_field(const SyntaxNode& node, Type of) {
  const bool has_fields = !is_scalar(of) && !is_list(of);
  if (!has_fields)
    return mistyped(node, "a field of " + std::string(name_of(of)), "tx, m, base, c, p or a line");
  const std::string best = nearest(node.name, field_names(of, scope_));
  return refuse(node, Reason::UnknownName, shown(node), best, best.empty() ? "" : "write " + best);
}

Typed Checker::has(const SyntaxNode& node) {
  const std::size_t start = open(node);
  const Typed owner = visit(node.parts.front());
  const Type of = owner.shape.type;
  const Typed whole{kBool, owner.cost + kNodeCost};
  if (of == Type::Unknown) return whole;
  const FieldInfo* field = nullptr;
  std::optional<CounterName> counter;
  if (of == Type::Counters)
    counter = find_counter(scope_.counters, node.name);
  else
    field = find_field(of, node.name, scope_.site);
  if (field == nullptr && !counter) {
    missing_field(node, of);
    return whole;
  }
  const bool may_be_absent = counter ? counter->may_be_absent : field->may_be_absent;
  if (!may_be_absent) {
    refuse(node, Reason::Type, shown(node), "a field that may be absent",
           "leave out has: this field is always there");
    return whole;
  }
  if (counter)
    close(start, NodeKind::HasCounter, 1, counter->place);
  else
    close(start, NodeKind::Has, 1, static_cast<std::int64_t>(field->number));
  return whole;
}

std::optional<Guard> Checker::guard_of(Place place) const {
  const SyntaxNode& node = at(place);
  if (node.kind != SyntaxKind::Has) return std::nullopt;
  const SyntaxNode& owner = at(node.parts.front());
  if (owner.kind != SyntaxKind::Name || find_variable(owner.name) != nullptr) return std::nullopt;
  const NameInfo* info = find_name(owner.name, scope_.site);
  if (info == nullptr) return std::nullopt;
  if (info->number == NameNumber::C) {
    const std::optional<CounterName> counter = find_counter(scope_.counters, node.name);
    if (!counter) return std::nullopt;
    return Guard{NodeKind::HasCounter, counter->place};
  }
  const FieldInfo* field = find_field(info->shape.type, node.name, scope_.site);
  if (field == nullptr) return std::nullopt;
  return Guard{NodeKind::Has, static_cast<std::int64_t>(field->number)};
}

bool Checker::is_guarded(const Guard& guard) const {
  return std::find(guards_.begin(), guards_.end(), guard) != guards_.end();
}

const Variable* Checker::find_variable(std::string_view name) const {
  for (std::size_t i = variables_.size(); i-- > 0;)
    if (variables_[i].name == name) return &variables_[i];
  return nullptr;
}

}  // namespace tally::rules
