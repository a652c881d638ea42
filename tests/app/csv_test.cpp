// RFC 4180, record by record.
#include "app/csv.h"

#include <gmock/gmock.h>

namespace tally::app {
namespace {

using testing::ElementsAre;

std::vector<std::vector<std::string>> all_of(std::string_view text) {
  CsvReader reader(text);
  std::vector<std::vector<std::string>> records;
  while (true) {
    const auto record = reader.next();
    EXPECT_TRUE(record.ok());
    if (!record.ok() || !record->has_value()) return records;
    records.push_back((*record)->fields);
  }
}

TEST(Csv, ReadsRecordsOfBothLineEnds) {
  EXPECT_THAT(all_of("a,b\r\n1,2\n3,"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2"), ElementsAre("3", "")));
}

TEST(Csv, ReadsQuotedFieldsWithCommasQuotesAndLineEnds) {
  EXPECT_THAT(all_of("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",x\n"),
              ElementsAre(ElementsAre("a,b", "say \"hi\""), ElementsAre("two\nlines", "x")));
}

TEST(Csv, SkipsAByteOrderMark) {
  EXPECT_THAT(all_of("\xef\xbb\xbfname\nx\n"), ElementsAre(ElementsAre("name"), ElementsAre("x")));
}

TEST(Csv, CountsLinesAlsoInsideQuotes) {
  CsvReader reader("\"one\ntwo\",a\nthree,b\n");

  ASSERT_TRUE(reader.next().ok());
  const auto second = reader.next();

  EXPECT_EQ((*second)->line, 3U);
}

TEST(Csv, RefusesQuotesWhereNoneMayStand) {
  for (const char* text : {"a\"b,c\n", "\"a\"b,c\n", "\"never closed\n"}) {
    CsvReader reader(text);
    EXPECT_FALSE(reader.next().ok()) << text;
  }
}

TEST(Csv, WritesWhatItReads) {
  const std::vector<std::string> fields = {"plain", "", "a,b", "say \"hi\"", "two\nlines"};

  EXPECT_EQ(csv_line(fields), "plain,,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\n");
  EXPECT_THAT(all_of(csv_line(fields)), ElementsAre(fields));
}

}  // namespace
}  // namespace tally::app
