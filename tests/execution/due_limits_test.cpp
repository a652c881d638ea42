// What falls due, under other limits than a chain's: K and K2 of design/loyalty.md §5.
#include "support/test_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tally::execution {
namespace {

using namespace tally::test;

Duration seconds(std::uint64_t n) {
  return Duration(n * 1'000);
}

/// Every activation gives 2 more of a budget, and 3 to who referred the member.
Campaign on_activation() {
  Campaign campaign = a_campaign("thanks", "2");
  campaign.trigger = Trigger::Activated;
  campaign.budget = Budget{points(40), false};
  campaign.referrer = ReferrerAward{"3", {}, {}};
  return campaign;
}

Programme a_waiting_programme(Duration pending) {
  Programme programme = a_programme();
  programme.earn.pending.span = pending;
  programme.campaigns = {on_activation()};
  programme.redeem.minimum = programme.redeem.step = points(1);
  return programme;
}

std::size_t due_receipts(const std::vector<Receipt>& receipts) {
  return static_cast<std::size_t>(std::ranges::count(receipts, ActionKind::Due, &Receipt::kind));
}

TEST(DueLimits, L14_HoldsBlockTimeBackWhereMoreFallsDueThanABlockHolds) {
  TestLedger ledger(a_waiting_programme(seconds(3'000)));
  for (std::uint64_t n = 1; n <= 5; ++n)
    ledger.enrol(n);
  const Timestamp first = ledger.time.plus(seconds(10));
  const auto earn = [&](std::uint64_t n) {
    return an_earn()
        .of(member(n))
        .request(n)
        .event_time(ledger.time)
        .valid_until(ledger.next_time().plus(kHour))
        .build();
  };
  const crypto::PublicKey& key = ledger.operator_of(kCafe);
  ledger.at(first).run_block({{&key, {earn(1)}}});
  ledger.at(first.plus(seconds(10))).run_block({{&key, {earn(2)}}});
  ledger.at(first.plus(seconds(20))).run_block({{&key, {earn(3), earn(4)}}});
  ledger.at(first.plus(seconds(30))).run_block({{&key, {earn(5)}}});
  const Timestamp parent = first.plus(seconds(2'990));
  ledger.at(parent).run_block({});
  ledger.limits.shared_entries = 2;

  ledger.at(parent.plus(seconds(100)));
  EXPECT_TRUE(ledger.execute({}).value().behind);
  EXPECT_EQ(due_receipts(ledger.run_block({})), 4U);
  EXPECT_EQ(ledger.header.ledger_time, parent.plus(seconds(30)));
  EXPECT_EQ(ledger.header.time, parent.plus(seconds(100))) << "consensus is not held back";

  ledger.at(parent.plus(seconds(101)));
  EXPECT_FALSE(ledger.execute({}).value().behind);
  EXPECT_EQ(due_receipts(ledger.run_block({})), 1U);
  EXPECT_EQ(ledger.header.ledger_time, parent.plus(seconds(101)));
}

TEST(DueLimits, RunsWhatIsDueEarlierOnAReferrerBeforeItsAward) {
  TestLedger ledger(a_waiting_programme(seconds(3'000)));
  ledger.enrol(1);
  std::uint64_t requests = 10;
  const auto run = [&](auto builder) {
    const Receipt receipt =
        ledger.run(builder.request(++requests).valid_until(ledger.next_time().plus(kHour)).build());
    ASSERT_EQ(receipt.outcome, Outcome::Accepted);
  };
  const Timestamp start = ledger.time;
  run(an_enrol().of(member(2)).referred_by(member(1)));
  run(an_earn().of(member(1)).total(5'000).event_time(start));
  ledger.at(start.plus(seconds(1'500)));
  run(an_earn().of(member(2)).total(5'000).event_time(start));
  ledger.at(start.plus(seconds(3'100)));
  run(a_hold().of(member(1)).basket(5'000).exactly(50).ttl(seconds(900)));
  ledger.limits.own_entries = 0;
  ledger.at(start.plus(seconds(5'000)));

  const std::vector<Receipt> receipts = ledger.run_block({});

  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_TRUE(receipts[0].hold.has_value()) << "the referrer's hold timed out before";
  EXPECT_EQ(receipts[0].lines.at(0).account.member, member(1));
  EXPECT_EQ(receipts[1].lines.at(0).account.member, member(2));
  EXPECT_EQ(ledger.available(1), 50 + 2 + 3);
}

/// One chain under its own K. Where its transactions stand among all receipts of a block depends on
/// K, so they are compared by their numbers among the transactions.
class Chain {
 public:
  Chain(const Programme& programme, std::size_t own_entries) : ledger(programme) {
    ledger.limits.own_entries = own_entries;
  }

  std::vector<Receipt> run(const std::vector<Transaction>& transactions) {
    std::vector<TestLedger::Signed> submissions;
    if (!transactions.empty()) submissions.push_back({&ledger.operator_of(kCafe), transactions});
    std::vector<Receipt> receipts = ledger.run_block(submissions);
    due += due_receipts(receipts);
    std::erase_if(receipts, [](const Receipt& r) { return r.kind == ActionKind::Due; });
    for (std::uint32_t i = 0; i < receipts.size(); ++i)
      numbers_[receipts[i].position] = Position{receipts[i].position.height, i};
    for (Receipt& receipt : receipts)
      renumber(receipt);
    return receipts;
  }

  /// What members have once all that is due has run, as a read shows it; and the programme.
  struct Shown {
    std::vector<state::AccountHead> heads;
    std::vector<std::vector<state::Lot>> lots;
    state::Totals totals;
    Points given;
  };
  [[nodiscard]] Shown shown(std::uint64_t members) const {
    const auto after =
        execute_block(ledger.propose({}), ledger.header, ledger.view, ledger.root).value();
    Shown shown;
    for (std::uint64_t n = 1; n <= members; ++n) {
      auto account = state::Account::load(after.delta, {member(n), kCafe}).value().value();
      account.head.last_receipt.reset();
      shown.heads.push_back(account.head);
      std::vector<state::Lot>& lots = shown.lots.emplace_back(account.all_lots().value());
      for (state::Lot& lot : lots)
        renumber(lot.id);
    }
    shown.totals = state::totals(after.delta, kCafe).value();
    shown.given = state::find_campaign(after.delta, kCafe, "thanks").value().spent;
    return shown;
  }

  TestLedger ledger;
  std::size_t due = 0;

 private:
  void renumber(LotId& lot) const {
    if (const auto found = numbers_.find(lot.transaction); found != numbers_.end())
      lot.transaction = found->second;
  }
  void renumber(Receipt& receipt) const {
    receipt.position = numbers_.at(receipt.position);
    if (receipt.refers_to.has_value()) receipt.refers_to = numbers_.at(*receipt.refers_to);
    for (ReceiptLine& line : receipt.lines)
      renumber(line.lot);
    receipt.previous.clear();  // entries of what fell due are among them
  }

  std::map<Position, Position> numbers_;
};

constexpr std::uint64_t kMembers = 6;

/// Random blocks of a few transactions, with times between them from seconds to months.
class Story {
 public:
  explicit Story(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  Duration pause() {
    const Duration pauses[] = {seconds(1),
                               seconds(600),
                               kHour,
                               kDay,
                               Duration(9 * kDay.milliseconds()),
                               Duration(40 * kDay.milliseconds())};
    return pauses[below(6)];
  }

  std::vector<Transaction> block(const TestLedger& ledger) {
    std::vector<Transaction> transactions;
    for (std::uint64_t i = below(4); i > 0; --i)
      transactions.push_back(transaction(ledger));
    return transactions;
  }

 private:
  template <typename Builder>
  Transaction finish(const TestLedger& ledger, Builder builder) {
    return builder.request(++requests_).valid_until(ledger.next_time().plus(kHour)).build();
  }

  Transaction transaction(const TestLedger& ledger) {
    const MemberId whose = member(1 + below(kMembers));
    const auto amount = static_cast<std::int64_t>(1 + below(30));
    // An order or a hold of before; none, now and then.
    const std::uint64_t earlier = kFirst + below(requests_ - kFirst + 2);
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        return finish(ledger,
                      an_earn().of(whose).total(100 * amount).event_time(ledger.next_time()));
      case 3:
        return finish(ledger, a_redeem().of(whose).basket(100 * amount).exactly(amount));
      case 4:
        return finish(ledger, a_hold()
                                  .of(whose)
                                  .basket(100 * amount)
                                  .exactly(amount)
                                  .ttl(below(2) == 0 ? seconds(900) : kDay));
      case 5:
        return finish(ledger, a_capture().of_hold(earlier).amount(amount));
      case 6:
        return finish(ledger, a_reverse().of_order(earlier).total(50 * amount));
      default:
        return finish(ledger, a_void().of_hold(earlier));
    }
  }

  std::mt19937_64 random_;
  static constexpr std::uint64_t kFirst = 10'000;
  std::uint64_t requests_ = kFirst;
};

/// Points that wait two days and last a month; tiers that are reviewed after a month.
Programme a_busy_programme() {
  Programme programme = a_waiting_programme(Duration(2 * kDay.milliseconds()));
  programme.expiry = rolling(1, MonthRounding::None);
  programme.returns.clawback = Clawback::Unlimited;
  programme.tiers.valid_months = 1;
  programme.tiers.tiers = {{"base", Points()}, {"silver", points(30)}, {"gold", points(60)}};
  return programme;
}

/// The next version: what was due before it must not count by it, however late it runs.
Transaction a_second_version(const TestLedger& ledger) {
  Programme programme = a_busy_programme();
  programme.expiry.months = 2;
  programme.tiers.downgrade = Downgrade::Recompute;
  programme.tiers.tiers[1].threshold = points(5);
  return a_publication()
      .programme(programme)
      .version(2)
      .request(5'000)
      .valid_until(ledger.next_time().plus(kHour))
      .build();
}

class OneChain : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OneChain, L11_ComesToTheSameHoweverFewEntriesABlockRuns) {
  Story story(GetParam());
  Chain one(a_busy_programme(), 1);
  Chain many(a_busy_programme(), 1'000);
  for (Chain* const chain : {&one, &many})
    for (std::uint64_t n = 1; n <= kMembers; ++n) {
      auto enrolment =
          an_enrol().of(member(n)).request(n).valid_until(chain->ledger.next_time().plus(kHour));
      if (n > 1) enrolment.referred_by(member(n - 1));
      ASSERT_EQ(chain->run({enrolment.build()}).back().outcome, Outcome::Accepted);
    }

  std::size_t most_behind = 0;
  for (int step = 0; step < 80; ++step) {
    const Timestamp next = many.ledger.time.plus(story.pause());
    one.ledger.at(next);
    many.ledger.at(next);
    auto transactions = story.block(many.ledger);
    if (step == 40) transactions.push_back(a_second_version(many.ledger));

    ASSERT_EQ(one.run(transactions), many.run(transactions)) << "step " << step;

    const auto shown_of_one = one.shown(kMembers);
    const auto shown_of_many = many.shown(kMembers);
    ASSERT_EQ(shown_of_one.heads, shown_of_many.heads) << "step " << step;
    ASSERT_EQ(shown_of_one.lots, shown_of_many.lots) << "step " << step;
    ASSERT_EQ(shown_of_one.totals, shown_of_many.totals) << "step " << step;
    ASSERT_EQ(shown_of_one.given, shown_of_many.given) << "step " << step;
    most_behind = std::max(most_behind, many.due - std::min(one.due, many.due));
  }

  EXPECT_GT(many.due, 20U);
  EXPECT_GT(most_behind, 0U) << "the small limit held nothing back";
}

INSTANTIATE_TEST_SUITE_P(Seeds, OneChain, testing::Range(std::uint64_t{1}, std::uint64_t{21}));

// What a return finds due on the accounts that it touches runs first, and is a part of the order.
TEST(DueLimits, L11_AReturnTakesBackWhatOnlyNowCameWithTheActivation) {
  std::vector<std::int64_t> left;
  for (const std::size_t most : {std::size_t{0}, std::size_t{1'000}}) {
    Programme programme = a_waiting_programme(seconds(3'000));
    programme.campaigns[0].budget.reset();
    programme.campaigns[0].referrer.reset();
    TestLedger ledger(programme);
    ledger.enrol(1);
    const auto valid = [&](auto builder) {
      return builder.valid_until(ledger.next_time().plus(kHour)).build();
    };
    ASSERT_EQ(
        ledger.run(valid(an_earn().request(1).total(1'000).event_time(ledger.next_time()))).outcome,
        Outcome::Accepted);
    ledger.limits.own_entries = most;
    ledger.at(ledger.time.plus(seconds(4'000)));

    const auto receipts = ledger.run_block(
        {{&ledger.operator_of(kCafe), {valid(a_reverse().request(2).of_order(1).total(1'000))}}});

    ASSERT_EQ(due_receipts(receipts), 1U);
    ASSERT_EQ(receipts.back().outcome, Outcome::Accepted);
    left.push_back(ledger.available(1));
  }
  EXPECT_EQ(left, (std::vector<std::int64_t>{0, 0}));
}

}  // namespace
}  // namespace tally::execution
