// Expression: a checked rule as a tree, in the order in which it is evaluated.
#pragma once

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/crypto/hash.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tally {

/// What an expression gives. FORMAT: stored; docs/formats.md.
enum class ValueType : std::uint8_t { Bool = 1, Int = 2, String = 3 };

/// One node; its parts follow it, the first right behind it. What `kind` and `value` mean is the
/// rules module's: this module carries trees, it does not run them.
struct ExpressionNode {
  std::uint8_t kind = 0;
  std::uint8_t parts = 0;  ///< how many nodes hang on it
  std::uint16_t size = 1;  ///< of the subtree, itself included: where the next sibling begins
  std::int64_t value = 0;  ///< a literal, a field's number, a variable's distance, a text's place
  /// The one kind that this module knows: its value is a place among the texts.
  static constexpr std::uint8_t kText = 3;
  friend bool operator==(const ExpressionNode&, const ExpressionNode&) = default;
};

/// FORMAT: stored; docs/formats.md. Made by the rules module's check alone; no names of variables,
/// no layout, no comments: two sources that differ in those only are one rule.
struct Expression {
  ValueType type = ValueType::Bool;
  std::uint32_t cost = 0;  ///< the static cost, an upper bound of what an evaluation costs
  std::vector<ExpressionNode> nodes;  ///< preorder; empty: there is no expression
  std::vector<std::string> texts;     ///< string literals, each once, in order of appearance
  [[nodiscard]] bool empty() const { return nodes.empty(); }
  friend bool operator==(const Expression&, const Expression&) = default;
};

void encode(codec::Writer& out, const Expression& expression);
/// A fault of the reader: a tree that is none (sizes, counts, texts out of bounds).
void decode(codec::Reader& in, Expression& expression);

/// H("rule": the encoding): a rule's id.
[[nodiscard]] crypto::Hash rule_id(const Expression& expression);

}  // namespace tally
