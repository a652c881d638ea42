// What the consortium decides together: voices, heights, and what each change does.
#include <tally/base/limits.h>

#include "execution/settlement_fixture.h"

#include <gmock/gmock.h>

namespace tally::execution {
namespace {

using state::IssuerState;
using testing::ElementsAre;
using testing::IsEmpty;

class Changes : public SettlementLedger {
 protected:
  Change cap(std::int64_t minor_units) const { return SetCap{kA, kEuro, test::money(minor_units)}; }
  Outcome propose(MerchantId merchant, const Change& change, Height active_from = {}) {
    return run(test::a_proposal(change, active_from).by(merchant));
  }
  Outcome approve(MerchantId merchant, MerchantId proposer, const Change& change,
                  Height active_from = {}) {
    return run(test::an_approval(proposer, {active_from, change}).by(merchant));
  }
  std::optional<std::int64_t> cap_of(MerchantId debtor) const {
    const auto cap = exposure(debtor).cap;
    return cap.has_value() ? std::optional(cap->value()) : std::nullopt;
  }
  void suspend(MerchantId merchant) {
    write([&](StateDelta& delta) {
      EXPECT_TRUE(state::put_issuer(delta, merchant, {IssuerState::Suspended}).ok());
    });
  }
};

TEST_F(Changes, TwoVoicesOfFourAreNotEnoughAndThreeAre) {
  ASSERT_EQ(propose(kA, cap(5'000)), Outcome::Accepted);
  ASSERT_EQ(approve(kB, kA, cap(5'000)), Outcome::Accepted);
  EXPECT_THAT(pass_block(), IsEmpty());
  EXPECT_EQ(cap_of(kA), std::nullopt);

  ASSERT_EQ(approve(kC, kA, cap(5'000)), Outcome::Accepted);
  EXPECT_EQ(cap_of(kA), std::nullopt) << "not in the block that decides it";
  const auto receipts = pass_block();

  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts[0].kind, ActionKind::Due);
  EXPECT_EQ(receipts[0].position, (Position{ledger_.header.height, 0}));
  EXPECT_EQ(cap_of(kA), 50'000'000);
  EXPECT_FALSE(state::find_change(ledger_.view, kA).value().has_value());
  EXPECT_THAT(pass_block(), IsEmpty()) << "it is done once";
}

TEST_F(Changes, CountsEachMerchantOnceAndTheseWordsAlone) {
  ASSERT_EQ(propose(kA, cap(5'000)), Outcome::Accepted);

  EXPECT_EQ(approve(kB, kA, cap(5'001)), Outcome::NotDue) << "nobody proposed that";
  EXPECT_EQ(approve(kB, kA, cap(5'000), Height(99)), Outcome::NotDue) << "nor from then";
  EXPECT_EQ(approve(kB, kC, cap(5'000)), Outcome::NotDue) << "nor did C";
  EXPECT_EQ(approve(kB, kA, cap(5'000)), Outcome::Accepted);
  EXPECT_EQ(approve(kB, kA, cap(5'000)), Outcome::NotDue);
  pass_block();
  EXPECT_EQ(cap_of(kA), std::nullopt);
}

TEST_F(Changes, AMerchantHasOneProposalUntilAWeekHasPassed) {
  const Timestamp proposed = now();
  ASSERT_EQ(propose(kA, cap(5'000)), Outcome::Accepted);
  ASSERT_EQ(propose(kB, cap(6'000)), Outcome::Accepted) << "each has its own";
  ledger_.at(proposed.plus(Duration(limits::kProposalMs)).minus(Duration(1)));
  EXPECT_EQ(propose(kA, cap(7'000)), Outcome::ChangeInProgress);

  EXPECT_EQ(approve(kC, kA, cap(5'000)), Outcome::NotDue) << "a block later it has run out";
  EXPECT_EQ(propose(kA, cap(7'000)), Outcome::Accepted);

  EXPECT_EQ(approve(kB, kA, cap(5'000)), Outcome::NotDue);
  EXPECT_EQ(approve(kB, kA, cap(7'000)), Outcome::Accepted);
  EXPECT_EQ(approve(kC, kA, cap(7'000)), Outcome::Accepted) << "with fresh voices";
  pass_block();
  EXPECT_EQ(cap_of(kA), 70'000'000);
}

TEST_F(Changes, OneThatIsDecidedWaitsForItsHeightHoweverLongThatTakes) {
  const Height from(ledger_.header.height.value() + 6);
  ASSERT_EQ(propose(kA, cap(5'000), from), Outcome::Accepted);
  ASSERT_EQ(approve(kB, kA, cap(5'000), from), Outcome::Accepted);
  ASSERT_EQ(approve(kC, kA, cap(5'000), from), Outcome::Accepted);
  ledger_.at(now().plus(Duration(2 * limits::kProposalMs)));

  EXPECT_EQ(approve(kD, kA, cap(5'000), from), Outcome::NotDue) << "it is decided";
  EXPECT_EQ(propose(kA, cap(6'000)), Outcome::ChangeInProgress);
  EXPECT_EQ(cap_of(kA), std::nullopt);
  EXPECT_EQ(pass_block().size(), 1U);

  EXPECT_EQ(ledger_.header.height, from);
  EXPECT_EQ(cap_of(kA), 50'000'000);
}

TEST_F(Changes, RefusesAHeightThatIsPastOrNow) {
  const Height next = ledger_.header.height.next();
  EXPECT_EQ(propose(kA, cap(1), next), Outcome::HeightNotAllowed);
  EXPECT_EQ(propose(kA, cap(1), Height(next.value() + 200'000'000)), Outcome::HeightNotAllowed);
  EXPECT_EQ(propose(kA, cap(1), ledger_.header.height.next().next()), Outcome::Accepted);
}

TEST_F(Changes, BoundsCapsSoThatADefaultCanBeOwedAnew) {
  const auto euros_cap = [this](std::int64_t minor) {
    return SetCap{kA, kEuro, test::money(minor)};
  };
  // 2^60 micro-units are 115,292,150,460,684.69 cents.
  EXPECT_EQ(propose(kA, euros_cap(115'292'150'460'685)), Outcome::AmountOverflow);
  EXPECT_EQ(propose(kA, euros_cap(115'292'150'460'684)), Outcome::Accepted);
}

TEST_F(Changes, RefusesWhatIsNotThere) {
  EXPECT_EQ(propose(kA, SetCap{MerchantId(9), kEuro, std::nullopt}), Outcome::UnknownMerchant);
  EXPECT_EQ(propose(kA, SetCollateral{kB, test::currency("USD"), test::money(1)}),
            Outcome::CurrencyNotAccepted);
  EXPECT_EQ(propose(kA, ResumeIssuer{kB}), Outcome::NotDue) << "it does business";
  EXPECT_EQ(propose(kA, ResumeIssuer{MerchantId(9)}), Outcome::UnknownMerchant);
  EXPECT_EQ(propose(kA, DecidePayment{this_cycle(), kEuro, kA, kB, true}), Outcome::NotDue);
  owes_units(kA, kB, 1);
  const std::uint32_t cycle = this_cycle();
  settle_up(cycle);
  EXPECT_EQ(propose(kA, DecidePayment{cycle, kEuro, kA, kB, true}), Outcome::NotDue)
      << "nobody disputes it";
}

TEST_F(Changes, ACapMayBeTakenAway) {
  decide(cap(5'000), {kA, kB, kC});
  pass_block();
  decide(SetCap{kA, kEuro, std::nullopt}, {kA, kB, kC});
  pass_block();

  EXPECT_EQ(cap_of(kA), std::nullopt);
}

TEST_F(Changes, SetsCollateral) {
  decide(SetCollateral{kB, kEuro, test::money(12'345)}, {kA, kB, kC});
  pass_block();

  EXPECT_EQ(exposure(kB).collateral.value(), 123'450'000);
}

TEST_F(Changes, ResumesWhoIsSuspended) {
  suspend(kB);
  decide(ResumeIssuer{kB}, {kA, kC, kD});
  pass_block();

  EXPECT_EQ(issuer(kB), IssuerState::Active);
}

TEST_F(Changes, EndsAnIssuerAfterItsNotice) {
  suspend(kB);
  const Duration notice(limits::kNoticeMsMin);
  decide(EndIssuer{kB, notice}, {kA, kC, kD});
  pass_block();

  const auto record = state::find_issuer(ledger_.view, kB).value();
  EXPECT_EQ(record.state, IssuerState::WindingDown);
  EXPECT_EQ(record.until, ledger_.header.ledger_time.plus(notice));
  EXPECT_THAT(state::settlement(ledger_.view).value().leaving, ElementsAre(kB));
  EXPECT_EQ(propose(kA, EndIssuer{kB, notice}), Outcome::IssuerClosing);
  EXPECT_EQ(propose(kA, ResumeIssuer{kB}), Outcome::NotDue);
}

TEST_F(Changes, AnIssuerIsEndedOnceThoughTwoProposalsSaySo) {
  const Change end = EndIssuer{kB, Duration(limits::kNoticeMsMin)};
  const Change later = EndIssuer{kB, Duration(limits::kNoticeMsMin + 1)};
  const Height from(ledger_.header.height.value() + 8);
  for (const auto& [proposer, change] : {std::pair(kA, end), std::pair(kC, later)}) {
    ASSERT_EQ(propose(proposer, change, from), Outcome::Accepted);
    for (const MerchantId voice : {kA, kC, kD})
      if (voice != proposer) {
        ASSERT_EQ(approve(voice, proposer, change, from), Outcome::Accepted);
      }
  }
  pass_block();
  EXPECT_EQ(pass_block().size(), 2U);

  EXPECT_EQ(state::find_issuer(ledger_.view, kB).value().until,
            ledger_.header.ledger_time.plus(Duration(limits::kNoticeMsMin)));
  EXPECT_THAT(state::settlement(ledger_.view).value().leaving, ElementsAre(kB));
}

// Whoever leaves keeps its notice: its points are good until then.
TEST_F(Changes, WhoLeavesIsNotSuspended) {
  const std::uint32_t cycle = this_cycle();
  owes_units(kB, kA, 1);
  decide(EndIssuer{kB, Duration(limits::kNoticeMsMin)}, {kA, kC, kD});
  settle_up(cycle);

  EXPECT_EQ(block_at(this->cycle(cycle).call_day).size(), 1U);

  EXPECT_EQ(issuer(kB), IssuerState::WindingDown);
}

TEST_F(Changes, ANodesSealIsNoVoice) {
  const auto& gateway = ledger_.gateway_of(kA);
  EXPECT_EQ(ledger_.run(gateway, valid(test::a_proposal(cap(1)))).outcome, Outcome::NotPermitted);
}

}  // namespace
}  // namespace tally::execution
