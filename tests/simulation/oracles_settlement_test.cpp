// Ways in which receipts and records can disagree, told to the oracle: it must see each.
#include "simulation/oracles_settlement.h"

#include <gtest/gtest.h>

#include "simulation/calm_plan.h"

namespace tally::sim {
namespace {

constexpr MerchantId kA{1};
constexpr MerchantId kB{2};

/// The ledger is as genesis left it: of all that receipts say it has written nothing.
class Settling : public ::testing::Test {
 protected:
  Settling() { effects.header.height = Height(1); }

  [[nodiscard]] std::string failed() const {
    return verdict.failure().has_value() ? verdict.failure()->what : "";
  }
  void tell(const Receipt& receipt) {
    effects.receipts = {receipt};
    oracle.on_block(effects, asked, *store->snapshot().value());
  }
  /// 100 points of A's that were spent at B.
  Receipt spent(LineKind kind = LineKind::Redeemed) {
    Transaction transaction;
    transaction.merchant = kB;
    asked.emplace(Hash(), transaction);
    ReceiptLine line;
    line.kind = kind;
    line.account = {test::member(1), kA};
    line.points = test::points(100);
    Receipt receipt;
    receipt.position = {Height(1), 0};
    receipt.kind = kind == LineKind::GivenBack ? ActionKind::Reverse : ActionKind::Redeem;
    receipt.lines = {line};
    return receipt;
  }
  static Obligation owed(std::int64_t micro_units) {
    return {kA,
            kB,
            test::currency("EUR"),
            MicroUnits::from(micro_units).value(),
            ObligationReason::Redeemed,
            std::nullopt};
  }

  Plan plan = calm_plan(4);
  Chain chain{plan};
  std::shared_ptr<storage::Store> store = chain.make_store();
  Verdict verdict;
  SettlementOracle oracle{chain, verdict};
  node::LedgerEffects effects;
  std::map<Hash, Transaction> asked;
};

TEST_F(Settling, SaysNothingWhereNothingIsOwed) {
  tell({});

  EXPECT_EQ(failed(), "");
}

TEST_F(Settling, MissesWhatIsOwedAndNotWritten) {
  Receipt receipt = spent();
  receipt.obligations = {owed(800'000)};

  tell(receipt);

  EXPECT_NE(failed().find("1 owes 2 of cycle"), std::string::npos) << failed();
  EXPECT_EQ(verdict.failure()->oracle, "I6");
}

TEST_F(Settling, MissesAPriceOfWhatIsSpentElsewhere) {
  tell(spent());

  EXPECT_NE(failed().find("no price for a point"), std::string::npos) << failed();
}

TEST_F(Settling, WantsOnePriceForEachPoint) {
  Receipt receipt = spent();
  receipt.obligations = {owed(800'001)};

  tell(receipt);

  EXPECT_NE(failed().find("no price for a point"), std::string::npos) << failed();
}

TEST_F(Settling, MissesWhatAReturnTakesBack) {
  tell(spent(LineKind::GivenBack));

  EXPECT_NE(failed().find("points given back elsewhere"), std::string::npos) << failed();
}

TEST_F(Settling, MissesTheRecordOfACycleThatWasClosed) {
  Receipt receipt;
  receipt.kind = ActionKind::CloseCycle;
  receipt.cycle = 0;
  effects.header.ledger_time = test::kStart;

  tell(receipt);

  EXPECT_NE(failed().find("another number of cycles"), std::string::npos) << failed();
}

TEST_F(Settling, RefusesToCloseACycleThatIsNotOver) {
  Receipt receipt;
  receipt.kind = ActionKind::CloseCycle;
  receipt.cycle = state::cycle_of(test::kStart);
  effects.header.ledger_time = test::kStart;

  tell(receipt);

  EXPECT_NE(failed().find("not over"), std::string::npos) << failed();
}

}  // namespace
}  // namespace tally::sim
