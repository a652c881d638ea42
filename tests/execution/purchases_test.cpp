// A hundred thousand purchases with all campaigns on: the state root at their end stands in
// tests/golden/execution/purchases.txt. Every compiler, level and sanitizer must come to it.
#include <tally/config/programme_file.h>

#include "support/places.h"
#include "support/test_ledger.h"

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::an_earn;
using test::an_enrol;
using test::kCafe;
using test::member;
using test::money;
using test::TestLedger;

constexpr std::uint64_t kMembers = 2'000;
constexpr std::size_t kBlocks = 200;
constexpr std::size_t kPurchasesInBlock = 500;

/// The shipped example with its sixteen campaigns, less what this ledger cannot hold yet.
Programme the_programme() {
  const config::ProgrammeFile file =
      config::read_programme(test::tests_folder() + "/../config/grocer-bpts.toml");
  CHECK(file.faults.empty());
  Programme programme = file.programme;
  programme.merchant = test::name_of_merchant(kCafe);
  programme.earn.pending = Pending();
  programme.velocity.clear();
  programme.transfer.per_day = 0;
  return programme;
}

/// The words of the merchants that the example names are those of this chain.
test::TestChain the_chain() {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.time = test::utc(2026, 2, 20);
  chain.genesis.content.founders[1].name = "airline";
  chain.genesis.content.founders[2].name = "coffee";
  chain.genesis.content.parameters.proposal_rule_cost_max = std::uint64_t{1} << 40;
  test::sign_again(chain);
  return chain;
}

class Shop {
 public:
  Shop() : ledger_(the_chain()) {
    const auto& keys = ledger_.chain.keys;
    const Receipt published = ledger_.run(valid(test::a_publication()
                                                    .programme(the_programme())
                                                    .consented_by(keys[1].operator_key, chain())
                                                    .consented_by(keys[2].operator_key, chain())));
    CHECK(published.outcome == Outcome::Accepted);
    run_block(kMembers, [&](std::uint64_t n) {
      auto enrolment = an_enrol().of(member(n + 1));
      if (n % 5 == 4) enrolment.referred_by(member(n));
      return valid(enrolment);
    });
    run_block(kMembers / 10,
              [&](std::uint64_t n) { return valid(test::a_segment().add(member(10 * n + 1))); });
  }

  /// A block every few days, so that the run takes in weeks, years and reviews of tiers.
  void sell() {
    ledger_.at(ledger_.header.time.plus(Duration(86 * kHour.milliseconds())));
    const auto receipts =
        run_block(kPurchasesInBlock, [&](std::uint64_t) { return valid(a_purchase()); });
    for (const Receipt& receipt : receipts)
      if (receipt.kind == ActionKind::Earn) {
        CHECK(receipt.outcome == Outcome::Accepted);
        for (const RuleResult& result : receipt.rules)
          if (!result.given.is_zero()) ++given_[result.source];
      } else if (receipt.facts.has_value() && receipt.facts->tier_after.has_value()) {
        ++reviews_;
      }
  }

  [[nodiscard]] std::string state_root() const { return to_hex(ledger_.header.state_root.view()); }
  [[nodiscard]] std::uint64_t given_by(const std::string& source) const {
    return given_.contains(source) ? given_.at(source) : 0;
  }
  [[nodiscard]] std::uint64_t reviews() const { return reviews_; }

 private:
  [[nodiscard]] const ChainId& chain() const { return ledger_.chain.id; }

  template <typename Make>
  std::vector<Receipt> run_block(std::uint64_t count, Make make) {
    std::vector<Transaction> transactions;
    for (std::uint64_t n = 0; n < count; ++n)
      transactions.push_back(make(n));
    return ledger_.run_block({{&ledger_.operator_of(kCafe), std::move(transactions)}});
  }

  template <typename Builder>
  Transaction valid(Builder builder) {
    return builder.request(next_request_++).valid_until(ledger_.next_time().plus(kHour)).build();
  }

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  BasketLine a_line() {
    static constexpr const char* kCategories[] = {"dairy", "coffee", "bread", "tobacco", "fruit"};
    BasketLine line;
    line.sku = std::to_string(below(1'000));
    line.brand = below(3) == 0 ? "own" : "other";
    line.cats = {kCategories[below(5)]};
    line.quantity = static_cast<std::int64_t>(1 + below(3));
    line.net = money(static_cast<std::int64_t>(50 + below(2'500)));
    line.tax = money(line.net.minor_units() / 10);
    return line;
  }

  test::EarnBuilder a_purchase() {
    const Timestamp event = ledger_.next_time().minus(Duration(below(70) * kHour.milliseconds()));
    const std::uint64_t some = 1 + below(kMembers);  // low numbers shop often
    auto earn = an_earn().of(member(1 + below(some))).event_time(event);
    for (std::uint64_t lines = 1 + below(10); lines > 0; --lines)
      earn.line(a_line());
    return earn;
  }

  TestLedger ledger_;
  std::mt19937_64 random_{20'261'122};  // the standard fixes what it gives
  std::uint64_t next_request_ = 1;
  std::map<std::string, std::uint64_t> given_;
  std::uint64_t reviews_ = 0;
};

TEST(Purchases, ComeToOneStateWhateverCompiledThem) {
  Shop shop;

  for (std::size_t i = 0; i < kBlocks; ++i)
    shop.sell();

  std::ifstream in(test::tests_folder() + "/golden/execution/purchases.txt");
  std::string golden;
  in >> golden;
  EXPECT_EQ(shop.state_root(), golden);
  for (const char* campaign :
       {"base", "c02-dairy-triple", "c03-happy-hour", "c05-first-purchase", "c06-referral",
        "c07-tier-bonus", "c08-weekly-streak", "c10-basket-ladder", "c11-win-back",
        "c12-frequent-buyer", "c16-own-label-weekend"})
    EXPECT_GT(shop.given_by(campaign), 0U) << campaign;
  EXPECT_GT(shop.reviews(), 0U);
}

}  // namespace
}  // namespace tally::execution
