// A trial gives what the rules give, member by member, and needs no ledger.
#include "app/trial_report.h"

#include "support/a_rule_set.h"
#include "support/places.h"

#include <gmock/gmock.h>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

#include "app/files.h"

namespace tally::app {
namespace {

using namespace tally::test;
using testing::HasSubstr;

const Timestamp kMonday = utc(date(2026, 3, 2), {11});

TrialPurchase bought(std::string customer, std::int64_t cents, int day = 0,
                     std::string merchant = "grocer") {
  const Timestamp at = kMonday.plus(days(static_cast<std::uint64_t>(day)));
  return {std::move(customer), std::move(merchant), spend(cents, at)};
}

Programme with_campaigns(std::vector<Campaign> campaigns) {
  Programme programme = bpts();
  programme.campaigns = std::move(campaigns);
  return programme;
}

TrialSummary summary_of(Programme programme, const std::vector<TrialPurchase>& purchases) {
  Trial trial(rule_set(std::move(programme)));
  for (const TrialPurchase& purchase : purchases)
    trial.serve(purchase);
  return trial.finish();
}

const RuleTally& rule(const TrialSummary& summary, std::string_view id) {
  const auto found = std::find_if(summary.rules.begin(), summary.rules.end(),
                                  [&](const RuleTally& each) { return each.id == id; });
  CHECK(found != summary.rules.end());
  return *found;
}

std::uint64_t reasons(const RuleTally& tally, RuleReason reason) {
  return tally.reasons.at(static_cast<std::size_t>(reason));
}

TEST(Trial, GivesEachMemberWhatItsPurchasesEarn) {
  Campaign first = a_campaign("first", "200", "m.purchases_total == 0");

  const TrialSummary summary =
      summary_of(with_campaigns({first}),
                 {bought("anna", 1'050), bought("bert", 2'000, 1), bought("anna", 3'000, 2)});

  EXPECT_EQ(summary.purchases, 3U);
  EXPECT_EQ(summary.total, 6'050);
  EXPECT_EQ(summary.points, 460U);
  EXPECT_EQ(summary.members.at("anna").points, 240U);
  EXPECT_EQ(summary.members.at("anna").by_rule, (std::vector<std::uint64_t>{40, 200}));
  EXPECT_EQ(rule(summary, "first").given, 2U);
  EXPECT_EQ(rule(summary, "first").members, 2U);
  EXPECT_EQ(reasons(rule(summary, "first"), RuleReason::NotMatched), 1U);
}

TEST(Trial, SpendsABudgetOnceForAllMembers) {
  Campaign campaign = a_campaign("ten", "10");
  campaign.budget = Budget{points(25), false};

  const TrialSummary summary = summary_of(
      with_campaigns({campaign}),
      {bought("anna", 100), bought("bert", 100), bought("carl", 100), bought("dora", 100)});

  EXPECT_EQ(rule(summary, "ten").points, 25U);
  EXPECT_EQ(rule(summary, "ten").budget_left, points(0));
  EXPECT_EQ(reasons(rule(summary, "ten"), RuleReason::Budget), 2U);
  EXPECT_EQ(rule(summary, "base").budget_left, std::nullopt);
}

TEST(Trial, EnrolsMembersAtTheirFirstPurchase) {
  Campaign sign_up = a_campaign("sign-up", "500", "", Trigger::Enrol);

  const TrialSummary summary =
      summary_of(with_campaigns({sign_up}), {bought("anna", 100), bought("anna", 100, 1)});

  EXPECT_EQ(rule(summary, "sign-up").given, 1U);
  EXPECT_EQ(summary.points, 502U);
}

TEST(Trial, RemembersCountersAndTiers) {
  Programme programme = with_campaigns({a_campaign("card", "100", "c.card_full")});
  programme.counters = {{"card", CounterKind::Stamps, Period::Day, 3, "", Posting::Earn, ""}};

  const TrialSummary summary =
      summary_of(programme, {bought("anna", 40'000), bought("anna", 40'000, 1),
                             bought("anna", 40'000, 2), bought("anna", 100, 600)});

  EXPECT_EQ(rule(summary, "card").given, 1U);
  EXPECT_EQ(summary.members.at("anna").tier, 1U);  // silver until the end of 2027
  EXPECT_EQ(summary_of(programme, {bought("anna", 120'000), bought("anna", 100, 800)})
                .members.at("anna")
                .tier,
            0U);
}

TEST(Trial, ActivatesPointsThatWait) {
  Programme programme =
      with_campaigns({a_campaign("back", "7", "m.activations_total == 1", Trigger::Activated)});
  programme.earn.pending = {false, days(14)};

  const TrialSummary summary =
      summary_of(programme, {bought("anna", 60'000), bought("anna", 60'000, 1)});

  EXPECT_EQ(rule(summary, "back").given, 1U);
  EXPECT_EQ(summary.members.at("anna").tier, 1U);  // both purchases together make 1,200
}

TEST(Trial, CountsOtherMerchantsForThoseWhoAsk) {
  Programme programme = with_campaigns({a_campaign("fly", "300", "has(c.air) && c.air <= 7")});
  programme.counters = {
      {"air", CounterKind::DaysSince, Period::Day, 0, "airline", Posting::Earn, ""}};

  const TrialSummary summary =
      summary_of(programme, {bought("anna", 100), bought("anna", 90'000, 1, "airline"),
                             bought("anna", 100, 3), bought("anna", 100, 30)});

  EXPECT_EQ(summary.elsewhere, 1U);
  EXPECT_EQ(summary.purchases, 3U);
  EXPECT_EQ(rule(summary, "fly").given, 1U);
}

TEST(Trial, TellsWhatItFound) {
  Campaign first = a_campaign("first", "200", "m.purchases_total == 0");
  first.budget = Budget{points(1'000), false};
  Programme programme = with_campaigns({first});
  programme.redeem.price_points = points(1);
  programme.redeem.price_money = money(1);
  const TrialSummary summary = summary_of(
      programme, {bought("anna", 1'050), bought("bert", 2'000, 1), bought("anna", 3'000, 2)});
  const TrialShown shown{programme, 2, 1};

  EXPECT_EQ(text_of(summary, shown),
            "3 purchases of 2 members, 2026-03-02 to 2026-03-04: 60.50 EUR, of which 60.50 EUR "
            "count\n"
            "460 points, worth 4.60 EUR: 7.60 % of what counts\n"
            "\n"
            "rule   times  points  members  budget left\n"
            "base   3      60      2\n"
            "first  2      400     2        600\n"
            "\n"
            "why less or nothing  asked  NOT_MATCHED\n"
            "base                 3      0\n"
            "first                3      1\n"
            "\n"
            "tier at the end  members\n"
            "BASE             2\n"
            "SILVER           0\n"
            "GOLD             0\n"
            "\n"
            "most points  purchases  total  points  tier\n"
            "anna         2          40.50  240     BASE\n");
  EXPECT_EQ(members_csv(summary, shown),
            "member,purchases,total,eligible,points,tier,base,first\n"
            "anna,2,4050,4050,240,BASE,40,200\n"
            "bert,1,2000,2000,220,BASE,20,200\n");
  EXPECT_THAT(json_of(summary, shown), HasSubstr(R"("points":460,"worth":460,)"));
  EXPECT_THAT(json_of(summary, shown), HasSubstr(R"("reasons":{"GIVEN":2,"NOT_MATCHED":1})"));
}

const std::string kData = test::shared_data();

TEST(Trial, ServesTheWholeOfCdnow) {
  const std::string path = kData + "/cdnow/CDNOW_master.txt";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const auto text = read_file(path, 1 << 30, kBadInput);
  ASSERT_TRUE(text);
  const auto rows = purchases_from(*text, LogFormat::Cdnow, {}, path);
  ASSERT_TRUE(rows);
  const auto purchases = purchases_for_trial(*rows, {"grocer", currency("EUR"), 2, true, {}}, path);
  ASSERT_TRUE(purchases);
  Programme programme =
      with_campaigns({a_campaign("first", "200", "m.purchases_total == 0"),
                      a_campaign("often", "muldiv(base.points, 1, 2)", "c.visits >= 3")});
  programme.counters = {{"visits", CounterKind::Visits, Period::Day, 90, "", Posting::Earn, ""}};
  std::uint64_t whole_euros = 0;
  for (const TrialPurchase& purchase : *purchases)
    whole_euros += static_cast<std::uint64_t>(purchase.earn.total.minor_units() / 100);

  const TrialSummary summary = summary_of(programme, *purchases);

  EXPECT_EQ(summary.purchases, 69'659U);
  EXPECT_EQ(summary.members.size(), 23'570U);
  EXPECT_EQ(summary.total, 250'031'563);
  EXPECT_EQ(rule(summary, "base").points, whole_euros);
  EXPECT_GE(rule(summary, "first").given, 23'570U - 80);
  EXPECT_GT(rule(summary, "often").given, 0U);
}

std::string unpacked(const std::string& path) {
  struct Close {
    void operator()(std::FILE* pipe) const { pclose(pipe); }
  };
  const std::string command = "gzip -dc '" + path + "'";
  const std::unique_ptr<std::FILE, Close> pipe(popen(command.c_str(), "r"));  // NOLINT: our path
  std::string text;
  std::array<char, 1 << 16> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    text.append(buffer.data(), size);
  return text;
}

/// The sample without its noise: lines without goods, and sums that are 0 but for their last bit.
struct Journey {
  std::string log;
  std::int64_t cents = 0;
  std::int64_t cents_of_groceries = 0;
  std::set<std::string> baskets;

  Journey(std::string_view text, const Articles& articles) {
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n') + 1);
      text.remove_prefix(line.size());
      const std::vector<std::string> fields = CsvReader(line).next().value().value().fields;
      const bool is_header = log.empty();
      if (fields[4] == "0" || fields[5].find('e') != std::string::npos) {
        if (!is_header) continue;
      }
      log += line;
      if (is_header) continue;
      const std::int64_t net =
          minor_units_from(decimal_from(fields[5]).value(), 2).value().minor_units();
      cents += net;
      baskets.insert(fields[2]);
      const auto article = articles.find(fields[3]);
      if (article != articles.end() && article->second.cats == std::vector<std::string>{"GROCERY"})
        cents_of_groceries += net;
    }
  }
};

TEST(Trial, ServesTheCompleteJourneyByAMapOfItsColumns) {
  const std::string folder = kData + "/completejourney";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  const auto articles =
      articles_from(unpacked(folder + "/products.csv.gz"),
                    {{"sku", "product_id"}, {"brand", "brand"}, {"cats", "department"}}, "p.csv");
  ASSERT_TRUE(articles);
  const Journey journey(unpacked(folder + "/transactions_sample.csv.gz"), *articles);
  const Columns map = {{"order", "basket_id"}, {"member", "household_id"},
                       {"net", "sales_value"}, {"time", "transaction_timestamp"},
                       {"sku", "product_id"},  {"qty", "quantity"},
                       {"store", "store_id"}};
  const auto purchases = baskets_from(journey.log, map, *articles,
                                      {"grocer", currency("EUR"), 2, true, {}}, "journey.csv");
  ASSERT_TRUE(purchases) << purchases.error().front().where << purchases.error().front().got;

  const TrialSummary summary = summary_of(
      with_campaigns({a_campaign("groceries", R"(lines.sum(l, "GROCERY" in l.cats, l.net))")}),
      *purchases);

  EXPECT_GT(summary.purchases, 46'000U);
  EXPECT_EQ(summary.purchases, journey.baskets.size());
  EXPECT_EQ(summary.total, journey.cents);
  EXPECT_EQ(rule(summary, "groceries").points,
            static_cast<std::uint64_t>(journey.cents_of_groceries));
  EXPECT_GT(journey.cents_of_groceries, 0);
}

}  // namespace
}  // namespace tally::app
