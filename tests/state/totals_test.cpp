// Totals: that what came into a programme is bounded in all, however it came.
#include <tally/state/programme_record.h>

#include "support/values.h"

#include <gtest/gtest.h>

namespace tally::state {
namespace {

using test::points;

TEST(Totals, WhatCameIsBoundedInAll) {
  Totals totals;
  ASSERT_TRUE(post(totals, LineKind::Earned, points(kPointsMax - 10)));
  ASSERT_TRUE(post(totals, LineKind::Held, points(kPointsMax - 10)));

  EXPECT_FALSE(post(totals, LineKind::ExchangedIn, points(11)))
      << "the hold's release could not be posted then";
  EXPECT_TRUE(post(totals, LineKind::ExchangedIn, points(10)));
  EXPECT_TRUE(post(totals, LineKind::Released, points(kPointsMax - 10)));
  EXPECT_FALSE(post(totals, LineKind::Opened, points(1)));
}

}  // namespace
}  // namespace tally::state
