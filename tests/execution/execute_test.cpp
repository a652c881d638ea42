// Blocks: their times, what falls due in them, and the roots of their headers.
#include <tally/base/limits.h>
#include <tally/crypto/merkle.h>
#include <tally/state/receipt_log.h>

#include "support/test_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::a_publication;
using test::a_redeem;
using test::a_transfer;
using test::an_advance_clock;
using test::an_earn;
using test::kCafe;
using test::kStart;
using test::member;
using test::TestLedger;

/// Points that last one month, to its end.
Programme a_monthly_programme() {
  Programme programme = test::a_programme();
  programme.expiry.months = 1;
  programme.offline_window = Duration(90 * kDay.milliseconds());
  programme.redeem.minimum = test::points(1);
  programme.redeem.step = test::points(1);
  programme.transfer.enabled = true;
  return programme;
}

template <typename Builder>
Transaction now_valid(const TestLedger& ledger, Builder builder) {
  return builder.valid_until(ledger.next_time().plus(kHour)).build();
}

TEST(Execute, GivesTheHeaderTheProposalsTimeOrTheNextMillisecond) {
  TestLedger ledger;
  ledger.at(ledger.header.time.plus(Duration(700))).run_block({});
  EXPECT_EQ(ledger.header.time, ledger.time);
  const Timestamp before = ledger.header.time;

  ledger.at(before.minus(Duration(5))).run_block({});

  EXPECT_EQ(ledger.header.time, before.plus(Duration(1)));
  EXPECT_EQ(ledger.header.ledger_time, ledger.header.time);
}

TEST(Execute, RunsANullProposal) {
  TestLedger ledger;
  consensus::Proposal proposal = ledger.propose({});
  proposal.kind = consensus::ProposalKind::Null;
  proposal.time = Timestamp();
  proposal.payload.clear();

  const auto result = execute_block(proposal, ledger.header, ledger.view, ledger.root).value();

  EXPECT_TRUE(result.block.receipts.empty());
  EXPECT_EQ(result.block.header.time, ledger.header.time.plus(Duration(1)));
  EXPECT_EQ(result.block.header.transactions_root, crypto::merkle_root({}));
  EXPECT_NE(result.block.header.state_root, ledger.header.state_root) << "the log has grown";
  EXPECT_FALSE(result.behind);
}

TEST(Execute, CountsAnAdvancedClockFromTheNextBlockOn) {
  TestLedger ledger;
  ledger.enrol(1);
  const Timestamp before = ledger.next_time();
  const auto receipts =
      ledger.run_block({{&ledger.operator_of(kCafe),
                         {now_valid(ledger, an_advance_clock().by_time(kDay).request(5)),
                          now_valid(ledger, an_earn().event_time(before.plus(kDay)).request(6))}}});
  EXPECT_EQ(receipts[0].outcome, Outcome::Accepted);
  EXPECT_EQ(receipts[1].outcome, Outcome::EventInFuture);
  EXPECT_EQ(ledger.header.ledger_time, before);

  ledger.run_block({});

  EXPECT_EQ(ledger.header.ledger_time, ledger.header.time.plus(kDay));
}

TEST(Execute, CoversTransactionsAndReceiptsByItsRoots) {
  TestLedger ledger;
  ledger.enrol(1);
  const Transaction a = now_valid(ledger, an_earn().request(5));
  const Transaction b = now_valid(ledger, an_earn().request(6).of(member(9)));
  const auto submissions = std::vector<TestLedger::Signed>{{&ledger.operator_of(kCafe), {a}},
                                                           {&ledger.operator_of(kCafe), {b}}};
  const Header parent = ledger.header;
  const auto result = ledger.execute(submissions).value();
  const Header& header = result.block.header;

  codec::Writer first, second;
  encode(first, a);
  encode(second, b);
  const auto& receipts = result.block.receipts;
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(header.transactions_root, crypto::merkle_node(crypto::merkle_leaf(first.view()),
                                                          crypto::merkle_leaf(second.view())));
  EXPECT_EQ(header.receipts_root,
            crypto::merkle_node(receipt_leaf(receipts[0]), receipt_leaf(receipts[1])));
  EXPECT_EQ(header.parent, consensus::header_digest(parent));
  EXPECT_EQ(header.proposal, consensus::proposal_digest(ledger.propose(submissions)));
  EXPECT_EQ(header.validators,
            consensus::validators_hash(state::epoch_of(ledger.chain.genesis.content).validators));
  EXPECT_EQ(result.block.submissions.size(), 2U);
  EXPECT_EQ(receipts[0].position, (Position{header.height, 0}));
  EXPECT_EQ(receipts[1].position, (Position{header.height, 1}));
}

TEST(Execute, PutsEachBlocksLeafIntoTheLogUnderItsOwnStateRoot) {
  TestLedger ledger;
  crypto::MerklePeaks log = state::receipt_log(ledger.view).value();
  EXPECT_EQ(log.size(), ledger.header.height.value());
  ledger.run_block({});
  log.append(state::receipt_log_leaf(ledger.header.height, ledger.header.ledger_time,
                                     ledger.header.receipts_root));

  EXPECT_EQ(state::receipt_log(ledger.view)->root(), log.root());
  EXPECT_EQ(ledger.root.root(), ledger.header.state_root);
  const state::RecordKey place = state::consortium_key("receipt-log");
  EXPECT_TRUE(state::proves(ledger.root.prove(place, ledger.header.height),
                            ledger.header.state_root, place, ledger.view.find(place).value()));
}

TEST(Execute, ExpiresAtTheExactMillisecond_L04) {
  for (const bool at_deadline : {false, true}) {
    TestLedger ledger(a_monthly_programme());
    ledger.enrol(1);
    ledger.run(now_valid(ledger, an_earn().total(10'000).request(5)));
    const Timestamp deadline = ledger.lots(1)[0].expires_at;
    ledger.at(at_deadline ? deadline : deadline.minus(Duration(1)));

    const Receipt receipt = ledger.run(now_valid(ledger, a_redeem().exactly(50).request(6)));

    EXPECT_EQ(receipt.outcome, at_deadline ? Outcome::InsufficientAvailable : Outcome::Accepted);
    EXPECT_EQ(ledger.available(1), at_deadline ? 0 : 50);
  }
}

TEST(Execute, RunsWhatFallsDueBeforeTheTransactionsOldestFirst) {
  TestLedger ledger(a_monthly_programme());
  for (const std::uint64_t n : {3U, 1U, 2U})
    ledger.enrol(n);
  ledger.run(now_valid(ledger, an_earn().of(member(2)).total(200).request(5)));
  ledger.at(ledger.time.plus(Duration(35 * kDay.milliseconds())));
  ledger.run(now_valid(ledger, an_earn().of(member(3)).total(300).request(6)));
  ledger.run(now_valid(ledger, an_earn().of(member(1)).total(100).request(7)));
  ledger.at(ledger.time.plus(Duration(90 * kDay.milliseconds())));

  const auto receipts =
      ledger.run_block({{&ledger.operator_of(kCafe), {now_valid(ledger, an_earn().request(8))}}});

  // February's end, then March's in the order of keys, then the transaction.
  ASSERT_EQ(receipts.size(), 4U);
  EXPECT_EQ(receipts[0].lines[0].account.member, member(2));
  EXPECT_EQ(receipts[1].lines[0].account.member, member(1));
  EXPECT_EQ(receipts[2].lines[0].account.member, member(3));
  EXPECT_EQ(receipts[3].kind, ActionKind::Earn);
}

constexpr std::size_t kMost = limits::kDueEntriesInBlock;

/// Opens accounts with lots that are due already, past all transactions.
void plant_due_accounts(TestLedger& ledger, std::uint64_t from, std::uint64_t count,
                        const std::vector<Timestamp>& expiries) {
  state::StateDelta delta(ledger.view);
  auto totals = state::totals(delta, kCafe).value();
  const Points each = test::points(static_cast<std::int64_t>(expiries.size()));
  for (std::uint64_t n = from; n < from + count; ++n) {
    auto account = state::Account::open(delta, AccountId{member(n), kCafe}, kStart);
    account.head.available = each;
    totals.available = checked_add(totals.available, each).value();
    totals.issued = checked_add(totals.issued, each).value();
    ++totals.members;
    for (std::uint32_t i = 0; i < expiries.size(); ++i)
      ASSERT_TRUE(account
                      .add_lot({.id = LotId{Position{Height(1), i}, 0},
                                .first_owner = member(n),
                                .programme_version = 1,
                                .earned_at = kStart,
                                .available_at = kStart,
                                .expires_at = expiries[i],
                                .original = test::points(1),
                                .remaining = test::points(1),
                                .funder = {}})
                      .ok());
    ASSERT_TRUE(account.store(delta).ok());
  }
  ASSERT_TRUE(state::put_totals(delta, kCafe, totals).ok());
  ledger.root.apply(ledger.root.prepare(delta));
  ledger.view.commit(delta, ledger.view.height());
}

TEST(Execute, RunsAtMostKDueEntriesABlockAndTheRestLater) {
  TestLedger ledger;
  const Timestamp due = ledger.time.plus(kHour);
  plant_due_accounts(ledger, 1, kMost + 4, {due});
  ledger.at(due);

  const auto receipts = ledger.run_block(
      {{&ledger.operator_of(kCafe),
        {now_valid(ledger, a_redeem().of(member(kMost + 4)).exactly(100).request(5))}}});

  // K by the rule; and one more because a transaction names its account.
  EXPECT_EQ(receipts.size(), kMost + 1U + 1U);
  ASSERT_GT(receipts.size(), kMost);
  EXPECT_EQ(receipts[kMost].lines[0].account.member, member(kMost + 4));
  EXPECT_EQ(receipts.back().outcome, Outcome::InsufficientAvailable);
  EXPECT_EQ(ledger.run_block({}).size(), 3U);
  EXPECT_EQ(ledger.run_block({}).size(), 0U);
}

TEST(Execute, KeepsTheOldestFirstWhereAccountsGoBackIntoTheQueue) {
  TestLedger ledger;
  ledger.run_block({});  // in which the programme comes into force
  const Timestamp t = ledger.time;
  plant_due_accounts(ledger, 1, 2, {t.plus(Duration(10)), t.plus(Duration(30))});
  plant_due_accounts(ledger, 3, 1, {t.plus(Duration(20)), t.plus(Duration(40))});
  ledger.at(t.plus(kHour));

  const auto receipts = ledger.run_block({});

  std::vector<std::pair<std::uint64_t, MemberId>> order;
  for (const Receipt& receipt : receipts)
    order.emplace_back(receipt.lines[0].expires_at.since(t).milliseconds(),
                       receipt.lines[0].account.member);
  using Run = std::pair<std::uint64_t, MemberId>;
  EXPECT_THAT(order,
              testing::ElementsAre(Run(10, member(1)), Run(10, member(2)), Run(20, member(3)),
                                   Run(30, member(1)), Run(30, member(2)), Run(40, member(3))));
}

TEST(Execute, SweepsEveryAccountThatATransactionNamesBeforeIt) {
  TestLedger ledger(a_monthly_programme());
  ledger.run_block({});
  const Timestamp due = ledger.time.plus(kHour);
  plant_due_accounts(ledger, 10, kMost, {due.minus(Duration(2))});
  plant_due_accounts(ledger, 5'000, 2, {due.minus(Duration(1)), due});
  ledger.at(due);

  const auto receipts = ledger.run_block(
      {{&ledger.operator_of(kCafe),
        {now_valid(ledger, a_transfer().from(member(5'001)).to(member(5'000)).request(5))}}});

  ASSERT_EQ(receipts.size(), kMost + 4U + 1U);
  EXPECT_EQ(receipts[kMost].lines[0].account.member, member(5'001)) << "in the order of naming";
  EXPECT_EQ(receipts[kMost + 3].lines[0].account.member, member(5'000));
  EXPECT_EQ(receipts[kMost + 4].kind, ActionKind::Transfer);
}

TEST(Execute, BoundsTheReceiptsOfWhoSendEachOtherAllTheyHave) {
  Programme programme = test::a_programme();
  programme.transfer = {
      .enabled = true, .fee_min = {}, .fee_basis_points = 0, .per_day = 0, .cooling_off = {}};
  TestLedger ledger(programme);
  std::vector<Timestamp> expiries;
  for (std::uint64_t i = 0; i < 4'096; ++i)
    expiries.push_back(ledger.time.plus(kDay).plus(Duration(i)));
  plant_due_accounts(ledger, 1, 1, expiries);
  ledger.enrol(2);
  const crypto::PrivateKey keys[] = {test::key_from_seed(61), test::key_from_seed(62)};
  state::StateDelta delta(ledger.view);
  for (std::uint64_t n = 1; n <= 2; ++n) {
    state::KeyRecord record;
    record.key = keys[n - 1].public_key();
    record.role = Role::Member;
    record.member = member(n);
    ASSERT_TRUE(state::put_key(delta, record).ok());
  }
  ledger.view.commit(delta, ledger.view.height());
  std::vector<TestLedger::Signed> submissions;
  for (std::uint64_t i = 0; i < 40; ++i)
    submissions.push_back({&keys[i % 2].public_key(),
                           {now_valid(ledger, a_transfer()
                                                  .from(member(1 + i % 2))
                                                  .to(member(2 - i % 2))
                                                  .amount(4'096)
                                                  .request(10 + i))}});

  const auto receipts = ledger.execute(submissions).value().block.receipts;

  std::size_t lines = 0;
  for (const Receipt& receipt : receipts)
    lines += receipt.lines.size();
  EXPECT_EQ(lines, limits::kBlockLinesMax);
  EXPECT_EQ(receipts[31].outcome, Outcome::Accepted);
  EXPECT_EQ(receipts[32].outcome, Outcome::InsufficientAvailable);
}

TEST(Execute, RunsNoDueEntriesPastTheLinesOfABlock) {
  TestLedger ledger;
  const Timestamp due = ledger.time.plus(kHour);
  plant_due_accounts(ledger, 1, 65, std::vector<Timestamp>(4'096, due));
  ledger.at(due);

  EXPECT_EQ(ledger.run_block({}).size(), limits::kBlockLinesMax / 4'096);
  EXPECT_EQ(ledger.run_block({}).size(), 1U) << "the rest, in the next block";
}

TEST(Execute, PublishesForTheNextBlock) {
  TestLedger ledger;
  ledger.enrol(1);
  Programme doubled = test::a_programme();
  doubled.earn.base = test::base_rule(2, 100);
  const auto receipts = ledger.run_block(
      {{&ledger.operator_of(kCafe),
        {now_valid(ledger, a_publication().version(2).programme(doubled).request(5)),
         now_valid(ledger, an_earn().total(100).request(6))}}});
  EXPECT_EQ(receipts[1].lines[0].programme_version, 1U);
  EXPECT_EQ(ledger.available(1), 1);

  ledger.run(now_valid(ledger, an_earn().total(100).request(7)));

  EXPECT_EQ(ledger.available(1), 3);
}

TEST(Execute, StopsAtDamagedState) {
  TestLedger ledger;
  ledger.enrol(1);
  ledger.run(now_valid(ledger, an_earn().total(500).request(5)));
  state::StateDelta delta(ledger.view);
  auto totals = state::totals(delta, kCafe).value();
  totals.issued = test::points(6);
  ASSERT_TRUE(state::put_totals(delta, kCafe, totals).ok());
  ledger.view.commit(delta, ledger.view.height());
  const Transaction earn = now_valid(ledger, an_earn().request(6));

  const auto result = ledger.execute({{&ledger.operator_of(kCafe), {earn}}});

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Diverged);
  EXPECT_NE(result.error().message.find("I1"), std::string::npos) << result.error().message;
}

TEST(Execute, GivesTheSameBytesTwice) {
  TestLedger ledger;
  ledger.enrol(1);
  const Transaction earn = now_valid(ledger, an_earn().request(6));

  const auto first = ledger.execute({{&ledger.operator_of(kCafe), {earn}}}).value();
  const auto second = ledger.execute({{&ledger.operator_of(kCafe), {earn}}}).value();

  EXPECT_EQ(first.block.header, second.block.header);
  EXPECT_EQ(first.block.receipts, second.block.receipts);
}

TEST(ExecuteGenesis, StartsAChainWithNothingBeforeIt) {
  const TestLedger ledger(test::a_genesis(4));

  EXPECT_EQ(ledger.header.height, Height());
  EXPECT_TRUE(ledger.header.parent.is_zero());
  EXPECT_EQ(ledger.header.chain, ledger.chain.id);
  EXPECT_EQ(ledger.header.time, kStart);
  EXPECT_EQ(ledger.header.state_root, ledger.root.root());
}

}  // namespace
}  // namespace tally::execution
