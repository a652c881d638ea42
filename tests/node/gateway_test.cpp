// The gateway: many callers' transactions under one signature.
#include <tally/node/gateway.h>

#include "support/consensus_builders.h"

namespace tally::test {
namespace {

using node::Gateway;

std::vector<Transaction> some(std::size_t count) {
  std::vector<Transaction> transactions;
  for (std::size_t i = 0; i < count; ++i)
    transactions.push_back(an_earn().request(i + 1).build());
  return transactions;
}

TEST(Gateway, SealsWhatWaitsInOrder) {
  const Epoch epoch = an_epoch(4);
  Gateway gateway(epoch, key_from_seed(1));
  ASSERT_TRUE(gateway.add(some(2), Timestamp(100)).ok());
  ASSERT_TRUE(gateway.add(some(1), Timestamp(110)).ok());
  EXPECT_EQ(gateway.due_at(), Timestamp(100).plus(Duration(limits::kGatewayDelayMs)));

  const std::optional<Bytes> sealed = gateway.seal();

  ASSERT_TRUE(sealed.has_value());
  const VerifiedSubmission submission = verify_submission(*sealed, epoch.chain).value();
  EXPECT_EQ(submission.content().transactions.size(), 3U);
  EXPECT_EQ(submission.content().transactions[1], some(2)[1]);
  EXPECT_EQ(submission.content().key, key_from_seed(1).public_key());
  EXPECT_EQ(gateway.seal(), std::nullopt);
  EXPECT_EQ(gateway.due_at(), std::nullopt);
}

TEST(Gateway, SealsNoMoreThanAProposalHolds) {
  Epoch epoch = an_epoch(4);
  epoch.proposal_transactions_max = 10;
  Gateway by_count(epoch, key_from_seed(1));
  ASSERT_TRUE(by_count.add(some(25), Timestamp()).ok());
  EXPECT_TRUE(by_count.is_full());
  for (const std::size_t expected : {10U, 10U, 5U})
    EXPECT_EQ(decode_submission(by_count.seal().value()).value().transactions.size(), expected);

  epoch.proposal_transactions_max = 1'000;
  epoch.proposal_bytes_max = 1'024;
  Gateway by_bytes(epoch, key_from_seed(1));
  ASSERT_TRUE(by_bytes.add(some(25), Timestamp()).ok());
  std::size_t sealed = 0;
  while (const std::optional<Bytes> bytes = by_bytes.seal()) {
    EXPECT_LE(bytes->size() + 8, 1'024U);
    sealed += decode_submission(*bytes).value().transactions.size();
  }
  EXPECT_EQ(sealed, 25U);
}

TEST(Gateway, SealsNoMoreConsentsThanASubmissionHolds) {
  Gateway gateway(an_epoch(4), key_from_seed(1));
  std::vector<Transaction> transactions = some(limits::kSubmissionConsentsMax / 8 + 1);
  for (Transaction& transaction : transactions)
    transaction.consents.assign(8, Consent{key_from_seed(2).public_key(), crypto::Signature()});
  ASSERT_TRUE(gateway.add(transactions, Timestamp()).ok());

  EXPECT_EQ(decode_submission(gateway.seal().value()).value().transactions.size(), 256U);
  EXPECT_EQ(decode_submission(gateway.seal().value()).value().transactions.size(), 1U);
}

TEST(Gateway, RefusesWhatNoSubmissionHolds) {
  Epoch epoch = an_epoch(4);
  epoch.proposal_bytes_max = 1'024;
  Gateway gateway(epoch, key_from_seed(1));
  Programme large = a_programme();
  large.utc_offsets.assign(64, {Timestamp(), 60});
  std::vector<Transaction> transactions = some(1);
  transactions.push_back(a_publication().programme(large).build());

  const Result<void> added = gateway.add(transactions, Timestamp());

  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, ErrorCode::OutOfLimits);
  EXPECT_EQ(gateway.seal(), std::nullopt) << "whole or not at all";
}

TEST(Gateway, RefusesWhenFull) {
  Gateway gateway(an_epoch(4), key_from_seed(1));
  Result<void> added = gateway.add(some(1), Timestamp());
  for (int i = 0; i < 100 && added.ok(); ++i)
    added = gateway.add(some(1'000), Timestamp());

  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace tally::test
