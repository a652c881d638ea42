// From points and their price to obligations.
#include "points/funding.h"

#include <tally/base/check.h>
#include <tally/state/consortium.h>
#include <tally/state/exposure.h>
#include <tally/state/quote.h>

#include <algorithm>
#include <set>

namespace tally::points {
namespace {

/// The merchants that the programme may charge, but for the issuer itself.
std::set<std::string> names_of_payers(const Programme& programme) {
  std::set<std::string> names;
  for (const Campaign& campaign : programme.campaigns)
    for (const FunderShare& share : campaign.funders)
      if (share.who.kind == FunderKind::Merchant) names.insert(share.who.name);
  for (const Partner& partner : programme.partners)
    if (!partner.issuer_funds_base) names.insert(partner.merchant);
  names.erase(programme.merchant);
  return names;
}

/// So many points may still be charged: FLOOR(room / price).
Points points_in(MicroUnits room, std::int64_t price) {
  return Points::from(std::min(room.value() / price, kPointsMax)).value();
}

void note_price(const Funded& funded, Receipt& receipt) {
  for (const auto* const part : {&funded.at_once, &funded.waiting})
    for (const auto& [terms, points] : *part)
      receipt.funded_at = PointPrice{terms.currency, terms.price};
}

}  // namespace

std::vector<rules::FunderRoom> FundingTerms::rooms() const {
  std::vector<rules::FunderRoom> rooms;
  for (const Payer& payer : payers)
    rooms.push_back({payer.name, payer.room});
  return rooms;
}

std::optional<state::Reservation> FundingTerms::reservation_of(const Funder& funder) const {
  if (funder.kind != FunderKind::Merchant || !ask.has_value()) return std::nullopt;
  const auto payer = std::ranges::find(payers, funder.name, &Payer::name);
  if (payer == payers.end()) return std::nullopt;
  return state::Reservation{payer->merchant, issuer, ask->currency, ask->micro_units};
}

Result<FundingTerms> find_funding(const Programme& programme, MerchantId issuer, Timestamp at,
                                  const StateView& view) {
  FundingTerms terms;
  terms.issuer = issuer;
  const std::set<std::string> names = names_of_payers(programme);
  if (names.empty()) return terms;
  TRY(const auto quote, state::find_quote(view, issuer, at));
  if (!quote.has_value()) return terms;
  terms.ask = PointPrice{quote->currency, quote->ask};
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId merchant : merchants) {
    TRY(const auto record, state::find_merchant(view, merchant));
    CHECK(record.has_value());
    if (!names.contains(record->name)) continue;
    TRY(const MicroUnits room,
        state::room_of(view, merchant, quote->currency, state::DebtorAs::Funder));
    terms.payers.push_back({record->name, merchant, points_in(room, quote->ask)});
  }
  CHECK(terms.payers.size() == names.size());  // each approved the version that names it
  return terms;
}

Result<bool> charge_funders(const Funded& funded, Timestamp at, StateDelta& delta,
                            Receipt& receipt) {
  note_price(funded, receipt);
  for (const auto& [terms, points] : funded.waiting) {
    TRY(const bool reserved, state::reserve(delta, terms, points, 1));
    if (!reserved) return false;
  }
  for (const auto& [terms, points] : funded.at_once) {
    TRY(const bool owed, owe_for(terms, points, ObligationReason::Funded, at, delta, receipt));
    if (!owed) return false;
  }
  return true;
}

Result<bool> owe_for(const state::Reservation& terms, Points points, ObligationReason reason,
                     Timestamp at, StateDelta& delta, Receipt& receipt,
                     const std::optional<Position>& origin) {
  const auto amount = price_of(points, terms.price);
  if (!amount.has_value()) return false;
  const MicroUnits signed_amount = origin.has_value() ? amount->negated() : *amount;
  return state::owe(delta, receipt,
                    {terms.debtor, terms.creditor, terms.currency, signed_amount, reason, origin},
                    at);
}

}  // namespace tally::points
