// Baskets from lines, good ones and bad ones.
#include "app/trial_log.h"

#include "support/values.h"

#include <gmock/gmock.h>

namespace tally::app {
namespace {

using namespace tally::test;
using testing::HasSubstr;

TrialScope scope() {
  return {"grocer", currency("EUR"), 2, true, {"gift-card"}};
}

OrFaults<std::vector<TrialPurchase>> lines(std::string_view text, const Columns& columns = {},
                                           const Articles& articles = {},
                                           const TrialScope& in = scope()) {
  return baskets_from(text, columns, articles, in, "log.csv");
}

const std::string kHeader = "order,member,time,net,tax,sku,brand,cats,qty,store\n";

TEST(TrialLog, PutsTheLinesOfAnOrderTogether) {
  const auto baskets = lines(kHeader +
                             "b,anna,2026-03-03T10:00:00Z,1.00,0.20,s1,own,dairy|milk,2,north\n"
                             "a,bert,2026-03-03T09:00:00Z,5,,,,,,\n"
                             "b,anna,2026-03-03T10:00:00Z,2.50,0.50,s2,,,,north\n");

  ASSERT_TRUE(baskets);
  ASSERT_EQ(baskets->size(), 2U);
  EXPECT_EQ(baskets->at(0).customer, "bert");
  const Earn& earn = baskets->at(1).earn;
  EXPECT_EQ(baskets->at(1).merchant, "grocer");
  EXPECT_EQ(earn.total, money(420));
  EXPECT_EQ(earn.tax, money(70));
  EXPECT_EQ(earn.store, "north");
  ASSERT_EQ(earn.lines.size(), 2U);
  EXPECT_EQ(earn.lines[0], (BasketLine{"s1", "own", {"dairy", "milk"}, 2, money(100), money(20)}));
  EXPECT_EQ(earn.lines[1].quantity, 1);
}

TEST(TrialLog, TakesWhatALineDoesNotSayFromTheArticles) {
  const auto articles =
      articles_from("article,brand,cats\ns1,own,dairy\n", {{"sku", "article"}}, "articles.csv");
  ASSERT_TRUE(articles);

  const auto baskets = lines("order,card,time,net,article\na,anna,2026-03-03,1.00,s1\n",
                             {{"member", "card"}, {"sku", "article"}}, *articles);

  ASSERT_TRUE(baskets);
  EXPECT_EQ(baskets->at(0).earn.lines.at(0).brand, "own");
  EXPECT_EQ(baskets->at(0).earn.lines.at(0).cats, std::vector<std::string>{"dairy"});
}

TEST(TrialLog, SendsTotalsWhereTheProgrammeKeepsNoLines) {
  TrialScope totals = scope();
  totals.lines = false;

  const auto baskets = lines(kHeader +
                                 "a,anna,2026-03-03,10.00,1.00,,,gift-card,,\n"
                                 "a,anna,2026-03-03,5.00,1.00,,,dairy,,\n",
                             {}, {}, totals);

  ASSERT_TRUE(baskets);
  const Earn& earn = baskets->at(0).earn;
  EXPECT_TRUE(earn.lines.empty());
  EXPECT_EQ(earn.total, money(1'700));
  EXPECT_EQ(earn.excluded, money(1'000));
}

TEST(TrialLog, NamesTheFirstBadRow) {
  const std::string good = kHeader + "a,anna,2026-03-03,1.00,,,,,,\n";
  const std::string long_name(33, 'x');
  for (const auto& [row, what] :
       {std::pair<std::string, const char*>{"b,anna,yesterday,1,,,,,,", "time"},
        {"b,anna,2026-03-03,-1,,,,,,", "net"},
        {"b,anna,2026-03-03,1.001,,,,,,", "net"},
        {"b,anna,2026-03-03,1,x,,,,,", "tax"},
        {"b,anna,2026-03-03,1,,,,,0,", "qty"},
        {"b,anna,2026-03-03,1,,,,,1.5,", "qty"},
        {"b,anna,2026-03-03,1,," + long_name + ",,,,", "sku"},
        {"b,anna,2026-03-03,1,,," + long_name + ",,,", "brand"},
        {"b,anna,2026-03-03,1,,,,a|b|c|d|e|f|g|h|i,,", "cats"},
        {",anna,2026-03-03,1,,,,,,", "order"},
        {"b,,2026-03-03,1,,,,,,", "member"},
        {"a,bert,2026-03-03,1,,,,,,", "the order began with"},
        {"b,anna,2026-03-03,1", "columns"}}) {
    const auto baskets = lines(good + row + "\n" + row + "\n");
    ASSERT_FALSE(baskets) << row;
    ASSERT_EQ(baskets.error().size(), 1U);
    EXPECT_EQ(baskets.error().front().where, "log.csv:3") << row;
    EXPECT_THAT(baskets.error().front().got, HasSubstr(what)) << row;
  }
}

TEST(TrialLog, AsksForItsColumns) {
  EXPECT_THAT(lines("order,member,time\n").error().front().got, HasSubstr("no column \"net\""));
  EXPECT_THAT(lines(kHeader, {{"store", "shop"}}).error().front().got,
              HasSubstr("no column \"shop\""));
  EXPECT_THAT(lines(kHeader).error().front().got, HasSubstr("no purchase"));
}

TEST(TrialLog, SortsTotalsByTime) {
  std::vector<Purchase> purchases(2);
  purchases[0] = {1, 1, "", "anna", utc(2026, 3, 4), Decimal{1, 0}, {}, {}};
  purchases[1] = {2, 2, "airline", "bert", utc(2026, 3, 3), Decimal{150, 2}, {}, {}};

  const auto found = purchases_for_trial(purchases, scope(), "log.txt");

  ASSERT_TRUE(found);
  EXPECT_EQ(found->at(0).merchant, "airline");
  EXPECT_EQ(found->at(0).earn.total, money(150));
  EXPECT_EQ(found->at(1).merchant, "grocer");
}

}  // namespace
}  // namespace tally::app
