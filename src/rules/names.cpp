// The tables of names, and which site sees which.
#include "rules/names.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tally::rules {
namespace {

constexpr Shape kInt{Type::Int, 0, 0};
constexpr Shape text(std::size_t bytes) {
  return {Type::Text, static_cast<std::uint32_t>(bytes), 0};
}
constexpr Shape texts(std::size_t length, std::size_t bytes) {
  return {Type::Texts, static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(length)};
}

constexpr std::size_t kCurrencyBytes = 3;
constexpr std::size_t kMemberIdDigits = 32;

constexpr std::array<NameInfo, 6> kNames = {{
    {"tx", NameNumber::Tx, {Type::Transaction, 0, 0}},
    {"lines", NameNumber::Lines, {Type::Lines, 0, limits::kLinesMax}},
    {"m", NameNumber::M, {Type::Member, 0, 0}},
    {"base", NameNumber::Base, {Type::Base, 0, 0}},
    {"c", NameNumber::C, {Type::Counters, 0, 0}},
    {"p", NameNumber::P, {Type::Parameters, 0, 0}},
}};

using enum FieldNumber;
constexpr Type kTx = Type::Transaction;
constexpr Type kLine = Type::Line;
constexpr Type kM = Type::Member;

constexpr std::array<FieldInfo, 27> kFields = {{
    {"event_time", kTx, TxEventTime, kInt, false},
    {"merchant", kTx, TxMerchant, text(limits::kNameBytesMax), false},
    {"channel", kTx, TxChannel, text(limits::kChannelBytesMax), false},
    {"store", kTx, TxStore, text(limits::kShortNameBytesMax), false},
    {"currency", kTx, TxCurrency, text(kCurrencyBytes), false},
    {"total", kTx, TxTotal, kInt, false},
    {"eligible", kTx, TxEligible, kInt, false},
    {"points_value", kTx, TxPointsValue, kInt, false},
    {"pay_methods", kTx, TxPayMethods, texts(limits::kPayMethodsMax, limits::kChannelBytesMax),
     false},
    {"ref", kTx, TxRef, text(limits::kRefBytesMax), false},
    {"sku", kLine, LineSku, text(limits::kShortNameBytesMax), false},
    {"brand", kLine, LineBrand, text(limits::kShortNameBytesMax), false},
    {"cats", kLine, LineCats, texts(limits::kCategoriesMax, limits::kShortNameBytesMax), false},
    {"qty", kLine, LineQty, kInt, false},
    {"net", kLine, LineNet, kInt, false},
    {"tax", kLine, LineTax, kInt, false},
    {"tier", kM, MTier, kInt, false},
    {"tqp", kM, MTqp, kInt, false},
    {"enrolled_at", kM, MEnrolledAt, kInt, false},
    {"last_activity_at", kM, MLastActivityAt, kInt, true},
    {"purchases_total", kM, MPurchasesTotal, kInt, false},
    {"activations_total", kM, MActivationsTotal, kInt, false},
    {"segs", kM, MSegs, texts(limits::kSegmentsMax, limits::kShortNameBytesMax), false},
    {"passes", kM, MPasses, texts(limits::kPassesMax, limits::kShortNameBytesMax), false},
    {"referrer", kM, MReferrer, text(kMemberIdDigits), true},
    {"tier_before", kM, MTierBefore, kInt, false},
    {"points", Type::Base, BasePoints, kInt, false},
}};

constexpr std::array<FunctionInfo, 12> kFunctions = {{
    {"muldiv", NodeKind::Muldiv, 3, 3, kMuldivCost},
    {"muldiv_up", NodeKind::MuldivUp, 3, 3, kMuldivCost},
    {"muldiv_half", NodeKind::MuldivHalf, 3, 3, kMuldivCost},
    {"muldiv_even", NodeKind::MuldivEven, 3, 3, kMuldivCost},
    {"least", NodeKind::Least, 2, 8, kNodeCost},
    {"greatest", NodeKind::Greatest, 2, 8, kNodeCost},
    {"clamp", NodeKind::Clamp, 3, 3, kNodeCost},
    {"hour", NodeKind::Hour, 1, 1, kTimeCost},
    {"dow", NodeKind::Dow, 1, 1, kTimeCost},
    {"dom", NodeKind::Dom, 1, 1, kTimeCost},
    {"month", NodeKind::Month, 1, 1, kTimeCost},
    {"days_between", NodeKind::DaysBetween, 2, 2, kTimeCost},
}};

bool site_sees(Site site, NameNumber name) {
  switch (name) {
    case NameNumber::Tx:
      return site != Site::TierUp;
    case NameNumber::Lines:
      return site == Site::Base || site == Site::Purchase || site == Site::Activated;
    case NameNumber::M:
      return true;
    case NameNumber::Base:
      return site == Site::Purchase;
    case NameNumber::C:
    case NameNumber::P:
      return site != Site::Base;
  }
  return false;
}

bool site_sees(Site site, FieldNumber field) {
  const bool is_amount = field == TxTotal || field == TxEligible || field == TxPointsValue;
  if (is_amount) return site != Site::Enrol && site != Site::Attested;
  return field != MTierBefore || site == Site::TierUp;
}

template <typename Table>
auto* find_in(const Table& table, std::string_view name) {
  const auto* found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.name == name; });
  return found == table.end() ? nullptr : found;
}

constexpr std::string_view kFull = "_full";

/// Levenshtein's; but a name is never far from what it is the beginning of.
std::size_t distance(std::string_view a, std::string_view b) {
  constexpr std::size_t kBeginningMax = 2;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  const bool is_beginning = a.starts_with(b) || b.starts_with(a);
  return is_beginning ? std::min(row.back(), kBeginningMax) : row.back();
}

}  // namespace

const NameInfo* find_name(std::string_view name, Site site) {
  const NameInfo* found = find_in(kNames, name);
  return found != nullptr && site_sees(site, found->number) ? found : nullptr;
}

const FieldInfo* find_field(Type of, std::string_view name, Site site) {
  const auto* found = std::find_if(kFields.begin(), kFields.end(), [&](const FieldInfo& field) {
    return field.of == of && field.name == name;
  });
  return found != kFields.end() && site_sees(site, found->number) ? found : nullptr;
}

const FieldInfo& field_of(FieldNumber number) {
  const auto* found = std::find_if(kFields.begin(), kFields.end(),
                                   [&](const FieldInfo& field) { return field.number == number; });
  CHECK(found != kFields.end());
  return *found;
}

std::string_view name_of_owner(Type of) {
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const NameInfo& info) { return info.shape.type == of; });
  CHECK(found != kNames.end());
  return found->name;
}

const FunctionInfo* find_function(std::string_view name) {
  return find_in(kFunctions, name);
}

std::optional<CounterName> find_counter(std::span<const Counter> counters, std::string_view name) {
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const Counter& counter = counters[i];
    const auto place = static_cast<std::uint16_t>(i);
    if (counter.name == name)
      return CounterName{place, false, counter.kind == CounterKind::DaysSince};
    const bool is_card = counter.kind == CounterKind::Stamps && name.ends_with(kFull);
    if (is_card && name.substr(0, name.size() - kFull.size()) == counter.name)
      return CounterName{place, true, false};
  }
  return std::nullopt;
}

std::vector<std::string> global_names(Site site) {
  std::vector<std::string> names;
  for (const NameInfo& info : kNames)
    if (site_sees(site, info.number)) names.emplace_back(info.name);
  return names;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names = {"has", "size", "cel.bind"};
  for (const FunctionInfo& info : kFunctions)
    names.emplace_back(info.name);
  return names;
}

std::vector<std::string> method_names() {
  return {"size", "startsWith", "exists", "all", "exists_one", "sum", "max"};
}

std::vector<std::string> field_names(Type of, const Scope& scope) {
  std::vector<std::string> names;
  for (const FieldInfo& field : kFields)
    if (field.of == of && site_sees(scope.site, field.number)) names.emplace_back(field.name);
  if (of == Type::Counters) {
    for (const Counter& counter : scope.counters) {
      names.push_back(counter.name);
      if (counter.kind == CounterKind::Stamps) names.push_back(counter.name + std::string(kFull));
    }
  }
  if (of == Type::Parameters)
    for (const Parameter& parameter : scope.params)
      names.push_back(parameter.name);
  return names;
}

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  if (name.size() > limits::kShortNameBytesMax) return best;  // nobody's slip, and slow to compare
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const std::string& candidate : candidates) {
    const std::size_t changes = distance(name, candidate);
    if (changes < least) {
      least = changes;
      best = candidate;
    }
  }
  return best;
}

}  // namespace tally::rules
