// From what rules gave to the receipt of it, as the ledger writes one, and its explanation.
#pragma once

#include <tally/rules/explain.h>

#include "support/a_rule_set.h"

#include <string>
#include <vector>

namespace tally::test {

[[nodiscard]] inline Receipt receipt_of(const Awarded& awarded, const Programme& programme,
                                        Timestamp block_time) {
  Receipt receipt;
  receipt.outcome = awarded.outcome;
  if (awarded.outcome != Outcome::Accepted) return receipt;
  receipt.rules = awarded.results;
  receipt.facts = awarded.facts;
  for (const bool to_referrer : {false, true}) {
    for (const rules::AwardLine& from : awarded.lines) {
      if (from.to_referrer != to_referrer) continue;
      ReceiptLine line;
      line.account.member = to_referrer ? awarded.facts.referrer.value() : member(1);
      line.points = from.points;
      line.source = from.source;
      line.funder = from.funder;
      const ExpiryRule* expiry = &programme.expiry;
      if (from.campaign && programme.campaigns[*from.campaign].expires)
        expiry = &*programme.campaigns[*from.campaign].expires;
      line.expires_at = rules::expires_at(*expiry, programme.utc_offsets, block_time);
      receipt.lines.push_back(line);
    }
  }
  return receipt;
}

/// A shop that explains what it gives.
class ExplainingShop {
 public:
  explicit ExplainingShop(Programme programme) : shop(std::move(programme)) {}

  rules::Explanation serve(MemberBefore& of, const Earn& purchase, Money paid_by_points = {}) {
    Occasion occasion;
    occasion.event_time = occasion.block_time = purchase.event_time;
    occasion.purchase = &purchase;
    occasion.paid_by_points = paid_by_points;
    return happen(of, occasion);
  }

  rules::Explanation happen(MemberBefore& of, Occasion occasion) {
    const Awarded awarded = shop.happen(of, occasion);
    receipt = receipt_of(awarded, shop.rules.programme, occasion.block_time);
    occasion.merchant = shop.merchant;
    return rules::explain(shop.rules, occasion, receipt);
  }

  Shop shop;
  Receipt receipt;  ///< of what was explained last
};

/// The last rule of that source. REQUIRES: it was asked.
[[nodiscard]] inline rules::ExplainedRule rule_of(const rules::Explanation& explanation,
                                                  std::string_view source,
                                                  bool to_referrer = false) {
  const auto found = std::find_if(
      explanation.rules.rbegin(), explanation.rules.rend(), [&](const rules::ExplainedRule& rule) {
        return rule.result.source == source && rule.result.to_referrer == to_referrer;
      });
  CHECK(found != explanation.rules.rend());
  return *found;
}

}  // namespace tally::test
