// From a source to tokens, one at a time.
#pragma once

#include <tally/rules/mistake.h>

#include "rules/source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::rules {

enum class TokenKind : std::uint8_t {
  End,
  Name,
  Reserved,  ///< a reserved word of CEL, which names nothing
  True,
  False,
  Null,
  Int,  ///< `magnitude`, at most 2^63
  UInt,
  Double,
  String,  ///< `text`
  Bytes,
  Quote,  ///< a backquote
  OpenRound,
  CloseRound,
  OpenSquare,
  CloseSquare,
  OpenBrace,
  CloseBrace,
  Comma,
  Dot,
  Question,
  Colon,
  Or,
  And,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  In,
  Plus,
  Minus,
  Times,
  Slash,
  Percent,
  Not,
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::size_t offset = 0;
  std::size_t size = 0;  ///< bytes of the source
  std::uint64_t magnitude = 0;
  std::string text;  ///< a string's value
};

/// The lexical half of design/rule-language.md §1. Borrows the source.
class Lexer {
 public:
  /// REQUIRES: check_source passed it
  Lexer(std::string_view source, const SourceLimits& limits) : source_(source), limits_(limits) {}

  /// The next token; End at the end, and after a mistake.
  [[nodiscard]] Token next();
  [[nodiscard]] const std::optional<Mistake>& mistake() const { return mistake_; }

 private:
  void skip_layout();
  Token name_or_string();
  Token name(std::size_t size);
  Token number();
  Token hexadecimal();
  Token string(std::size_t prefix, bool raw, bool bytes);
  bool escape(std::string& text, bool bytes);
  struct EscapeForm {
    std::size_t prefix;  ///< bytes before the digits
    std::size_t digits;
    unsigned base;
  };
  bool escape_digits(std::string& text, EscapeForm form, bool bytes);
  Token operator_token();
  Token token(TokenKind kind, std::size_t size);
  Token refuse(Reason reason, std::size_t offset, std::string got, std::string expected,
               std::string fix = "");
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool starts(std::string_view text) const {
    return source_.substr(at_).starts_with(text);
  }

  std::string_view source_;
  SourceLimits limits_;
  std::size_t at_ = 0;
  std::optional<Mistake> mistake_;
};

}  // namespace tally::rules
