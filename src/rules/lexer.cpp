// CEL's tokens (cel-spec, doc/langdef.md, "Syntax"), those that the language lacks too: what is
// recognised can be refused with its reason.
#include "rules/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tally::rules {
namespace {

constexpr std::array<std::string_view, 17> kReserved = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

constexpr std::uint64_t kMagnitudeMax = std::uint64_t{1} << 63U;  // of the least int

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_in_name(char c) {
  return starts_name(c) || is_digit(c);
}

/// 16: no digit.
unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

}  // namespace

Token Lexer::next() {
  skip_layout();
  if (mistake_ || at_ >= source_.size()) return Token{TokenKind::End, source_.size(), 0, 0, ""};
  const char first = peek();
  if (is_digit(first) || (first == '.' && is_digit(peek(1)))) return number();
  if (starts_name(first)) return name_or_string();
  if (first == '"' || first == '\'') return string(0, false, false);
  return operator_token();
}

void Lexer::skip_layout() {
  while (at_ < source_.size()) {
    if (starts("//")) {
      at_ = std::min(source_.find('\n', at_), source_.size());
    } else if (std::string_view(" \t\n\r\f").find(source_[at_]) != std::string_view::npos) {
      ++at_;
    } else {
      return;
    }
  }
}

Token Lexer::name_or_string() {
  // r"…", b"…", br"…": the prefix and the quote touch.
  std::size_t prefix = 0;
  const bool bytes = peek() == 'b' || peek() == 'B';
  if (bytes) ++prefix;
  const bool raw = peek(prefix) == 'r' || peek(prefix) == 'R';
  if (raw) ++prefix;
  if (prefix > 0 && (peek(prefix) == '"' || peek(prefix) == '\''))
    return string(prefix, raw, bytes);

  std::size_t size = 1;
  while (is_in_name(peek(size)))
    ++size;
  return name(size);
}

Token Lexer::name(std::size_t size) {
  const std::string_view text = source_.substr(at_, size);
  constexpr std::array<std::pair<std::string_view, TokenKind>, 4> kWords = {{
      {"true", TokenKind::True},
      {"false", TokenKind::False},
      {"null", TokenKind::Null},
      {"in", TokenKind::In},
  }};
  for (const auto& [word, kind] : kWords)
    if (text == word) return token(kind, size);
  const bool is_reserved = std::find(kReserved.begin(), kReserved.end(), text) != kReserved.end();
  return token(is_reserved ? TokenKind::Reserved : TokenKind::Name, size);
}

Token Lexer::number() {
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) return hexadecimal();
  const std::size_t start = at_;
  std::size_t size = 0;
  std::uint64_t magnitude = 0;
  bool fits = true;
  for (; is_digit(peek(size)); ++size) {
    fits = fits && magnitude <= (kMagnitudeMax - digit_value(peek(size))) / 10;
    if (fits) magnitude = magnitude * 10 + digit_value(peek(size));
  }
  TokenKind kind = TokenKind::Int;
  if (peek(size) == '.' && is_digit(peek(size + 1))) {
    kind = TokenKind::Double;
    for (++size; is_digit(peek(size));)
      ++size;
  }
  const std::size_t sign = peek(size + 1) == '+' || peek(size + 1) == '-' ? 2 : 1;
  if ((peek(size) == 'e' || peek(size) == 'E') && is_digit(peek(size + sign))) {
    kind = TokenKind::Double;
    for (size += sign; is_digit(peek(size));)
      ++size;
  }
  if (kind == TokenKind::Int && (peek(size) == 'u' || peek(size) == 'U')) {
    kind = TokenKind::UInt;
    ++size;
  }
  if (is_in_name(peek(size)))
    return refuse(Reason::Syntax, start, quoted(source_.substr(start, size + 1)), "a number");
  if (kind == TokenKind::Int && !fits)
    return refuse(Reason::Syntax, start, quoted(source_.substr(start, size)),
                  "an integer of 64 bits");
  Token result = token(kind, size);
  result.magnitude = magnitude;
  return result;
}

Token Lexer::hexadecimal() {
  const std::size_t start = at_;
  std::size_t size = 2;
  std::uint64_t magnitude = 0;
  bool fits = true;
  for (; digit_value(peek(size)) < 16; ++size) {
    fits = fits && magnitude <= (kMagnitudeMax - digit_value(peek(size))) / 16;
    if (fits) magnitude = magnitude * 16 + digit_value(peek(size));
  }
  const bool has_digits = size > 2;
  const bool is_unsigned = peek(size) == 'u' || peek(size) == 'U';
  if (is_unsigned) ++size;
  if (!has_digits || is_in_name(peek(size)))
    return refuse(Reason::Syntax, start, quoted(source_.substr(start, size + 1)), "a number");
  if (!is_unsigned && !fits)
    return refuse(Reason::Syntax, start, quoted(source_.substr(start, size)),
                  "an integer of 64 bits");
  Token result = token(is_unsigned ? TokenKind::UInt : TokenKind::Int, size);
  result.magnitude = magnitude;
  return result;
}

Token Lexer::string(std::size_t prefix, bool raw, bool bytes) {
  const std::size_t start = at_;
  at_ += prefix;
  const char quote = peek();
  const bool triple = peek(1) == quote && peek(2) == quote;
  const std::string end(triple ? 3 : 1, quote);
  at_ += end.size();
  std::string text;
  while (!starts(end)) {
    const char c = peek();
    const bool ends_line = !triple && (c == '\n' || c == '\r');
    if (at_ >= source_.size() || ends_line)
      return refuse(Reason::Syntax, start, "a string without its end", quoted(end));
    if (c == '\\' && !raw) {
      if (!escape(text, bytes)) return {};
    } else {
      text += c;
      ++at_;
    }
  }
  at_ += end.size();
  if (!bytes && text.size() > limits_.text_bytes)
    return refuse(Reason::TooLarge, start, "a string of " + std::to_string(text.size()) + " bytes",
                  "at most " + std::to_string(limits_.text_bytes));
  Token result{bytes ? TokenKind::Bytes : TokenKind::String, start, at_ - start, 0, ""};
  result.text = std::move(text);
  return result;
}

bool Lexer::escape(std::string& text, bool bytes) {
  constexpr std::string_view kNames = "abfnrtv\\?\"'`";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?\"'`";
  const char c = peek(1);
  if (const std::size_t found = kNames.find(c); c != '\0' && found != std::string_view::npos) {
    text += kMeanings[found];
    at_ += 2;
    return true;
  }
  if (c == 'x' || c == 'X') return escape_digits(text, {2, 2, 16}, bytes);
  if (!bytes && c == 'u') return escape_digits(text, {2, 4, 16}, bytes);
  if (!bytes && c == 'U') return escape_digits(text, {2, 8, 16}, bytes);
  // At most \377: three octal digits that make a byte.
  if (c >= '0' && c <= '3') return escape_digits(text, {1, 3, 8}, bytes);
  refuse(Reason::Syntax, at_, quoted(source_.substr(at_, 2)), "an escape of CEL",
         "write \\\\ for a backslash");
  return false;
}

bool Lexer::escape_digits(std::string& text, EscapeForm form, bool bytes) {
  const std::size_t start = at_;
  std::uint64_t value = 0;
  at_ += form.prefix;
  for (std::size_t i = 0; i < form.digits; ++i, ++at_) {
    const unsigned digit = digit_value(peek());
    if (digit >= form.base) {
      refuse(Reason::Syntax, start, "an escape without its digits",
             std::to_string(form.digits) + " digits");
      return false;
    }
    value = value * form.base + digit;
  }
  if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
    refuse(Reason::Syntax, start, "an escape of no character",
           "a code point up to U+10FFFF that is no surrogate");
    return false;
  }
  if (bytes)
    text += static_cast<char>(value);
  else
    append_utf8(text, static_cast<char32_t>(value));
  return true;
}

Token Lexer::operator_token() {
  constexpr std::array<std::pair<std::string_view, TokenKind>, 25> kOperators = {{
      {"||", TokenKind::Or},           {"&&", TokenKind::And},       {"<=", TokenKind::LessEqual},
      {">=", TokenKind::GreaterEqual}, {"==", TokenKind::Equal},     {"!=", TokenKind::NotEqual},
      {"<", TokenKind::Less},          {">", TokenKind::Greater},    {"(", TokenKind::OpenRound},
      {")", TokenKind::CloseRound},    {"[", TokenKind::OpenSquare}, {"]", TokenKind::CloseSquare},
      {"{", TokenKind::OpenBrace},     {"}", TokenKind::CloseBrace}, {",", TokenKind::Comma},
      {".", TokenKind::Dot},           {"?", TokenKind::Question},   {":", TokenKind::Colon},
      {"+", TokenKind::Plus},          {"-", TokenKind::Minus},      {"*", TokenKind::Times},
      {"/", TokenKind::Slash},         {"%", TokenKind::Percent},    {"!", TokenKind::Not},
      {"`", TokenKind::Quote},
  }};
  for (const auto& [text, kind] : kOperators)
    if (starts(text)) return token(kind, text.size());
  const std::string_view shown = source_.substr(at_, code_point_at(source_, at_).size);
  const bool is_ascii = static_cast<unsigned char>(shown.front()) < 0x80;
  return refuse(Reason::Syntax, at_, quoted(shown),
                is_ascii ? "a name, a literal or an operator" : "ASCII outside strings");
}

Token Lexer::token(TokenKind kind, std::size_t size) {
  const std::size_t offset = at_;
  at_ += size;
  return Token{kind, offset, size, 0, ""};
}

Token Lexer::refuse(Reason reason, std::size_t offset, std::string got, std::string expected,
                    std::string fix) {
  if (!mistake_) {
    mistake_ =
        Mistake{reason, "", offset, 0, 0, std::move(got), std::move(expected), std::move(fix)};
    place(*mistake_, source_);
  }
  return Token{TokenKind::End, offset, 0, 0, ""};
}

}  // namespace tally::rules
