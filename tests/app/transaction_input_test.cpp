// Transactions as people write them.
#include "app/transaction_input.h"

#include <gmock/gmock.h>

namespace tally::app {
namespace {

using testing::HasSubstr;

constexpr const char* kMember = "00112233445566778899aabbccddeeff";
const TransactionDefaults kDefaults{MerchantId(7), Timestamp(5'000)};

std::string redeem(const std::string& points, const std::string& more = "") {
  return "{" + more + R"("redeem":{"programme":7,"member":")" + kMember +
         R"(","currency":"EUR","basket":"1000","points":")" + points + R"("}})";
}

OrFaults<std::vector<InputTransaction>> read(const std::string& text) {
  return transactions_from(text, "in.json", kDefaults);
}

TEST(TransactionInput, FillsInWhatWasLeftOut) {
  const auto inputs = read(redeem("100"));

  ASSERT_TRUE(inputs);
  ASSERT_EQ(inputs->size(), 1U);
  EXPECT_EQ(inputs->front().transaction.merchant, MerchantId(7));
  EXPECT_EQ(inputs->front().transaction.valid_until, Timestamp(5'000));
  EXPECT_EQ(inputs->front().transaction.request_id.size(), 16U);
  EXPECT_TRUE(inputs->front().made_request_id);
}

TEST(TransactionInput, KeepsWhatWasGiven) {
  const auto inputs = read(redeem(
      "100", R"("merchant":3,"request_id":"000102030405060708090a0b0c0d0e0f","valid_until":"9",)"));

  ASSERT_TRUE(inputs);
  EXPECT_EQ(inputs->front().transaction.merchant, MerchantId(3));
  EXPECT_EQ(inputs->front().transaction.valid_until, Timestamp(9));
  EXPECT_FALSE(inputs->front().made_request_id);
}

TEST(TransactionInput, ReadsOneALineOrOneOnManyLines) {
  const auto lines = read(redeem("1") + "\n\n" + redeem("2") + "\r\n");
  const auto spread = read("{\n  \"redeem\":\n" + redeem("1").substr(10));

  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->size(), 2U);
  EXPECT_EQ(lines->at(1).line, 3U);
  EXPECT_NE(lines->at(0).transaction.request_id, lines->at(1).transaction.request_id);
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->size(), 1U);
}

TEST(TransactionInput, NamesLineAndColumnOfWhatIsNoJson) {
  const auto inputs = read(redeem("1") + "\n" + redeem("2") + " {}\n");

  ASSERT_FALSE(inputs);
  EXPECT_THAT(inputs.error().front().where,
              HasSubstr("in.json:2:" + std::to_string(redeem("2").size() + 2)));
}

TEST(TransactionInput, NamesTheFieldThatMustNotBeSo) {
  struct Case {
    std::string text, what;
  };
  for (const Case& each :
       {Case{redeem("0"), "points"}, Case{redeem("-5"), "points"},
        Case{redeem("9223372036854775808"), "points"}, Case{redeem("9007199254740992"), "points"},
        Case{redeem("5", R"("colour":"red",)"), "colour"},
        Case{redeem("5", R"("merchant":1,"merchant":2,)"), "merchant"}, Case{"{}", "action"},
        Case{"[1]", "array"}, Case{"", "no transaction"}}) {
    const auto inputs = read(each.text);
    ASSERT_FALSE(inputs) << each.text;
    EXPECT_THAT(inputs.error().front().got, HasSubstr(each.what)) << each.text;
    EXPECT_EQ(inputs.error().front().kind.number, kBadInput.number);
  }
}

}  // namespace
}  // namespace tally::app
