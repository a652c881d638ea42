// Sealing, verifying and packing submissions; no changed bit gets through.
#include <tally/base/limits.h>
#include <tally/model/submission.h>

#include <gmock/gmock.h>

#include "support/builders.h"

namespace tally::test {
namespace {

const ChainId kChain = fixed_of<ChainId>(42);

Bytes sealed(const Transaction& transaction) {
  return seal_submission(kChain, {transaction}, key_from_seed(1));
}

ErrorCode code_of(ByteView bytes, const ChainId& chain = kChain) {
  const auto result = verify_submission(bytes, chain);
  CHECK(!result.ok());
  return result.error().code;
}

TEST(Submission, IsVerifiedWithWhatItHolds) {
  const Transaction early = an_earn().request(1).valid_until(Timestamp(5)).build();
  const Transaction late = an_earn().request(2).valid_until(Timestamp(9)).build();
  const Bytes bytes = seal_submission(kChain, {late, early}, key_from_seed(1));

  const auto verified = verify_submission(bytes, kChain);

  ASSERT_TRUE(verified.ok()) << verified.error().message;
  EXPECT_EQ(verified->bytes(), bytes);
  EXPECT_EQ(verified->digest(), submission_digest(bytes));
  EXPECT_EQ(verified->valid_until(), Timestamp(9));
  EXPECT_THAT(verified->content().transactions, testing::ElementsAre(late, early));
  EXPECT_EQ(verified->content().key, key_from_seed(1).public_key());
}

TEST(Submission, IsVerifiedUnderAKeyOfP256) {
  const crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyKind::P256);

  const Bytes bytes = seal_submission(kChain, {an_earn().build()}, key);

  EXPECT_TRUE(verify_submission(bytes, kChain).ok());
}

TEST(Submission, OfAnotherChainIsAConflict) {
  EXPECT_EQ(code_of(sealed(an_earn().build()), fixed_of<ChainId>(43)), ErrorCode::Conflict);
}

TEST(Submission, WithAnotherKeysSignatureIsRefused) {
  Submission submission = decode_submission(sealed(an_earn().build())).value();
  submission.key = key_from_seed(2).public_key();

  EXPECT_EQ(code_of(encode_submission(submission)), ErrorCode::BadSignature);
}

TEST(Submission, WithATransactionOfWrongFormNamesItsPlace) {
  const Bytes bytes = seal_submission(kChain, {an_earn().build(), a_transfer().amount(0).build()},
                                      key_from_seed(1));

  const auto result = verify_submission(bytes, kChain);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "transactions[1]: points: got 0; expected above 0");
}

TEST(Submission, AcceptsGoodConsentsAndRefusesOthers) {
  const crypto::PrivateKey member_key = key_from_seed(5);
  const Transaction good = a_transfer().consented_by(member_key, kChain).build();
  const Transaction other_chain =
      a_transfer().consented_by(member_key, fixed_of<ChainId>(43)).build();
  Transaction later = good;
  later.valid_until = later.valid_until.plus(kHour);

  EXPECT_TRUE(verify_submission(sealed(good), kChain).ok());
  EXPECT_EQ(code_of(sealed(other_chain)), ErrorCode::BadSignature);
  EXPECT_EQ(code_of(sealed(later)), ErrorCode::BadSignature);
}

TEST(Submission, AcceptsATokenForAnyTransactionAndRefusesOneOfOtherTerms) {
  const crypto::PrivateKey key = key_from_seed(5);
  const Transaction redeem = a_redeem().by(kBakery).build();
  const Transaction later = a_redeem().by(kBakery).request(2).valid_until(kStart).build();
  const Consent token = a_token(key, kChain);
  Consent of_more = token;
  of_more.terms->points_max = points(501);
  Consent without_terms = token;
  without_terms.terms.reset();

  EXPECT_TRUE(verify_submission(sealed(with_consent(redeem, token)), kChain).ok());
  EXPECT_TRUE(verify_submission(sealed(with_consent(later, token)), kChain).ok());
  EXPECT_EQ(code_of(sealed(with_consent(redeem, of_more))), ErrorCode::BadSignature);
  EXPECT_EQ(code_of(sealed(with_consent(redeem, without_terms))), ErrorCode::BadSignature);
  EXPECT_EQ(code_of(sealed(with_consent(redeem, a_token(key, fixed_of<ChainId>(43))))),
            ErrorCode::BadSignature);
}

TEST(Submission, RefusesTheSignatureOverATransactionAsAToken) {
  const crypto::PrivateKey key = key_from_seed(5);
  Transaction redeem = a_redeem().by(kBakery).consented_by(key, kChain).build();
  redeem.consents[0].terms = token_terms();

  EXPECT_EQ(code_of(sealed(redeem)), ErrorCode::BadSignature);
}

TEST(Submission, VerifiesWithNoBitChanged) {
  const crypto::PrivateKey member_key = key_from_seed(5);
  const Bytes bytes = sealed(a_transfer().consented_by(member_key, kChain).build());
  ASSERT_TRUE(verify_submission(bytes, kChain).ok());

  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = bytes;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ (1U << bit));
      ASSERT_FALSE(verify_submission(changed, kChain).ok()) << "bit " << bit << " of byte " << i;
    }
  }
}

TEST(Submission, ComesBackFromItsBytesAndWhatWasKept) {
  const Bytes bytes = sealed(a_transfer().consented_by(key_from_seed(5), kChain).build());
  const VerifiedSubmission first = verify_submission(bytes, kChain).value();

  const VerifiedSubmission again = verified_before(bytes, first.facts());

  EXPECT_EQ(again.content(), first.content());
  EXPECT_EQ(again.bytes(), bytes);
  EXPECT_EQ(again.digest(), submission_digest(bytes));
  EXPECT_EQ(first.facts().transactions(), 1U);
  EXPECT_EQ(first.facts().signatures(), 2U) << "its own, and a consent";
}

TEST(Submission, DigestCoversTheSignature) {
  Bytes bytes = sealed(an_earn().build());
  const SubmissionDigest digest = submission_digest(bytes);

  bytes.back() ^= 1;

  EXPECT_NE(submission_digest(bytes), digest);
}

TEST(Submission, OfOtherVersionsSizesAndCountsIsRefused) {
  Bytes version = sealed(an_earn().build());
  version[0] = 2;
  Submission empty = decode_submission(sealed(an_earn().build())).value();
  empty.transactions.clear();

  EXPECT_EQ(decode_submission(version).error().message,
            "submission: version: got 2; expected 1 at byte 1");
  EXPECT_EQ(code_of(encode_submission(empty)), ErrorCode::Malformed);
  EXPECT_EQ(code_of(Bytes(limits::kSubmissionBytesMax + 1)), ErrorCode::OutOfLimits);
  EXPECT_EQ(code_of({}), ErrorCode::Malformed);
}

TEST(Submission, HoldsAtMost8192Transactions) {
  Submission submission = decode_submission(sealed(an_earn().build())).value();
  submission.transactions.assign(limits::kSubmissionTransactionsMax, an_earn().build());
  EXPECT_TRUE(decode_submission(encode_submission(submission)).ok());

  submission.transactions.push_back(an_earn().build());

  EXPECT_FALSE(decode_submission(encode_submission(submission)).ok());
}

TEST(Submission, HoldsAtMost2048Consents) {
  const Consent consent{key_from_seed(2).public_key(), crypto::Signature()};
  Transaction transaction = an_earn().build();
  transaction.consents.assign(limits::kConsentsMax, consent);
  Submission submission{kChain, key_from_seed(1).public_key(), {}, {}};
  submission.transactions.assign(limits::kSubmissionConsentsMax / limits::kConsentsMax,
                                 transaction);
  EXPECT_TRUE(decode_submission(encode_submission(submission)).ok());

  submission.transactions.push_back(transaction);
  EXPECT_EQ(code_of(encode_submission(submission)), ErrorCode::Malformed)
      << "before a signature is verified";
}

TEST(RequestDigest, IsOfMerchantIdsAndActionOnly) {
  const crypto::PrivateKey key = key_from_seed(5);
  const Hash digest = request_digest(an_earn().order(3).build());

  EXPECT_EQ(request_digest(an_earn().order(3).valid_until(Timestamp(1)).build()), digest);
  EXPECT_EQ(request_digest(an_earn().order(3).asking(key.public_key().id()).build()), digest);
  EXPECT_EQ(request_digest(an_earn().order(3).consented_by(key, kChain).build()), digest);
  EXPECT_NE(request_digest(an_earn().order(3).by(kBakery).build()), digest);
  EXPECT_NE(request_digest(an_earn().order(3).request(2).build()), digest);
  EXPECT_NE(request_digest(an_earn().order(4).build()), digest);
  EXPECT_NE(request_digest(an_earn().build()), digest);
  EXPECT_NE(request_digest(an_earn().order(3).total(1001).build()), digest);
}

TEST(RequestKey, DiffersByMerchantIdAndUse) {
  const Bytes id = id_bytes(1);

  EXPECT_NE(request_key(kCafe, id), request_key(kBakery, id));
  EXPECT_NE(request_key(kCafe, id), request_key(kCafe, id_bytes(2)));
  EXPECT_NE(to_hex(request_key(kCafe, id).view()), to_hex(order_key(kCafe, id).view()));
}

TEST(Payload, ComesBackAsViewsOfItself) {
  const Bytes first = sealed(an_earn().build());
  const Bytes second = sealed(a_redeem().build());
  const std::vector<ByteView> submissions = {first, second};

  const Bytes payload = encode_payload(submissions);
  const auto result = decode_payload(payload);

  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->size(), 2U);
  EXPECT_EQ(to_bytes((*result)[0]), first);
  EXPECT_EQ(to_bytes((*result)[1]), second);
  EXPECT_EQ((*result)[0].data(), payload.data() + 8);
}

TEST(Payload, OfNothingIsNoBytesAtAll) {
  const auto result = decode_payload(encode_payload({}));

  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->empty());
  EXPECT_FALSE(decode_payload(Bytes{0, 0, 0, 0}).ok());
}

TEST(Payload, BeyondItsLimitsIsRefused) {
  const std::vector<ByteView> none(limits::kProposalTransactionsMax);
  Bytes one_more = encode_payload(none);
  EXPECT_TRUE(decode_payload(one_more).ok());
  one_more[3] = 1;  // 16,385
  one_more.insert(one_more.end(), 4, std::uint8_t{0});

  const auto too_large = decode_payload(Bytes(limits::kProposalBytesMax + 1));

  EXPECT_FALSE(decode_payload(one_more).ok());
  ASSERT_FALSE(too_large.ok());
  EXPECT_EQ(too_large.error().code, ErrorCode::OutOfLimits);
  EXPECT_FALSE(decode_payload(Bytes{0, 0, 0, 1}).ok());
}

}  // namespace
}  // namespace tally::test
