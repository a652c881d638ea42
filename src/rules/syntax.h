// What a source says, before anybody asks what it means: names unresolved, nothing typed.
#pragma once

#include <tally/rules/mistake.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::rules {

enum class SyntaxKind : std::uint8_t {
  Bool,     ///< value
  Int,      ///< value
  Text,     ///< value: place among Syntax::texts
  Removed,  ///< what the language lacks: `reason`; its parts are not looked at
  Name,     ///< name
  Select,   ///< of its part, name
  Has,      ///< of its part, name
  Index,
  List,
  Call,    ///< name, arguments
  Method,  ///< name; the receiver, then arguments
  Macro,   ///< name, variable; the list, then arguments
  Bind,    ///< variable; the value, the body
  Not,
  Negate,
  And,  ///< flat: no part is an And
  Or,   ///< likewise
  Conditional,
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  In,
};

using SyntaxPlace = std::uint32_t;  ///< of a node among Syntax::nodes

struct SyntaxNode {
  SyntaxKind kind = SyntaxKind::Bool;
  Reason reason = Reason::Syntax;
  std::size_t offset = 0;  ///< of the operator, the literal, the name or the method
  std::size_t size = 0;    ///< of that, in the source
  std::size_t depth = 1;
  std::int64_t value = 0;
  std::string_view name;
  std::string_view variable;
  std::vector<SyntaxPlace> parts;
};

/// A tree with as many nodes, at the same depths, as its canonical form.
struct Syntax {
  std::vector<SyntaxNode> nodes;
  std::vector<std::string> texts;
  SyntaxPlace root = 0;
};

}  // namespace tally::rules
