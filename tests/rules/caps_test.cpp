// Caps: which period counts, and what a standing remembers of them.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using test::a_campaign;
using test::bpts;
using test::date;
using test::given;
using test::local;
using test::Shop;
using test::spend;
using test::utc;
using testing::ElementsAre;
using testing::SizeIs;

const Timestamp kNoon = utc(date(2026, 3, 10), {11});

Shop with(std::vector<Campaign> campaigns) {
  Programme programme = bpts();
  programme.campaigns = std::move(campaigns);
  return Shop(programme);
}

TEST(Caps, OfPassedPeriodsAndEndedCampaignsAreForgotten) {
  Campaign daily = a_campaign("daily", "1");
  daily.cap_times = {{Period::Day, 1}};
  Campaign lasting = a_campaign("lasting", "1");
  lasting.cap_times = {{Period::Ever, 9}};
  Campaign june = a_campaign("over", "1");
  june.cap_times = {{Period::Ever, 9}};
  june.ends = local(date(2026, 3, 11));
  Shop shop = with({daily, lasting, june});
  MemberBefore member;
  shop.serve(member, spend(100, kNoon));
  ASSERT_THAT(member.standing.caps, SizeIs(3));

  // An enrolment asks none of them. One whose time is over may still get a later end.
  Occasion occasion;
  occasion.trigger = Trigger::Enrol;
  occasion.event_time = kNoon;
  occasion.block_time = utc(date(2026, 3, 20));
  shop.happen(member, occasion);
  EXPECT_THAT(member.standing.caps, SizeIs(2));
  june.state = CampaignState::Ended;
  with({daily, lasting, june}).happen(member, occasion);

  ASSERT_THAT(member.standing.caps, SizeIs(1));
  EXPECT_EQ(member.standing.caps[0].campaign, "lasting");
}

TEST(Caps, StandInTheOrderThatTheRecordAsksFor) {
  Campaign campaign = a_campaign("m", "5");
  campaign.cap_points = {{Period::Day, 50}, {Period::Ever, 500}};
  campaign.cap_times = {{Period::Day, 3}, {Period::Week, 9}};
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Week, 1'000}};
  Campaign first = a_campaign("a", "5");
  first.cap_times = {{Period::Year, 9}};
  programme.campaigns = {campaign, first};
  MemberBefore member;

  Shop(programme).serve(member, spend(100, kNoon));

  std::vector<std::tuple<std::string, Period, std::int64_t, std::uint64_t>> uses;
  for (const CapUse& use : member.standing.caps)
    uses.emplace_back(use.campaign, use.period, use.points.value(), use.times);
  EXPECT_THAT(
      uses, ElementsAre(std::tuple("", Period::Week, 11, 0U), std::tuple("a", Period::Year, 0, 1U),
                        std::tuple("m", Period::Day, 5, 1U), std::tuple("m", Period::Week, 0, 1U),
                        std::tuple("m", Period::Ever, 5, 0U)));
}

TEST(Caps, CountBlockTimeNotEventTime) {
  Campaign campaign = a_campaign("daily", "1");
  campaign.cap_times = {{Period::Day, 1}};
  Shop shop = with({campaign});
  MemberBefore member;
  ASSERT_EQ(given(shop.serve(member, spend(100, kNoon), kNoon), "daily"), 1);

  EXPECT_EQ(given(shop.serve(member, spend(100, kNoon), kNoon.plus(kDay)), "daily"), 1);
  EXPECT_EQ(given(shop.serve(member, spend(100, kNoon.plus(kDay)), kNoon.plus(kDay)), "daily"), 0);
}

}  // namespace
}  // namespace tally::rules
