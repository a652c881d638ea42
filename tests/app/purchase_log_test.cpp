// Logs of purchases, good ones and bad ones.
#include "app/purchase_log.h"

#include <gmock/gmock.h>

namespace tally::app {
namespace {

using testing::HasSubstr;

OrFaults<std::vector<Purchase>> cdnow(std::string_view text) {
  return purchases_from(text, LogFormat::Cdnow, ColumnMap(), "log.txt");
}

OrFaults<std::vector<Purchase>> csv(std::string_view text, const char* map) {
  return purchases_from(text, LogFormat::Csv, *column_map_from(map), "log.csv");
}

TEST(PurchaseLog, ReadsTheCdnowLayout) {
  const auto purchases = cdnow(" 00001 19970101  1   11.77\r\n 00002 19970112  5   77.00\r\n");

  ASSERT_TRUE(purchases);
  ASSERT_EQ(purchases->size(), 2U);
  EXPECT_EQ(purchases->at(0).customer, "00001");
  EXPECT_EQ(purchases->at(0).time, Timestamp(852'120'000'000));  // 1997-01-01T12:00:00Z
  EXPECT_EQ(purchases->at(1).total, (Decimal{7'700, 2}));
  EXPECT_EQ(purchases->at(1).row, 2U);
}

TEST(PurchaseLog, TakesTheFullIdWhereTheSampleHasTwo) {
  const auto purchases = cdnow(" 00021 0002 19970101  3   63.34\r\n");

  ASSERT_TRUE(purchases);
  EXPECT_EQ(purchases->at(0).customer, "00021");
  EXPECT_EQ(purchases->at(0).total, (Decimal{6'334, 2}));
}

TEST(PurchaseLog, NamesTheFirstBadLine) {
  const std::string good = " 00001 19970101  1   11.77\n";
  for (const char* bad :
       {"", "00001 19970101 1", "00001 19970231 1 1.00", "00001 19970101 x 1.00",
        "00001 19970101 1 -1.00", "00001 19970101 1 1.2.3", "x 19970101 1 1.00"}) {
    const auto purchases = cdnow(good + bad + "\n" + good);
    ASSERT_FALSE(purchases) << bad;
    EXPECT_EQ(purchases.error().front().where, "log.txt:2") << bad;
    EXPECT_EQ(purchases.error().size(), 1U);
  }
  EXPECT_FALSE(cdnow(""));
}

TEST(PurchaseLog, ReadsACsvByItsMap) {
  const auto purchases =
      csv("time,shop,card,category,amount,vat\n"
          "2025-01-01T07:57:30Z,grocer,\"C,1\",fresh,3.75,0.25\n",
          "member=card,merchant=shop,tax=vat");

  ASSERT_TRUE(purchases);
  EXPECT_EQ(purchases->at(0).merchant, "grocer");
  EXPECT_EQ(purchases->at(0).customer, "C,1");
  EXPECT_EQ(purchases->at(0).total, (Decimal{375, 2}));
  EXPECT_EQ(purchases->at(0).tax, (Decimal{25, 2}));
}

TEST(PurchaseLog, RefusesACsvThatDoesNotFitItsMap) {
  const auto no_column = csv("member,when,amount\na,2025-01-01,1\n", "");
  ASSERT_FALSE(no_column);
  EXPECT_THAT(no_column.error().front().got, HasSubstr("time"));
  EXPECT_EQ(no_column.error().front().where, "log.csv:1");

  const auto short_row = csv("member,time,amount\na,2025-01-01,1\nb,2025-01-01\n", "");
  ASSERT_FALSE(short_row);
  EXPECT_EQ(short_row.error().front().where, "log.csv:3");
}

TEST(PurchaseLog, RefusesMapsThatAreNotUnderstood) {
  for (const char* map : {"member", "member=", "colour=x", "member=a,member=b", "=x"})
    EXPECT_FALSE(column_map_from(map)) << map;
}

TEST(PurchaseLog, ReadsTimesWithTheirOffset) {
  EXPECT_EQ(*log_time_from("1970-01-02"), Timestamp(129'600'000));
  EXPECT_EQ(*log_time_from("19700102"), Timestamp(129'600'000));
  EXPECT_EQ(*log_time_from("1970-01-01T00:00:01.250Z"), Timestamp(1'250));
  EXPECT_EQ(*log_time_from("1970-01-01 02:00:00+01:30"), Timestamp(1'800'000));
  EXPECT_EQ(*log_time_from("1970-01-01T00:00-0100"), Timestamp(3'600'000));
}

TEST(PurchaseLog, RefusesTimesThatCouldMeanAnything) {
  for (const char* text :
       {"", "1997", "1970-01-01T00:00:00", "1970-13-01", "1970-02-29", "01.02.1970", "1969-12-31",
        "1970-01-01T24:00:00Z", "1970-01-01T00:00:60Z", "1970-01-01T00:00:00.Z", "1970-01-01Z",
        "1970-01-01T00:00:00+01:00", "1970-01-01T00:00:00Zx"})
    EXPECT_FALSE(log_time_from(text).ok()) << text;
}

}  // namespace
}  // namespace tally::app
