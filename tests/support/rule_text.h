// A term as source: with brackets, spaces, comments, escapes and names of variables as chance has
// it.
#pragma once

#include <string>
#include <string_view>

#include "support/rule_terms.h"

namespace tally::test {

/// Two writers of one term write one rule.
class TermWriter {
 public:
  explicit TermWriter(Random& random) : random_(random), names_(one_of(random, kNames)) {}

  [[nodiscard]] std::string write(const Term& term) { return whole(term, kAny); }

 private:
  // From the loosest to the tightest, as the grammar has them.
  enum Tightness { kAny, kOr, kAnd, kRelation, kSum, kProduct, kUnary, kMember, kPrimary };
  static constexpr std::string_view kNames[] = {"x", "line_", "_V"};

  static Tightness tightness_of(const Term& term) {
    switch (term.kind) {
      case TermKind::Conditional:
        return kAny;
      case TermKind::Chain:
        return term.text == "||" ? kOr : kAnd;
      case TermKind::Binary:
        if (term.text == "+" || (term.text == "-" && term.parts.size() == 2)) return kSum;
        return term.text == "*" ? kProduct : kRelation;
      case TermKind::Unary:
        return kUnary;
      case TermKind::Int:
        return term.number < 0 ? kUnary : kPrimary;
      default:
        return kMember;
    }
  }

  std::string whole(const Term& term, Tightness needed) {
    const bool must = tightness_of(term) < needed;
    const bool may = below(random_, 12) == 0;
    const std::string inner = bare(term);
    return must || may ? "(" + gap() + inner + gap() + ")" : inner;
  }

  std::string bare(const Term& term) {
    const auto& parts = term.parts;
    switch (term.kind) {
      case TermKind::Bool:
        return term.number != 0 ? "true" : "false";
      case TermKind::Int:
        return integer(term.number);
      case TermKind::Text:
        return text(term.text);
      case TermKind::Field:
        return parts.empty() ? term.text : whole(parts[0], kMember) + gap() + "." + term.text;
      case TermKind::Has:
        return "has(" + gap() + term.text + ")";
      case TermKind::Variable:
        return name(term);
      case TermKind::List:
        return "[" + list(parts, 0) + (below(random_, 3) == 0 ? "," : "") + "]";
      case TermKind::Unary:
        // A minus before a number would belong to the number.
        if (parts[0].kind == TermKind::Int) return term.text + gap() + "(" + bare(parts[0]) + ")";
        return term.text + gap() + whole(parts[0], kUnary);
      case TermKind::Chain:
        return chain(term);
      case TermKind::Binary: {
        const Tightness own = tightness_of(term);
        return whole(parts[0], own) + space() + term.text + space() +
               whole(parts[1], static_cast<Tightness>(own + 1));
      }
      case TermKind::Conditional:
        return whole(parts[0], kOr) + gap() + "?" + gap() + whole(parts[1], kOr) + gap() + ":" +
               gap() + whole(parts[2], kAny);
      case TermKind::Index:
        return whole(parts[0], kMember) + "[" + whole(parts[1], kAny) + "]";
      case TermKind::Call:
        if (term.text == "size" && below(random_, 2) == 0)
          return whole(parts[0], kMember) + ".size()";
        return term.text + gap() + "(" + list(parts, 0) + ")";
      case TermKind::StartsWith:
        return whole(parts[0], kMember) + ".startsWith(" + whole(parts[1], kAny) + ")";
      case TermKind::Macro:
        return whole(parts[0], kMember) + "." + term.text + "(" + name(term) + gap() + "," +
               list(parts, 1) + ")";
      case TermKind::Bind:
        return "cel.bind(" + gap() + name(term) + "," + list(parts, 0) + ")";
    }
    return {};
  }

  std::string chain(const Term& term) {
    const auto own = static_cast<Tightness>(tightness_of(term) + 1);
    std::string all;
    for (const Term& part : term.parts)
      all += (all.empty() ? "" : gap() + term.text + gap()) + whole(part, own);
    return all;
  }

  std::string list(const std::vector<Term>& parts, std::size_t first) {
    std::string all;
    for (std::size_t i = first; i < parts.size(); ++i)
      all += (i == first ? gap() : "," + gap()) + whole(parts[i], kAny);
    return all;
  }

  std::string integer(std::int64_t number) {
    if (number < 0 || below(random_, 3) > 0) return std::to_string(number);
    std::string digits;
    for (auto rest = static_cast<std::uint64_t>(number); rest > 0 || digits.empty(); rest /= 16)
      digits.insert(digits.begin(), "0123456789abcdef"[rest % 16]);
    return "0x" + digits;
  }

  std::string text(std::string_view value) {
    const std::string quote = below(random_, 2) == 0 ? "\"" : "'''";
    std::string written = quote;
    for (const char c : value) {
      if (c == '"' || c == '\\') written += '\\';
      if (c == '\n')
        written += below(random_, 2) == 0 ? "\\n" : "\\x0A";
      else if (c == 'a' && below(random_, 4) == 0)
        written += "\\u0061";
      else
        written += c;
    }
    return written + quote;
  }

  std::string name(const Term& term) { return std::string(names_) + std::to_string(term.variable); }

  std::string gap() { return below(random_, 4) == 0 ? space() : ""; }
  std::string space() {
    switch (below(random_, 12)) {
      case 0:
        return "\n\t";
      case 1:
        return " // why\n";
      default:
        return " ";
    }
  }

  Random& random_;
  std::string_view names_;
};

}  // namespace tally::test
