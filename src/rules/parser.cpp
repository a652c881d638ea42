// Recursive descent. What recurses is counted before it does: brackets, arguments and branches.
#include "rules/parser.h"

#include <tally/base/limits.h>

#include "rules/lexer.h"
#include "rules/removed.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace tally::rules {
namespace {

struct BinaryOperator {
  TokenKind token;
  SyntaxKind kind;
};
constexpr std::array<BinaryOperator, 7> kRelations = {{
    {TokenKind::Less, SyntaxKind::Less},
    {TokenKind::LessEqual, SyntaxKind::LessEqual},
    {TokenKind::Greater, SyntaxKind::Greater},
    {TokenKind::GreaterEqual, SyntaxKind::GreaterEqual},
    {TokenKind::Equal, SyntaxKind::Equal},
    {TokenKind::NotEqual, SyntaxKind::NotEqual},
    {TokenKind::In, SyntaxKind::In},
}};
constexpr std::array<BinaryOperator, 2> kSums = {{
    {TokenKind::Plus, SyntaxKind::Add},
    {TokenKind::Minus, SyntaxKind::Subtract},
}};
constexpr std::array<BinaryOperator, 3> kProducts = {{
    {TokenKind::Times, SyntaxKind::Multiply},
    {TokenKind::Slash, SyntaxKind::Divide},
    {TokenKind::Percent, SyntaxKind::Remainder},
}};

/// How many arguments a macro over a list takes, its variable included.
struct MacroForm {
  std::string_view name;
  std::size_t arguments;
};
constexpr std::array<MacroForm, 5> kMacros = {
    {{"exists", 2}, {"all", 2}, {"exists_one", 2}, {"sum", 3}, {"max", 3}}};

class Parser {
 public:
  Parser(std::string_view source, const SourceLimits& limits)
      : source_(source), lexer_(source, limits) {}

  tl::expected<Syntax, Mistake> run();

 private:
  using Place = SyntaxPlace;
  using Step = Place (Parser::*)();

  Place expression();
  Place conditional_or();
  Place conditional_and();
  Place chain(Step operand, TokenKind token, SyntaxKind kind);
  Place relation();
  Place sum();
  Place product();
  template <std::size_t N>
  Place left_to_right(Step operand, const std::array<BinaryOperator, N>& operators);
  Place unary();
  Place member(std::optional<std::size_t> minus);
  Place after_dot(Place receiver);
  Place index(Place list);
  Place primary(std::optional<std::size_t> minus);
  Place integer(std::optional<std::size_t> minus);
  Place brackets();
  Place list();
  Place name();
  Place call(const Token& function);
  Place has(const Token& function, const std::vector<Place>& arguments);
  Place method(Place receiver, const Token& function);
  Place macro(Place receiver, const Token& function, const MacroForm& form,
              std::vector<Place> arguments);
  Place bind(const Token& function, std::vector<Place> arguments);
  std::vector<Place> arguments(TokenKind end, std::size_t count_max);
  std::string_view variable(Place argument);
  Place removed(const Token& token, Reason reason);

  Place add(SyntaxKind kind, const Token& at, std::vector<Place> parts = {});
  Place add(SyntaxNode node);
  Place fail(Reason reason, const Token& at, std::string expected, std::string fix = "");
  Place unexpected(std::string expected);
  bool enter(std::size_t& level, std::size_t level_max, std::string_view what);
  Token take();
  bool take_if(TokenKind kind);
  bool expect(TokenKind kind, std::string_view text);
  [[nodiscard]] std::string_view text_of(const Token& token) const {
    return source_.substr(token.offset, token.size);
  }
  SyntaxNode& at(Place place) { return syntax_.nodes[place]; }

  std::string_view source_;
  Lexer lexer_;
  Token token_;
  Syntax syntax_;
  std::size_t count_ = 0;      // of nodes that the canonical tree will have
  std::size_t brackets_ = 0;   // open round ones that group
  std::size_t enclosing_ = 0;  // calls, lists, indices and branches around this place
  std::optional<Mistake> mistake_;
};

tl::expected<Syntax, Mistake> Parser::run() {
  syntax_.nodes.emplace_back();  // what a failed step gives
  take();
  if (token_.kind == TokenKind::End && !mistake_) {
    fail(Reason::EmptyRule, Token{}, "an expression");
  } else {
    syntax_.root = expression();
    if (token_.kind != TokenKind::End) unexpected("an operator or the end");
  }
  if (mistake_) return tl::unexpected(*mistake_);
  return std::move(syntax_);
}

SyntaxPlace Parser::expression() {
  const Place condition = conditional_or();
  if (token_.kind != TokenKind::Question) return condition;
  const Token question = take();
  if (!enter(enclosing_, limits::kRuleDepthMax, "levels")) return 0;
  const Place yes = conditional_or();
  if (!expect(TokenKind::Colon, "\":\"")) return 0;
  const Place no = expression();
  --enclosing_;
  return add(SyntaxKind::Conditional, question, {condition, yes, no});
}

SyntaxPlace Parser::conditional_or() {
  return chain(&Parser::conditional_and, TokenKind::Or, SyntaxKind::Or);
}

SyntaxPlace Parser::conditional_and() {
  return chain(&Parser::relation, TokenKind::And, SyntaxKind::And);
}

/// Brackets in a chain change neither its value nor its first error, so a part that is such a
/// chain itself gives its parts.
SyntaxPlace Parser::chain(Step operand, TokenKind token, SyntaxKind kind) {
  const Place first = (this->*operand)();
  if (token_.kind != token) return first;
  const Token at_operator = token_;
  std::vector<Place> parts;
  const auto append = [&](Place part) {
    if (at(part).kind != kind) return parts.push_back(part);
    parts.insert(parts.end(), at(part).parts.begin(), at(part).parts.end());
    --count_;
  };
  append(first);
  while (take_if(token))
    append((this->*operand)());
  return add(kind, at_operator, std::move(parts));
}

SyntaxPlace Parser::relation() {
  return left_to_right(&Parser::sum, kRelations);
}

SyntaxPlace Parser::sum() {
  return left_to_right(&Parser::product, kSums);
}

SyntaxPlace Parser::product() {
  return left_to_right(&Parser::unary, kProducts);
}

template <std::size_t N>
SyntaxPlace Parser::left_to_right(Step operand, const std::array<BinaryOperator, N>& operators) {
  Place left = (this->*operand)();
  for (;;) {
    const auto* found = std::find_if(operators.begin(), operators.end(),
                                     [&](const auto& o) { return o.token == token_.kind; });
    if (found == operators.end()) return left;
    const Token at_operator = take();
    const Place right = (this->*operand)();
    left = add(found->kind, at_operator, {left, right});
  }
}

SyntaxPlace Parser::unary() {
  std::vector<Token> operators;
  while (token_.kind == TokenKind::Not || token_.kind == TokenKind::Minus)
    operators.push_back(take());
  if (operators.size() > limits::kRuleDepthMax)
    return fail(Reason::TooDeep, operators.back(),
                "at most " + std::to_string(limits::kRuleDepthMax) + " levels");
  std::optional<std::size_t> minus;
  const bool is_number = token_.kind == TokenKind::Int;
  if (is_number && !operators.empty() && operators.back().kind == TokenKind::Minus) {
    minus = operators.back().offset;
    operators.pop_back();
  }
  Place operand = member(minus);
  for (std::size_t i = operators.size(); i-- > 0 && !mistake_;)
    operand = add(operators[i].kind == TokenKind::Not ? SyntaxKind::Not : SyntaxKind::Negate,
                  operators[i], {operand});
  return operand;
}

SyntaxPlace Parser::member(std::optional<std::size_t> minus) {
  Place receiver = primary(minus);
  while (!mistake_) {
    if (token_.kind == TokenKind::Dot) {
      receiver = after_dot(receiver);
    } else if (token_.kind == TokenKind::OpenSquare) {
      receiver = index(receiver);
    } else if (token_.kind == TokenKind::OpenBrace) {
      return fail(Reason::NoMessage, token_, expected_instead(Reason::NoMessage));
    } else {
      break;
    }
  }
  return receiver;
}

SyntaxPlace Parser::after_dot(Place receiver) {
  take();
  if (token_.kind == TokenKind::Question)
    return fail(Reason::NoOptional, token_, expected_instead(Reason::NoOptional));
  if (token_.kind == TokenKind::Quote)
    return fail(Reason::NoQuotedField, token_, expected_instead(Reason::NoQuotedField));
  if (token_.kind != TokenKind::Name) return unexpected("a name");
  const Token word = take();
  if (token_.kind == TokenKind::OpenRound) return method(receiver, word);
  const Place place = add(SyntaxKind::Select, word, {receiver});
  at(place).name = text_of(word);
  return place;
}

SyntaxPlace Parser::index(Place list) {
  const Token bracket = take();
  if (token_.kind == TokenKind::Question)
    return fail(Reason::NoOptional, token_, expected_instead(Reason::NoOptional));
  if (!enter(enclosing_, limits::kRuleDepthMax, "levels")) return 0;
  const Place which = expression();
  --enclosing_;
  if (!expect(TokenKind::CloseSquare, "\"]\"")) return 0;
  return add(SyntaxKind::Index, bracket, {list, which});
}

SyntaxPlace Parser::primary(std::optional<std::size_t> minus) {
  switch (token_.kind) {
    case TokenKind::Int:
      return integer(minus);
    case TokenKind::True:
    case TokenKind::False: {
      const bool value = token_.kind == TokenKind::True;
      const Place place = add(SyntaxKind::Bool, take());
      at(place).value = value ? 1 : 0;
      return place;
    }
    case TokenKind::String: {
      const Token literal = take();
      const Place place = add(SyntaxKind::Text, literal);
      at(place).value = static_cast<std::int64_t>(syntax_.texts.size());
      syntax_.texts.push_back(literal.text);
      return place;
    }
    case TokenKind::Double:
      return removed(take(), Reason::NoDouble);
    case TokenKind::UInt:
      return removed(take(), Reason::NoUint);
    case TokenKind::Bytes:
      return removed(take(), Reason::NoBytes);
    case TokenKind::Null:
      return removed(take(), Reason::NoNull);
    case TokenKind::OpenRound:
      return brackets();
    case TokenKind::OpenSquare:
      return list();
    case TokenKind::Name:
      return name();
    case TokenKind::OpenBrace:
      return fail(Reason::NoMap, token_, expected_instead(Reason::NoMap));
    case TokenKind::Dot:
      return fail(Reason::NoNamespace, token_, expected_instead(Reason::NoNamespace));
    case TokenKind::Reserved:
      return unexpected("an expression; this word is reserved");
    default:
      return unexpected("an expression");
  }
}

SyntaxPlace Parser::integer(std::optional<std::size_t> minus) {
  Token literal = take();
  const bool is_least = literal.magnitude > static_cast<std::uint64_t>(INT64_MAX);
  if (is_least && !minus) return fail(Reason::Syntax, literal, "an integer of 64 bits");
  if (minus) {
    literal.size += literal.offset - *minus;
    literal.offset = *minus;
  }
  const Place place = add(SyntaxKind::Int, literal);
  at(place).value =
      static_cast<std::int64_t>(minus ? std::uint64_t{0} - literal.magnitude : literal.magnitude);
  return place;
}

SyntaxPlace Parser::brackets() {
  if (!enter(brackets_, limits::kRuleParenthesesMax, "nested parentheses")) return 0;
  take();
  const Place inner = expression();
  --brackets_;
  return expect(TokenKind::CloseRound, "\")\"") ? inner : 0;
}

SyntaxPlace Parser::list() {
  const Token bracket = take();
  if (token_.kind == TokenKind::Question)
    return fail(Reason::NoOptional, token_, expected_instead(Reason::NoOptional));
  if (token_.kind == TokenKind::CloseSquare)
    return fail(Reason::Type, bracket, "a list with an element, which gives it its type");
  std::vector<Place> elements = arguments(TokenKind::CloseSquare, limits::kRuleListMax);
  return mistake_ ? 0 : add(SyntaxKind::List, bracket, std::move(elements));
}

SyntaxPlace Parser::name() {
  const Token word = take();
  if (token_.kind == TokenKind::OpenRound) return call(word);
  const Place place = add(SyntaxKind::Name, word);
  at(place).name = text_of(word);
  return place;
}

SyntaxPlace Parser::call(const Token& function) {
  take();
  std::vector<Place> given = arguments(TokenKind::CloseRound, limits::kRuleNodesMax);
  if (mistake_) return 0;
  if (text_of(function) == "has") return has(function, given);
  const Place place = add(SyntaxKind::Call, function, std::move(given));
  at(place).name = text_of(function);
  return place;
}

SyntaxPlace Parser::has(const Token& function, const std::vector<Place>& arguments) {
  if (arguments.size() != 1 || at(arguments.front()).kind != SyntaxKind::Select)
    return fail(Reason::Syntax, function, "one field: has(e.f)");
  // The field is asked for, not read: it is no node of its own.
  const SyntaxNode select = at(arguments.front());
  --count_;
  SyntaxNode node = select;
  node.kind = SyntaxKind::Has;
  return add(std::move(node));
}

SyntaxPlace Parser::method(Place receiver, const Token& function) {
  take();
  std::vector<Place> given = arguments(TokenKind::CloseRound, limits::kRuleNodesMax);
  if (mistake_) return 0;
  const std::string_view word = text_of(function);
  const bool on_cel = at(receiver).kind == SyntaxKind::Name && at(receiver).name == "cel";
  if (on_cel && word == "bind") return bind(function, std::move(given));
  for (const MacroForm& form : kMacros)
    if (form.name == word) return macro(receiver, function, form, std::move(given));
  given.insert(given.begin(), receiver);
  const Place place = add(SyntaxKind::Method, function, std::move(given));
  at(place).name = word;
  return place;
}

SyntaxPlace Parser::macro(Place receiver, const Token& function, const MacroForm& form,
                          std::vector<Place> arguments) {
  const bool is_cels = form.arguments == 2;
  if (is_cels && arguments.size() == 3) return removed(function, Reason::NoTwoVariableMacro);
  if (arguments.size() != form.arguments)
    return fail(Reason::Type, function,
                std::to_string(form.arguments) + " arguments, a variable first");
  const std::string_view word = variable(arguments.front());
  arguments.front() = receiver;
  const Place place = add(SyntaxKind::Macro, function, std::move(arguments));
  at(place).name = text_of(function);
  at(place).variable = word;
  return place;
}

SyntaxPlace Parser::bind(const Token& function, std::vector<Place> arguments) {
  if (arguments.size() != 3)
    return fail(Reason::Type, function, "cel.bind(variable, value, expression)");
  --count_;  // `cel` is no name here
  const std::string_view word = variable(arguments.front());
  arguments.erase(arguments.begin());
  const Place place = add(SyntaxKind::Bind, function, std::move(arguments));
  at(place).variable = word;
  return place;
}

/// What an argument is that only names a variable: no node.
std::string_view Parser::variable(Place argument) {
  const SyntaxNode& node = at(argument);
  if (node.kind != SyntaxKind::Name) {
    Token there;
    there.offset = node.offset;
    there.size = node.size;
    fail(Reason::Syntax, there, "the name of a variable");
    return {};
  }
  --count_;
  return node.name;
}

/// Up to `end`, which is taken. A list may have a comma behind its last element, a call may not.
std::vector<SyntaxPlace> Parser::arguments(TokenKind end, std::size_t count_max) {
  std::vector<Place> all;
  if (!enter(enclosing_, limits::kRuleDepthMax, "levels")) return all;
  const bool is_list = end == TokenKind::CloseSquare;
  while (!mistake_ && token_.kind != end) {
    if (is_list && token_.kind == TokenKind::Question) {
      fail(Reason::NoOptional, token_, expected_instead(Reason::NoOptional));
      break;
    }
    const Token first = token_;
    all.push_back(expression());
    if (all.size() > count_max)
      fail(Reason::TooLarge, first, "at most " + std::to_string(count_max) + " elements");
    if (!take_if(TokenKind::Comma)) break;
    if (!is_list && token_.kind == end) unexpected("an expression");
  }
  --enclosing_;
  expect(end, is_list ? "\",\" or \"]\"" : "\",\" or \")\"");
  return all;
}

SyntaxPlace Parser::removed(const Token& token, Reason reason) {
  const Place place = add(SyntaxKind::Removed, token);
  at(place).reason = reason;
  return place;
}

SyntaxPlace Parser::add(SyntaxKind kind, const Token& token, std::vector<Place> parts) {
  SyntaxNode node;
  node.kind = kind;
  node.offset = token.offset;
  node.size = token.size;
  node.parts = std::move(parts);
  return add(std::move(node));
}

SyntaxPlace Parser::add(SyntaxNode node) {
  if (mistake_) return 0;
  node.depth = 1;
  for (const Place part : node.parts)
    node.depth = std::max(node.depth, at(part).depth + 1);
  Token there;
  there.offset = node.offset;
  there.size = node.size;
  if (node.depth > limits::kRuleDepthMax)
    return fail(Reason::TooDeep, there,
                "a tree of at most " + std::to_string(limits::kRuleDepthMax) + " levels");
  // Arguments that name variables count until they are known to be such, so for a moment there are
  // more than will be left, which the checker counts.
  if (++count_ > limits::kRuleNodesMax + 2 * limits::kRuleDepthMax)
    return fail(Reason::TooLarge, there,
                "at most " + std::to_string(limits::kRuleNodesMax) + " nodes");
  syntax_.nodes.push_back(std::move(node));
  return static_cast<Place>(syntax_.nodes.size() - 1);
}

SyntaxPlace Parser::fail(Reason reason, const Token& at, std::string expected, std::string fix) {
  if (mistake_) return 0;
  const bool at_end = at.kind == TokenKind::End && at.size == 0;
  mistake_ = Mistake{reason,
                     "",
                     at.offset,
                     0,
                     0,
                     at_end ? "the end" : quoted(text_of(at)),
                     std::move(expected),
                     fix.empty() ? fix_of(reason) : std::move(fix)};
  place(*mistake_, source_);
  token_ = Token{TokenKind::End, source_.size(), 0, 0, ""};
  return 0;
}

SyntaxPlace Parser::unexpected(std::string expected) {
  return fail(Reason::Syntax, token_, std::move(expected));
}

bool Parser::enter(std::size_t& level, std::size_t level_max, std::string_view what) {
  if (++level <= level_max) return true;
  fail(Reason::TooDeep, token_, "at most " + std::to_string(level_max) + " " + std::string(what));
  return false;
}

/// The token that was current.
Token Parser::take() {
  Token taken = std::move(token_);
  if (mistake_) {
    token_ = Token{TokenKind::End, source_.size(), 0, 0, ""};
    return taken;
  }
  token_ = lexer_.next();
  if (lexer_.mistake()) mistake_ = lexer_.mistake();
  return taken;
}

bool Parser::take_if(TokenKind kind) {
  if (token_.kind != kind) return false;
  take();
  return true;
}

bool Parser::expect(TokenKind kind, std::string_view text) {
  if (mistake_) return false;
  if (take_if(kind)) return true;
  unexpected(std::string(text));
  return false;
}

}  // namespace

tl::expected<Syntax, Mistake> parse(std::string_view source, const SourceLimits& limits) {
  if (std::optional<Mistake> mistake = check_source(source, limits))
    return tl::unexpected(*std::move(mistake));
  return Parser(source, limits).run();
}

}  // namespace tally::rules
