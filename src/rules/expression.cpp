// From a source to its checked tree.
#include <tally/rules/expression.h>

#include "rules/checker.h"
#include "rules/parser.h"

#include <optional>

namespace tally::rules {

Site site_of(Trigger trigger) {
  switch (trigger) {
    case Trigger::Purchase:
      return Site::Purchase;
    case Trigger::Enrol:
      return Site::Enrol;
    case Trigger::Activated:
      return Site::Activated;
    case Trigger::Attested:
      return Site::Attested;
    case Trigger::TierUp:
      break;
  }
  return Site::TierUp;
}

namespace {

tl::expected<Expression, Mistakes> compile(std::string_view source, const Scope& scope,
                                           std::optional<ValueType> type) {
  const tl::expected<Syntax, Mistake> syntax = parse(source, scope.source_limits);
  if (!syntax) return tl::unexpected(Mistakes{syntax.error()});
  return Checker(*syntax, source, scope).run(type);
}

}  // namespace

std::string_view name_of(RunError error) {
  switch (error) {
    case RunError::Overflow:
      return "OVERFLOW";
    case RunError::Index:
      return "INDEX";
    case RunError::Muldiv:
      return "MULDIV";
    case RunError::CostExceeded:
      break;
  }
  return "RULE_COST";
}

tl::expected<Expression, Mistakes> compile_expression(std::string_view source, const Scope& scope,
                                                      ValueType type) {
  return compile(source, scope, type);
}

tl::expected<Expression, Mistakes> compile_expression(std::string_view source, const Scope& scope) {
  return compile(source, scope, std::nullopt);
}

}  // namespace tally::rules
