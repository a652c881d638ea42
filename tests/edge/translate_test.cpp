// Translation: what goes out comes back, and what is not right says which field.
#include <tally/base/limits.h>
#include <tally/edge/translate.h>
#include <tally/model/submission.h>

#include "edge/kinds.h"
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
  EXPECT_GT(messages, 120U);
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
     "action: got nothing; expected one of enrol, register_key, publish_segment, link_token, "
     "block_token, claim, revoke_key, freeze, unfreeze, merge, unmerge, close, recover, "
     "propose_change, approve_change, advance_clock, earn, redeem, transfer, attest, activate, "
     "hold, capture, void, reverse, pool, "
     "adjust, adjust_bulk, open_lots, extend, reinstate, publish_programme, publish_campaign, "
     "publish_quote, publish_rate, exchange_points, close_cycle, confirm_payment, dispute_payment"},
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

struct BadKind {
  Transaction transaction;
  std::function<void(v1::Transaction&)> spoil;
  const char* error;
};

std::vector<BadKind> bad_kinds_of_exchange() {
  return {
      {a_redeem().build(), [](auto& m) { m.mutable_redeem()->clear_amount(); },
       "redeem.points: got nothing; expected points, up_to or reward"},
      {a_redeem().build(), [](auto& m) { m.mutable_redeem()->set_reward(-1); },
       "redeem.reward: got -1; expected 0 to 9007199254740991"},
      {an_exchange().build(), [](auto& m) { m.mutable_exchange_points()->clear_amount(); },
       "exchange_points.give: got nothing; expected give, or want"},
      {an_exchange().build(), [](auto& m) { m.mutable_exchange_points()->set_want(-1); },
       "exchange_points.want: got -1; expected 0 to 9007199254740991"},
      {an_exchange().build(), [](auto& m) { m.mutable_exchange_points()->clear_into(); },
       "exchange_points.into: got nothing; expected a merchant's id, 1 or above"},
      {a_confirmation().build(), [](auto& m) { m.mutable_confirm_payment()->clear_debtor(); },
       "confirm_payment.debtor: got nothing; expected a merchant's id, 1 or above"},
      {a_dispute().build(), [](auto& m) { m.mutable_dispute_payment()->set_currency("eur"); },
       "dispute_payment.currency: got \"eur\"; expected three upper-case letters of ISO 4217"},
      {a_proposal().build(), [](auto& m) { m.mutable_propose_change()->clear_change(); },
       "propose_change.change: got nothing; expected set_cap, set_collateral, resume_issuer, "
       "end_issuer or decide_payment"},
      {a_proposal().build(),
       [](auto& m) { m.mutable_propose_change()->mutable_set_cap()->set_cap(-1); },
       "propose_change.set_cap.cap: got -1; expected 0 to 9007199254740991"},
      {an_approval().build(), [](auto& m) { m.mutable_approve_change()->set_proposal("7"); },
       "approve_change.proposal: got 1 characters; expected 64 hexadecimal digits"},
      {with_consent(a_redeem().build(), a_token(key_from_seed(5), fixed_of<ChainId>(9))),
       [](auto& m) { m.mutable_consents(0)->mutable_terms()->clear_nonce(); },
       "consents[0].terms.nonce: got nothing; expected 32 hexadecimal digits"},
      {with_consent(a_redeem().build(), a_token(key_from_seed(5), fixed_of<ChainId>(9))),
       [](auto& m) { m.mutable_consents(0)->mutable_terms()->clear_until(); },
       "consents[0].terms.until: got nothing; expected a time in ledger time, in milliseconds "
       "UTC"},
  };
}

std::vector<BadKind> bad_kinds() {
  return {
      {a_freeze().build(),
       [](auto& m) { m.mutable_freeze()->set_kind(v1::FREEZE_KIND_UNSPECIFIED); },
       "freeze.kind: got 0; expected FREEZE_KIND_SOFT or FREEZE_KIND_FRAUD"},
      {a_recovery().approve(p256_key()).build(),
       [](auto& m) { m.mutable_recover()->set_step(static_cast<v1::RecoverStep>(5)); },
       "recover.step: got 5; expected RECOVER_STEP_SET_GUARDIANS, _APPROVE, _EXECUTE or _CANCEL"},
      {a_recovery().cancel().build(), [](auto& m) { m.mutable_recover()->set_needed(256); },
       "recover.needed: got 256; expected 0 to 255"},
      {a_recovery().cancel().build(), [](auto& m) { m.mutable_recover()->add_guardians(); },
       "recover.guardians[0].kind: got 0; expected KEY_KIND_ED25519 or KEY_KIND_P256"},
      {a_pool_change().build(),
       [](auto& m) { m.mutable_pool()->set_change(static_cast<v1::PoolChange>(3)); },
       "pool.change: got 3; expected POOL_CHANGE_JOIN or POOL_CHANGE_LEAVE"},
      {a_pool_change().build(), [](auto& m) { m.mutable_pool()->clear_pool(); },
       "pool.pool: got nothing; expected 32 hexadecimal digits"},
      {a_card_link().build(), [](auto& m) { m.mutable_link_token()->set_token("7"); },
       "link_token.token: got 1 characters; expected 64 hexadecimal digits"},
      {an_earn().build(), [](auto& m) { m.mutable_earn()->set_token("7"); },
       "earn.token: got 1 characters; expected 64 hexadecimal digits"},
      {an_earn().build(), [](auto& m) { m.mutable_earn()->clear_member(); },
       "earn.member: got nothing; expected 32 hexadecimal digits"},
      {a_hold().build(), [](auto& m) { m.mutable_hold()->clear_redeem(); },
       "hold.redeem: got nothing; expected what a redemption would take"},
      {a_hold().build(), [](auto& m) { m.mutable_hold()->mutable_redeem()->set_points(-1); },
       "hold.redeem.points: got -1; expected 0 to 9007199254740991"},
      {a_capture().build(), [](auto& m) { m.mutable_capture()->set_hold("ab"); },
       "capture.hold: got 2 characters; expected 32 to 128 hexadecimal digits"},
      {a_void().build(), [](auto& m) { m.mutable_void_()->clear_hold(); },
       "void.hold: got nothing; expected 32 to 128 hexadecimal digits"},
      {a_reverse().build(), [](auto& m) { m.mutable_reverse()->clear_order(); },
       "reverse.order: got nothing; expected 32 to 128 hexadecimal digits"},
      {a_reverse().build(), [](auto& m) { m.mutable_reverse()->add_lines()->set_number(65'536); },
       "reverse.lines[0].number: got 65536; expected 0 to 65535"},
      {an_adjust().build(),
       [](auto& m) { m.mutable_adjust()->set_direction(v1::ADJUST_DIRECTION_UNSPECIFIED); },
       "adjust.direction: got 0; expected ADJUST_DIRECTION_CREDIT or ADJUST_DIRECTION_DEBIT"},
      {an_adjust_bulk().build(), [](auto& m) { m.mutable_adjust_bulk()->add_members(); },
       "adjust_bulk.members[0].member: got nothing; expected 32 hexadecimal digits"},
      {an_open_lots().build(), [](auto& m) { m.mutable_open_lots()->add_lots()->set_member("1"); },
       "open_lots.lots[0].member: got 1 characters; expected 32 hexadecimal digits"},
      {an_extend().build(), [](auto& m) { m.mutable_extend()->clear_lot(); },
       "extend.lot: got nothing; expected a lot of the member's"},
      {an_extend().build(), [](auto& m) { m.mutable_extend()->mutable_lot()->set_entry(65'536); },
       "extend.lot.entry: got 65536; expected 0 to 65535"},
      {an_extend().build(),
       [](auto& m) { m.mutable_extend()->set_rounding(static_cast<v1::MonthRounding>(5)); },
       "extend.rounding: got 5; expected MONTH_ROUNDING_NONE, _END_OF_MONTH, _QUARTER, _HALF or "
       "_YEAR"},
  };
}

TEST(Translate, RefusesWhatIsWrongInAKindByTheNameOfItsField) {
  std::vector<BadKind> all = bad_kinds();
  for (BadKind& more : bad_kinds_of_exchange())
    all.push_back(std::move(more));

  for (const BadKind& bad : all) {
    v1::Transaction message = message_of(bad.transaction);
    bad.spoil(message);

    EXPECT_EQ(error_of(message), bad.error);
  }
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

ReceiptLine a_line_of(LineKind kind, std::int64_t amount) {
  ReceiptLine line;
  line.kind = kind;
  line.account = {member(1), kCafe};
  line.points = points(amount);
  return line;
}

/// Of a lot, with all that a lot says.
ReceiptLine a_lot_line(LineKind kind, std::int64_t amount, Funder funder) {
  ReceiptLine line = a_line_of(kind, amount);
  line.lot = {{Height(7), 1}, 65'535};
  line.earned_at = kStart;
  line.available_at = kStart.plus(kHour);
  line.expires_at = kStart.plus(kDay);
  line.first_owner = member(6);
  line.original = points(kPointsMax);
  line.late_date = true;
  line.programme_version = 3;
  line.source = kind == LineKind::Earned ? "base" : "";
  line.funder = std::move(funder);
  return line;
}

Receipt a_full_receipt() {
  Receipt receipt;
  receipt.position = {Height(812), 3};
  receipt.request_key = fixed_of<RequestKey>(1);
  receipt.request_digest = fixed_of<Hash>(2);
  receipt.kind = ActionKind::Redeem;
  receipt.outcome = Outcome::IdempotencyConflict;
  const AccountId account{member(1), kCafe};
  receipt.lines = {a_lot_line(LineKind::Redeemed, 5, {}),
                   a_lot_line(LineKind::Earned, kPointsMax, {FunderKind::Merchant, "coffee"}),
                   a_lot_line(LineKind::Earned, 7, {FunderKind::Brand, "milk: own"}),
                   a_line_of(LineKind::Owed, 1)};
  ReceiptLine endless = a_lot_line(LineKind::Pended, 3, {});
  endless.available_at = endless.expires_at = Timestamp::never();
  endless.late_date = false;
  endless.idle = true;
  receipt.lines.push_back(endless);
  receipt.hold = fixed_of<HoldId>(9);
  receipt.hold_until = kStart.plus(kHour);
  receipt.value = money(1234);
  receipt.refers_to = Position{Height(1), 0};
  receipt.conflict_field = "action";
  receipt.previous = {{account, Position{Height(3), 9}}, {{member(2), kCafe}, std::nullopt}};
  receipt.rules = full_rule_results();
  receipt.facts = full_rule_facts();
  const MicroUnits owed = MicroUnits::from(800'000).value();
  receipt.obligations = {
      {kCafe, kBakery, currency("EUR"), owed, ObligationReason::Redeemed, std::nullopt},
      {kBakery, kCafe, currency("SEK"), owed.negated(), ObligationReason::Unpaid,
       Position{Height(2), 1}}};
  receipt.funded_at = PointPrice{currency("EUR"), 8'400};
  receipt.cycle = 0;
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
  v1::Receipt amount = message;
  amount.mutable_obligations(1)->set_micro_units(std::numeric_limits<std::int64_t>::min());
  v1::Receipt reason = message;
  reason.mutable_obligations(0)->set_reason(static_cast<v1::ObligationReason>(6));

  EXPECT_FALSE(from_proto(outcome).ok());
  EXPECT_FALSE(from_proto(kind).ok());
  EXPECT_EQ(from_proto(line).error().message,
            "lines.points: got -1; expected 0 to 9007199254740991");
  EXPECT_EQ(from_proto(amount).error().message,
            "obligations.micro_units: got -9223372036854775808; expected below 2^62 in size");
  EXPECT_EQ(from_proto(reason).error().message,
            "obligations.reason: got 6; expected a reason that is known");
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

TEST(Translate, ShowsWhoFundsALotAndNobodyWhereThereIsNone) {
  v1::Receipt message;

  to_proto(a_full_receipt(), message);

  EXPECT_EQ(message.lines(0).funder(), "issuer");
  EXPECT_EQ(message.lines(1).funder(), "merchant:coffee");
  EXPECT_EQ(message.lines(2).funder(), "brand:milk: own");
  EXPECT_EQ(message.lines(3).funder(), "");
}

TEST(Translate, BringsEachKindOfLineBackAndNoOther) {
  v1::Receipt message;
  to_proto(a_full_receipt(), message);

  for (int kind = 1; kind <= static_cast<int>(LineKind::ExchangedIn); ++kind) {
    message.mutable_lines(0)->set_kind(static_cast<v1::LineKind>(kind));
    const Result<Receipt> back = from_proto(message);
    ASSERT_TRUE(back.ok()) << kind;
    EXPECT_EQ(back->lines[0].kind, static_cast<LineKind>(kind));
  }
  for (const int kind : {0, 34, 257}) {
    message.mutable_lines(0)->set_kind(static_cast<v1::LineKind>(kind));
    EXPECT_EQ(from_proto(message).error().message, "lines.kind: got " + std::to_string(kind) +
                                                       "; expected a kind of line that is known");
  }
}

TEST(Translate, ShowsNoHeadroomWhereNoLimitWasMet) {
  v1::Receipt message;

  to_proto(a_full_receipt(), message);

  EXPECT_FALSE(message.rules(0).has_headroom());
  EXPECT_EQ(message.rules(1).headroom(), 4);
}

state::Lot a_full_lot() {
  state::Lot lot;
  lot.id = {{Height(7), 1}, 2};
  lot.first_owner = member(1);
  lot.programme_version = 3;
  lot.earned_at = kStart;
  lot.available_at = kStart.plus(kHour);
  lot.expires_at = kStart.plus(kDay);
  lot.original = points(10);
  lot.remaining = points(8);
  lot.late_date = true;
  lot.funder = {FunderKind::Brand, "milk"};
  return lot;
}

TEST(Translate, BringsALotBackAsItWas) {
  state::Lot idle = a_full_lot();
  idle.idle = true;
  idle.expires_at = Timestamp::never();

  for (const state::Lot& lot : {a_full_lot(), idle}) {
    v1::Lot message;
    to_proto(lot, message);
    const Result<state::Lot> back = from_proto(message);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, lot);
  }
}

TEST(Translate, BringsAPendingLotBackAsItWas) {
  state::PendingLot pending{a_full_lot(), state::WaitsFor::Event, "ten", 0};
  state::PendingLot flagged{a_full_lot(), state::WaitsFor::Review, "", 0};
  flagged.lot.available_at = Timestamp::never();

  for (const state::PendingLot& lot : {pending, flagged}) {
    v1::PendingLot message;
    to_proto(lot, message);
    const Result<state::PendingLot> back = from_proto(message);
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(*back, lot);
    message.set_waits_for(static_cast<v1::WaitsFor>(4));
    EXPECT_FALSE(from_proto(message).ok());
  }
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
