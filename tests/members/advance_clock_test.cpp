// AdvanceClock: on development chains, forward only, never past the end of time.
#include <tally/members/members.h>

#include "support/domain_fixture.h"

namespace tally::members {
namespace {

class Advancing : public test::DomainFixture {
 protected:
  Outcome advance(Duration by) {
    const Transaction transaction = test::an_advance_clock().by_time(by).build();
    const auto& action = std::get<AdvanceClock>(transaction.action);
    const TransactionContext where = context(transaction);
    StateDelta delta(view);
    Receipt receipt;
    const Outcome claimed = preclaim(action, where, view).value();
    if (claimed != Outcome::Accepted) return claimed;
    EXPECT_EQ(apply(action, where, delta, receipt).value(), Outcome::Accepted);
    view.commit(delta, Height(1));
    return Outcome::Accepted;
  }
  void put(const state::ClockRecord& clock) {
    write([&](StateDelta& delta) { EXPECT_TRUE(state::put_clock(delta, clock).ok()); });
  }
  Duration offset() const { return state::clock(view)->offset; }
};

TEST_F(Advancing, AddsUp) {
  EXPECT_EQ(advance(kHour), Outcome::Accepted);
  EXPECT_EQ(advance(kDay), Outcome::Accepted);

  EXPECT_EQ(offset(), Duration(kHour.milliseconds() + kDay.milliseconds()));
}

TEST_F(Advancing, IsNotEnabledElsewhere) {
  put({.development = false, .offset = Duration()});

  EXPECT_EQ(advance(kHour), Outcome::NotEnabled);
  EXPECT_EQ(offset(), Duration());
}

TEST_F(Advancing, StopsFarFromTheEndOfTime) {
  const std::uint64_t most = ~std::uint64_t{0} / 4;
  put({.development = true, .offset = Duration(most - 1)});

  EXPECT_EQ(advance(Duration(2)), Outcome::AmountOverflow);
  EXPECT_EQ(advance(Duration(~std::uint64_t{0})), Outcome::AmountOverflow);
  EXPECT_EQ(advance(Duration(1)), Outcome::Accepted);
}

}  // namespace
}  // namespace tally::members
