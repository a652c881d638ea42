// PublishProgramme: versions in order, from a height on.
#include <tally/base/limits.h>

#include "points/points_fixture.h"

namespace tally::points {
namespace {

using test::a_publication;

class Publishing : public PointsFixture {
 protected:
  Outcome publication(const test::PublicationBuilder& builder) {
    return run<PublishProgramme>(builder.build());
  }
  std::uint32_t version_at(std::uint64_t height) const {
    return state::programme_in_force(view, test::kCafe, Height(height)).value()->version;
  }
};

TEST_F(Publishing, TakesTheNextVersionOnly) {
  EXPECT_EQ(publication(a_publication().version(1)), Outcome::VersionNotNext);
  EXPECT_EQ(publication(a_publication().version(3)), Outcome::VersionNotNext);
  EXPECT_EQ(publication(a_publication().version(2)), Outcome::Accepted);
  EXPECT_EQ(publication(a_publication().by(test::kBakery).version(1)), Outcome::Accepted);
}

TEST_F(Publishing, IsInForceFromTheNextBlockOn) {
  ASSERT_EQ(publication(a_publication().version(2)), Outcome::Accepted);

  EXPECT_EQ(version_at(2), 1U);
  EXPECT_EQ(version_at(3), 2U);
}

TEST_F(Publishing, WaitsForItsHeight) {
  EXPECT_EQ(publication(a_publication().version(2).active_from(Height(2))),
            Outcome::HeightNotAllowed);
  ASSERT_EQ(publication(a_publication().version(2).active_from(Height(9))), Outcome::Accepted);

  EXPECT_EQ(version_at(8), 1U);
  EXPECT_EQ(version_at(9), 2U);
}

TEST_F(Publishing, LetsFewVersionsWaitAndTheProgrammeBeChangedAllTheSame) {
  std::uint32_t version = 2;
  const auto ahead = [&] { return a_publication().version(version).active_from(Height(1 << 30)); };
  for (; version <= 9; ++version)
    ASSERT_EQ(publication(ahead()), Outcome::Accepted) << version;

  EXPECT_EQ(publication(ahead()), Outcome::HeightNotAllowed) << "each earn looks through them all";
  for (; version <= 17; ++version)
    ASSERT_EQ(publication(a_publication().version(version)), Outcome::Accepted) << version;
  EXPECT_EQ(publication(a_publication().version(version)), Outcome::HeightNotAllowed)
      << "within one block they wait, too";
  EXPECT_EQ(version_at(3), 17U);
}

TEST_F(Publishing, NeedsACurrencyOfTheConsortium) {
  Programme programme = test::a_programme();
  programme.currency = test::currency("USD");

  EXPECT_EQ(publication(a_publication().version(2).programme(programme)),
            Outcome::CurrencyNotAccepted);
}

TEST_F(Publishing, RefusesAMerchantThatIsNotThere) {
  EXPECT_EQ(publication(a_publication().by(MerchantId(99))), Outcome::UnknownMerchant);
}

TEST_F(Publishing, RefusesRulesThatCannotBe) {
  Programme programme = test::a_programme();
  programme.redeem.step = Points();

  EXPECT_EQ(publication(a_publication().version(2).programme(programme)), Outcome::BadEnvelope);
}

TEST(Reasons, HaveOutcomesOfTheirNames) {
  for (auto number = static_cast<std::uint8_t>(rules::Reason::NoDouble);
       number <= static_cast<std::uint8_t>(rules::Reason::WindowTooLong); ++number) {
    const auto outcome = outcome_from(static_cast<std::uint16_t>(100 + number));
    ASSERT_TRUE(outcome.has_value()) << int{number};
    EXPECT_EQ(name_of(*outcome), name_of(static_cast<rules::Reason>(number)));
  }
}

TEST_F(Publishing, RefusesMoreCampaignsOfOneTriggerThanMayRun) {
  Programme programme = test::a_programme();
  for (std::size_t i = 0; i <= limits::kTriggerCampaignsMax; ++i)
    programme.campaigns.push_back(test::a_campaign("c" + std::to_string(100 + i), "1"));

  EXPECT_EQ(publication(a_publication().version(2).programme(programme)),
            Outcome::TooManyCampaigns);
}

}  // namespace
}  // namespace tally::points
