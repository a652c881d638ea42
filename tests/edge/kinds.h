// A transaction of each kind, with all that it can say.
#pragma once

#include "support/full_programme.h"

#include <vector>

namespace tally::test {

[[nodiscard]] inline crypto::PublicKey p256_key() {
  return crypto::PrivateKey::generate(crypto::KeyKind::P256).public_key();
}

[[nodiscard]] inline Transaction an_earn_with_lines() {
  Transaction earn =
      an_earn()
          .channel("app")
          .store("Köln 7")
          .ref("birthday")
          .line({"4006381333931", "own", {"dairy", "fresh"}, 2, money(500), money(35)})
          .line({"", "", {}, 1, money(200), money(0)})
          .build();
  std::get<Earn>(earn.action).pay_methods = {"cash", "card"};
  return earn;
}

[[nodiscard]] inline Transaction an_attest_online() {
  Transaction attest = an_attest().channel("social").build();
  std::get<Attest>(attest.action).store = "online";
  return attest;
}

/// Cards, accounts, and who may replace a key.
[[nodiscard]] inline std::vector<Transaction> kinds_of_accounts() {
  const crypto::PublicKey guardian = key_from_seed(8).public_key();
  const crypto::PublicKey other = key_from_seed(9).public_key();
  return {an_enrol().without_identity().with_card(card(3)).build(),
          a_card_link().build(),
          a_card_block().build(),
          a_claim().build(),
          a_key_revocation().build(),
          a_freeze().build(),
          a_freeze().kind(FreezeKind::Fraud).build(),
          an_unfreeze().build(),
          a_merge().build(),
          an_unmerge().build(),
          a_close().build(),
          a_recovery().guardians({guardian, other}, 2, Duration(5)).build(),
          a_recovery().approve(p256_key()).build(),
          a_recovery().execute(guardian).build(),
          a_recovery().cancel().build(),
          a_pool_change().build(),
          a_pool_change().leave(pool(7)).build()};
}

/// What is held, comes back, or is put right.
[[nodiscard]] inline std::vector<Transaction> kinds_of_points() {
  OpeningLot lot{member(1), points(10), kStart, kStart.plus(kDay), "old-1"};
  OpeningLot endless{member(2), points(20), kStart, Timestamp::never(), "old-2"};
  return {an_earn().by_card(card(3)).build(),
          a_redeem().by_card(card(3)).build(),
          an_attest().by_card(card(3)).build(),
          an_activate().of_order(5).build(),
          a_hold().order(5).ttl(kHour).build(),
          a_hold().by_card(card(3)).up_to(50).build(),
          a_capture().amount(40).build(),
          a_void().build(),
          a_reverse().total(900).tax(90).excluded(9).build(),
          a_reverse().line({0, 1, money(500), money(35)}).line({99, 0, money(1), {}}).build(),
          an_adjust().credit(7).build(),
          an_adjust().debit(8).reason("mistake").build(),
          an_adjust_bulk().with(member(1), 5).with(member(2), 6).settled(4).build(),
          an_adjust_bulk().direction(AdjustDirection::Debit).with(member(1), 5).build(),
          an_open_lots().lot(lot).lot(endless).build(),
          an_extend()
              .lot({{Height(3), 2}, 65'535})
              .by_months(6)
              .round(MonthRounding::EndOfYear)
              .build(),
          an_extend().build(),
          a_reinstate().build()};
}

/// What points are worth elsewhere, exchanges, and how merchants settle.
[[nodiscard]] inline std::vector<Transaction> kinds_of_exchange() {
  const Currency euro = currency("EUR");
  const Transaction elsewhere = a_redeem().by(kBakery).reward(50, 1000).build();
  return {a_quote().acceptor_per_day(7).from(kStart).build(),
          a_rate().build(),
          an_exchange().in(90).build(),
          an_exchange().between(kBakery, kCafe).out(30).build(),
          with_consent(elsewhere, a_token(key_from_seed(77), fixed_of<ChainId>(9))),
          a_cycle_close().build(),
          a_confirmation().build(),
          a_dispute().build(),
          a_proposal().active_from(Height(12)).build(),
          a_proposal().change(SetCap{kBakery, euro, std::nullopt}).build(),
          a_proposal().change(SetCap{kBakery, euro, Money()}).build(),
          a_proposal().change(SetCollateral{kBakery, euro, money(5)}).build(),
          a_proposal().change(ResumeIssuer{kBakery}).build(),
          a_proposal().change(EndIssuer{kBakery, kDay}).build(),
          a_proposal().change(DecidePayment{kFirstCycle, euro, kCafe, kBakery, true}).build(),
          a_proposal().change(DecidePayment{kFirstCycle, euro, kCafe, kBakery, false}).build(),
          an_approval().build()};
}

/// Purchases, members, keys, programmes.
[[nodiscard]] inline std::vector<Transaction> kinds_of_purchases() {
  const ChainId chain = fixed_of<ChainId>(9);
  const crypto::PrivateKey member_key = key_from_seed(77);
  return {an_earn().order(5).tax(10).excluded(20).paid_by_points(30).build(),
          an_earn_with_lines(),
          an_attest_online(),
          a_segment().add(member(1)).add(member(2)).remove(member(3)).build(),
          a_campaign_change().add(a_full_campaign()).version(4).active_from(Height(12)).build(),
          a_campaign_change().change(CampaignChange::Pause, "ten").build(),
          a_campaign_change().change(CampaignChange::Resume, "ten").build(),
          a_campaign_change().change(CampaignChange::End, "ten").build(),
          an_enrol().referred_by(member(9)).build(),
          a_key_registration().named("grocer-social").build(),
          a_redeem().order(6).excluded(40).build(),
          a_redeem().up_to(900).consented_by(member_key, chain).build(),
          a_transfer().asking(fixed_of<KeyId>(4)).consented_by(member_key, chain).build(),
          an_enrol().member_key(p256_key()).build(),
          a_key_registration().points_max(1000).valid(kStart, kStart.plus(kDay)).build(),
          a_key_registration().role(Role::Operator).backdate_max(kDay).consent_max(9).build(),
          a_key_registration().of(member(3)).purpose(Purpose::Tls).key(p256_key()).build(),
          an_advance_clock().build(),
          a_publication().programme(a_full_programme()).version(4).active_from(Height(12)).build(),
          a_publication().build()};
}

/// Each kind with all that it can say.
[[nodiscard]] inline std::vector<Transaction> all_kinds() {
  std::vector<Transaction> all = kinds_of_purchases();
  for (const auto& more : {kinds_of_accounts(), kinds_of_points(), kinds_of_exchange()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace tally::test
