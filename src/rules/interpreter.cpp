// Steps that give a number, a text, a list or a line.
//
// Cost is counted where it arises, by the table of design/rule-language.md §7 with the sizes that
// are met in place of the greatest possible ones; so it cannot be above the static cost.
#include "rules/interpreter.h"

#include <tally/base/check.h>

#include "rules/shape.h"

#include <algorithm>

namespace tally::rules {
namespace {

std::int64_t code_points_of(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; });
}

std::uint64_t text_cost(std::string_view a, std::string_view b) {
  return kNodeCost + words_of(std::min(a.size(), b.size()));
}

}  // namespace

std::int64_t Interpreter::number(At at) {
  switch (kind_of(at)) {
    case NodeKind::Bool:
    case NodeKind::Int:
      cost_ += kNodeCost;
      return at->value;
    case NodeKind::Variable: {
      cost_ += kNodeCost;
      const Bound& bound = variable(at);
      if (bound.error != kNone) fail(bound.error);
      return bound.slot.number;
    }
    case NodeKind::Field:
      cost_ += 2 * kNodeCost;  // the field, and the name before its dot
      return field(static_cast<FieldNumber>(at->value));
    case NodeKind::LineField:
      return line_field(at);
    case NodeKind::Counter:
      cost_ += 2 * kNodeCost;
      return counter(at).value.value_or(0);
    case NodeKind::CounterFull:
      cost_ += 2 * kNodeCost;
      return counter(at).full ? 1 : 0;
    case NodeKind::Parameter:
      cost_ += 2 * kNodeCost;
      return parameter(at);
    case NodeKind::Has:
    case NodeKind::HasCounter:
      cost_ += 2 * kNodeCost;
      return has(at) ? 1 : 0;
    case NodeKind::Not:
      cost_ += kNodeCost;
      return number(first(at)) ^ 1;
    case NodeKind::And:
      return chain(at, false);
    case NodeKind::Or:
      return chain(at, true);
    case NodeKind::Conditional:
      return branch<std::int64_t>(at, 0, [this](At part) { return number(part); });
    case NodeKind::Negate:
    case NodeKind::Add:
    case NodeKind::Subtract:
    case NodeKind::Multiply:
      return arithmetic(at);
    case NodeKind::Equal:
    case NodeKind::NotEqual:
    case NodeKind::Less:
    case NodeKind::LessEqual:
    case NodeKind::Greater:
    case NodeKind::GreaterEqual:
      return compare(at);
    case NodeKind::Muldiv:
    case NodeKind::MuldivUp:
    case NodeKind::MuldivHalf:
    case NodeKind::MuldivEven:
      return muldiv(at);
    default:
      return called(at);
  }
}

/// The rest of `number`: comparisons of texts and lists, functions and macros.
std::int64_t Interpreter::called(At at) {
  switch (kind_of(at)) {
    case NodeKind::EqualText:
    case NodeKind::NotEqualText:
    case NodeKind::LessText:
    case NodeKind::LessEqualText:
    case NodeKind::GreaterText:
    case NodeKind::GreaterEqualText:
      return compare_texts(at);
    case NodeKind::EqualList:
      return equal_lists(at) ? 1 : 0;
    case NodeKind::NotEqualList:
      return equal_lists(at) ? 0 : 1;
    case NodeKind::In:
      return is_in(at) ? 1 : 0;
    case NodeKind::InText:
      return is_text_in(at) ? 1 : 0;
    case NodeKind::Index:
      return index(at).number;
    case NodeKind::Least:
    case NodeKind::Greatest:
      return choose(at);
    case NodeKind::Clamp:
      return clamp(at);
    case NodeKind::SizeText:
      return size_of_text(at);
    case NodeKind::SizeList:
      cost_ += kNodeCost;
      return static_cast<std::int64_t>(list(first(at)).size);
    case NodeKind::StartsWith:
      return starts_with(at) ? 1 : 0;
    case NodeKind::Exists:
    case NodeKind::All:
    case NodeKind::ExistsOne:
      return quantify(at);
    case NodeKind::Sum:
    case NodeKind::Max:
      return fold(at);
    case NodeKind::Bind:
      return in_scope<std::int64_t>(at, [this](At body) { return number(body); });
    default:
      return time(at);
  }
}

std::string_view Interpreter::text(At at) {
  switch (kind_of(at)) {
    case NodeKind::Text:
      cost_ += kNodeCost;
      return texts_[at->value];
    case NodeKind::Field:
      cost_ += 2 * kNodeCost;
      return text_field(static_cast<FieldNumber>(at->value));
    case NodeKind::LineField: {
      cost_ += kNodeCost;
      const BasketLine* owner = line(first(at));
      if (failed()) return {};
      return static_cast<FieldNumber>(at->value) == FieldNumber::LineSku ? owner->sku
                                                                         : owner->brand;
    }
    case NodeKind::Variable: {
      cost_ += kNodeCost;
      const Bound& bound = variable(at);
      if (bound.error != kNone) return fail(bound.error), std::string_view();
      return bound.slot.text();
    }
    case NodeKind::Parameter: {
      cost_ += 2 * kNodeCost;
      const auto place = static_cast<std::size_t>(at->value);
      CHECK(place < facts_.params.size());
      const auto* value = std::get_if<std::string>(&facts_.params[place].value);
      return value == nullptr ? std::string_view() : *value;
    }
    case NodeKind::Conditional:
      return branch<std::string_view>(at, {}, [this](At part) { return text(part); });
    case NodeKind::Index: {
      const Slot slot = index(at);
      return failed() ? std::string_view() : slot.text();
    }
    default:
      CHECK(kind_of(at) == NodeKind::Bind);
      return in_scope<std::string_view>(at, [this](At body) { return text(body); });
  }
}

Interpreter::List Interpreter::list(At at) {
  const auto strings = [](std::span<const std::string> items) {
    return List{items.data(), items.size(), ListKind::Strings};
  };
  switch (kind_of(at)) {
    case NodeKind::List:
      return literal_list(at);
    case NodeKind::Name:
      cost_ += kNodeCost;
      return {facts_.tx.lines.data(), facts_.tx.lines.size(), ListKind::Lines};
    case NodeKind::Field:
      cost_ += 2 * kNodeCost;
      switch (static_cast<FieldNumber>(at->value)) {
        case FieldNumber::TxPayMethods:
          return strings(facts_.tx.pay_methods);
        case FieldNumber::MSegs:
          return strings(facts_.m.segs);
        default:
          return strings(facts_.m.passes);
      }
    case NodeKind::LineField: {
      cost_ += kNodeCost;
      const BasketLine* owner = line(first(at));
      if (failed()) return {};
      return strings(owner->cats);
    }
    case NodeKind::Variable: {
      cost_ += kNodeCost;
      const Bound& bound = variable(at);
      if (bound.error != kNone) return fail(bound.error), List{};
      return bound.list;
    }
    case NodeKind::Conditional:
      return branch<List>(at, {}, [this](At part) { return list(part); });
    default:
      CHECK(kind_of(at) == NodeKind::Bind);
      return in_scope<List>(at, [this](At body) { return list(body); });
  }
}

const BasketLine* Interpreter::line(At at) {
  switch (kind_of(at)) {
    case NodeKind::Variable: {
      cost_ += kNodeCost;
      const Bound& bound = variable(at);
      if (bound.error != kNone) fail(bound.error);
      return bound.line;
    }
    case NodeKind::Index: {
      List lines{};
      const std::size_t place = index_of(at, lines);
      return failed() ? nullptr : static_cast<const BasketLine*>(lines.items) + place;
    }
    case NodeKind::Conditional:
      return branch<const BasketLine*>(at, nullptr, [this](At part) { return line(part); });
    default:
      CHECK(kind_of(at) == NodeKind::Bind);
      return in_scope<const BasketLine*>(at, [this](At body) { return line(body); });
  }
}

/// All elements are evaluated, because an error of any is the list's. They stay in their slots
/// until the iteration or the evaluation ends; a tree has fewer elements than there are slots.
Interpreter::List Interpreter::literal_list(At at) {
  cost_ += kNodeCost;
  const bool of_texts = at->value == 1;
  Slot* const start = slots_ + slot_count_;
  slot_count_ += at->parts;
  At part = first(at);
  for (std::size_t i = 0; i < at->parts; ++i, part = next(part)) {
    if (of_texts) {
      const std::string_view value = text(part);
      start[i] = {static_cast<std::int64_t>(value.size()), value.data()};
    } else {
      start[i] = {number(part), nullptr};
    }
    if (failed()) return {};
  }
  return {start, at->parts, of_texts ? ListKind::Texts : ListKind::Numbers};
}

Interpreter::Slot Interpreter::item(const List& list, std::size_t i) const {
  if (list.kind != ListKind::Strings) return static_cast<const Slot*>(list.items)[i];
  const std::string& value = static_cast<const std::string*>(list.items)[i];
  return {static_cast<std::int64_t>(value.size()), value.data()};
}

/// The place that `at`, an Index, asks for in its list, which becomes `from`.
std::size_t Interpreter::index_of(At at, List& from) {
  cost_ += kNodeCost;
  from = list(first(at));
  if (failed()) return 0;
  const std::int64_t place = number(next(first(at)));
  if (failed()) return 0;
  if (place < 0 || static_cast<std::uint64_t>(place) >= from.size) fail(kOutside);
  return static_cast<std::size_t>(place);
}

Interpreter::Slot Interpreter::index(At at) {
  List from{};
  const std::size_t place = index_of(at, from);
  return failed() ? Slot{0, nullptr} : item(from, place);
}

void Interpreter::bind(At at) {
  cost_ += kNodeCost;
  Bound bound{};
  switch (static_cast<BoundAs>(at->value)) {
    case BoundAs::Number:
      bound.slot.number = number(first(at));
      break;
    case BoundAs::Text: {
      const std::string_view value = text(first(at));
      bound.slot = {static_cast<std::int64_t>(value.size()), value.data()};
      break;
    }
    case BoundAs::List:
      bound.list = list(first(at));
      break;
    case BoundAs::Line:
      bound.line = line(first(at));
      break;
  }
  bound.error = error_;
  error_ = kNone;
  push() = bound;
}

std::int64_t Interpreter::field(FieldNumber field) const {
  switch (field) {
    case FieldNumber::TxEventTime:
      return facts_.tx.event_time;
    case FieldNumber::TxTotal:
      return facts_.tx.total;
    case FieldNumber::TxEligible:
      return facts_.tx.eligible;
    case FieldNumber::TxPointsValue:
      return facts_.tx.points_value;
    case FieldNumber::MTier:
      return facts_.m.tier;
    case FieldNumber::MTqp:
      return facts_.m.tqp;
    case FieldNumber::MEnrolledAt:
      return facts_.m.enrolled_at;
    case FieldNumber::MLastActivityAt:
      return facts_.m.last_activity_at.value_or(0);
    case FieldNumber::MPurchasesTotal:
      return facts_.m.purchases_total;
    case FieldNumber::MActivationsTotal:
      return facts_.m.activations_total;
    case FieldNumber::MTierBefore:
      return facts_.m.tier_before;
    default:
      return facts_.base_points;
  }
}

std::string_view Interpreter::text_field(FieldNumber field) const {
  switch (field) {
    case FieldNumber::TxMerchant:
      return facts_.tx.merchant;
    case FieldNumber::TxChannel:
      return facts_.tx.channel;
    case FieldNumber::TxStore:
      return facts_.tx.store;
    case FieldNumber::TxCurrency:
      return facts_.tx.currency;
    case FieldNumber::TxRef:
      return facts_.tx.ref;
    default:
      return facts_.m.referrer.value_or(std::string_view());
  }
}

std::int64_t Interpreter::line_field(At at) {
  cost_ += kNodeCost;
  const BasketLine* owner = line(first(at));
  if (failed()) return 0;
  switch (static_cast<FieldNumber>(at->value)) {
    case FieldNumber::LineQty:
      return owner->quantity;
    case FieldNumber::LineNet:
      return owner->net.minor_units();
    default:
      return owner->tax.minor_units();
  }
}

std::int64_t Interpreter::parameter(At at) const {
  const auto place = static_cast<std::size_t>(at->value);
  CHECK(place < facts_.params.size());
  const ParameterValue& value = facts_.params[place].value;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag ? 1 : 0;
}

const CounterFact& Interpreter::counter(At at) const {
  const auto place = static_cast<std::size_t>(at->value);
  CHECK(place < facts_.counters.size());
  return facts_.counters[place];
}

bool Interpreter::has(At at) const {
  if (kind_of(at) == NodeKind::HasCounter) return counter(at).value.has_value();
  return static_cast<FieldNumber>(at->value) == FieldNumber::MReferrer
             ? facts_.m.referrer.has_value()
             : facts_.m.last_activity_at.has_value();
}

bool Interpreter::equal_items(const List& a, const List& b, std::size_t i) {
  const Slot left = item(a, i);
  const Slot right = item(b, i);
  if (a.kind == ListKind::Numbers) {
    cost_ += kNodeCost;
    return left.number == right.number;
  }
  cost_ += text_cost(left.text(), right.text());
  return left.text() == right.text();
}

bool Interpreter::equal_lists(At at) {
  cost_ += kNodeCost;
  const List a = list(first(at));
  if (failed()) return false;
  const List b = list(next(first(at)));
  if (failed() || a.size != b.size) return false;
  for (std::size_t i = 0; i < a.size; ++i)
    if (!equal_items(a, b, i)) return false;
  return true;
}

bool Interpreter::is_in(At at) {
  cost_ += kNodeCost;
  const std::int64_t wanted = number(first(at));
  if (failed()) return false;
  const List items = list(next(first(at)));
  if (failed()) return false;
  const Slot* slots = static_cast<const Slot*>(items.items);
  for (std::size_t i = 0; i < items.size; ++i) {
    cost_ += kNodeCost;
    if (slots[i].number == wanted) return true;
  }
  return false;
}

bool Interpreter::is_text_in(At at) {
  cost_ += kNodeCost;
  const std::string_view wanted = text(first(at));
  if (failed()) return false;
  const List items = list(next(first(at)));
  if (failed()) return false;
  for (std::size_t i = 0; i < items.size; ++i) {
    const std::string_view candidate = item(items, i).text();
    cost_ += text_cost(candidate, wanted);
    if (candidate == wanted) return true;
  }
  return false;
}

std::int64_t Interpreter::compare_texts(At at) {
  const std::string_view a = text(first(at));
  if (failed()) return 0;
  const std::string_view b = text(next(first(at)));
  if (failed()) return 0;
  cost_ += text_cost(a, b);
  const NodeKind kind = kind_of(at);
  if (kind == NodeKind::EqualText) return a == b ? 1 : 0;
  if (kind == NodeKind::NotEqualText) return a == b ? 0 : 1;
  // By byte, which for UTF-8 is by code point.
  const int order = a.compare(b);
  switch (kind) {
    case NodeKind::LessText:
      return order < 0 ? 1 : 0;
    case NodeKind::LessEqualText:
      return order <= 0 ? 1 : 0;
    case NodeKind::GreaterText:
      return order > 0 ? 1 : 0;
    default:
      return order >= 0 ? 1 : 0;
  }
}

std::int64_t Interpreter::size_of_text(At at) {
  const std::string_view given = text(first(at));
  if (failed()) return 0;
  cost_ += kNodeCost + words_of(given.size());
  return code_points_of(given);
}

bool Interpreter::starts_with(At at) {
  const std::string_view whole = text(first(at));
  if (failed()) return false;
  const std::string_view front = text(next(first(at)));
  if (failed()) return false;
  cost_ += text_cost(whole, front);
  return whole.starts_with(front);
}

// The build clears every local variable; these are large, and cleared where they are used.
#define TALLY_UNCLEARED __attribute__((uninitialized))

Evaluated<bool> evaluate_bool(const Expression& expression, const Facts& facts) {
  CHECK(expression.type == ValueType::Bool && !expression.empty());
  TALLY_UNCLEARED Interpreter interpreter(expression, facts);
  return interpreter.run<bool>([](Interpreter& i) { return i.number(i.root()) != 0; });
}

Evaluated<std::int64_t> evaluate_int(const Expression& expression, const Facts& facts) {
  CHECK(expression.type == ValueType::Int && !expression.empty());
  TALLY_UNCLEARED Interpreter interpreter(expression, facts);
  return interpreter.run<std::int64_t>([](Interpreter& i) { return i.number(i.root()); });
}

Evaluated<std::string_view> evaluate_string(const Expression& expression, const Facts& facts) {
  CHECK(expression.type == ValueType::String && !expression.empty());
  TALLY_UNCLEARED Interpreter interpreter(expression, facts);
  return interpreter.run<std::string_view>([](Interpreter& i) { return i.text(i.root()); });
}

}  // namespace tally::rules
