// Explanations at the front door: the right transaction, the right version, to the right people.
#include <tally/edge/translate.h>

#include "api/door_client.h"

#include <gmock/gmock.h>

namespace tally::api {
namespace {

using namespace tally::test;
using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

/// Version 2 gives 200 points for a first purchase. Members 1 and 2 have bought in one block.
class Explain : public testing::Test {
 protected:
  Explain() : till_(node_, node_.terminal) {
    Programme programme = a_programme();
    Campaign first = a_campaign("first", "200");
    first.title = "First purchase";
    first.when = "m.purchases_total == 0";
    programme.campaigns = {first};
    programme.transfer.enabled = true;
    node_.execute({a_publication()
                       .programme(programme)
                       .version(2)
                       .request(100)
                       .valid_until(node_.soon())
                       .build()});
    node_.execute({earn(1, 1, 1'000), earn(2, 2, 2'000), earn(3, 1, 3'050)});
  }

  [[nodiscard]] Transaction earn(std::uint64_t request, std::uint64_t of,
                                 std::int64_t total) const {
    return an_earn()
        .of(member(of))
        .total(total)
        .request(request)
        .event_time(node_.ledger_time())
        .valid_until(node_.soon())
        .build();
  }
  static auto explain(const DoorClient& client, std::uint64_t request) {
    v1::GetReceiptRequest message;
    message.set_merchant(kCafe.value());
    message.set_request_id(to_hex(id_bytes(request)));
    return client.call(client.ledger, &v1::Ledger::Stub::Explain, message);
  }

  TestNode node_;
  DoorClient till_;
};

TEST_F(Explain, TellsAPurchaseInWordsAndAsData) {
  const auto called = explain(till_, 3);

  ASSERT_EQ(called.code, StatusCode::OK) << called.message;
  const v1::Explanation& explained = called.response;
  ASSERT_EQ(explained.lines_size(), 4);
  EXPECT_EQ(explained.lines(0), "30 points in all.");
  EXPECT_EQ(explained.lines(1), "Base: 30 points: 1 for each full 1.00 of 30.50.");
  EXPECT_EQ(explained.lines(2),
            "First purchase gave nothing: its condition does not hold: m.purchases_total == 0; "
            "m.purchases_total = 1.");
  EXPECT_THAT(explained.lines(3), HasSubstr("They can be used until "));
  EXPECT_TRUE(explained.agrees());
  EXPECT_EQ(explained.programme_version(), 2U);
  ASSERT_EQ(explained.rules_size(), 2);
  const v1::ExplainedRule& first = explained.rules(1);
  EXPECT_THAT(first.failed(), ElementsAre(v1::CONDITION_WHEN));
  ASSERT_EQ(first.when().reads_size(), 1);
  EXPECT_EQ(first.when().reads(0).name(), "m.purchases_total");
  EXPECT_EQ(first.when().reads(0).number(), 1);
  EXPECT_EQ(first.line(), explained.lines(2));
}

TEST_F(Explain, FindsTheTransactionAmongOthersAndBehindWhatFellDue) {
  EXPECT_EQ(explain(till_, 1).response.eligible().total(), 1'000);
  EXPECT_EQ(explain(till_, 2).response.eligible().total(), 2'000);

  node_.execute({an_advance_clock()
                     .by_time(Duration(800 * kDay.milliseconds()))
                     .request(50)
                     .valid_until(node_.soon())
                     .build()});
  // The advance counts from the next block on: this one comes too late, and lets lots expire.
  node_.execute({earn(54, 1, 6'000)});
  node_.execute({an_enrol().of(member(9)).request(51).valid_until(node_.soon()).build()});
  node_.execute({earn(52, 9, 4'000), earn(53, 1, 5'000)});

  const auto behind = explain(till_, 52);
  ASSERT_EQ(behind.code, StatusCode::OK) << behind.reason << behind.message;
  EXPECT_EQ(behind.response.eligible().total(), 4'000);
  EXPECT_EQ(explain(till_, 53).response.eligible().total(), 5'000);
  EXPECT_EQ(explain(till_, 2).response.lines(0), "220 points in all.");
  const auto enrolled = explain(till_, 51);
  ASSERT_EQ(enrolled.code, StatusCode::OK) << enrolled.reason << enrolled.message;
  EXPECT_EQ(enrolled.response.trigger(), v1::TRIGGER_ENROL);
}

TEST_F(Explain, AnswersThoseAloneWhoMayKnow) {
  const DoorClient device(node_, node_.member_device);
  const DoorClient auditor(node_, node_.auditor);
  const DoorClient stranger(node_, node_.stranger);

  EXPECT_EQ(explain(device, 1).code, StatusCode::OK);
  EXPECT_EQ(explain(device, 2).reason, "UNKNOWN_REQUEST");
  EXPECT_EQ(explain(auditor, 2).code, StatusCode::OK);
  EXPECT_EQ(explain(stranger, 1).reason, "UNKNOWN_KEY");
  EXPECT_EQ(explain(till_, 777).reason, "UNKNOWN_REQUEST");
  EXPECT_EQ(explain(till_, 100).code, StatusCode::OK) << "what asks no rules is told, too";
}

/// How many results of a referrer's a receipt and its explanation show to `client`.
std::pair<int, int> shown_of_a_referrer(const DoorClient& client, std::uint64_t request) {
  v1::GetReceiptRequest message;
  message.set_merchant(kCafe.value());
  message.set_request_id(to_hex(id_bytes(request)));
  const auto receipt = client.call(client.ledger, &v1::Ledger::Stub::GetReceipt, message);
  const auto explained = client.call(client.ledger, &v1::Ledger::Stub::Explain, message);
  EXPECT_EQ(receipt.code, StatusCode::OK) << receipt.message;
  EXPECT_EQ(explained.code, StatusCode::OK) << explained.message;
  std::pair<int, int> shown;
  for (const v1::RuleResult& result : receipt.response.receipt().rules())
    shown.first += result.to_referrer() ? 1 : 0;
  for (const v1::ExplainedRule& rule : explained.response.rules())
    shown.second += rule.result().to_referrer() ? 1 : 0;
  return shown;
}

TEST_F(Explain, ShowsAMemberNothingOfWhatTheirReferrerGot) {
  Campaign referral = a_campaign("referral", "50");
  referral.trigger = Trigger::Activated;
  referral.when = "has(m.referrer)";
  referral.referrer = ReferrerAward{"30", {}, {{Period::Month, 5}}};
  node_.execute({a_campaign_change()
                     .version(3)
                     .add(referral)
                     .request(101)
                     .valid_until(node_.soon())
                     .build()});
  const crypto::PrivateKey key = key_from_seed(58);
  node_.execute({an_enrol()
                     .of(member(8))
                     .referred_by(member(1))
                     .member_key(key.public_key())
                     .consented_by(key, node_.chain.id)
                     .request(102)
                     .valid_until(node_.soon())
                     .build()});
  node_.execute({a_key_registration()
                     .key(node_.stranger.key.public_key())
                     .of(member(8))
                     .purpose(Purpose::Tls)
                     .consented_by(key, node_.chain.id)
                     .request(103)
                     .valid_until(node_.soon())
                     .build()});
  node_.execute({earn(104, 8, 1'000)});

  EXPECT_EQ(shown_of_a_referrer(till_, 104), std::pair(1, 1));
  EXPECT_EQ(shown_of_a_referrer(DoorClient(node_, node_.stranger), 104), std::pair(0, 0));
}

TEST_F(Explain, TellsARefusal) {
  node_.execute({earn(60, 999, 1'000)});

  const auto called = explain(till_, 60);

  ASSERT_EQ(called.code, StatusCode::OK) << called.message;
  EXPECT_EQ(called.response.outcome(), "UNKNOWN_MEMBER");
  EXPECT_EQ(called.response.rules_size(), 0);
  EXPECT_THAT(called.response.lines(0), HasSubstr("Nothing was given: "));
}

TEST_F(Explain, TellsASimulatedPurchaseToo) {
  v1::Transaction message;
  edge::to_proto(earn(70, 2, 1'000), message);

  const auto called = till_.call(till_.ledger, &v1::Ledger::Stub::Simulate, message);

  ASSERT_EQ(called.code, StatusCode::OK) << called.message;
  EXPECT_EQ(called.response.explanation().lines(0), "10 points in all.");
  EXPECT_TRUE(called.response.explanation().agrees());
  EXPECT_EQ(explain(till_, 70).reason, "UNKNOWN_REQUEST");
}

}  // namespace
}  // namespace tally::api
