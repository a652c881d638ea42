// What a dry run warns of (design/rule-language.md §11).
#include <tally/rules/programme.h>

#include "support/builders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <functional>

namespace tally::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kDayMs = 86'400'000;

/// A programme that nobody warns of: points wait for the returns window.
std::vector<std::string> warned(const std::function<void(Programme&)>& change) {
  Programme programme = test::a_programme();
  programme.returns.window = Duration(30 * kDayMs);
  programme.earn.pending.span = Duration(30 * kDayMs);
  programme.groups = {{"first", 1, GroupMode::First}, {"all", 2, GroupMode::Stack}};
  programme.campaigns = {test::a_campaign("a"), test::a_campaign("b")};
  change(programme);
  EXPECT_TRUE(compile(programme).has_value());
  std::vector<std::string> lines;
  for (const Warning& warning : warnings(programme)) {
    EXPECT_FALSE(warning.why.empty());
    lines.push_back(warning.field + ": " + warning.what + "; " + warning.why);
  }
  return lines;
}

TEST(Warnings, AreSilentOfWhatIsWell) {
  EXPECT_THAT(warned([](Programme&) {}), IsEmpty());
}

TEST(Warnings, AreSilentOfWhatDoesNotCompile) {
  Programme programme = test::a_programme();
  programme.earn.base = "muldiv_up(tx.eligible, 1, 0)";

  EXPECT_THAT(warnings(programme), IsEmpty());
}

TEST(Warnings, Rul26TellOfEqualPrioritiesInAFirstGroup) {
  const auto both_in = [](const char* group, std::int32_t second, Trigger trigger) {
    return warned([&](Programme& p) {
      p.campaigns[0].group = p.campaigns[1].group = group;
      p.campaigns[1].priority = second;
      p.campaigns[1].trigger = trigger;
      p.campaigns[1].award = "1";
    });
  };

  EXPECT_THAT(both_in("first", 0, Trigger::Purchase),
              ElementsAre(HasSubstr("campaigns[1].priority: the same priority as \"a\"")));
  EXPECT_THAT(both_in("first", 1, Trigger::Purchase), IsEmpty());
  EXPECT_THAT(both_in("all", 0, Trigger::Purchase), IsEmpty());
  EXPECT_THAT(both_in("first", 0, Trigger::Activated), IsEmpty());
}

TEST(Warnings, Rul47TellOfEntriesThatStandTwice) {
  EXPECT_THAT(warned([](Programme& p) {
                p.earn.excluded_cats = {"x", "y", "x"};
              }),
              ElementsAre(HasSubstr("earn.excluded_cats: \"x\" stands twice")));
  EXPECT_THAT(warned([](Programme& p) {
                p.campaigns[0].stores = {"s", "s"};
              }),
              ElementsAre(HasSubstr("campaigns[0].stores: \"s\" stands twice")));
  EXPECT_THAT(warned([](Programme& p) {
                p.campaigns[0].funders = {{{FunderKind::Brand, "b"}, 1, 2},
                                          {{FunderKind::Brand, "b"}, 1, 2}};
              }),
              ElementsAre(HasSubstr("campaigns[0].funders: \"brand:b\" stands twice")));
}

TEST(Warnings, Rul49TellOfARoundingThatMakesSplittingPay) {
  for (const char* name : {"muldiv_up", "muldiv_half", "muldiv_even"}) {
    const std::string rule = std::string(name) + "(tx.eligible, 1, 100)";
    EXPECT_THAT(warned([&](Programme& p) { p.earn.base = rule; }),
                ElementsAre(HasSubstr("earn.base: it rounds up")));
    EXPECT_THAT(warned([&](Programme& p) { p.campaigns[1].award = "1 + " + rule; }),
                ElementsAre(HasSubstr("campaigns[1].award: it rounds up")));
  }
  EXPECT_THAT(warned([](Programme& p) { p.campaigns[1].when = "muldiv_up(tx.total, 1, 9) > 1"; }),
              IsEmpty());
}

TEST(Warnings, TellOfACampaignThatCanNeverMatch) {
  const auto when = [](const char* source) {
    return warned([&](Programme& p) { p.campaigns[0].when = source; });
  };

  EXPECT_THAT(when("1 > 2"), ElementsAre(HasSubstr("campaigns[0].when: it is false")));
  EXPECT_THAT(when("\"x\" in m.passes"), ElementsAre(HasSubstr("it asks for a pass")));
  EXPECT_THAT(when("tx.total > 5 && \"x\" in m.passes && true"),
              ElementsAre(HasSubstr("it asks for a pass")));
  EXPECT_THAT(when("tx.total > 5 || \"x\" in m.passes"), IsEmpty());
  EXPECT_THAT(when("!(\"x\" in m.passes)"), IsEmpty());
  EXPECT_THAT(when("\"x\" in m.segs"), IsEmpty());
  EXPECT_THAT(when("1 < 2"), IsEmpty());
  EXPECT_THAT(warned([](Programme& p) {
                p.campaigns[0].trigger = Trigger::TierUp;
                p.campaigns[0].award = "1";
              }),
              ElementsAre(HasSubstr("campaigns[0].trigger: TIER_UP without a second tier")));
  EXPECT_THAT(warned([](Programme& p) {
                p.campaigns[0].when = "false";
                p.campaigns[0].state = CampaignState::Ended;
              }),
              IsEmpty());
}

TEST(Warnings, TellOfPointsThatActivateBeforeTheyAreSafe) {
  const auto early = [](const std::function<void(Programme&)>& change) {
    return warned([&](Programme& p) {
      p.earn.pending.span = Duration(30 * kDayMs - 1);
      change(p);
    });
  };
  const auto tiers = [](Programme& p) { p.tiers.tiers = {{"BASE", Points()}}; };
  const auto counter = [](Programme& p) {
    p.counters = {{"n", CounterKind::Streak, Period::Day, 0, "", Posting::Earn, ""}};
  };

  EXPECT_THAT(early([](Programme&) {}), IsEmpty());
  EXPECT_THAT(early([](Programme& p) { p.transfer.enabled = true; }),
              ElementsAre(HasSubstr("with transfers")));
  EXPECT_THAT(early(tiers), ElementsAre(HasSubstr("with on_refund AT_REVIEW")));
  EXPECT_THAT(early([&](Programme& p) {
                tiers(p);
                p.tiers.immediate_on_refund = true;
              }),
              IsEmpty());
  EXPECT_THAT(early(counter),
              ElementsAre(HasSubstr("counters that do not post at ACTIVATION count it: \"n\"")));
  EXPECT_THAT(early([&](Programme& p) {
                counter(p);
                p.counters[0].post = Posting::Activation;
              }),
              IsEmpty());
  EXPECT_THAT(warned([&](Programme& p) {
                counter(p);
                tiers(p);
                p.transfer.enabled = true;
              }),
              IsEmpty());  // they wait long enough
  EXPECT_THAT(warned([&](Programme& p) {
                p.transfer.enabled = true;
                p.campaigns[1].pending = Pending{};
              }),
              ElementsAre(HasSubstr("campaigns[1].pending: points activate before")));
}

}  // namespace
}  // namespace tally::rules
