// JSON of transactions and receipts, as files and people have it.
#include <tally/edge/json.h>

#include "support/full_programme.h"

#include <gtest/gtest.h>

namespace tally::edge {
namespace {

using namespace tally::test;

constexpr std::string_view kEarn = R"({
  "merchant": 1,
  "request_id": "00000000000000000000000000000001",
  "valid_until": 1704070800000,
  "earn": {
    "programme": 1,
    "member": "00000000000000000000000000000001",
    "currency": "EUR",
    "total": 1000,
    "event_time": "1704067200000"
  }
})";

std::string with(std::string_view find, std::string_view replace) {
  std::string text(kEarn);
  return text.replace(text.find(find), find.size(), replace);
}

std::string error_of(std::string_view text) {
  const Result<Transaction> transaction = transaction_from_json(text);
  return transaction.ok() ? "accepted" : transaction.error().message;
}

TEST(Json, ReadsATransactionAsAPersonWritesIt) {
  const Result<Transaction> transaction = transaction_from_json(kEarn);

  ASSERT_TRUE(transaction.ok()) << transaction.error().message;
  EXPECT_EQ(*transaction, an_earn().build());
}

TEST(Json, WritesWhatItReads) {
  const Transaction basket =
      an_earn()
          .ref("birthday")
          .line({"4006381333931", "own", {"dairy"}, 2, money(500), money(35)})
          .build();
  const Transaction transactions[] = {
      basket,
      an_attest().build(),
      a_segment().add(member(1)).build(),
      a_publication().programme(a_full_programme()).build(),
      a_campaign_change().add(a_full_campaign()).build(),
      a_campaign_change().change(CampaignChange::End, "ten").build(),
      a_hold().by_card(card(7)).ttl(kHour).build(),
      a_void().build(),
      a_reverse().line({1, 1, money(500), money(35)}).build(),
      a_recovery().cancel().build(),
      an_adjust_bulk().with(member(1), 5).build(),
  };

  for (const Transaction& transaction : transactions) {
    for (const bool readable : {true, false}) {
      const Result<Transaction> back =
          transaction_from_json(transaction_to_json(transaction, readable));

      ASSERT_TRUE(back.ok()) << back.error().message;
      EXPECT_EQ(*back, transaction);
    }
  }
}

TEST(Json, RefusesWhatIsNotThereByName) {
  const std::string unknown = error_of(with("\"total\"", "\"totl\""));
  EXPECT_NE(unknown.find("totl"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("earn"), std::string::npos) << unknown;

  EXPECT_EQ(error_of(with("\"total\": 1000,", "")),
            "earn.total: got nothing; expected minor units, 0 or above");
}

TEST(Json, RefusesWhatIsNotOneTransaction) {
  EXPECT_NE(error_of(""), "accepted");
  EXPECT_NE(error_of("[]"), "accepted");
  EXPECT_NE(error_of("{} {}"), "accepted");
  EXPECT_NE(error_of(std::string(kEarn) + std::string(kEarn)), "accepted");
  EXPECT_NE(error_of(kEarn.substr(0, 100)), "accepted");
  EXPECT_NE(error_of(std::string(100'000, '[')), "accepted");
}

TEST(Json, RefusesNumbersThatAreNotWholeOrNotInRange) {
  EXPECT_NE(error_of(with("1000", "10.5")), "accepted");
  EXPECT_NE(error_of(with("1000", "9223372036854775808")), "accepted");
  EXPECT_NE(error_of(with("1704070800000", "-1")), "accepted");
  EXPECT_EQ(error_of(with("1000", "-1")), "earn.total: got -1; expected 0 to 9007199254740991");
}

TEST(Json, RefusesWhatCheckFormRefuses) {
  const std::string transfer = transaction_to_json(a_transfer().to(member(1)).build(), true);
  const std::string phone = transaction_to_json(an_earn().ref("4912345678").build(), true);

  EXPECT_EQ(error_of(transfer).substr(0, 3), "to:");
  EXPECT_EQ(error_of(phone), "ref: got digits alone; expected a letter in it, no PERSONAL_DATA");
}

TEST(Json, ShowsNoControlCharactersOfABadFile) {
  const std::string error = error_of(with("\"EUR\"", "\x1b[31m"));

  EXPECT_EQ(error.find('\x1b'), std::string::npos);
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

TEST(Json, ShowsAnAnswerWithNameNumberAndZeroes) {
  Receipt receipt;
  receipt.kind = ActionKind::Redeem;
  receipt.outcome = Outcome::InsufficientAvailable;

  const std::string text = answer_to_json(receipt, true, false);

  EXPECT_NE(text.find("\"outcome\":\"INSUFFICIENT_AVAILABLE\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"outcome_number\":50"), std::string::npos) << text;
  EXPECT_NE(text.find("\"value\":\"0\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"replayed\":true"), std::string::npos) << text;
}

TEST(Json, ShowsWhatBecameOfEachRule) {
  Receipt receipt;
  receipt.rules = full_rule_results();
  receipt.facts = full_rule_facts();

  const std::string text = answer_to_json(receipt, true, false);

  EXPECT_NE(text.find("\"reason\":\"RULE_REASON_BUDGET\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"segments\":[\"founders-2026\",\"staff\"]"), std::string::npos) << text;
}

}  // namespace
}  // namespace tally::edge
