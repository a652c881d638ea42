// The client against a real front door, and against endpoints that fail it.
#include <tally/client/client.h>
#include <tally/consensus/certificate.h>
#include <tally/state/consortium.h>

#include "api/test_node.h"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tally::client {
namespace {

using namespace tally::test;

/// Takes connections and never says a word: a node that hangs.
class SilentPeer {
 public:
  SilentPeer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    // NOLINTBEGIN: the interface of the operating system
    CHECK(::bind(socket_, (const sockaddr*)&address_, size) == 0);
    CHECK(::getsockname(socket_, (sockaddr*)&address_, &size) == 0);
    // NOLINTEND
    CHECK(::listen(socket_, 16) == 0);
  }
  SilentPeer(const SilentPeer&) = delete;
  SilentPeer& operator=(const SilentPeer&) = delete;
  ~SilentPeer() { ::close(socket_); }
  [[nodiscard]] std::string endpoint() const {
    return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
  }

 private:
  int socket_;
  sockaddr_in address_{};
};

constexpr const char* kNobody = "127.0.0.1:1";

std::unique_ptr<Client> connect(const TestNode& node, const TestIdentity& identity,
                                std::vector<std::string> endpoints, Duration timeout) {
  return Client::connect({std::move(endpoints), node.authority.pem(), identity.certificate_pem,
                          identity.key.to_pem(), timeout})
      .value();
}

std::unique_ptr<Client> connect(const TestNode& node, const TestIdentity& identity) {
  return connect(node, identity, {node.endpoint()}, Duration(10'000));
}

Transaction an_earn_of(const TestNode& node, std::uint64_t request) {
  return an_earn().request(request).event_time(node.ledger_time()).valid_until(node.soon()).build();
}

TEST(Client, BringsAWriteAndEveryReadOfIt) {
  const TestNode node;
  const auto till = connect(node, node.terminal);
  const AccountId account{member(1), kCafe};
  std::vector<Transaction> batch;
  for (std::uint64_t i = 1; i <= 3; ++i)
    batch.push_back(an_earn_of(node, i));

  const auto answers = till->submit_batch(batch);
  ASSERT_TRUE(answers.ok()) << answers.error().message;
  ASSERT_EQ(answers->size(), 3U);
  EXPECT_EQ(answers->front().receipt.outcome, Outcome::Accepted);

  const auto balance = till->balance(account);
  ASSERT_TRUE(balance.ok()) << balance.error().message;
  EXPECT_EQ(balance->available, points(30));
  EXPECT_EQ(balance->lots.size(), 3U);

  const auto receipt = till->receipt(kCafe, id_bytes(2));
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(receipt->receipt, (*answers)[1].receipt);
  const auto receipts = till->receipts(kCafe, {id_bytes(1), id_bytes(99)});
  ASSERT_TRUE(receipts.ok());
  EXPECT_TRUE(receipts->front().has_value());
  EXPECT_FALSE(receipts->back().has_value());

  const auto page = till->history(account, 2, "");
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(page->receipts.size(), 2U);
  EXPECT_FALSE(page->next_page_token.empty());

  const auto status = till->status();
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->chain, node.chain.id);
  EXPECT_EQ(status->merchant, kCafe);
}

TEST(Client, BringsWhatIsHeldAndTheCardsOfAnAccount) {
  TestNode node;
  const Timestamp soon = node.soon();
  node.execute({a_card_link().of(member(2)).card(card(3)).request(1).valid_until(soon).build()});
  const auto till = connect(node, node.terminal);
  const HoldId hold = request_key(kCafe, id_bytes(3));

  const auto answers = till->submit_batch(
      {an_earn()
           .by_card(card(3))
           .total(20'000)
           .event_time(node.ledger_time())
           .request(2)
           .valid_until(soon)
           .build(),
       a_hold().by_card(card(3)).exactly(150).basket(1'500).request(3).valid_until(soon).build()});
  const auto balance = till->balance({member(2), kCafe});

  ASSERT_TRUE(answers.ok()) << answers.error().message;
  const Receipt& receipt = answers->back().receipt;
  ASSERT_EQ(receipt.outcome, Outcome::Accepted);
  EXPECT_EQ(receipt.hold, hold);
  ASSERT_TRUE(balance.ok()) << balance.error().message;
  EXPECT_EQ(balance->available, points(50));
  EXPECT_EQ(balance->held, points(150));
  EXPECT_EQ(balance->state, state::AccountState::Open);
  EXPECT_EQ(balance->tokens, std::vector{card(3)});
  ASSERT_EQ(balance->holds.size(), 1U);
  EXPECT_EQ(balance->holds.front().hold, hold);
  EXPECT_EQ(balance->holds.front().deadline, receipt.hold_until);
}

TEST(Client, BringsBlocksAndProofsThatVerify) {
  const TestNode node;
  const auto auditor = connect(node, node.auditor);
  const state::RecordKey key = state::account_key({member(1), kCafe});
  const consensus::Epoch epoch = state::epoch_of(node.chain.genesis.content);

  const auto block = auditor->block(Height(1));
  const auto proven = auditor->prove(key);

  ASSERT_TRUE(block.ok()) << block.error().message;
  ASSERT_TRUE(block->certificate.has_value());
  EXPECT_TRUE(check_block_certificate(epoch, block->header, *block->certificate).ok());
  EXPECT_FALSE(block->receipts.empty());
  ASSERT_TRUE(proven.ok()) << proven.error().message;
  EXPECT_TRUE(
      check_block_certificate(epoch, proven->certified.header, proven->certified.certificate).ok());
  EXPECT_TRUE(proves(proven->proof, proven->certified.header.state_root, key, proven->record));
}

TEST(Client, SubmitsWhatIsSignedWithAKeyThatNobodyKnowsYet) {
  const TestNode node;
  const auto stranger = connect(node, node.stranger);
  const Transaction enrol = an_enrol().of(member(5)).request(1).valid_until(node.soon()).build();

  const auto answers = stranger->submit(
      seal_submission(node.chain.id, {enrol}, node.chain.keys.front().operator_key));

  ASSERT_TRUE(answers.ok()) << answers.error().message;
  EXPECT_EQ(answers->front().receipt.outcome, Outcome::Accepted);
}

TEST(Client, GoesOnToTheNextEndpointAndStaysThere) {
  const TestNode node;
  const SilentPeer silent;
  const auto till =
      connect(node, node.terminal, {kNobody, silent.endpoint(), node.endpoint()}, Duration(700));

  const auto status = till->status();

  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(status->endpoint, node.endpoint());
  EXPECT_EQ(till->endpoint(), node.endpoint());
}

TEST(Client, SaysThatAnOutcomeIsUnknown) {
  const TestNode node;
  const SilentPeer silent;
  const auto till = connect(node, node.terminal, {silent.endpoint(), kNobody}, Duration(300));

  const auto answers = till->submit_batch({an_earn_of(node, 1)});

  ASSERT_FALSE(answers.ok());
  EXPECT_EQ(answers.error().code, ErrorCode::Unavailable);
  EXPECT_NE(answers.error().message.find("outcome unknown"), std::string::npos)
      << answers.error().message;
}

TEST(Client, PutsTheServersReasonInFront) {
  const TestNode node;
  const auto till = connect(node, node.terminal);
  const auto stranger = connect(node, node.stranger);
  const AccountId account{member(1), kCafe};

  const auto denied = till->balance({member(1), kBakery});
  const auto unknown_key = stranger->balance(account);
  const auto unknown = till->receipt(kCafe, id_bytes(404));
  const auto future = till->block(Height(1'000'000));
  const auto malformed = till->submit_batch({a_redeem().exactly(0).build()});
  const auto empty = till->submit_batch({});

  EXPECT_EQ(denied.error().code, ErrorCode::Refused);
  EXPECT_TRUE(denied.error().message.starts_with("NOT_OWN_ACCOUNT: "));
  EXPECT_EQ(unknown_key.error().code, ErrorCode::Refused);
  EXPECT_TRUE(unknown_key.error().message.starts_with("UNKNOWN_KEY: "));
  EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
  EXPECT_EQ(future.error().code, ErrorCode::NotFound);
  EXPECT_EQ(malformed.error().code, ErrorCode::Malformed);
  EXPECT_EQ(empty.error().code, ErrorCode::OutOfLimits);
}

TEST(Client, RefusesSettingsThatCannotWork) {
  EXPECT_FALSE(Client::connect({}).ok());
  EXPECT_FALSE(Client::connect({{kNobody}, "", "", "", Duration(1)}).ok());
}

}  // namespace
}  // namespace tally::client
