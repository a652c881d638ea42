// What each kind of line moves, against the table of double entry.
#include <gtest/gtest.h>
#include <tally/model/receipt.h>

namespace tally {
namespace {

constexpr auto kFirst = static_cast<int>(LineKind::Earned);
constexpr auto kLast = static_cast<int>(LineKind::ExchangedIn);

/// All accounts but the sources, ISSUED and EXCHANGED_IN; the memo of what is unrecovered stands
/// outside (loyalty §3).
int sum_of(const Movement& m) {
  return m.available + m.held + m.pending - m.debt + m.redeemed + m.expired + m.fees + m.clawed +
         m.forfeited + m.exchanged_out;
}

/// What of two kinds that stand in pairs stays in all accounts together.
int left_over(LineKind out, LineKind in) {
  const Movement a = movement_of(out);
  const Movement b = movement_of(in);
  return std::abs(a.available + b.available) + std::abs(a.pending + b.pending) +
         std::abs(a.debt + b.debt) + std::abs(sum_of(a) + sum_of(b)) + std::abs(a.issued) +
         std::abs(b.issued);
}

bool is_of_a_pair(LineKind kind) {
  return kind == LineKind::Sent || kind == LineKind::Received ||
         (kind >= LineKind::LeftAvailable && kind <= LineKind::JoinedDebt);
}

TEST(Movement, BalancesAgainstWhatIsIssued) {
  for (int i = kFirst; i <= kLast; ++i) {
    const auto kind = static_cast<LineKind>(i);
    if (is_of_a_pair(kind)) continue;
    const Movement m = movement_of(kind);
    EXPECT_EQ(sum_of(m), m.issued + m.exchanged_in) << i;
  }
}

TEST(Movement, BalancesInPairs) {
  EXPECT_EQ(left_over(LineKind::Sent, LineKind::Received), 0);
  EXPECT_EQ(left_over(LineKind::LeftAvailable, LineKind::JoinedAvailable), 0);
  EXPECT_EQ(left_over(LineKind::LeftPending, LineKind::JoinedPending), 0);
  EXPECT_EQ(left_over(LineKind::LeftDebt, LineKind::JoinedDebt), 0);
  EXPECT_NE(left_over(LineKind::Sent, LineKind::JoinedPending), 0);
}

TEST(Movement, MovesAtLeastOneAccountUnlessOnlyADateMoves) {
  for (int i = kFirst; i <= kLast; ++i) {
    const Movement m = movement_of(static_cast<LineKind>(i));
    const bool moves = m.available != 0 || m.held != 0 || m.pending != 0 || m.debt != 0 ||
                       m.redeemed != 0 || m.unrecovered != 0;
    EXPECT_EQ(moves, static_cast<LineKind>(i) != LineKind::Extended) << i;
  }
}

TEST(Movement, SettlesADebtFromWhatBecameAvailable) {
  const Movement m = movement_of(LineKind::Settled);

  EXPECT_EQ(m.available, -1);
  EXPECT_EQ(m.debt, -1);
}

TEST(Movement, TakesWhatIsNotThereAsDebtAndWritesItOffAsUnrecovered) {
  const Movement owed = movement_of(LineKind::Owed);
  const Movement off = movement_of(LineKind::WrittenOff);

  EXPECT_EQ(owed.debt, 1);
  EXPECT_EQ(owed.clawed, 1);
  EXPECT_EQ(off.debt, -1);
  EXPECT_EQ(off.clawed, -1);
  EXPECT_EQ(off.unrecovered, 1);
  EXPECT_EQ(movement_of(LineKind::Unrecovered).unrecovered, 1);
}

TEST(Movement, TakesACaptureFromTheHold) {
  EXPECT_EQ(movement_of(LineKind::Captured).held, -1);
  EXPECT_EQ(movement_of(LineKind::Captured).redeemed, 1);
  EXPECT_EQ(movement_of(LineKind::Released).held, -1);
  EXPECT_EQ(movement_of(LineKind::Released).available, 1);
}

TEST(Movement, OfAnExchangeComesFromTheOtherProgrammeAndGoesThere) {
  const Movement out = movement_of(LineKind::ExchangedOut);
  const Movement in = movement_of(LineKind::ExchangedIn);

  EXPECT_EQ(out.available, -1);
  EXPECT_EQ(out.exchanged_out, 1);
  EXPECT_EQ(in.available, 1);
  EXPECT_EQ(in.exchanged_in, 1);
  EXPECT_EQ(in.issued, 0) << "nothing was issued here";
}

}  // namespace
}  // namespace tally
