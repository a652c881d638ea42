// What is encoded comes back, what is accepted is canonical, and what is out of range is refused.
#include <tally/base/limits.h>

#include <gmock/gmock.h>

#include <rapidcheck/gtest.h>
#include <functional>

#include "model/canonical.h"
#include "model/generators.h"

namespace tally::test {
namespace {

Bytes encoded(const Transaction& transaction) {
  codec::Writer out;
  encode(out, transaction);
  return std::move(out).take();
}

Result<Transaction> decoded_transaction(ByteView bytes) {
  codec::Reader in(bytes);
  Transaction transaction = decode_transaction(in);
  TRY_VOID(in.finish("transaction"));
  return transaction;
}

/// The fault of a transaction whose encoding was changed by hand.
std::string fault_of(const Bytes& bytes) {
  const auto result = decoded_transaction(bytes);
  return result.ok() ? "accepted" : result.error().message;
}

/// Where things stand in the encoding of a transaction without order id.
constexpr std::size_t kRequestIdSizeAt = 4;
constexpr std::size_t kOrderFlagAt = kRequestIdSizeAt + 4 + 16;
constexpr std::size_t kKindAt = kOrderFlagAt + 1 + 8 + 32;

RC_GTEST_PROP(Codec, TransactionsComeBack, ()) {
  const Transaction transaction = any_transaction();

  const Bytes bytes = encoded(transaction);

  const auto result = decoded_transaction(bytes);
  RC_ASSERT(result.ok());
  RC_ASSERT(*result == transaction);
}

RC_GTEST_PROP(Codec, SubmissionsComeBack, ()) {
  const Submission submission = any_submission();

  const auto result = decode_submission(encode_submission(submission));

  RC_ASSERT(result.ok());
  RC_ASSERT(*result == submission);
}

RC_GTEST_PROP(Codec, ReceiptsComeBack, ()) {
  const Receipt receipt = any_receipt();

  const auto result = decode_receipt(encode_receipt(receipt));

  RC_ASSERT(result.ok());
  RC_ASSERT(*result == receipt);
}

RC_GTEST_PROP(Codec, GenesesComeBack, ()) {
  const SignedGenesis genesis = any_genesis();

  const auto result = decode_genesis(encode_genesis(genesis));

  RC_ASSERT(result.ok());
  RC_ASSERT(*result == genesis);
}

RC_GTEST_PROP(Codec, AcceptsNoSecondEncoding, ()) {
  assert_canonical_after_change(encode_submission(any_submission()), decode_submission,
                                encode_submission);
  assert_canonical_after_change(encode_receipt(any_receipt()), decode_receipt, encode_receipt);
  assert_canonical_after_change(encode_genesis(any_genesis()), decode_genesis, encode_genesis);
}

RC_GTEST_PROP(Codec, RefusesEveryTruncationAndExtension, ()) {
  Bytes bytes = encode_submission(any_submission());
  const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());

  RC_ASSERT(!decode_submission(ByteView(bytes).first(cut)).ok());
  bytes.push_back(0);
  RC_ASSERT(!decode_submission(bytes).ok());
}

TEST(Codec, RefusesRequestIdsBelow16AndAbove64Bytes) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{15}, std::size_t{65}}) {
    Transaction transaction = an_earn().build();
    transaction.request_id = Bytes(size, 7);

    EXPECT_FALSE(decoded_transaction(encoded(transaction)).ok()) << size;
  }
}

TEST(Codec, RefusesAnOrderIdOfAKindThatHasNone) {
  const Transaction transaction = a_transfer().order(1).build();

  EXPECT_THAT(fault_of(encoded(transaction)), testing::HasSubstr("order id"));
}

TEST(Codec, RefusesUnknownKindsAndTheKindOfWhatFellDue) {
  for (const int kind : {0, 1, 99, 200}) {
    Bytes bytes = encoded(an_earn().build());
    bytes[kKindAt] = 0;
    bytes[kKindAt + 1] = static_cast<std::uint8_t>(kind);

    EXPECT_THAT(fault_of(bytes), testing::HasSubstr("unknown kind")) << kind;
  }
}

TEST(Codec, RefusesAmountsOf2To53) {
  const Bytes earn = encoded(an_earn().total(1).build());
  const std::size_t total_at = kKindAt + 2 + 4 + 16 + 3;
  Bytes changed = earn;
  changed[total_at + 1] = 0x20;  // 2^53
  changed[total_at + 7] = 0;

  EXPECT_EQ(fault_of(earn), "accepted");
  EXPECT_THAT(fault_of(changed), testing::HasSubstr("money of 2^53"));
}

TEST(Codec, RefusesPointsOf2To53) {
  Bytes bytes = encoded(a_transfer().build());
  bytes[bytes.size() - 4 - 8 + 1] = 0x20;

  EXPECT_THAT(fault_of(bytes), testing::HasSubstr("points of 2^53"));
}

TEST(Codec, RefusesCurrenciesThatAreNotUpperCaseLetters) {
  for (const char* code : {"eur", "EU1", "E R"}) {
    const Transaction transaction = an_earn().in(code).build();

    EXPECT_THAT(fault_of(encoded(transaction)), testing::HasSubstr("currency")) << code;
  }
}

TEST(Codec, RefusesUnknownRolesPurposesAndModes) {
  Transaction role = a_key_registration().role(static_cast<Role>(6)).build();
  Transaction purpose = a_key_registration().purpose(static_cast<Purpose>(0)).build();
  Transaction mode = a_redeem().build();
  std::get<Redeem>(mode.action).mode = static_cast<RedeemMode>(4);
  Transaction exchange = an_exchange().build();
  std::get<ExchangePoints>(exchange.action).mode = static_cast<ExchangeMode>(3);
  Transaction change = a_campaign_change().change(static_cast<CampaignChange>(5), "ten").build();

  for (const Transaction& transaction : {role, purpose, mode, exchange, change})
    EXPECT_THAT(fault_of(encoded(transaction)), testing::HasSubstr("unknown value"));
}

TEST(Codec, RefusesUnknownChanges) {
  const Bytes bytes = encoded(a_proposal().build());

  EXPECT_EQ(fault_of(bytes), "accepted");
  for (const std::uint8_t what : std::initializer_list<std::uint8_t>{0, 6}) {
    Bytes unknown = bytes;
    unknown[kKindAt + 2 + 8] = what;  // behind kind and height
    EXPECT_THAT(fault_of(unknown), testing::HasSubstr("unknown kind of change")) << int{what};
  }
}

TEST(Codec, RefusesPublicKeysThatAreNone) {
  Bytes small_order = encoded(a_key_registration().build());
  const std::size_t key_at = kKindAt + 2 + 1 + 4;
  std::fill_n(small_order.begin() + key_at, 32, std::uint8_t{0});
  Bytes unknown_kind = encoded(a_key_registration().build());
  unknown_kind[kKindAt + 2] = 3;

  EXPECT_THAT(fault_of(small_order), testing::HasSubstr("public key"));
  EXPECT_THAT(fault_of(unknown_kind), testing::HasSubstr("unknown value"));
}

TEST(Codec, RefusesUnknownConsentsAndWebAuthnInThisVersion) {
  const crypto::PrivateKey key = key_from_seed(1);
  const Bytes bytes = encoded(a_transfer().consented_by(key, ChainId()).build());
  const std::size_t consent_at = bytes.size() - (1 + 5 + 32 + 1 + 64);
  Bytes web_authn = bytes;
  web_authn[consent_at + 1 + 5 + 32] = 1;
  Bytes unknown = bytes;
  unknown[consent_at] = 3;

  EXPECT_EQ(fault_of(bytes), "accepted");
  EXPECT_THAT(fault_of(web_authn), testing::HasSubstr("WebAuthn consents are not supported"));
  EXPECT_THAT(fault_of(unknown), testing::HasSubstr("starts with 1 or 2; got 3"));
}

TEST(Codec, RefusesMoreConsentsThanTheLimit) {
  Transaction transaction = a_transfer().build();
  const Consent consent{key_from_seed(1).public_key(), {}};
  transaction.consents.assign(limits::kConsentsMax + 1, consent);

  EXPECT_THAT(fault_of(encoded(transaction)), testing::HasSubstr("too long"));
}

TEST(Codec, RefusesListsAndTextsOfAPurchaseAboveTheirLimits) {
  Transaction lines = an_earn().build();
  std::get<Earn>(lines.action).lines.resize(101);
  Transaction methods = an_earn().build();
  std::get<Earn>(methods.action).pay_methods.resize(9);
  Transaction cats = an_earn().line({}).build();
  std::get<Earn>(cats.action).lines[0].cats.resize(9);
  Transaction members = a_segment().build();
  std::get<PublishSegment>(members.action).remove.resize(1'001);

  for (const Transaction& transaction :
       {lines, methods, cats, members, an_earn().channel(std::string(17, 'c')).build(),
        an_earn().store(std::string(33, 's')).build(), an_earn().ref(std::string(65, 'r')).build(),
        an_attest().ref(std::string(65, 'r')).build(),
        a_segment().named(std::string(33, 's')).build(),
        a_key_registration().named(std::string(33, 'k')).build()})
    EXPECT_THAT(fault_of(encoded(transaction)), testing::HasSubstr("too long"));
}

TEST(Codec, RefusesReceiptsWithAccountsOutOfOrder) {
  Receipt receipt;
  receipt.previous = {{{member(1), kCafe}, std::nullopt}, {{member(2), kCafe}, std::nullopt}};
  Bytes bytes = encode_receipt(receipt);
  const std::size_t entry = 16 + 4 + 1;
  const std::size_t rest =
      4 + 1 + 4 + 1 + 1;  // no rules and facts, nothing owed, no price, no cycle
  const auto second = [](Bytes& of) { return of.end() - rest - entry; };
  std::swap_ranges(second(bytes) - entry, second(bytes), second(bytes));
  Bytes twice = encode_receipt(receipt);
  std::copy(second(twice) - entry, second(twice), second(twice));

  for (const Bytes& wrong : {bytes, twice}) {
    const auto result = decode_receipt(wrong);
    ASSERT_FALSE(result.ok());
    EXPECT_THAT(result.error().message, testing::HasSubstr("ascending"));
  }
}

TEST(Codec, RefusesUnknownOutcomesAndKindsInReceipts) {
  const std::size_t kind_at = 8 + 4 + 32 + 32;
  Bytes kind = encode_receipt({});
  kind[kind_at] = 0xff;
  Bytes outcome = encode_receipt({});
  outcome[kind_at + 3] = 9;

  EXPECT_FALSE(decode_receipt(kind).ok());
  EXPECT_FALSE(decode_receipt(outcome).ok());
}

Receipt owing(const std::function<void(Obligation&)>& change) {
  Receipt receipt;
  const auto some = MicroUnits::from(7).value();
  receipt.obligations = {{kCafe, kBakery, currency("EUR"), some, {}, std::nullopt}};
  receipt.obligations[0].reason = ObligationReason::Redeemed;
  change(receipt.obligations[0]);
  return receipt;
}

TEST(Codec, RefusesObligationsThatAreNone) {
  const Receipt good = owing([](auto&) {});
  Bytes too_much = encode_receipt(good);
  const std::size_t amount_at = too_much.size() - (1 + 1 + 1 + 1 + 8);  // before reason and options
  ASSERT_EQ(too_much[amount_at + 7], 7U);
  too_much[amount_at] = 0x40;  // 2^62 and 7
  Bytes too_little = too_much;
  too_little[amount_at] = 0x80;

  EXPECT_TRUE(decode_receipt(encode_receipt(good)).ok());
  for (const Bytes& wrong :
       {too_much, too_little, encode_receipt(owing([](auto& o) { o.amount = {}; })),
        encode_receipt(owing([](auto& o) { o.creditor = o.debtor; })),
        encode_receipt(owing([](auto& o) { o.currency = currency("eur"); })),
        encode_receipt(owing([](auto& o) { o.reason = static_cast<ObligationReason>(0); })),
        encode_receipt(owing([](auto& o) { o.reason = static_cast<ObligationReason>(6); }))})
    EXPECT_FALSE(decode_receipt(wrong).ok()) << to_hex(wrong);
}

TEST(Codec, RefusesPricesOutOfRangeInReceipts) {
  const auto is_good = [](std::int64_t price) {
    Receipt receipt;
    receipt.funded_at = PointPrice{currency("EUR"), price};
    return decode_receipt(encode_receipt(receipt)).ok();
  };

  EXPECT_TRUE(is_good(1));
  EXPECT_TRUE(is_good(1'000'000'000));
  EXPECT_FALSE(is_good(0));
  EXPECT_FALSE(is_good(1'000'000'001));
}

}  // namespace
}  // namespace tally::test
