// What an expression reads, and the values that it finds there.
#include <tally/rules/explain.h>

#include <tally/base/check.h>

#include "rules/local_time.h"
#include "rules/names.h"
#include "rules/node_kind.h"
#include "rules/shape.h"

#include <algorithm>
#include <utility>

namespace tally::rules {
namespace {

/// A field is two steps: the name before its dot, and itself.
constexpr std::uint32_t kReadCost = 2 * kNodeCost;

/// One node as an expression of its own, so that the interpreter reads it as it does in a rule.
Expression alone(NodeKind kind, std::int64_t value, ValueType type) {
  ExpressionNode node;
  node.kind = static_cast<std::uint8_t>(kind);
  node.value = value;
  Expression expression;
  expression.type = type;
  expression.cost = kReadCost;
  expression.nodes.push_back(node);
  return expression;
}

bool is_instant(FieldNumber field) {
  return field == FieldNumber::TxEventTime || field == FieldNumber::MEnrolledAt ||
         field == FieldNumber::MLastActivityAt;
}

LocalTime local_time(const Facts& facts, std::int64_t t) {
  const LocalInstant at = local_instant(facts.utc_offsets, t);
  return LocalTime(at.day * static_cast<std::int64_t>(kDay.milliseconds()) + at.ms_of_day);
}

std::vector<std::string> texts_of(FieldNumber field, const Facts& facts) {
  std::span<const std::string> texts = facts.m.passes;
  if (field == FieldNumber::TxPayMethods) texts = facts.tx.pay_methods;
  if (field == FieldNumber::MSegs) texts = facts.m.segs;
  return {texts.begin(), texts.end()};
}

FactRead read_field(FieldNumber number, const Facts& facts) {
  const FieldInfo& info = field_of(number);
  FactRead read;
  read.name = std::string(name_of_owner(info.of)) + "." + std::string(info.name);
  const auto value = static_cast<std::int64_t>(number);
  if (info.may_be_absent &&
      !evaluate_bool(alone(NodeKind::Has, value, ValueType::Bool), facts).value)
    return read;
  if (info.shape.type == Type::Texts) {
    read.value = texts_of(number, facts);
  } else if (info.shape.type == Type::Text) {
    read.value =
        std::string(evaluate_string(alone(NodeKind::Field, value, ValueType::String), facts).value);
  } else {
    const std::int64_t found =
        evaluate_int(alone(NodeKind::Field, value, ValueType::Int), facts).value;
    read.value = found;
    if (is_instant(number)) read.local = local_time(facts, found);
  }
  return read;
}

FactRead read_counter(std::size_t place, bool full, const Programme& programme,
                      const Facts& facts) {
  CHECK(place < programme.counters.size());
  CHECK(place < facts.counters.size());
  FactRead read;
  read.name = "c." + programme.counters[place].name + (full ? "_full" : "");
  const CounterFact& fact = facts.counters[place];
  if (full)
    read.value = fact.full;
  else if (fact.value.has_value())
    read.value = *fact.value;
  return read;
}

FactRead read_parameter(std::size_t place, const Facts& facts) {
  CHECK(place < facts.params.size());
  const Parameter& parameter = facts.params[place];
  FactRead read;
  read.name = "p." + parameter.name;
  std::visit([&](const auto& value) { read.value = value; }, parameter.value);
  return read;
}

std::optional<FactRead> read_node(const ExpressionNode& node, const Programme& programme,
                                  const Facts& facts) {
  const auto place = static_cast<std::size_t>(node.value);
  switch (static_cast<NodeKind>(node.kind)) {
    case NodeKind::Field:
    case NodeKind::Has:
      return read_field(static_cast<FieldNumber>(node.value), facts);
    case NodeKind::Counter:
    case NodeKind::HasCounter:
      return read_counter(place, false, programme, facts);
    case NodeKind::CounterFull:
      return read_counter(place, true, programme, facts);
    case NodeKind::Parameter:
      return read_parameter(place, facts);
    case NodeKind::Name:  // of lines themselves, or what stands before the dot of a field
      if (node.value != static_cast<std::int64_t>(NameNumber::Lines)) return std::nullopt;
      return FactRead{"size(lines)", static_cast<std::int64_t>(facts.tx.lines.size()), {}};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<FactRead> facts_read(const Expression& expression, const Programme& programme,
                                 const Facts& facts) {
  std::vector<FactRead> reads;
  for (const ExpressionNode& node : expression.nodes) {
    std::optional<FactRead> read = read_node(node, programme, facts);
    if (!read.has_value()) continue;
    const bool known = std::any_of(reads.begin(), reads.end(),
                                   [&](const FactRead& each) { return each.name == read->name; });
    if (!known) reads.push_back(std::move(*read));
  }
  return reads;
}

}  // namespace tally::rules
