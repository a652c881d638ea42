// From a syntax tree to the checked one: names resolved, types known, cost proved.
#pragma once

#include <tally/rules/expression.h>

#include "rules/names.h"
#include "rules/source.h"
#include "rules/syntax.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace tally::rules {

inline constexpr std::size_t kMistakesMax = 20;  ///< more help nobody, and take time to find

inline constexpr Shape kUnknown{Type::Unknown, 0, 0};
inline constexpr Shape kBool{Type::Bool, 0, 0};
inline constexpr Shape kInt{Type::Int, 0, 0};

/// What a part turned out to be. Its cost has that of its own parts in it.
struct Typed {
  Shape shape;
  std::uint64_t cost = 0;
};

struct Variable {
  std::string_view name;
  Shape shape;
};

/// A field that is known to be there.
struct Guard {
  NodeKind kind = NodeKind::Has;
  std::int64_t number = 0;
  friend bool operator==(const Guard&, const Guard&) = default;
};

/// One pass over a syntax tree, from left to right: each node is typed, priced and emitted. Its
/// recursion is as deep as the tree, which parse bounded. Borrows all that it is given.
class Checker {
 public:
  Checker(const Syntax& syntax, std::string_view source, const Scope& scope)
      : syntax_(syntax), source_(source), scope_(scope) {}

  /// The tree, which must give `type`, where there is one; or the mistakes in order of position, at
  /// most kMistakesMax.
  [[nodiscard]] tl::expected<Expression, Mistakes> run(std::optional<ValueType> type);

 private:
  using Place = SyntaxPlace;

  Typed visit(Place place);
  Typed literal(const SyntaxNode& node, NodeKind kind, const Shape& shape);
  Typed text(const SyntaxNode& node);
  Typed list(const SyntaxNode& node);
  Typed name(const SyntaxNode& node);
  Typed unknown_name(const SyntaxNode& node);
  Typed select(const SyntaxNode& node);
  Typed has(const SyntaxNode& node);
  Typed missing_field(const SyntaxNode& node, Type of);
  Typed index(const SyntaxNode& node);
  Typed call(const SyntaxNode& node);
  Typed function(const SyntaxNode& node, const FunctionInfo& info);
  Typed unknown_function(const SyntaxNode& node);
  Typed size(const SyntaxNode& node);
  Typed method(const SyntaxNode& node);
  Typed starts_with(const SyntaxNode& node);
  Typed macro(const SyntaxNode& node);
  Typed bind(const SyntaxNode& node);
  Typed unary(const SyntaxNode& node, NodeKind kind, const Shape& shape);
  Typed chain(const SyntaxNode& node, NodeKind kind);
  Typed conditional(const SyntaxNode& node);
  Typed arithmetic(const SyntaxNode& node, NodeKind kind);
  Typed add(const SyntaxNode& node);
  Typed division(const SyntaxNode& node);
  Typed comparison(const SyntaxNode& node);
  Typed membership(const SyntaxNode& node);

  [[nodiscard]] std::optional<Guard> guard_of(Place place) const;
  [[nodiscard]] bool is_guarded(const Guard& guard) const;
  [[nodiscard]] const Variable* find_variable(std::string_view name) const;
  Typed require(Place place, Type wanted);
  bool require_value(Place place, const Typed& given);

  std::size_t open(const SyntaxNode& node);
  void close(std::size_t at, NodeKind kind, std::size_t parts, std::int64_t value = 0);
  Typed refuse(const SyntaxNode& node, Reason reason, std::string got, std::string expected,
               std::string fix = "");
  Typed refuse(const SyntaxNode& node, Reason reason);
  Typed mistyped(const SyntaxNode& node, std::string got, std::string expected);
  [[nodiscard]] const SyntaxNode& at(Place place) const { return syntax_.nodes[place]; }
  [[nodiscard]] std::string shown(const SyntaxNode& node) const {
    return quoted(source_.substr(node.offset, node.size));
  }

  const Syntax& syntax_;
  std::string_view source_;
  const Scope& scope_;
  Expression out_;
  Mistakes mistakes_;
  std::vector<Variable> variables_;
  std::vector<Guard> guards_;
  bool in_macro_ = false;  // in the body of one
};

}  // namespace tally::rules
