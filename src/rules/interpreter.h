// Runs a checked tree: the hot path of every earn.
#pragma once

#include <tally/rules/expression.h>

#include "rules/node_kind.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::rules {

/// One evaluation. It works in its own memory, about 8 KiB of stack, and allocates nothing. Each
/// step has the type of what it gives; bools are numbers, 0 and 1. After a step that failed,
/// `error_` is set and what it gave means nothing; chains and quantifiers alone look past it.
class Interpreter {
 public:
  /// Borrows both. REQUIRES: as evaluate_bool
  Interpreter(const Expression& expression, const Facts& facts)
      : nodes_(expression.nodes.data()),
        texts_(expression.texts.data()),
        facts_(facts),
        cost_max_(expression.cost) {}

  template <typename T, typename Step>
  [[nodiscard]] Evaluated<T> run(Step step) {
    const T value = static_cast<T>(step(*this));
    if (is_too_costly()) error_ = kTooCostly;
    Evaluated<T> result;
    result.cost = static_cast<std::uint32_t>(cost_);
    if (error_ == kNone)
      result.value = value;
    else
      result.error = static_cast<RunError>(error_);
    return result;
  }

  using At = const ExpressionNode*;
  [[nodiscard]] At root() const { return nodes_; }
  std::int64_t number(At at);
  std::string_view text(At at);

 private:
  // RunError's values, and 0: none.
  using Failure = std::uint8_t;
  static constexpr Failure kNone = 0;
  static constexpr std::uint64_t kConditionalCost = 1;
  static constexpr auto kOverflow = static_cast<Failure>(RunError::Overflow);
  static constexpr auto kOutside = static_cast<Failure>(RunError::Index);
  static constexpr auto kBadFactor = static_cast<Failure>(RunError::Muldiv);
  static constexpr auto kTooCostly = static_cast<Failure>(RunError::CostExceeded);

  // No member has an initialiser: arrays of these stay untouched until they are used.
  struct Slot {
    std::int64_t number;  ///< or the size of a text
    const char* data;
    [[nodiscard]] std::string_view text() const { return {data, static_cast<std::size_t>(number)}; }
  };
  enum class ListKind : std::uint8_t { Numbers, Texts, Strings, Lines };
  struct List {
    const void* items;  ///< Slots, Slots, std::strings, BasketLines
    std::size_t size;
    ListKind kind;
  };
  struct Bound {
    Slot slot;
    List list;
    const BasketLine* line;
    Failure error;
  };

  std::int64_t called(At at);
  List list(At at);
  List literal_list(At at);
  const BasketLine* line(At at);
  Slot index(At at);
  std::size_t index_of(At at, List& from);

  std::int64_t field(FieldNumber field) const;
  std::string_view text_field(FieldNumber field) const;
  std::int64_t line_field(At at);
  std::int64_t parameter(At at) const;
  const CounterFact& counter(At at) const;
  bool has(At at) const;
  std::int64_t chain(At at, bool decides);
  std::int64_t arithmetic(At at);
  std::int64_t compare(At at);
  std::int64_t compare_texts(At at);
  bool equal_lists(At at);
  bool equal_items(const List& a, const List& b, std::size_t i);
  bool is_in(At at);
  bool is_text_in(At at);
  std::int64_t muldiv(At at);
  std::int64_t divide(std::uint64_t a, std::uint64_t n, std::uint64_t d, NodeKind rounding);
  std::int64_t choose(At at);
  std::int64_t clamp(At at);
  std::int64_t time(At at);
  std::int64_t size_of_text(At at);
  bool starts_with(At at);
  std::int64_t quantify(At at);
  std::int64_t fold(At at);
  Bound& push() { return bound_[bound_count_++]; }
  /// Element `i` as the innermost variable, which the caller has pushed.
  void bind_item(const List& items, std::size_t i) {
    Bound& bound = bound_[bound_count_ - 1];
    bound.error = kNone;
    if (items.kind == ListKind::Lines)
      bound.line = static_cast<const BasketLine*>(items.items) + i;
    else
      bound.slot = item(items, i);
  }
  /// An error of what is bound waits for a use of the variable: a rule that never asks is well.
  void bind(At at);
  template <typename T, typename Step>
  T in_scope(At at, Step step) {
    bind(at);
    const T value = step(next(first(at)));
    --bound_count_;
    return value;
  }
  template <typename T, typename Step>
  T branch(At at, T none, Step step) {
    cost_ += kConditionalCost;
    const At yes = next(first(at));
    const std::int64_t condition = number(first(at));
    if (failed()) return none;
    return step(condition != 0 ? yes : next(yes));
  }

  const Bound& variable(At at) const {
    return bound_[bound_count_ - 1 - static_cast<std::size_t>(at->value)];
  }
  Slot item(const List& list, std::size_t i) const;
  void fail(Failure failure) { error_ = failure; }
  [[nodiscard]] bool failed() const { return error_ != kNone; }
  [[nodiscard]] bool is_too_costly() const { return cost_ > cost_max_; }
  static At first(At at) { return at + 1; }
  static At next(At part) { return part + part->size; }
  static NodeKind kind_of(At at) { return static_cast<NodeKind>(at->kind); }

  const ExpressionNode* nodes_;
  const std::string* texts_;
  const Facts& facts_;
  std::uint64_t cost_ = 0;
  std::uint64_t cost_max_;
  Failure error_ = kNone;
  std::size_t bound_count_ = 0;
  std::size_t slot_count_ = 0;
  Bound bound_[limits::kRuleDepthMax];
  Slot slots_[limits::kRuleNodesMax];
};

}  // namespace tally::rules
