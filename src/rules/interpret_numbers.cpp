// Arithmetic, chains and macros: where errors arise, and where they are absorbed.
#include "rules/interpreter.h"

#include <tally/base/check.h>

#include "rules/local_time.h"
#include "rules/shape.h"

#include <algorithm>
#include <limits>

namespace tally::rules {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

}  // namespace

/// `&&` if a false part decides, `||` if a true one. An error waits for a part that decides; the
/// first one stands if none does.
std::int64_t Interpreter::chain(At at, bool decides) {
  Failure first_error = kNone;
  const std::int64_t decided = decides ? 1 : 0;
  At part = first(at);
  for (std::size_t i = 0; i < at->parts; ++i, part = next(part)) {
    if (i > 0) cost_ += kNodeCost;
    const std::int64_t value = number(part);
    if (failed()) {
      if (first_error == kNone) first_error = error_;
      error_ = kNone;
    } else if (value == decided) {
      return decided;
    }
  }
  error_ = first_error;
  return 1 - decided;
}

std::int64_t Interpreter::arithmetic(At at) {
  cost_ += kNodeCost;
  const std::int64_t a = number(first(at));
  if (failed()) return 0;
  std::int64_t result = 0;
  bool overflows = false;
  if (kind_of(at) == NodeKind::Negate) {
    overflows = __builtin_sub_overflow(std::int64_t{0}, a, &result);
  } else {
    const std::int64_t b = number(next(first(at)));
    if (failed()) return 0;
    switch (kind_of(at)) {
      case NodeKind::Add:
        overflows = __builtin_add_overflow(a, b, &result);
        break;
      case NodeKind::Subtract:
        overflows = __builtin_sub_overflow(a, b, &result);
        break;
      default:
        overflows = __builtin_mul_overflow(a, b, &result);
        break;
    }
  }
  if (overflows) fail(kOverflow);
  return result;
}

std::int64_t Interpreter::compare(At at) {
  cost_ += kNodeCost;
  const std::int64_t a = number(first(at));
  if (failed()) return 0;
  const std::int64_t b = number(next(first(at)));
  if (failed()) return 0;
  switch (kind_of(at)) {
    case NodeKind::Equal:
      return a == b ? 1 : 0;
    case NodeKind::NotEqual:
      return a != b ? 1 : 0;
    case NodeKind::Less:
      return a < b ? 1 : 0;
    case NodeKind::LessEqual:
      return a <= b ? 1 : 0;
    case NodeKind::Greater:
      return a > b ? 1 : 0;
    default:
      return a >= b ? 1 : 0;
  }
}

std::int64_t Interpreter::muldiv(At at) {
  cost_ += kMuldivCost;
  const At second = next(first(at));
  const std::int64_t a = number(first(at));
  if (failed()) return 0;
  const std::int64_t n = number(second);
  if (failed()) return 0;
  const std::int64_t d = number(next(second));
  if (failed()) return 0;
  if (a < 0 || n < 0 || d < 1) return fail(kBadFactor), 0;
  return divide(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(n),
                static_cast<std::uint64_t>(d), kind_of(at));
}

std::int64_t Interpreter::divide(std::uint64_t a, std::uint64_t n, std::uint64_t d,
                                 NodeKind rounding) {
  Wide quotient = 0;
  std::uint64_t rest = 0;
  std::uint64_t narrow = 0;
  if (!__builtin_mul_overflow(a, n, &narrow)) {
    quotient = narrow / d;
    rest = narrow % d;
  } else {
    const Wide product = static_cast<Wide>(a) * n;
    quotient = product / d;
    rest = static_cast<std::uint64_t>(product % d);
  }
  // rest < d ≤ 2^63 − 1, so its double fits.
  const std::uint64_t twice = 2 * rest;
  bool up = false;
  if (rounding == NodeKind::MuldivUp) up = rest > 0;
  if (rounding == NodeKind::MuldivHalf) up = twice >= d;
  if (rounding == NodeKind::MuldivEven) up = twice > d || (twice == d && quotient % 2 == 1);
  if (up) ++quotient;
  if (quotient > static_cast<Wide>(kMax)) return fail(kOverflow), 0;
  return static_cast<std::int64_t>(quotient);
}

std::int64_t Interpreter::choose(At at) {
  cost_ += kNodeCost;
  const bool least = kind_of(at) == NodeKind::Least;
  At part = first(at);
  std::int64_t chosen = number(part);
  for (std::size_t i = 1; i < at->parts && !failed(); ++i) {
    part = next(part);
    const std::int64_t value = number(part);
    chosen = least ? std::min(chosen, value) : std::max(chosen, value);
  }
  return chosen;
}

std::int64_t Interpreter::clamp(At at) {
  cost_ += kNodeCost;
  const At second = next(first(at));
  const std::int64_t x = number(first(at));
  if (failed()) return 0;
  const std::int64_t low = number(second);
  if (failed()) return 0;
  const std::int64_t high = number(next(second));
  return std::max(low, std::min(x, high));
}

std::int64_t Interpreter::time(At at) {
  constexpr std::int64_t kHourMs = 3'600'000;
  cost_ += kTimeCost;
  const std::int64_t t = number(first(at));
  if (failed()) return 0;
  const LocalInstant local = local_instant(facts_.utc_offsets, t);
  switch (kind_of(at)) {
    case NodeKind::Hour:
      return local.ms_of_day / kHourMs;
    case NodeKind::Dow:
      return day_of_week(local.day);
    case NodeKind::Dom:
      return civil_from_days(local.day).day;
    case NodeKind::Month:
      return civil_from_days(local.day).month;
    default: {
      CHECK(kind_of(at) == NodeKind::DaysBetween);
      const std::int64_t other = number(next(first(at)));
      if (failed()) return 0;
      return local_instant(facts_.utc_offsets, other).day - local.day;
    }
  }
}

/// As a chain over the elements. exists_one passes each error on, as CEL's does.
std::int64_t Interpreter::quantify(At at) {
  cost_ += kMacroCost;
  const List items = list(first(at));
  if (failed()) return 0;
  const At predicate = next(first(at));
  const NodeKind kind = kind_of(at);
  Failure first_error = kNone;
  std::size_t matches = 0;
  push();
  const std::size_t slots_before = slot_count_;
  bool is_decided = false;
  for (std::size_t i = 0; i < items.size && !is_decided; ++i) {
    cost_ += kElementCost;
    bind_item(items, i);
    slot_count_ = slots_before;
    const bool holds = number(predicate) != 0;
    if (is_too_costly()) break;
    if (failed()) {
      if (first_error == kNone) first_error = error_;
      error_ = kNone;
      is_decided = kind == NodeKind::ExistsOne;
    } else if (holds) {
      ++matches;
      is_decided = kind == NodeKind::Exists;
    } else {
      is_decided = kind == NodeKind::All;
      if (is_decided) matches = items.size + 1;
    }
  }
  --bound_count_;
  slot_count_ = slots_before;
  const bool absorbs = is_decided && kind != NodeKind::ExistsOne;
  if (!absorbs) error_ = first_error;
  if (kind == NodeKind::Exists) return matches > 0 ? 1 : 0;
  if (kind == NodeKind::All) return matches <= items.size ? 1 : 0;
  return matches == 1 ? 1 : 0;
}

std::int64_t Interpreter::fold(At at) {
  cost_ += kMacroCost;
  const List items = list(first(at));
  if (failed()) return 0;
  const At predicate = next(first(at));
  const At value = next(predicate);
  const bool sums = kind_of(at) == NodeKind::Sum;
  push();
  const std::size_t slots_before = slot_count_;
  std::int64_t result = 0;
  for (std::size_t i = 0; i < items.size && !failed() && !is_too_costly(); ++i) {
    cost_ += kElementCost;
    bind_item(items, i);
    slot_count_ = slots_before;
    const bool holds = number(predicate) != 0;
    if (failed() || !holds) continue;
    const std::int64_t one = number(value);
    if (failed()) break;
    if (!sums)
      result = std::max(result, one);
    else if (__builtin_add_overflow(result, one, &result))
      fail(kOverflow);
  }
  --bound_count_;
  slot_count_ = slots_before;
  return result;
}

}  // namespace tally::rules
