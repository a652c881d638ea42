#include <tally/exchange/netting.h>

#include <tally/base/check.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace tally::exchange {

std::optional<Balances> balance_pairs(std::span<const Owed> owed, std::uint8_t exponent) {
  // Of each pair, what the lower merchant owes the higher one.
  std::map<std::pair<MerchantId, MerchantId>, MicroUnits> balances;
  for (const Owed& entry : owed) {
    CHECK(entry.debtor != entry.creditor);
    const bool is_lower = entry.debtor < entry.creditor;
    auto& balance = is_lower ? balances[{entry.debtor, entry.creditor}]
                             : balances[{entry.creditor, entry.debtor}];
    const auto sum = checked_add(balance, is_lower ? entry.amount : entry.amount.negated());
    if (!sum.has_value()) return std::nullopt;
    balance = *sum;
  }
  Balances result;
  std::int64_t room = std::numeric_limits<std::int64_t>::max();  // for all dues
  for (const auto& [pair, balance] : balances) {
    const bool lower_owes = balance > MicroUnits();
    const auto [debtor, creditor] = lower_owes ? pair : std::pair(pair.second, pair.first);
    const MinorAndRest parts = split_minor(lower_owes ? balance : balance.negated(), exponent);
    if (parts.minor_units > room) return std::nullopt;
    room -= parts.minor_units;
    if (parts.minor_units > 0) result.dues.push_back({debtor, creditor, parts.minor_units});
    if (!parts.rest.is_zero()) result.carry.push_back({debtor, creditor, parts.rest});
  }
  return result;
}

std::vector<Net> nets(std::span<const Due> dues) {
  std::map<MerchantId, std::int64_t> sums;
  for (const Due& due : dues) {
    sums[due.debtor] -= due.minor_units;
    sums[due.creditor] += due.minor_units;
  }
  std::vector<Net> nets;
  for (const auto& [merchant, sum] : sums)
    nets.push_back({merchant, sum});
  return nets;
}

std::vector<Due> payments(std::span<const Net> nets) {
  std::vector<Net> open(nets.begin(), nets.end());
  std::ranges::sort(open, {}, &Net::merchant);
  std::vector<Due> payments;
  while (!open.empty()) {
    // Of equal ones both give the first, which is the lower merchant.
    const auto debtor = std::ranges::min_element(open, {}, &Net::minor_units);
    const auto creditor = std::ranges::max_element(open, {}, &Net::minor_units);
    CHECK((debtor->minor_units < 0) == (creditor->minor_units > 0));
    if (debtor->minor_units == 0) break;
    const std::int64_t amount = std::min(-debtor->minor_units, creditor->minor_units);
    payments.push_back({debtor->merchant, creditor->merchant, amount});
    debtor->minor_units += amount;
    creditor->minor_units -= amount;
  }
  return payments;
}

std::vector<std::int64_t> split_by_largest_remainder(std::int64_t whole,
                                                     std::span<const std::int64_t> weights) {
  __extension__ using Wide = unsigned __int128;
  const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  std::vector<std::int64_t> parts(weights.begin(), weights.end());
  if (whole >= sum) return parts;
  std::vector<std::pair<Wide, std::size_t>> remainders;
  std::int64_t left = whole;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Wide product = static_cast<Wide>(whole) * static_cast<Wide>(weights[i]);
    parts[i] = static_cast<std::int64_t>(product / static_cast<Wide>(sum));
    remainders.emplace_back(product % static_cast<Wide>(sum), i);
    left -= parts[i];
  }
  std::ranges::stable_sort(remainders, std::ranges::greater(),
                           &std::pair<Wide, std::size_t>::first);
  for (const auto& [remainder, place] : remainders) {
    if (left == 0) break;
    ++parts[place];
    --left;
  }
  return parts;
}

}  // namespace tally::exchange
