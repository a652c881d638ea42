// Evaluation at publication.
#include "rules/constant.h"

#include <tally/rules/expression.h>

#include "rules/node_kind.h"

#include <algorithm>

namespace tally::rules {
namespace {

bool reads_facts(const ExpressionNode& node) {
  switch (static_cast<NodeKind>(node.kind)) {
    case NodeKind::Name:
      return static_cast<NameNumber>(node.value) != NameNumber::P;
    case NodeKind::Field:
    case NodeKind::LineField:
    case NodeKind::Counter:
    case NodeKind::CounterFull:
    case NodeKind::Has:
    case NodeKind::HasCounter:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<std::int64_t> constant_value(const Expression& expression,
                                           std::span<const Parameter> params,
                                           std::span<const UtcOffset> offsets) {
  const auto& nodes = expression.nodes;
  if (nodes.empty() || std::any_of(nodes.begin(), nodes.end(), reads_facts)) return std::nullopt;
  Facts facts;
  facts.params = params;
  facts.utc_offsets = offsets;
  if (expression.type == ValueType::Bool) {
    const Evaluated<bool> result = evaluate_bool(expression, facts);
    if (result.error) return std::nullopt;
    return result.value ? 1 : 0;
  }
  if (expression.type != ValueType::Int) return std::nullopt;
  const Evaluated<std::int64_t> result = evaluate_int(expression, facts);
  if (result.error) return std::nullopt;
  return result.value;
}

}  // namespace tally::rules
