// Terms: random well-typed rules as trees of the test's own, and the many ways to write one.
#pragma once

#include <tally/base/check.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::test {

enum class TermType : std::uint8_t { Bool, Int, Text, Bools, Ints, Texts, Line, Lines };

enum class TermKind : std::uint8_t {
  Bool,   ///< number
  Int,    ///< number
  Text,   ///< text
  Field,  ///< text: "tx.total", or "net" of its part, a line
  Has,    ///< text: "m.referrer"
  Variable,
  List,
  Unary,   ///< text: "!" or "-"
  Chain,   ///< text: "&&" or "||"
  Binary,  ///< text: the operator
  Conditional,
  Index,
  Call,        ///< text: the function
  StartsWith,  ///< text, front
  Macro,       ///< text: its name; the list, the predicate, perhaps the value
  Bind,        ///< the value, the body
};

struct Term {
  TermKind kind = TermKind::Bool;
  TermType type = TermType::Bool;
  std::int64_t number = 0;
  std::string text;
  std::uint32_t variable = 0;  ///< of what it binds or names: each binding has one of its own
  std::vector<Term> parts;
};

using Random = std::mt19937_64;

[[nodiscard]] inline std::size_t below(Random& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}
template <typename List>
[[nodiscard]] const auto& one_of(Random& random, const List& list) {
  return list[below(random, std::size(list))];
}

/// Makes terms whose facts are those of RuleWorld. Errors are not rare in them.
class TermMaker {
 public:
  explicit TermMaker(Random& random) : random_(random) {}

  [[nodiscard]] Term make(TermType type, std::size_t depth) {
    if (type == TermType::Line) return line(depth);
    if (depth == 0 || below(random_, 6) == 0) return leaf(type);
    const std::size_t choice = below(random_, 10);
    if (choice == 0) return conditional(type, depth);
    if (choice == 1) return bind(type, depth);
    switch (type) {
      case TermType::Bool:
        return boolean(depth);
      case TermType::Int:
        return integer(depth);
      case TermType::Text:
        return choice < 4 ? index(type, depth) : leaf(type);
      case TermType::Lines:
        return leaf(type);
      default:
        return choice < 8 ? list(type, depth) : leaf(type);
    }
  }

 private:
  struct Bound {
    std::uint32_t variable;
    TermType type;
  };

  static Term of(TermKind kind, TermType type, std::string text = "",
                 std::vector<Term> parts = {}) {
    return Term{kind, type, 0, std::move(text), 0, std::move(parts)};
  }

  Term leaf(TermType type) {
    if (below(random_, 2) == 0)
      for (std::size_t i = bound_.size(); i-- > 0;)
        if (bound_[i].type == type && below(random_, 2) == 0) {
          Term term = of(TermKind::Variable, type);
          term.variable = bound_[i].variable;
          return term;
        }
    switch (type) {
      case TermType::Bool:
        return bool_leaf();
      case TermType::Int:
        return int_leaf();
      case TermType::Text:
        return text_leaf();
      case TermType::Lines:
        return of(TermKind::Field, type, "lines");
      case TermType::Texts:
        if (below(random_, 3) == 0) return list(type, 0);
        return of(TermKind::Field, type,
                  one_of(random_, std::vector{"tx.pay_methods", "m.segs", "m.passes"}));
      default:
        return list(type, 0);
    }
  }

  Term bool_leaf() {
    switch (below(random_, 4)) {
      case 0:
        return of(TermKind::Field, TermType::Bool,
                  one_of(random_, std::vector{"p.on", "c.coffee_card_full"}));
      case 1:
        return of(TermKind::Has, TermType::Bool,
                  one_of(random_, std::vector{"m.referrer", "m.last_activity_at",
                                              "c.days_since_air", "c.days_since_tram"}));
      default: {
        Term term = of(TermKind::Bool, TermType::Bool);
        term.number = static_cast<std::int64_t>(below(random_, 2));
        return term;
      }
    }
  }

  Term int_leaf() {
    if (below(random_, 2) == 0)
      return of(TermKind::Field, TermType::Int,
                one_of(random_, std::vector{"tx.event_time", "tx.total", "tx.eligible", "m.tier",
                                            "m.tqp", "m.enrolled_at", "base.points",
                                            "c.week_streak", "c.visits_30d", "p.days"}));
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    Term term = of(TermKind::Int, TermType::Int);
    term.number = one_of(
        random_, std::vector<std::int64_t>{0, 1, 2, 3, -1, -7, 100, kMax, -kMax - 1, kMax / 2});
    return term;
  }

  Term text_leaf() {
    if (below(random_, 2) == 0)
      return of(TermKind::Field, TermType::Text,
                one_of(random_, std::vector{"tx.merchant", "tx.channel", "tx.store", "tx.ref",
                                            "tx.currency", "p.shop"}));
    return of(TermKind::Text, TermType::Text,
              one_of(random_, std::vector{"", "own", "café", "store-1", "share:", "dairy", "grocer",
                                          "quote\" back\\ line\n"}));
  }

  Term line(std::size_t depth) {
    if (below(random_, 3) > 0)
      for (std::size_t i = bound_.size(); i-- > 0;)
        if (bound_[i].type == TermType::Line) {
          Term term = of(TermKind::Variable, TermType::Line);
          term.variable = bound_[i].variable;
          return term;
        }
    Term place = make(TermType::Int, depth == 0 ? 0 : depth - 1);
    if (below(random_, 2) == 0) {
      place = of(TermKind::Int, TermType::Int);
      place.number = static_cast<std::int64_t>(below(random_, 4));
    }
    return of(TermKind::Index, TermType::Line, "",
              {of(TermKind::Field, TermType::Lines, "lines"), std::move(place)});
  }

  Term boolean(std::size_t depth) {
    const auto sub = [&](TermType type) { return make(type, depth - 1); };
    switch (below(random_, 9)) {
      case 0:
        return of(TermKind::Unary, TermType::Bool, "!", {sub(TermType::Bool)});
      case 1:
      case 2: {
        Term chain = of(TermKind::Chain, TermType::Bool, below(random_, 2) == 0 ? "&&" : "||");
        for (std::size_t i = 0; i < 2 + below(random_, 3); ++i)
          chain.parts.push_back(sub(TermType::Bool));
        if (chain.parts.size() < 2) chain.parts.push_back(sub(TermType::Bool));
        return chain;
      }
      case 3:
      case 4: {
        const TermType type = one_of(
            random_, std::vector{TermType::Int, TermType::Int, TermType::Text, TermType::Bool});
        return of(TermKind::Binary, TermType::Bool,
                  one_of(random_, std::vector{"==", "!=", "<", "<=", ">", ">="}),
                  {sub(type), sub(type)});
      }
      case 5: {
        const TermType type =
            one_of(random_, std::vector{TermType::Texts, TermType::Ints, TermType::Bools});
        return of(TermKind::Binary, TermType::Bool,
                  below(random_, 2) == 0 ? "==" : "!=", {sub(type), sub(type)});
      }
      case 6: {
        const bool texts = below(random_, 2) == 0;
        return of(TermKind::Binary, TermType::Bool, "in",
                  {sub(texts ? TermType::Text : TermType::Int),
                   sub(texts ? TermType::Texts : TermType::Ints)});
      }
      case 7:
        return of(TermKind::StartsWith, TermType::Bool, "",
                  {sub(TermType::Text), sub(TermType::Text)});
      default:
        return macro(one_of(random_, std::vector{"exists", "all", "exists_one"}), depth);
    }
  }

  Term integer(std::size_t depth) {
    const auto sub = [&](TermType type = TermType::Int) { return make(type, depth - 1); };
    const auto call = [&](const char* name, std::size_t count) {
      Term term = of(TermKind::Call, TermType::Int, name);
      for (std::size_t i = 0; i < count; ++i)
        term.parts.push_back(sub());
      return term;
    };
    switch (below(random_, 10)) {
      case 0:
        return of(TermKind::Unary, TermType::Int, "-", {sub()});
      case 1:
      case 2:
        return of(TermKind::Binary, TermType::Int, one_of(random_, std::vector{"+", "-", "*"}),
                  {sub(), sub()});
      case 3:
        return muldiv(call(
            one_of(random_, std::vector{"muldiv", "muldiv_up", "muldiv_half", "muldiv_even"}), 3));
      case 4:
        return below(random_, 2) == 0
                   ? call("clamp", 3)
                   : call(below(random_, 2) == 0 ? "least" : "greatest", 2 + below(random_, 3));
      case 5:
        return below(random_, 5) == 0
                   ? call("days_between", 2)
                   : call(one_of(random_, std::vector{"hour", "dow", "dom", "month"}), 1);
      case 6:
        return of(TermKind::Call, TermType::Int, "size",
                  {sub(one_of(random_, std::vector{TermType::Text, TermType::Texts, TermType::Ints,
                                                   TermType::Lines}))});
      case 7:
        return of(TermKind::Field, TermType::Int, one_of(random_, std::vector{"qty", "net", "tax"}),
                  {line(depth - 1)});
      case 8:
        return index(TermType::Int, depth);
      default:
        return macro(below(random_, 2) == 0 ? "sum" : "max", depth);
    }
  }

  /// Publication refuses a literal divisor below 1.
  static Term muldiv(Term call) {
    Term& divisor = call.parts.back();
    if (divisor.kind == TermKind::Int && divisor.number < 1) divisor.number = 3;
    return call;
  }

  Term macro(const char* name, std::size_t depth) {
    if (in_macro_)
      return leaf(std::string_view(name).size() == 3 && name[0] != 'a' ? TermType::Int
                                                                       : TermType::Bool);
    const bool folds = std::string_view(name) == "sum" || std::string_view(name) == "max";
    const auto [of_list, of_item] = one_of(
        random_, std::vector<std::pair<TermType, TermType>>{{TermType::Lines, TermType::Line},
                                                            {TermType::Lines, TermType::Line},
                                                            {TermType::Texts, TermType::Text},
                                                            {TermType::Ints, TermType::Int}});
    Term term = of(TermKind::Macro, folds ? TermType::Int : TermType::Bool, name);
    term.parts.push_back(make(of_list, depth - 1));
    term.variable = ++variables_;
    bound_.push_back({term.variable, of_item});
    in_macro_ = true;
    term.parts.push_back(make(TermType::Bool, depth - 1));
    if (folds) term.parts.push_back(make(TermType::Int, depth - 1));
    in_macro_ = false;
    bound_.pop_back();
    return term;
  }

  Term bind(TermType type, std::size_t depth) {
    const TermType bound =
        one_of(random_, std::vector{TermType::Int, TermType::Text, TermType::Bool, TermType::Texts,
                                    TermType::Ints, TermType::Line, TermType::Lines});
    Term term = of(TermKind::Bind, type, "", {make(bound, depth - 1)});
    term.variable = ++variables_;
    bound_.push_back({term.variable, bound});
    term.parts.push_back(make(type, depth - 1));
    bound_.pop_back();
    return term;
  }

  Term conditional(TermType type, std::size_t depth) {
    return of(TermKind::Conditional, type, "",
              {make(TermType::Bool, depth - 1), make(type, depth - 1), make(type, depth - 1)});
  }

  Term index(TermType type, std::size_t depth) {
    const TermType list = type == TermType::Text ? TermType::Texts : TermType::Ints;
    Term place = make(TermType::Int, depth - 1);
    if (below(random_, 2) == 0) {
      place = of(TermKind::Int, TermType::Int);
      place.number = static_cast<std::int64_t>(below(random_, 3));
    }
    return of(TermKind::Index, type, "", {make(list, depth - 1), std::move(place)});
  }

  Term list(TermType type, std::size_t depth) {
    if (type == TermType::Texts && depth > 0 && below(random_, 3) == 0)
      return of(TermKind::Field, type, "cats", {line(depth - 1)});
    const TermType element = type == TermType::Texts  ? TermType::Text
                             : type == TermType::Ints ? TermType::Int
                                                      : TermType::Bool;
    Term term = of(TermKind::List, type);
    const std::size_t count = 1 + below(random_, 3);
    for (std::size_t i = 0; i < count; ++i)
      term.parts.push_back(make(element, depth == 0 ? 0 : depth - 1));
    return term;
  }

  Random& random_;
  std::vector<Bound> bound_;
  std::uint32_t variables_ = 0;
  bool in_macro_ = false;
};

}  // namespace tally::test
