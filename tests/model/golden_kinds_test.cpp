// Golden vectors of the kinds that change accounts, hold points and put things right
// (tests/golden/model/README.md).
#include <tally/base/limits.h>
#include <tally/model/transaction.h>

#include <gtest/gtest.h>

#include "support/builders.h"
#include "support/golden.h"

namespace tally::test {
namespace {

const ChainId kChain = fixed_of<ChainId>(42);

void expect_golden(const Transaction& transaction, const std::string& file) {
  codec::Writer out;
  encode(out, transaction);
  Golden(out.view())
      .digest("request", request_digest(transaction))
      .digest("consent", consent_digest(kChain, transaction))
      .expect_in("model/" + file);
}

TEST(GoldenKinds, EarnByCard) {
  expect_golden(an_earn().by_card(card(9)).build(), "earn_by_card.hex");
}

TEST(GoldenKinds, EnrolByCard) {
  expect_golden(an_enrol().without_identity().with_card(card(9)).build(), "enrol_by_card.hex");
}

TEST(GoldenKinds, Cards) {
  expect_golden(a_card_link().build(), "link_token.hex");
  expect_golden(a_card_block().build(), "block_token.hex");
  expect_golden(a_claim().build(), "claim.hex");
}

TEST(GoldenKinds, Accounts) {
  expect_golden(a_key_revocation().build(), "revoke_key.hex");
  expect_golden(a_freeze().kind(FreezeKind::Fraud).build(), "freeze.hex");
  expect_golden(an_unfreeze().build(), "unfreeze.hex");
  expect_golden(a_merge().build(), "merge.hex");
  expect_golden(an_unmerge().build(), "unmerge.hex");
  expect_golden(a_close().build(), "close.hex");
  expect_golden(a_pool_change().leave(pool(3)).build(), "pool.hex");
}

TEST(GoldenKinds, Recovery) {
  const Duration delay(limits::kRecoverMsMin);
  const auto guardians = {key_from_seed(1).public_key(), key_from_seed(2).public_key()};

  expect_golden(a_recovery().guardians(guardians, 2, delay).build(), "recover_guardians.hex");
  expect_golden(a_recovery().approve(key_from_seed(3).public_key()).build(), "recover_approve.hex");
}

TEST(GoldenKinds, Holds) {
  expect_golden(a_hold().order(2).ttl(kHour).build(), "hold.hex");
  expect_golden(a_capture().amount(40).build(), "capture.hex");
  expect_golden(a_void().build(), "void.hex");
}

TEST(GoldenKinds, Returns) {
  expect_golden(an_activate().build(), "activate.hex");
  expect_golden(a_reverse().total(500).tax(80).excluded(20).build(), "reverse.hex");
  expect_golden(
      a_reverse().line({1, 2, money(500), money(35)}).line({3, 0, money(0), money(7)}).build(),
      "reverse_lines.hex");
}

TEST(GoldenKinds, Corrections) {
  expect_golden(an_adjust().debit(70).build(), "adjust.hex");
  expect_golden(an_adjust_bulk().with(member(1), 5).with(member(2), 6).settled(3).build(),
                "adjust_bulk.hex");
  expect_golden(
      an_open_lots().lot({member(1), points(10), kStart, kStart.plus(kDay), "old-1"}).build(),
      "open_lots.hex");
  expect_golden(
      an_extend().lot({{Height(12), 3}, 1}).by_months(6).round(MonthRounding::EndOfQuarter).build(),
      "extend.hex");
  expect_golden(a_reinstate().build(), "reinstate.hex");
}

TEST(GoldenKinds, WhatPointsAreWorthElsewhere) {
  expect_golden(a_quote().acceptor_per_day(10'000).from(kStart).build(), "publish_quote.hex");
  expect_golden(a_rate().build(), "publish_rate.hex");
}

TEST(GoldenKinds, Exchanges) {
  expect_golden(an_exchange().build(), "exchange_points.hex");
}

TEST(GoldenKinds, RewardElsewhereWithAToken) {
  const Transaction redeem = a_redeem().by(kBakery).reward(300, 1000).build();
  expect_golden(with_consent(redeem, a_token(key_from_seed(5), kChain)), "redeem_elsewhere.hex");
}

TEST(GoldenKinds, Settlement) {
  expect_golden(a_cycle_close().build(), "close_cycle.hex");
  expect_golden(a_confirmation().build(), "confirm_payment.hex");
  expect_golden(a_dispute().build(), "dispute_payment.hex");
}

TEST(GoldenKinds, Changes) {
  const Currency euro = currency("EUR");
  const Duration notice(limits::kNoticeMsMin);

  expect_golden(a_proposal().active_from(Height(900)).build(), "propose_cap.hex");
  expect_golden(a_proposal().change(SetCollateral{kBakery, euro, money(20'000)}).build(),
                "propose_collateral.hex");
  expect_golden(a_proposal().change(ResumeIssuer{kBakery}).build(), "propose_resume.hex");
  expect_golden(a_proposal().change(EndIssuer{kBakery, notice}).build(), "propose_end.hex");
  expect_golden(a_proposal().change(DecidePayment{kFirstCycle, euro, kBakery, kCafe, true}).build(),
                "propose_decision.hex");
  expect_golden(an_approval().build(), "approve_change.hex");
}

TEST(GoldenKinds, ConsentToken) {
  codec::Writer out;
  encode(out, with_consent(a_redeem().by(kBakery).build(), a_token(key_from_seed(5), kChain)));
  const Transaction proposal = a_proposal().build();
  Golden(out.view())
      .digest("consent-token", token_digest(kChain, token_terms()))
      .digest("proposal", proposal_digest(std::get<ProposeChange>(proposal.action)))
      .expect_in("model/consent_token.hex");
}

}  // namespace
}  // namespace tally::test
