// A second operator of the café's, for what one may not do alone.
#pragma once

#include "points/points_fixture.h"
#include "support/correction_builders.h"

#include <utility>

namespace tally::points {

class CorrectionsFixture : public PointsFixture {
 protected:
  CorrectionsFixture() {
    write([&](StateDelta& delta) {
      state::KeyRecord second = asking;
      second.key = second_operator.public_key();
      EXPECT_TRUE(state::put_key(delta, second).ok());
    });
  }

  /// Signed by the second operator too.
  template <typename Builder>
  Transaction by_two(Builder builder) {
    return builder.consented_by(second_operator, chain.id).build();
  }

  const crypto::PrivateKey second_operator = test::key_from_seed(4'711);
};

}  // namespace tally::points
