// Records of quotes and rates, written and read.
#include <tally/state/quote.h>

#include "support/memory_view.h"
#include "support/values.h"

#include <gtest/gtest.h>

namespace tally::state {
namespace {

constexpr MerchantId kIssuer{1};
constexpr MerchantId kOther{2};

Quote a_quote(std::int64_t bid, std::uint64_t from, std::uint64_t until) {
  return {test::currency("EUR"), bid, bid + 400, test::points(10), Timestamp(from),
          Timestamp(until)};
}

TEST(QuoteRecord, ComesBackAsItWasWritten) {
  test::MemoryView view;
  const QuoteRecord record{a_quote(8'000, 100, 900), a_quote(7'000, 300, 800)};
  StateDelta delta(view);
  ASSERT_TRUE(put_quotes(delta, kIssuer, record).ok());

  EXPECT_EQ(find_quotes(delta, kIssuer).value(), record);
  EXPECT_EQ(find_quotes(delta, kOther).value(), QuoteRecord());
}

TEST(QuoteRecord, TheNextOneTakesEffectAtItsTime) {
  const QuoteRecord record{a_quote(8'000, 100, 900), a_quote(7'000, 300, 800)};

  EXPECT_EQ(record.in_force(Timestamp(99)), nullptr);
  EXPECT_EQ(record.in_force(Timestamp(100))->bid, 8'000);
  EXPECT_EQ(record.in_force(Timestamp(299))->bid, 8'000);
  EXPECT_EQ(record.in_force(Timestamp(300))->bid, 7'000);
  EXPECT_EQ(record.in_force(Timestamp(800)), nullptr) << "the last one does not come back";
  EXPECT_EQ(record.effective(Timestamp(900))->bid, 7'000);
}

TEST(QuoteRecord, RefusesBytesThatAreNoQuote) {
  test::MemoryView view;
  StateDelta delta(view);
  Quote crossed = a_quote(8'000, 100, 900);
  crossed.ask = 7'999;
  ASSERT_TRUE(put_quotes(delta, kIssuer, {crossed, std::nullopt}).ok());

  EXPECT_EQ(find_quotes(delta, kIssuer).error().code, ErrorCode::Corrupt);
}

TEST(BilateralRate, ComesBackUntilItHasRunOut) {
  test::MemoryView view;
  StateDelta delta(view);
  const BilateralRate rate{Rate::from(2, 3).value(), Timestamp(500)};
  ASSERT_TRUE(put_rate(delta, kIssuer, kOther, rate).ok());

  EXPECT_EQ(find_rate(delta, kIssuer, kOther, Timestamp(499)).value(), rate);
  EXPECT_EQ(find_rate(delta, kIssuer, kOther, Timestamp(500)).value(), std::nullopt);
  EXPECT_EQ(find_rate(delta, kOther, kIssuer, Timestamp(0)).value(), std::nullopt);
}

}  // namespace
}  // namespace tally::state
