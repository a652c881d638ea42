// Reports of settlement, read from records and told.
#include "app/settlement_text.h"

#include <tally/base/bytes.h>
#include <tally/state/consortium.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using namespace tally::test;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr std::uint32_t kCycle = 2'817;

MicroUnits micro(std::int64_t value) {
  return MicroUnits::from(value).value();
}

/// A node that gives its caller no record of these kinds.
class KeepingBack final : public state::StateView {
 public:
  KeepingBack(const state::StateView& view, std::set<state::RecordKind> kinds)
      : view_(view), kinds_(std::move(kinds)) {}
  [[nodiscard]] Height height() const override { return view_.height(); }
  [[nodiscard]] Result<std::optional<Bytes>> find(const state::RecordKey& key) const override {
    if (kinds_.contains(key.kind())) return Error{ErrorCode::Refused, "NOT_YOURS"};
    return view_.find(key);
  }
  [[nodiscard]] Result<std::optional<state::RequestRecord>> find_request(
      const RequestKey& key) const override {
    return view_.find_request(key);
  }
  [[nodiscard]] Result<std::optional<state::OrderRecord>> find_order(
      const OrderKey& key) const override {
    return view_.find_order(key);
  }
  [[nodiscard]] Result<std::vector<state::DueEntry>> due(state::DueClass which, Timestamp until,
                                                         std::size_t most) const override {
    return view_.due(which, until, most);
  }

 private:
  const state::StateView& view_;
  std::set<state::RecordKind> kinds_;
};

/// Four merchants; a cycle that is advised, and one that is open.
class SettlementText : public testing::Test {
 protected:
  SettlementText() {
    state::StateDelta genesis(view_);
    EXPECT_TRUE(state::write_genesis(a_genesis(4).genesis.content, genesis).ok());
    view_.commit(genesis, Height());
    state::StateDelta delta(view_);
    EXPECT_TRUE(state::put_settlement(delta, {{euro_}, {kCycle + 1}, {kCycle}, kCycle, {}}).ok());
    EXPECT_TRUE(state::put_cycle(delta, kCycle, advised()).ok());
    EXPECT_TRUE(state::put_owed(delta, euro_, kCycle + 1, kCafe, kBakery, micro(980'000)).ok());
    EXPECT_TRUE(state::put_owed(delta, euro_, kCycle + 1, third_, kCafe, micro(-7'891)).ok());
    EXPECT_TRUE(
        state::put_exposure(delta, kCafe, euro_,
                            {micro(4'000'000), micro(9'000'000), micro(980'000), micro(20'000)})
            .ok());
    EXPECT_TRUE(state::put_issuer(delta, kCafe, {state::IssuerState::Suspended}).ok());
    state::Totals totals;
    totals.issued = points(1'000);
    totals.available = points(700);
    totals.held = points(200);
    totals.pending = points(110);
    totals.debt = points(10);
    EXPECT_TRUE(state::put_totals(delta, kCafe, totals).ok());
    state::QuoteRecord quotes;
    quotes.last = state::Quote{euro_, 8'000, 8'400, Points(), kStart, kStart.plus(kDay)};
    EXPECT_TRUE(state::put_quotes(delta, kCafe, quotes).ok());
    view_.commit(delta, Height(1));
    const auto consortium = read_consortium(view_);
    EXPECT_TRUE(consortium.ok());
    if (consortium.ok()) consortium_ = *consortium;
  }

  state::CycleRecord advised() const {
    state::CycleRecord record;
    record.state = state::CycleState::Advised;
    record.closed_at = kStart.plus(kDay);
    record.closed_by = {Height(812), 3};
    record.header = fixed_of<Hash>(7);
    record.call_day = kStart.plus(kDay).plus(kDay);
    state::CyclePositions positions;
    positions.currency = euro_;
    positions.pairs = {{kCafe, kBakery, 123'456, micro(7'891)}, {third_, kBakery, 500, {}}};
    positions.nets = {{kCafe, -123'456}, {kBakery, 123'956}, {third_, -500}};
    positions.payments = {
        {kCafe, kBakery, 123'456, state::PaymentState::Disputed, "C2817-EUR-1-2", 0},
        {third_, kBakery, 500, state::PaymentState::Drawn, "", 400}};
    std::ranges::sort(positions.pairs, {}, [](const state::PairBalance& pair) {
      return std::minmax(pair.debtor, pair.creditor);
    });
    std::ranges::sort(positions.nets, {}, &state::NetPosition::merchant);
    record.currencies = {positions};
    return record;
  }
  Positions positions(const PositionsWanted& wanted = {}) {
    Result<Positions> read = read_positions(view_, consortium_, wanted);
    EXPECT_TRUE(read.ok());
    return read.ok() ? *read : Positions();
  }

  MemoryView view_;
  Consortium consortium_;
  const Currency euro_ = currency("EUR");
  const MerchantId third_{3};
};

TEST_F(SettlementText, ShowsCyclesUnderWayAndWhatAroseSince) {
  const std::string text = text_of(positions(), consortium_);

  EXPECT_THAT(text, HasSubstr("cycle 2817 (2024-01-01 to 2024-01-08)  ADVISED"));
  EXPECT_THAT(text, HasSubstr("by receipt 812/3"));
  EXPECT_THAT(text, HasSubstr(to_hex(fixed_of<Hash>(7).view())));
  EXPECT_THAT(text, HasSubstr("1234.56"));
  EXPECT_THAT(text, HasSubstr("0.007891"));
  EXPECT_THAT(text, HasSubstr("-1234.56"));
  EXPECT_THAT(text, HasSubstr("DISPUTED"));
  EXPECT_THAT(text, HasSubstr("C2817-EUR-1-2"));
  EXPECT_THAT(text, HasSubstr("0.980000"));
  EXPECT_THAT(text, HasSubstr("-0.007891"));
  EXPECT_THAT(text, HasSubstr("OPEN"));
  EXPECT_THAT(text, Not(HasSubstr("auditor")));
}

TEST_F(SettlementText, ShowsOneCycleAlone) {
  EXPECT_THAT(positions({kCycle, std::nullopt}).arisen, SizeIs(0));
  EXPECT_THAT(positions({kCycle + 1, std::nullopt}).cycles, SizeIs(0));
  EXPECT_THAT(positions({kCycle + 1, std::nullopt}).arisen, SizeIs(2));
  EXPECT_THAT(text_of(positions({kCycle + 2, std::nullopt}), consortium_),
              HasSubstr("nobody owes anybody anything"));
}

TEST_F(SettlementText, LeavesOutWhatIsBetweenOthers) {
  const Positions own = positions({std::nullopt, third_});

  ASSERT_THAT(own.cycles, SizeIs(1));
  const state::CyclePositions& euros = own.cycles[0].record.currencies[0];
  EXPECT_THAT(euros.pairs, SizeIs(1));
  EXPECT_THAT(euros.nets, SizeIs(1));
  EXPECT_THAT(euros.payments, SizeIs(1));
  EXPECT_THAT(own.arisen, SizeIs(1));
}

TEST_F(SettlementText, SaysWhatTheNodeKeptBack) {
  const KeepingBack keeping(view_, {state::RecordKind::Owed});

  const auto read = read_positions(keeping, consortium_, {});

  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->withheld);
  EXPECT_THAT(text_of(*read, consortium_), HasSubstr("an auditor sees it"));
  EXPECT_EQ(json_of(*read).at("withheld"), true);
}

TEST_F(SettlementText, FailsWhereTheCycleItselfIsKeptBack) {
  const KeepingBack keeping(view_, {state::RecordKind::Cycle});

  EXPECT_FALSE(read_positions(keeping, consortium_, {}).ok());
}

TEST_F(SettlementText, GivesProgramsTheLedgersNumbers) {
  const nlohmann::ordered_json json = json_of(positions());

  const auto& euros = json.at("cycles").at(0).at("currencies").at(0);
  EXPECT_EQ(json.at("cycles").at(0).at("cycle"), kCycle);
  EXPECT_EQ(euros.at("payments").at(1).at("drawn"), 400);
  EXPECT_EQ(euros.at("nets").at(0).at("net").get<std::int64_t>() +
                euros.at("nets").at(1).at("net").get<std::int64_t>() +
                euros.at("nets").at(2).at("net").get<std::int64_t>(),
            0);
  EXPECT_EQ(json.at("open").at(0).at("micro_units"), 980'000);
}

TEST_F(SettlementText, GivesSpreadsheetsARowForEachEntry) {
  const std::string csv = csv_of(positions(), consortium_);

  EXPECT_THAT(csv, HasSubstr("2817,ADVISED,EUR,payment,merchant-1,merchant-2,1234.56,,DISPUTED,"
                             "0.00,C2817-EUR-1-2\n"));
  EXPECT_THAT(csv, HasSubstr("2817,ADVISED,EUR,pair,merchant-1,merchant-2,1234.56,0.007891,,,\n"));
  EXPECT_THAT(csv, HasSubstr("2817,ADVISED,EUR,net,,merchant-2,1239.56,,,,\n"));
  EXPECT_THAT(csv, HasSubstr("2818,OPEN,EUR,arisen,merchant-1,merchant-2,0.980000,,,,\n"));
}

TEST_F(SettlementText, MeasuresExposureByItsCap) {
  const auto exposures = read_exposures(view_, consortium_, std::nullopt);

  ASSERT_TRUE(exposures.ok());
  ASSERT_THAT(exposures->debtors, SizeIs(1));
  EXPECT_EQ(exposures->debtors[0].total(), 1'000'000);
  EXPECT_EQ(exposures->debtors[0].used_ppm(), 250'000);
  const std::string text = text_of(*exposures, consortium_);
  EXPECT_THAT(text, HasSubstr("25.0%"));
  EXPECT_THAT(text, HasSubstr("SUSPENDED"));
  EXPECT_EQ(csv_of(*exposures, consortium_),
            "debtor,currency,state,owed,reserved,cap,used_ppm,collateral\n"
            "merchant-1,EUR,SUSPENDED,0.980000,0.020000,4.000000,250000,9.000000\n");
}

TEST_F(SettlementText, TakesTheCollateralForACapThatIsNotSet) {
  DebtorExposure debtor{kCafe, euro_, {std::nullopt, micro(2'000'000), micro(-5), micro(0)}};
  EXPECT_EQ(debtor.cap(), 2'000'000);
  EXPECT_EQ(debtor.used_ppm(), 0);

  debtor.exposure.collateral = micro(0);
  EXPECT_EQ(debtor.used_ppm(), std::nullopt);
}

TEST_F(SettlementText, ValuesWhatIsOutstandingAndSetsNoDebtOff) {
  const auto liabilities = read_liabilities(view_, kStart, consortium_, kCafe);

  ASSERT_TRUE(liabilities.ok());
  ASSERT_THAT(liabilities->issuers, SizeIs(1));
  EXPECT_EQ(liabilities->issuers[0].outstanding(), 1'010);
  EXPECT_EQ(liabilities->issuers[0].worth(), micro(8'080'000));
  EXPECT_EQ(csv_of(*liabilities, consortium_),
            "issuer,state,available,held,pending,outstanding,debt,currency,bid,worth\n"
            "merchant-1,SUSPENDED,700,200,110,1010,10,EUR,0.008,8.080000\n");
}

TEST_F(SettlementText, HasNoWorthWithoutAQuote) {
  const auto liabilities = read_liabilities(view_, kStart, consortium_, kBakery);

  ASSERT_TRUE(liabilities.ok());
  EXPECT_EQ(liabilities->issuers.at(0).worth(), std::nullopt);
}

}  // namespace
}  // namespace tally::app
