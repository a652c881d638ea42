// Writes at the front door, over a real channel to a real node; the RPC rows of bad inputs.
#include <tally/base/limits.h>

#include "api/door_client.h"

#include <gtest/gtest.h>

#include <thread>

namespace tally::api {
namespace {

using namespace tally::test;
using grpc::StatusCode;

EarnBuilder an_earn_now(const TestNode& node, std::uint64_t request) {
  EarnBuilder earn = an_earn();
  earn.request(request).event_time(node.ledger_time()).valid_until(node.soon());
  return earn;
}

std::int64_t available(const DoorClient& client, std::uint64_t of) {
  v1::GetBalanceRequest request;
  request.set_member(to_hex(member(of).view()));
  request.set_programme(kCafe.value());
  return client.call(client.ledger, &v1::Ledger::Stub::GetBalance, request).response.available();
}

TEST(Writes, AnswerTheFirstReceiptToTheSameRequestForEver) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  Transaction earn = an_earn_now(node, 1).total(4200).build();

  const auto first = till.earn(message_of(earn));
  earn.valid_until = node.soon().plus(kHour);
  const auto again = till.earn(message_of(earn));

  ASSERT_EQ(first.code, StatusCode::OK) << first.message;
  EXPECT_EQ(first.response.receipt().outcome(), "ACCEPTED");
  EXPECT_FALSE(first.response.replayed());
  EXPECT_TRUE(again.response.replayed());
  EXPECT_EQ(again.response.receipt().SerializeAsString(),
            first.response.receipt().SerializeAsString());
  EXPECT_EQ(available(till, 1), 42);
}

TEST(Writes, NameTheConflictOfAnIdThatIsTakenEachTimeItIsTried) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  const Transaction earn = an_earn_now(node, 1).build();
  Transaction other = earn;
  std::get<Earn>(other.action).total = money(99'900);
  static_cast<void>(till.earn(message_of(earn)));

  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto conflict = till.earn(message_of(other));

    ASSERT_EQ(conflict.code, StatusCode::OK) << conflict.message;
    EXPECT_EQ(conflict.response.receipt().outcome(), "IDEMPOTENCY_CONFLICT");
    EXPECT_EQ(conflict.response.receipt().conflict_field(), "total");
    EXPECT_TRUE(conflict.response.receipt().has_refers_to());
  }
  EXPECT_EQ(available(till, 1), 10);
}

TEST(Writes, NeverExecuteARequestPastItsValidity) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  Transaction earn = an_earn_now(node, 1).valid_until(node.chain.genesis.content.time).build();

  const auto stale = till.earn(message_of(earn));
  earn.valid_until = node.soon();
  const auto fresh = till.earn(message_of(earn));

  EXPECT_EQ(stale.response.receipt().outcome(), "STALE_REQUEST") << stale.message;
  EXPECT_EQ(fresh.response.receipt().outcome(), "ACCEPTED") << fresh.message;
  EXPECT_FALSE(fresh.response.replayed());
}

TEST(Writes, AnswerABatchInItsOrderAndARepeatInItAsAReplay) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  v1::SubmitBatchRequest request;
  *request.add_transactions() = message_of(an_earn_now(node, 1).total(100).build());
  *request.add_transactions() = message_of(an_earn_now(node, 1).total(100).build());
  *request.add_transactions() = message_of(
      a_redeem().request(2).basket(50'000).exactly(400).valid_until(node.soon()).build());
  request.mutable_transactions(1)->mutable_earn()->set_event_time(
      request.transactions(0).earn().event_time());

  const auto called = till.call(till.ledger, &v1::Ledger::Stub::SubmitBatch, request);

  ASSERT_EQ(called.code, StatusCode::OK) << called.message;
  ASSERT_EQ(called.response.answers_size(), 3);
  EXPECT_EQ(called.response.answers(0).receipt().outcome(), "ACCEPTED");
  EXPECT_FALSE(called.response.answers(0).replayed());
  EXPECT_TRUE(called.response.answers(1).replayed());
  EXPECT_EQ(called.response.answers(2).receipt().outcome(), "INSUFFICIENT_AVAILABLE");
  EXPECT_EQ(available(till, 1), 1);
}

struct BadWrite {
  const char* what;
  Transaction transaction;
  StatusCode code;
  const char* reason;
  const char* message;  ///< how it starts
};

template <typename Builder>
Transaction at(const TestNode& node, Builder builder) {
  return builder.request(1).valid_until(node.soon()).build();
}

TEST(Writes, RefuseAtTheDoorWhatTheTextAloneShowsToBeWrong) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  const ChainId other_chain = fixed_of<ChainId>(5);
  const crypto::PrivateKey key = key_from_seed(3);
  Transaction zero_transfer = at(node, a_transfer());
  std::get<Transfer>(zero_transfer.action).points = points(0);
  const std::vector<BadWrite> rows = {
      {"redeem of 0", at(node, a_redeem().exactly(0)), StatusCode::INVALID_ARGUMENT, "MALFORMED",
       "points: got 0"},
      {"transfer of 0", zero_transfer, StatusCode::INVALID_ARGUMENT, "MALFORMED", "points: got 0"},
      {"transfer to oneself", at(node, a_transfer().to(member(1))), StatusCode::INVALID_ARGUMENT,
       "MALFORMED", "to: got the sender"},
      {"parts above the total", at(node, an_earn().tax(5'000)), StatusCode::INVALID_ARGUMENT,
       "MALFORMED", "tax: got 5000"},
      {"order id of a transfer", at(node, a_transfer().order(3)), StatusCode::INVALID_ARGUMENT,
       "MALFORMED", "order_id: got one in transfer"},
      {"another merchant", at(node, an_earn().by(kBakery)), StatusCode::PERMISSION_DENIED,
       "NOT_OWN_MERCHANT", "merchant: got 2"},
      {"another's key", at(node, an_earn().asking(fixed_of<KeyId>(1))),
       StatusCode::INVALID_ARGUMENT, "MALFORMED", "asking_key: got 0000"},
      {"a consent to another chain", at(node, a_transfer().consented_by(key, other_chain)),
       StatusCode::UNAUTHENTICATED, "SIGNATURE_INVALID", "a signature is not valid"},
      {"an operator's kind", at(node, an_advance_clock()), StatusCode::PERMISSION_DENIED,
       "ROLE_NOT_ALLOWED", "a terminal may not call tally.v1.Operator.AdvanceClock"},
  };
  for (const BadWrite& row : rows) {
    v1::SubmitBatchRequest request;
    *request.add_transactions() = message_of(row.transaction);

    const auto called = till.call(till.ledger, &v1::Ledger::Stub::SubmitBatch, request);

    EXPECT_EQ(called.code, row.code) << row.what << ": " << called.message;
    EXPECT_EQ(called.reason, row.reason) << row.what;
    EXPECT_TRUE(called.message.starts_with(row.message)) << row.what << ": " << called.message;
  }
}

TEST(Writes, RefuseWhatTheProtocolBuffersSayWrongly) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  v1::Transaction negative = message_of(an_earn_now(node, 1).build());
  negative.mutable_earn()->set_total(-5);
  v1::Transaction unknown = message_of(an_earn_now(node, 1).build());
  unknown.mutable_earn()
      ->GetReflection()
      ->MutableUnknownFields(unknown.mutable_earn())
      ->AddVarint(77, 1);

  EXPECT_EQ(till.earn({}).message, "merchant: got nothing; expected a merchant's id, 1 or above");
  EXPECT_EQ(till.earn(negative).message, "earn.total: got -5; expected 0 to 9007199254740991");
  EXPECT_EQ(till.earn(unknown).code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(till.earn(message_of(a_redeem().valid_until(node.soon()).build())).message,
            "action: got redeem; expected the one of tally.v1.Points.Earn");
}

TEST(Writes, TakeOneTo8192TransactionsAtOnce) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  v1::SubmitBatchRequest request;

  const auto none = till.call(till.ledger, &v1::Ledger::Stub::SubmitBatch, request);
  for (std::uint64_t i = 0; i < limits::kSubmissionTransactionsMax; ++i)
    *request.add_transactions() = message_of(an_earn_now(node, 100 + i).total(100).build());
  const auto full = till.call(till.ledger, &v1::Ledger::Stub::SubmitBatch, request);
  *request.add_transactions() = request.transactions(0);
  const auto above = till.call(till.ledger, &v1::Ledger::Stub::SubmitBatch, request);

  EXPECT_EQ(none.reason, "OUT_OF_LIMITS");
  ASSERT_EQ(full.code, StatusCode::OK) << full.message;
  ASSERT_EQ(full.response.answers_size(), 8'192);
  EXPECT_EQ(full.response.answers(8'191).receipt().outcome(), "ACCEPTED");
  EXPECT_EQ(above.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(above.message, "transactions: got 8193; expected 1 to 8192");
}

TEST(Writes, KnowEachCallerByItsKeyOnTheLedger) {
  const TestNode node;
  const v1::Transaction earn = message_of(an_earn_now(node, 1).build());
  const v1::Transaction publication =
      message_of(a_publication().version(2).request(2).valid_until(node.soon()).build());
  const DoorClient till(node, node.terminal);
  const DoorClient brief(node, node.brief);

  const auto by_till =
      till.call(till.operators, &v1::Operator::Stub::PublishProgramme, publication);
  EXPECT_EQ(by_till.code, StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(by_till.reason, "ROLE_NOT_ALLOWED");
  EXPECT_EQ(DoorClient(node, node.auditor).earn(earn).reason, "ROLE_NOT_ALLOWED");
  EXPECT_EQ(DoorClient(node, node.member_device).earn(earn).reason, "ROLE_NOT_ALLOWED");
  const auto by_stranger = DoorClient(node, node.stranger).earn(earn);
  EXPECT_EQ(by_stranger.code, StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(by_stranger.reason, "UNKNOWN_KEY");

  const DoorClient staff(node, node.staff);
  EXPECT_EQ(brief.earn(earn).code, StatusCode::OK);
  static_cast<void>(staff.call(
      staff.operators, &v1::Operator::Stub::AdvanceClock,
      message_of(an_advance_clock().by_time(kDay).request(3).valid_until(node.soon()).build())));
  const DoorClient cafe_till(node, node.terminal);
  static_cast<void>(cafe_till.earn(message_of(an_earn_now(node, 4).build())));
  const auto revoked = brief.earn(earn);
  EXPECT_EQ(revoked.code, StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(revoked.reason, "KEY_REVOKED");
}

TEST(Writes, SealForTheirOwnMerchantsKeysAlone) {
  const TestNode node;
  const DoorClient device(node, node.member_device);

  const auto called =
      device.call(device.points, &v1::Points::Stub::Transfer,
                  message_of(a_transfer().request(1).valid_until(node.soon()).build()));

  EXPECT_EQ(called.code, StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(called.reason, "NOT_OWN_NODE");
}

TEST(SignedWrites, LetTheFirstOperatorInWhoseKeyIsNotOnTheLedger) {
  const TestNode node;
  const DoorClient stranger(node, node.stranger);
  const Transaction registration = a_key_registration()
                                       .key(node.stranger.key.public_key())
                                       .role(Role::Operator)
                                       .purpose(Purpose::Tls)
                                       .request(1)
                                       .valid_until(node.soon())
                                       .consented_by(node.second_operator, node.chain.id)
                                       .build();
  const Bytes bytes =
      seal_submission(node.chain.id, {registration}, node.chain.keys.front().operator_key);
  v1::GetReceiptRequest own;
  own.set_merchant(kCafe.value());
  own.set_request_id(to_hex(registration.request_id));
  v1::GetReceiptRequest foreign = own;
  foreign.set_request_id(to_hex(id_bytes(9'001)));

  const auto before = stranger.call(stranger.ledger, &v1::Ledger::Stub::GetReceipt, foreign);
  const auto submitted = stranger.submit(bytes);
  const auto again = stranger.submit(bytes);
  const auto asked = stranger.call(stranger.ledger, &v1::Ledger::Stub::GetReceipt, own);

  EXPECT_EQ(before.code, StatusCode::NOT_FOUND);
  ASSERT_EQ(submitted.code, StatusCode::OK) << submitted.message;
  EXPECT_EQ(submitted.response.answers(0).receipt().outcome(), "ACCEPTED");
  EXPECT_TRUE(again.response.answers(0).replayed()) << again.message;
  EXPECT_EQ(asked.code, StatusCode::OK) << asked.message;
  EXPECT_EQ(stranger.status().code, StatusCode::OK);
}

TEST(SignedWrites, LeaveARequestToItsMerchantWhoeverElseSendsIt) {
  const TestNode node;
  const DoorClient stranger(node, node.stranger);
  const DoorClient till(node, node.terminal);
  const Transaction earn = an_earn_now(node, 1).total(4200).build();
  const Bytes copy = seal_submission(node.chain.id, {earn}, key_from_seed(77));

  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto refused = stranger.submit(copy);
    ASSERT_EQ(refused.code, StatusCode::OK) << refused.message;
    EXPECT_EQ(refused.response.answers(0).receipt().outcome(), "NOT_PERMITTED");
  }
  ASSERT_TRUE(node.loop->submit(copy).ok()) << "as another merchant's node may let it in";
  const auto accepted = till.earn(message_of(earn));

  EXPECT_EQ(accepted.response.receipt().outcome(), "ACCEPTED") << accepted.message;
  EXPECT_FALSE(accepted.response.replayed());
  EXPECT_EQ(available(till, 1), 42);
}

TEST(SignedWrites, RefuseBytesThatAreNotASubmissionOfThisChain) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  const crypto::PrivateKey& key = node.chain.keys.front().operator_key;
  const Transaction earn = an_earn_now(node, 1).build();
  const Bytes good = seal_submission(node.chain.id, {earn}, key);
  Submission content = decode_submission(good).value();
  Submission unsigned_one = content;
  unsigned_one.signature = {};
  Submission forged = content;
  forged.key = key_from_seed(3).public_key();
  Bytes noise(1'000);
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = static_cast<std::uint8_t>(i * i * 31 + 7);
  Bytes trailing = good;
  trailing.push_back(0);
  const Bytes stump(good.begin(), good.end() - 1);
  const Bytes cut(good.begin(), good.end() - 100);
  struct Row {
    const char* what;
    Bytes bytes;
    StatusCode code;
    const char* reason;
  };
  for (const Row& row : {
           Row{"nothing", {}, StatusCode::INVALID_ARGUMENT, "NOT_CANONICAL"},
           Row{"noise", noise, StatusCode::INVALID_ARGUMENT, "NOT_CANONICAL"},
           Row{"cut", cut, StatusCode::INVALID_ARGUMENT, "NOT_CANONICAL"},
           Row{"65 bytes", trailing, StatusCode::INVALID_ARGUMENT, "BAD_SIGNATURE_FORMAT"},
           Row{"63 bytes", stump, StatusCode::INVALID_ARGUMENT, "BAD_SIGNATURE_FORMAT"},
           Row{"zeros", encode_submission(unsigned_one), StatusCode::INVALID_ARGUMENT,
               "BAD_SIGNATURE_FORMAT"},
           Row{"another key's", encode_submission(forged), StatusCode::UNAUTHENTICATED,
               "SIGNATURE_INVALID"},
           Row{"another chain's", seal_submission(fixed_of<ChainId>(1), {earn}, key),
               StatusCode::INVALID_ARGUMENT, "WRONG_CHAIN"},
           Row{"too many bytes", Bytes(limits::kSubmissionBytesMax + 1),
               StatusCode::INVALID_ARGUMENT, "OUT_OF_LIMITS"},
           Row{"more than gRPC takes", Bytes(5 << 20), StatusCode::RESOURCE_EXHAUSTED, ""},
       }) {
    const auto called = till.submit(row.bytes);

    EXPECT_EQ(called.code, row.code) << row.what << ": " << called.message;
    EXPECT_EQ(called.reason, row.reason) << row.what << ": " << called.message;
  }
  EXPECT_EQ(available(till, 1), 0);
  EXPECT_EQ(till.submit(good).response.answers(0).receipt().outcome(), "ACCEPTED");
}

/// A node of four that runs alone: nothing it takes is ever ordered.
class LonelyDoor : public testing::Test {
 protected:
  LonelyDoor() : node_(4) {}
  TestNode node_;
};

TEST_F(LonelyDoor, SaysThatThereIsNoQuorumAndAboveItsBoundThatItIsBusy) {
  const crypto::PrivateKey& key = node_.chain.keys.front().operator_key;
  constexpr int kCallsThatFit = 16;  // of 8,192 transactions each
  std::vector<Bytes> submissions;
  for (std::uint64_t call = 0; call <= kCallsThatFit; ++call) {
    std::vector<Transaction> transactions;
    for (std::uint64_t i = 0; i < limits::kSubmissionTransactionsMax; ++i)
      transactions.push_back(an_earn_now(node_, 10'000 * (call + 1) + i).build());
    submissions.push_back(seal_submission(node_.chain.id, std::move(transactions), key));
  }
  const DoorClient client(node_, node_.stranger);
  const auto send = [&](std::size_t i) {
    v1::SubmitSignedRequest request;
    request.set_submission(std::string(as_text(submissions[i])));
    return client.call(
        client.ledger, &v1::Ledger::Stub::SubmitSigned, request, [](grpc::ClientContext& context) {
          context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(8));
        });
  };
  std::vector<Called<v1::SubmitResponse>> called(submissions.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < submissions.size(); ++i)
    threads.emplace_back([&, i] { called[i] = send(i); });
  for (std::thread& thread : threads)
    thread.join();

  std::map<std::string, int> reasons;
  for (const auto& one : called) {
    EXPECT_NE(one.code, StatusCode::OK);
    EXPECT_EQ(one.reason.empty(), one.retry_after_ms.empty()) << one.message;
    ++reasons[one.reason];
  }
  // On a slow machine gRPC's own deadline may come before our answer; it has no reason.
  EXPECT_EQ(reasons["BUSY"], 1);
  EXPECT_GE(reasons["NO_QUORUM"], 1);
  EXPECT_EQ(reasons["BUSY"] + reasons["NO_QUORUM"] + reasons[""], kCallsThatFit + 1);
}

TEST(Writes, StopWhenTheNodeHaltsForSafety) {
  const TestNode node;
  const DoorClient till(node, node.terminal);

  node.door->set_halted("two headers for height 7");
  const auto called = till.earn(message_of(an_earn_now(node, 1).build()));

  EXPECT_EQ(called.code, StatusCode::UNAVAILABLE);
  EXPECT_EQ(called.reason, "SAFETY_HALT");
}

}  // namespace
}  // namespace tally::api
