// What the checks of kinds share: ids, parts of a total, short texts. All name the field, what came
// and what was expected, as Malformed.
#pragma once

#include <tally/model/action.h>

#include "model/fault.h"
#include "model/text.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

/// Above 0: 0 names no programme.
[[nodiscard]] Result<void> check_programme_id(MerchantId programme);
/// Not all zeros, which is what stands where a card names the member.
[[nodiscard]] Result<void> check_member(std::string_view field, const MemberId& member);
/// The programme and the member of an account.
[[nodiscard]] Result<void> check_account(MerchantId programme, const MemberId& member);
/// A member or a card, not both: two names could differ.
[[nodiscard]] Result<void> check_who(const MemberId& member, const std::optional<TokenId>& token);
[[nodiscard]] Result<void> check_currency(const Currency& currency);
[[nodiscard]] Result<void> check_part(std::string_view field, Money part, Money total);
[[nodiscard]] Result<void> check_points(std::string_view field, Points points);  ///< above 0
/// The id of a request or an order: 16 … 64 bytes.
[[nodiscard]] Result<void> check_id_size(std::string_view field, const Bytes& id);
/// [a-z0-9-], 1 … 32: ids of campaigns and segments, names of keys, reasons.
[[nodiscard]] Result<void> check_short_id(std::string_view field, std::string_view id);
/// 1 … 64 bytes with a letter in them: digits alone may be a phone or a card number
/// (design/loyalty.md §22).
[[nodiscard]] Result<void> check_ref(std::string_view field, std::string_view ref);

/// What a purchase, or what comes back of it, says of itself beside its lines.
struct Totals {
  Money total;
  Money tax;
  Money excluded;
};
/// With lines, the totals are theirs (design/loyalty.md §6): `net` and `tax` are the lines' sums.
[[nodiscard]] Result<void> check_sums(const Totals& told, std::uint64_t net, std::uint64_t tax);

/// Strictly ascending by `key_of(item)`: one list has one encoding, and names nobody twice.
template <typename T, typename KeyOf>
[[nodiscard]] Result<void> check_ascending(std::string_view field, const std::vector<T>& items,
                                           KeyOf key_of) {
  const auto pair = std::adjacent_find(
      items.begin(), items.end(), [&](const T& a, const T& b) { return key_of(a) >= key_of(b); });
  if (pair == items.end()) return {};
  return fault(field, "entry " + std::to_string(pair - items.begin()) + " not below the next",
               "ascending, each once");
}

// check_accounts.cpp
[[nodiscard]] Result<void> check_fields(const Enrol& action);
[[nodiscard]] Result<void> check_fields(const RegisterKey& action);
[[nodiscard]] Result<void> check_fields(const LinkToken& action);
[[nodiscard]] Result<void> check_fields(const BlockToken& action);
[[nodiscard]] Result<void> check_fields(const Claim& action);
[[nodiscard]] Result<void> check_fields(const RevokeKey& action);
[[nodiscard]] Result<void> check_fields(const Freeze& action);
[[nodiscard]] Result<void> check_fields(const Unfreeze& action);
[[nodiscard]] Result<void> check_fields(const Merge& action);
[[nodiscard]] Result<void> check_fields(const Unmerge& action);
[[nodiscard]] Result<void> check_fields(const Close& action);
[[nodiscard]] Result<void> check_fields(const Recover& action);
[[nodiscard]] Result<void> check_fields(const Pool& action);

// check_redemptions.cpp
[[nodiscard]] Result<void> check_fields(const Redeem& action);
[[nodiscard]] Result<void> check_fields(const Activate& action);
[[nodiscard]] Result<void> check_fields(const Hold& action);
[[nodiscard]] Result<void> check_fields(const Capture& action);
[[nodiscard]] Result<void> check_fields(const Void& action);
[[nodiscard]] Result<void> check_fields(const Reverse& action);

// check_corrections.cpp
[[nodiscard]] Result<void> check_fields(const Adjust& action);
[[nodiscard]] Result<void> check_fields(const AdjustBulk& action);
[[nodiscard]] Result<void> check_fields(const OpenLots& action);
[[nodiscard]] Result<void> check_fields(const Extend& action);
[[nodiscard]] Result<void> check_fields(const Reinstate& action);

// check_exchange.cpp
[[nodiscard]] Result<void> check_fields(const PublishQuote& action);
[[nodiscard]] Result<void> check_fields(const PublishRate& action);
[[nodiscard]] Result<void> check_fields(const ExchangePoints& action);
[[nodiscard]] Result<void> check_fields(const CloseCycle& action);
[[nodiscard]] Result<void> check_fields(const ConfirmPayment& action);
[[nodiscard]] Result<void> check_fields(const DisputePayment& action);
[[nodiscard]] Result<void> check_fields(const ProposeChange& action);
[[nodiscard]] Result<void> check_fields(const ApproveChange& action);

}  // namespace tally
