// Translation: what goes out comes back, and what is not right says which field.
#include <tally/base/limits.h>
#include <tally/edge/translate.h>
#include <tally/model/submission.h>

#include "support/full_programme.h"
#include "tally/v1/receipt.pb.h"
#include "tally/v1/transaction.pb.h"

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <functional>

namespace tally::edge {
namespace {

using namespace tally::test;
using testing::Test;

crypto::PublicKey p256_key() {
  return crypto::PrivateKey::generate(crypto::KeyKind::P256).public_key();
}

Transaction an_earn_with_lines() {
  Transaction earn =
      an_earn()
          .channel("app")
          .store("Köln 7")
          .ref("birthday")
          .line({"4006381333931", "own", {"dairy", "fresh"}, 2, money(500), money(35)})
          .line({"", "", {}, 1, money(200), money(0)})
          .build();
  std::get<Earn>(earn.action).pay_methods = {"cash", "card"};
  return earn;
}

Transaction an_attest_online() {
  Transaction attest = an_attest().channel("social").build();
  std::get<Attest>(attest.action).store = "online";
  return attest;
}

/// Each kind with all that it can say.
std::vector<Transaction> all_kinds() {
  const ChainId chain = fixed_of<ChainId>(9);
  const crypto::PrivateKey member_key = key_from_seed(77);
  return {an_earn().order(5).tax(10).excluded(20).paid_by_points(30).build(),
          an_earn_with_lines(),
          an_attest_online(),
          a_segment().add(member(1)).add(member(2)).remove(member(3)).build(),
          a_campaign_change().add(a_full_campaign()).version(4).active_from(Height(12)).build(),
          a_campaign_change().change(CampaignChange::Pause, "ten").build(),
          a_campaign_change().change(CampaignChange::Resume, "ten").build(),
          a_campaign_change().change(CampaignChange::End, "ten").build(),
          an_enrol().referred_by(member(9)).build(),
          a_key_registration().named("grocer-social").build(),
          a_redeem().order(6).excluded(40).build(),
          a_redeem().up_to(900).consented_by(member_key, chain).build(),
          a_transfer().asking(fixed_of<KeyId>(4)).consented_by(member_key, chain).build(),
          an_enrol().member_key(p256_key()).build(),
          a_key_registration().points_max(1000).valid(kStart, kStart.plus(kDay)).build(),
          a_key_registration().role(Role::Operator).backdate_max(kDay).build(),
          a_key_registration().of(member(3)).purpose(Purpose::Tls).key(p256_key()).build(),
          an_advance_clock().build(),
          a_publication().programme(a_full_programme()).version(4).active_from(Height(12)).build(),
          a_publication().build()};
}

v1::Transaction message_of(const Transaction& transaction) {
  v1::Transaction message;
  to_proto(transaction, message);
  return message;
}

std::string error_of(const v1::Transaction& message) {
  const Result<Transaction> transaction = from_proto(message);
  return transaction.ok() ? "accepted" : transaction.error().message;
}

TEST(Translate, BringsEachKindOfTransactionBackAsItWas) {
  for (const Transaction& transaction : all_kinds()) {
    const Result<Transaction> back = from_proto(message_of(transaction));

    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(*back, transaction) << message_of(transaction).DebugString();
  }
}

TEST(Translate, RefusesCanonicalBytesThatAreNoProgrammeOrCampaign) {
  v1::Transaction publication = message_of(a_publication().build());
  std::string& programme = *publication.mutable_publish_programme()->mutable_programme();
  v1::Transaction change = message_of(a_campaign_change().add(a_campaign()).build());
  std::string& campaign = *change.mutable_publish_campaign()->mutable_campaign();

  programme.push_back('\0');
  campaign.pop_back();

  EXPECT_EQ(error_of(publication).substr(0, 75),
            "publish_programme.programme: got canonical bytes: 1 bytes after the end at ");
  EXPECT_EQ(error_of(change).substr(0, 67),
            "publish_campaign.campaign: got canonical bytes: ends too early at b");
  programme.clear();
  EXPECT_NE(error_of(publication), "accepted");
}

/// Calls `visit` with `message` and each message within it.
void walk(google::protobuf::Message& message,
          const std::function<void(google::protobuf::Message&)>& visit) {
  visit(message);
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      walk(*reflection->MutableMessage(&message, field), visit);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i)
      walk(*reflection->MutableRepeatedMessage(&message, field, i), visit);
  }
}

TEST(Translate, RefusesAnUnknownFieldInEveryMessageOfATransaction) {
  std::size_t messages = 0;
  for (const Transaction& transaction : all_kinds()) {
    v1::Transaction whole = message_of(transaction);
    walk(whole, [&](google::protobuf::Message& message) {
      auto* unknown = message.GetReflection()->MutableUnknownFields(&message);
      unknown->AddVarint(999, 1);
      EXPECT_NE(error_of(whole).find("field number 999"), std::string::npos)
          << message.GetTypeName();
      unknown->Clear();
      ++messages;
    });
    EXPECT_EQ(error_of(whole), "accepted");
  }
  EXPECT_GT(messages, 30U);
}

struct BadField {
  const char* what;
  std::function<void(v1::Transaction&)> spoil;
  const char* error;
};

class BadEarn : public testing::TestWithParam<BadField> {};

TEST_P(BadEarn, IsRefusedByTheNameOfItsField) {
  v1::Transaction message = message_of(an_earn().build());
  GetParam().spoil(message);

  EXPECT_EQ(error_of(message), GetParam().error);
}

const std::vector<BadField> kBadEarns = {
    {"Empty", [](auto& m) { m.Clear(); },
     "merchant: got nothing; expected a merchant's id, 1 or above"},
    {"NoAction", [](auto& m) { m.clear_earn(); },
     "action: got nothing; expected one of enrol, register_key, publish_segment, "
     "advance_clock, earn, redeem, transfer, attest, publish_programme, publish_campaign"},
    {"RequestIdEmpty", [](auto& m) { m.clear_request_id(); },
     "request_id: got nothing; expected 32 to 128 hexadecimal digits"},
    {"RequestIdShort", [](auto& m) { m.set_request_id(std::string(30, 'a')); },
     "request_id: got 30 characters; expected 32 to 128 hexadecimal digits"},
    {"RequestIdLong", [](auto& m) { m.set_request_id(std::string(130, 'a')); },
     "request_id: got 130 characters; expected 32 to 128 hexadecimal digits"},
    {"RequestIdOdd", [](auto& m) { m.set_request_id(std::string(33, 'a')); },
     "request_id: got \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"; expected 32 to 128 hexadecimal "
     "digits"},
    {"OrderIdShort", [](auto& m) { m.set_order_id("ab"); },
     "order_id: got 2 characters; expected 32 to 128 hexadecimal digits"},
    {"NoValidity", [](auto& m) { m.clear_valid_until(); },
     "valid_until: got nothing; expected a time in ledger time, in milliseconds UTC"},
    {"AskingKeyShort", [](auto& m) { m.set_asking_key("00"); },
     "asking_key: got 2 characters; expected 64 hexadecimal digits"},
    {"MemberWithQuotes",
     [](auto& m) { m.mutable_earn()->set_member("0000000000000000000000000000000\""); },
     "earn.member: got \"0000000000000000000000000000000\\x22\"; expected 32 hexadecimal digits"},
    {"NoProgramme", [](auto& m) { m.mutable_earn()->clear_programme(); },
     "earn.programme: got nothing; expected a merchant's id, 1 or above"},
    {"Currency", [](auto& m) { m.mutable_earn()->set_currency("eur"); },
     "earn.currency: got \"eur\"; expected three upper-case letters of ISO 4217"},
    {"NoTotal", [](auto& m) { m.mutable_earn()->clear_total(); },
     "earn.total: got nothing; expected minor units, 0 or above"},
    {"NegativeTotal", [](auto& m) { m.mutable_earn()->set_total(-1); },
     "earn.total: got -1; expected 0 to 9007199254740991"},
    {"TotalOf2To53", [](auto& m) { m.mutable_earn()->set_total(std::int64_t{1} << 53); },
     "earn.total: got 9007199254740992; expected 0 to 9007199254740991"},
    {"TaxOf2To63",
     [](auto& m) { m.mutable_earn()->set_tax(std::numeric_limits<std::int64_t>::min()); },
     "earn.tax: got -9223372036854775808; expected 0 to 9007199254740991"},
    {"NoEventTime", [](auto& m) { m.mutable_earn()->clear_event_time(); },
     "earn.event_time: got nothing; expected when the till sold, in milliseconds UTC; the same in "
     "a retry"},
    {"NegativeNet", [](auto& m) { m.mutable_earn()->add_lines()->set_net(-1); },
     "earn.lines[0].net: got -1; expected 0 to 9007199254740991"},
    {"TaxOfALineOf2To53",
     [](auto& m) {
       m.mutable_earn()->add_lines();
       m.mutable_earn()->add_lines()->set_tax(std::int64_t{1} << 53);
     },
     "earn.lines[1].tax: got 9007199254740992; expected 0 to 9007199254740991"},
    {"NineConsents",
     [](auto& m) {
       for (int i = 0; i < 9; ++i)
         m.add_consents();
     },
     "consents: got 9; expected at most 8"},
    {"ConsentWithoutKey", [](auto& m) { m.add_consents(); },
     "consents[0].key: got nothing; expected the member's public key"},
};

INSTANTIATE_TEST_SUITE_P(Fields, BadEarn, testing::ValuesIn(kBadEarns),
                         [](const auto& row) { return row.param.what; });

TEST(Translate, RefusesMembersThatAreNone) {
  v1::Transaction enrol = message_of(an_enrol().build());
  enrol.mutable_enrol()->set_referrer("7");
  v1::Transaction segment = message_of(a_segment().add(member(1)).build());
  segment.mutable_publish_segment()->add_add("");
  v1::Transaction attest = message_of(an_attest().build());
  attest.mutable_attest()->clear_event_time();

  EXPECT_EQ(error_of(enrol), "enrol.referrer: got 1 characters; expected 32 hexadecimal digits");
  EXPECT_EQ(error_of(segment),
            "publish_segment.add[1]: got nothing; expected 32 hexadecimal digits");
  EXPECT_EQ(error_of(attest),
            "attest.event_time: got nothing; expected when it was done, in milliseconds UTC; the "
            "same in a retry");
}

TEST(Translate, RefusesKeysThatAreNone) {
  v1::Transaction message = message_of(a_key_registration().build());
  v1::PublicKey& key = *message.mutable_register_key()->mutable_key();

  key.set_kind(v1::KEY_KIND_UNSPECIFIED);
  EXPECT_EQ(error_of(message),
            "register_key.key.kind: got 0; expected KEY_KIND_ED25519 or KEY_KIND_P256");
  key.set_kind(v1::KEY_KIND_P256);
  EXPECT_EQ(error_of(message),
            "register_key.key.key: got 64 characters; expected a compressed "
            "point, 66 hexadecimal digits");
  key.set_kind(v1::KEY_KIND_ED25519);
  key.set_key(std::string(64, 'f'));
  EXPECT_EQ(error_of(message).substr(0, 21), "register_key.key.key:");
}

TEST(Translate, RefusesNumbersThatNameNothing) {
  v1::Transaction registration = message_of(a_key_registration().build());
  registration.mutable_register_key()->set_role(static_cast<v1::Role>(260));
  v1::Transaction campaign = message_of(a_campaign_change().add(a_campaign()).build());

  EXPECT_EQ(error_of(registration).substr(0, 27), "register_key.role: got 260;");
  for (const int change : {0, 5, 257}) {
    campaign.mutable_publish_campaign()->set_change(static_cast<v1::CampaignChange>(change));
    EXPECT_EQ(error_of(campaign), "publish_campaign.change: got " + std::to_string(change) +
                                      "; expected CAMPAIGN_CHANGE_ADD, _PAUSE, _RESUME or _END");
  }
}

Receipt a_full_receipt() {
  Receipt receipt;
  receipt.position = {Height(812), 3};
  receipt.request_key = fixed_of<RequestKey>(1);
  receipt.request_digest = fixed_of<Hash>(2);
  receipt.kind = ActionKind::Redeem;
  receipt.outcome = Outcome::IdempotencyConflict;
  const LotId lot{{Height(7), 1}, 65'535};
  const AccountId account{member(1), kCafe};
  receipt.lines = {
      {LineKind::Redeemed, account, points(5), lot, kStart, kStart.plus(kDay), 0, "", {}},
      {LineKind::Earned,
       account,
       points(kPointsMax),
       lot,
       kStart,
       Timestamp::never(),
       3,
       "base",
       {FunderKind::Merchant, "coffee"}},
      {LineKind::Earned,
       account,
       points(7),
       lot,
       kStart,
       Timestamp::never(),
       3,
       "ten",
       {FunderKind::Brand, "milk: own"}},
      {LineKind::Earned, account, points(1), lot, kStart, Timestamp::never(), 3, "c", {}}};
  receipt.value = money(1234);
  receipt.refers_to = Position{Height(1), 0};
  receipt.conflict_field = "action";
  receipt.previous = {{account, Position{Height(3), 9}}, {{member(2), kCafe}, std::nullopt}};
  receipt.rules = full_rule_results();
  receipt.facts = full_rule_facts();
  return receipt;
}

TEST(Translate, BringsAReceiptBackAsItWas) {
  v1::Receipt message;
  to_proto(a_full_receipt(), message);

  const Result<Receipt> back = from_proto(message);

  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(*back, a_full_receipt());
  EXPECT_EQ(message.outcome(), "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(message.kind(), "redeem");
}

TEST(Translate, RefusesReceiptsOfAServerThatMakesThingsUp) {
  v1::Receipt message;
  to_proto(a_full_receipt(), message);
  v1::Receipt outcome = message;
  outcome.set_outcome_number(65'536 + 2);
  v1::Receipt kind = message;
  kind.set_kind_number(999);
  v1::Receipt line = message;
  line.mutable_lines(0)->set_points(-1);

  EXPECT_FALSE(from_proto(outcome).ok());
  EXPECT_FALSE(from_proto(kind).ok());
  EXPECT_EQ(from_proto(line).error().message,
            "lines.points: got -1; expected 0 to 9007199254740991");
}

TEST(Translate, RefusesRulesOfAServerThatMakesThingsUp) {
  v1::Receipt message;
  to_proto(a_full_receipt(), message);
  const auto error_after = [&](const std::function<void(v1::Receipt&)>& change) {
    v1::Receipt changed = message;
    change(changed);
    const Result<Receipt> receipt = from_proto(changed);
    return receipt.ok() ? "accepted" : receipt.error().message;
  };

  EXPECT_EQ(error_after([](auto& m) { m.mutable_rules(0)->set_trigger(v1::Trigger(6)); }),
            "rules.trigger: got 6; expected a trigger that is known");
  EXPECT_EQ(error_after([](auto& m) { m.mutable_rules(1)->set_reason(v1::RuleReason(10)); }),
            "rules.reason: got 10; expected a reason that is known");
  EXPECT_EQ(error_after([](auto& m) { m.mutable_rules(0)->set_given(-1); }),
            "rules.given: got -1; expected 0 to 9007199254740991");
  EXPECT_EQ(error_after([](auto& m) { m.mutable_facts()->set_tier(16); }),
            "facts.tier: got 16; expected 0 to 15");
  EXPECT_EQ(error_after([](auto& m) { m.mutable_facts()->set_tier_after(272); }),
            "facts.tier_after: got 272; expected 0 to 15");
  EXPECT_EQ(error_after([](auto& m) { m.mutable_facts()->set_referrer("me"); }),
            "facts.referrer: got 2 characters; expected 32 hexadecimal digits");
  EXPECT_EQ(error_after([](auto& m) { m.mutable_lines(1)->set_funder("everybody"); }),
            "lines.funder: got \"everybody\"; expected issuer, merchant:NAME or brand:NAME");
}

TEST(Translate, ShowsWhoFundsWhatWasEarnedAndOnlyThat) {
  v1::Receipt message;

  to_proto(a_full_receipt(), message);

  EXPECT_EQ(message.lines(0).funder(), "");
  EXPECT_EQ(message.lines(1).funder(), "merchant:coffee");
  EXPECT_EQ(message.lines(2).funder(), "brand:milk: own");
  EXPECT_EQ(message.lines(3).funder(), "issuer");
}

TEST(Translate, ShowsNoHeadroomWhereNoLimitWasMet) {
  v1::Receipt message;

  to_proto(a_full_receipt(), message);

  EXPECT_FALSE(message.rules(0).has_headroom());
  EXPECT_EQ(message.rules(1).headroom(), 4);
}

TEST(Translate, BringsALotBackAsItWas) {
  const state::Lot lot{
      {{Height(7), 1}, 2}, member(1),  3,         kStart,    kStart.plus(kHour),
      Timestamp::never(),  points(10), points(8), points(1), {FunderKind::Brand, "milk"}};
  v1::Lot message;
  to_proto(lot, message);

  const Result<state::Lot> back = from_proto(message);

  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, lot);
}

TEST(Translate, KnowsASignatureOfTheWrongSizeFromOtherDamage) {
  Bytes bytes = seal_submission(fixed_of<ChainId>(9), {an_earn().build()}, key_from_seed(1));
  Bytes longer = bytes;
  longer.push_back(0);
  Bytes shorter(bytes.begin(), bytes.end() - 1);
  Bytes none(bytes.begin(), bytes.end() - 64);
  Bytes damaged = bytes;
  damaged[33] = 9;  // the key's kind

  EXPECT_TRUE(has_bad_signature_size(longer));
  EXPECT_TRUE(has_bad_signature_size(shorter));
  EXPECT_TRUE(has_bad_signature_size(none));
  EXPECT_FALSE(has_bad_signature_size(damaged));
  EXPECT_FALSE(has_bad_signature_size({}));
}

}  // namespace
}  // namespace tally::edge
