// Reads at the front door: accounts, pages, blocks, proofs; and who may see what.
#include <tally/consensus/certificate.h>
#include <tally/state/account.h>
#include <tally/state/consortium.h>

#include "api/door_client.h"

#include <gtest/gtest.h>

namespace tally::api {
namespace {

using namespace tally::test;
using grpc::StatusCode;

constexpr int kEarns = 7;

/// Member 1 has earned seven times and sent some of it to member 2.
class Reads : public testing::Test {
 protected:
  Reads() : till_(node_, node_.terminal), auditor_(node_, node_.auditor) {
    std::vector<Transaction> transactions;
    for (std::uint64_t i = 0; i < kEarns; ++i)
      transactions.push_back(an_earn()
                                 .total(1000)
                                 .request(i + 1)
                                 .event_time(node_.ledger_time())
                                 .valid_until(node_.soon())
                                 .build());
    node_.execute(std::move(transactions));
  }

  static v1::GetBalanceRequest balance_of(std::uint64_t of, MerchantId programme = kCafe) {
    v1::GetBalanceRequest request;
    request.set_member(to_hex(member(of).view()));
    request.set_programme(programme.value());
    return request;
  }
  static v1::GetLotsRequest lots_of(std::uint64_t of, std::int32_t page_size) {
    v1::GetLotsRequest request;
    request.set_member(to_hex(member(of).view()));
    request.set_programme(kCafe.value());
    request.set_page_size(page_size);
    return request;
  }
  static v1::GetHistoryRequest history_of(std::uint64_t of, std::int32_t page_size) {
    v1::GetHistoryRequest request;
    request.set_member(to_hex(member(of).view()));
    request.set_programme(kCafe.value());
    request.set_page_size(page_size);
    return request;
  }
  auto lots(const DoorClient& client, const v1::GetLotsRequest& request) const {
    return client.call(client.ledger, &v1::Ledger::Stub::GetLots, request);
  }
  auto history(const DoorClient& client, const v1::GetHistoryRequest& request) const {
    return client.call(client.ledger, &v1::Ledger::Stub::GetHistory, request);
  }
  auto balance(const DoorClient& client, const v1::GetBalanceRequest& request) const {
    return client.call(client.ledger, &v1::Ledger::Stub::GetBalance, request);
  }
  auto block(const DoorClient& client, std::int64_t height) const {
    v1::GetBlockRequest request;
    request.set_height(height);
    return client.call(client.ledger, &v1::Ledger::Stub::GetBlock, request);
  }
  auto proof(const DoorClient& client, const state::RecordKey& key) const {
    v1::GetProofRequest request;
    request.set_record_key(to_hex(key.bytes));
    return client.call(client.ledger, &v1::Ledger::Stub::GetProof, request);
  }

  TestNode node_;
  DoorClient till_;
  DoorClient auditor_;
};

TEST_F(Reads, ShowABalanceWithTheLotsThatExpireNext) {
  const auto called = balance(till_, balance_of(1));

  ASSERT_EQ(called.code, StatusCode::OK) << called.message;
  EXPECT_EQ(called.response.available(), 10 * kEarns);
  EXPECT_GT(called.response.height(), 0U);
  EXPECT_EQ(called.response.next_to_expire_size(), kEarns);
}

TEST_F(Reads, ShowExpiredLotsToNobodyThoughTheirEntryHasNotRun) {
  node_.execute({an_advance_clock()
                     .by_time(Duration(800 * kDay.milliseconds()))
                     .request(50)
                     .valid_until(node_.soon())
                     .build()});
  // The advance counts from the next block on, whose entries run in it: either way nothing is left.
  node_.execute({an_enrol().of(member(3)).request(51).valid_until(node_.soon()).build()});

  EXPECT_EQ(balance(till_, balance_of(1)).response.available(), 0);
}

TEST_F(Reads, ShowAccountsToTheirOwnAlone) {
  const DoorClient device(node_, node_.member_device);
  const DoorClient stranger(node_, node_.stranger);

  EXPECT_EQ(balance(device, balance_of(1)).code, StatusCode::OK);
  EXPECT_EQ(balance(device, balance_of(2)).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(balance(till_, balance_of(1, kBakery)).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(balance(stranger, balance_of(1)).reason, "UNKNOWN_KEY");
  EXPECT_EQ(balance(auditor_, balance_of(1)).code, StatusCode::OK);
  const auto unknown = balance(auditor_, balance_of(999));
  EXPECT_EQ(unknown.code, StatusCode::NOT_FOUND);
  EXPECT_EQ(unknown.reason, "UNKNOWN_MEMBER");
}

TEST_F(Reads, TurnThePagesOfLotsToTheirEnd) {
  v1::GetLotsRequest request = lots_of(1, 3);
  std::vector<std::string> lots_seen;
  for (int page = 0; page < 3; ++page) {
    const auto called = lots(till_, request);
    ASSERT_EQ(called.code, StatusCode::OK) << called.message;
    for (const v1::Lot& lot : called.response.lots())
      lots_seen.push_back(lot.id().SerializeAsString());
    request.set_page_token(called.response.next_page_token());
  }

  EXPECT_EQ(lots_seen.size(), static_cast<std::size_t>(kEarns));
  EXPECT_EQ(std::set<std::string>(lots_seen.begin(), lots_seen.end()).size(), lots_seen.size());
  EXPECT_TRUE(request.page_token().empty());
}

TEST_F(Reads, ShowWhatIsHeldAndTheCardsOfAFrozenAccount) {
  const Timestamp soon = node_.soon();
  node_.execute(
      {a_card_link().of(member(2)).card(card(3)).request(60).valid_until(soon).build(),
       an_earn()
           .by_card(card(3))
           .total(20'000)
           .event_time(node_.ledger_time())
           .request(61)
           .valid_until(soon)
           .build(),
       a_hold().of(member(2)).exactly(100).basket(1'000).request(62).valid_until(soon).build(),
       a_freeze().of(member(2)).request(63).valid_until(soon).build()});

  const v1::Balance balance_now = balance(till_, balance_of(2)).response;

  EXPECT_EQ(balance_now.available(), 100);
  EXPECT_EQ(balance_now.held(), 100);
  EXPECT_EQ(balance_now.state(), v1::ACCOUNT_STATE_SOFT);
  EXPECT_TRUE(balance_now.claimed());
  ASSERT_EQ(balance_now.tokens_size(), 1);
  EXPECT_EQ(balance_now.tokens(0), to_hex(card(3).view()));
  ASSERT_EQ(balance_now.holds_size(), 1);
  EXPECT_EQ(balance_now.holds(0).hold(), to_hex(request_key(kCafe, id_bytes(62)).view()));
  EXPECT_GT(balance_now.holds(0).until(), balance_now.ledger_time());
}

/// The café's next version, under which points wait for a day.
Transaction a_patient_programme(const TestNode& node, std::uint64_t request) {
  Programme programme = a_programme();
  programme.transfer.enabled = true;
  programme.earn.pending.span = kDay;
  return a_publication()
      .programme(programme)
      .version(2)
      .request(request)
      .valid_until(node.soon())
      .build();
}

TEST_F(Reads, ShowWhatWaitsAfterWhatIsThere) {
  node_.execute({a_patient_programme(node_, 60)});
  node_.execute({an_earn()
                     .total(3'000)
                     .event_time(node_.ledger_time())
                     .request(61)
                     .valid_until(node_.soon())
                     .build()});

  v1::GetLotsRequest request = lots_of(1, 5);
  const auto first = lots(till_, request).response;
  request.set_page_token(first.next_page_token());
  const auto second = lots(till_, request).response;

  EXPECT_EQ(first.lots_size(), 5);
  EXPECT_EQ(first.pending_size(), 0);
  EXPECT_EQ(second.lots_size(), kEarns - 5);
  ASSERT_EQ(second.pending_size(), 1);
  EXPECT_EQ(second.pending(0).lot().remaining(), 30);
  EXPECT_EQ(second.pending(0).waits_for(), v1::WAITS_FOR_TIME);
  EXPECT_FALSE(second.pending(0).lot().has_expires_at());
  EXPECT_EQ(second.pending(0).lot().available_at(),
            second.pending(0).lot().earned_at() + kDay.milliseconds());
  EXPECT_EQ(second.balance().pending(), 30);
  EXPECT_EQ(second.balance().available(), 10 * kEarns);
  EXPECT_EQ(balance(till_, balance_of(1)).response.next_to_activate_size(), 1);
}

TEST_F(Reads, StartAgainWhereTheAccountHasChangedBetweenPages) {
  v1::GetLotsRequest request = lots_of(1, 3);
  request.set_page_token(lots(till_, request).response.next_page_token());
  node_.execute(
      {an_earn().request(60).event_time(node_.ledger_time()).valid_until(node_.soon()).build()});

  EXPECT_EQ(lots(till_, request).reason, "CURSOR_STALE");
}

TEST_F(Reads, WalkTheHistoryBackToTheEnrolment) {
  v1::GetHistoryRequest request = history_of(1, 3);
  std::vector<std::string> kinds;
  do {
    const auto called = history(till_, request);
    ASSERT_EQ(called.code, StatusCode::OK) << called.message;
    for (const v1::HistoryEntry& entry : called.response.entries()) {
      kinds.push_back(entry.receipt().kind());
      EXPECT_GT(entry.ledger_time(), 0U);
    }
    request.set_page_token(called.response.next_page_token());
  } while (!request.page_token().empty());

  ASSERT_EQ(kinds.size(), 1U + kEarns);
  EXPECT_EQ(kinds.front(), "earn");
  EXPECT_EQ(kinds.back(), "enrol");
}

TEST_F(Reads, RefuseAPageTokenThatIsForgedOrOfAnotherQuery) {
  const std::string token = lots(till_, lots_of(1, 3)).response.next_page_token();
  std::string forged = token;
  forged.back() = forged.back() == '0' ? '1' : '0';
  for (const std::string& bad : {forged, std::string("zz"), std::string(64, '0'),
                                 std::string(100'000, 'a'), token.substr(2)}) {
    v1::GetLotsRequest request = lots_of(1, 3);
    request.set_page_token(bad);
    const auto called = lots(till_, request);
    EXPECT_EQ(called.code, StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(called.reason, "PAGE_TOKEN");
  }
  v1::GetLotsRequest other = lots_of(2, 3);
  other.set_page_token(token);
  EXPECT_EQ(lots(till_, other).reason, "PAGE_TOKEN");
  v1::GetHistoryRequest another = history_of(1, 3);
  another.set_page_token(token);
  EXPECT_EQ(history(till_, another).reason, "PAGE_TOKEN");
}

TEST_F(Reads, TakePageSizesFromTheDefaultToTheLimit) {
  EXPECT_EQ(lots(till_, lots_of(1, -1)).code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(lots(till_, lots_of(1, 0)).response.page_size(), 100U);
  EXPECT_EQ(lots(till_, lots_of(1, 1'000'000'000)).response.page_size(), 500U);
}

TEST_F(Reads, ShowABlockToEachRoleAsFarAsItMaySeeIt) {
  const auto height = static_cast<std::int64_t>(node_.receipts().back().position.height.value());
  const DoorClient staff(node_, node_.staff);

  const auto whole = block(auditor_, height);
  ASSERT_EQ(whole.code, StatusCode::OK) << whole.message;
  EXPECT_EQ(whole.response.receipts_size(), kEarns);
  EXPECT_EQ(whole.response.receipt_count(), static_cast<std::uint32_t>(kEarns));
  EXPECT_EQ(block(staff, height).response.receipts_size(), kEarns);
  EXPECT_EQ(block(till_, height).response.receipts_size(), 0);
  const auto header = consensus::decode_header(as_bytes(whole.response.header_bytes()));
  const auto certificate =
      consensus::decode_certificate(as_bytes(whole.response.certificate_bytes()));
  ASSERT_TRUE(header.ok() && certificate.ok());
  EXPECT_TRUE(consensus::check_block_certificate(state::epoch_of(node_.chain.genesis.content),
                                                 *header, *certificate)
                  .ok());
}

TEST_F(Reads, RefuseHeightsThatAreNotThere) {
  for (const std::int64_t height :
       {std::int64_t{-1}, std::int64_t{1'000'000}, std::numeric_limits<std::int64_t>::max()}) {
    const auto called = block(auditor_, height);
    EXPECT_EQ(called.code, StatusCode::OUT_OF_RANGE);
    EXPECT_EQ(called.reason, "FUTURE_HEIGHT");
  }
  EXPECT_EQ(block(auditor_, 0).code, StatusCode::OK);
}

/// Whether `called` proves `key` under a header that the chain's validators have certified.
bool proves(const TestNode& node, const state::RecordKey& key,
            const Called<v1::GetProofResponse>& called) {
  const auto proof = state::decode_proof(as_bytes(called.response.proof()));
  const auto header = consensus::decode_header(as_bytes(called.response.header_bytes()));
  const auto certificate =
      consensus::decode_certificate(as_bytes(called.response.certificate_bytes()));
  if (!proof.ok() || !header.ok() || !certificate.ok()) return false;
  std::optional<Bytes> record;
  if (called.response.has_record()) record = to_bytes(as_bytes(called.response.record()));
  return consensus::check_block_certificate(state::epoch_of(node.chain.genesis.content), *header,
                                            *certificate)
             .ok() &&
         state::proves(*proof, header->state_root, key, record);
}

TEST_F(Reads, ProveAnAccountAndAnAbsentOneUnderACertifiedHeader) {
  const state::RecordKey there = state::account_key({member(1), kCafe});
  const state::RecordKey absent = state::account_key({member(777), kCafe});

  const auto presence = proof(till_, there);
  const auto absence = proof(till_, absent);

  ASSERT_EQ(presence.code, StatusCode::OK) << presence.message;
  EXPECT_TRUE(presence.response.has_record());
  EXPECT_TRUE(proves(node_, there, presence));
  EXPECT_FALSE(absence.response.has_record());
  EXPECT_TRUE(proves(node_, absent, absence));
}

TEST_F(Reads, ProveOnABusyChain) {
  const state::RecordKey key = state::account_key({member(1), kCafe});
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Bytes bytes = seal_submission(node_.chain.id,
                                        {an_earn()
                                             .request(1'000 + i)
                                             .event_time(node_.ledger_time())
                                             .valid_until(node_.soon())
                                             .build()},
                                        node_.chain.keys.front().operator_key);
    ASSERT_TRUE(node_.loop->submit(bytes).ok());

    const auto called = proof(till_, key);

    ASSERT_EQ(called.code, StatusCode::OK) << called.message;
    EXPECT_TRUE(proves(node_, key, called)) << i;
  }
}

TEST_F(Reads, ProveRecordsToThoseAloneWhoMaySeeThem) {
  const DoorClient device(node_, node_.member_device);

  EXPECT_EQ(proof(device, state::account_key({member(2), kCafe})).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(device, state::totals_key(kCafe)).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(device, state::programme_key(kCafe, 1)).code, StatusCode::OK);
  EXPECT_EQ(proof(auditor_, state::totals_key(kCafe)).code, StatusCode::OK);
  EXPECT_EQ(proof(auditor_, state::RecordKey{}).code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(proof(auditor_, state::RecordKey{{0xee, 1}}).reason, "NOT_OWN_ACCOUNT");
}

TEST_F(Reads, ProveWhoIsWhoToStaffAndAKeysRecoveryToItsMember) {
  const DoorClient device(node_, node_.member_device);
  const state::RecordKey keys[] = {state::token_key(kCafe, card(1)),
                                   state::pool_key(kCafe, pool(1)),
                                   state::return_key(kCafe, order_key(kCafe, id_bytes(1))),
                                   state::opening_key(kCafe, "old-1"),
                                   state::adjusted_key(kCafe, KeyId()),
                                   state::merged_key({member(1), kCafe})};

  for (const state::RecordKey& key : keys) {
    EXPECT_EQ(proof(till_, key).code, StatusCode::OK) << to_hex(key.bytes);
    EXPECT_EQ(proof(auditor_, key).code, StatusCode::OK) << to_hex(key.bytes);
    EXPECT_EQ(proof(device, key).reason, "NOT_OWN_ACCOUNT") << to_hex(key.bytes);
  }
  EXPECT_EQ(proof(till_, state::token_key(kBakery, card(1))).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(till_, state::merged_key({member(1), kBakery})).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(device, state::recovery_key(member(1))).code, StatusCode::OK);
  EXPECT_EQ(proof(device, state::recovery_key(member(2))).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(till_, state::recovery_key(member(1))).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(till_, state::hold_key(HoldId())).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(auditor_, state::hold_key(HoldId())).code, StatusCode::OK);
}

TEST_F(Reads, ProveWhatMerchantsOweToTheirOperatorsAndAuditors) {
  const DoorClient device(node_, node_.member_device);
  const DoorClient office(node_, node_.staff);
  const Currency euro = currency("EUR");
  const MerchantId grocer(3);
  const state::RecordKey own[] = {state::exposure_key(kCafe, euro),
                                  state::owed_key(euro, kFirstCycle, kCafe, kBakery),
                                  state::owed_key(euro, kFirstCycle, kBakery, kCafe),
                                  state::taken_key(kCafe, kBakery),
                                  state::taken_key(kBakery, kCafe),
                                  state::cycle_key(kFirstCycle),
                                  state::issuer_key(kBakery),
                                  state::change_key(kBakery)};
  const state::RecordKey others[] = {state::exposure_key(kBakery, euro),
                                     state::owed_key(euro, kFirstCycle, kBakery, grocer),
                                     state::taken_key(kBakery, grocer)};

  for (const state::RecordKey& key : own) {
    EXPECT_EQ(proof(office, key).code, StatusCode::OK) << to_hex(key.bytes);
    EXPECT_EQ(proof(auditor_, key).code, StatusCode::OK) << to_hex(key.bytes);
    EXPECT_EQ(proof(till_, key).reason, "NOT_OWN_ACCOUNT") << to_hex(key.bytes);
    EXPECT_EQ(proof(device, key).reason, "NOT_OWN_ACCOUNT") << to_hex(key.bytes);
  }
  for (const state::RecordKey& key : others) {
    EXPECT_EQ(proof(office, key).reason, "NOT_OWN_ACCOUNT") << to_hex(key.bytes);
    EXPECT_EQ(proof(auditor_, key).code, StatusCode::OK) << to_hex(key.bytes);
  }
}

TEST_F(Reads, ProveUsedTokensAsTheAccount) {
  const DoorClient device(node_, node_.member_device);

  EXPECT_EQ(proof(till_, state::consents_key({member(1), kCafe})).code, StatusCode::OK);
  EXPECT_EQ(proof(device, state::consents_key({member(1), kCafe})).code, StatusCode::OK);
  EXPECT_EQ(proof(device, state::consents_key({member(2), kCafe})).reason, "NOT_OWN_ACCOUNT");
  EXPECT_EQ(proof(till_, state::consents_key({member(1), kBakery})).reason, "NOT_OWN_ACCOUNT");
}

TEST_F(Reads, AnswerReceiptsByRequestIdInTheirOrder) {
  v1::GetReceiptsRequest request;
  request.set_merchant(kCafe.value());
  request.add_request_ids(to_hex(id_bytes(2)));
  request.add_request_ids(to_hex(id_bytes(888)));
  request.add_request_ids(to_hex(id_bytes(1)));

  const auto called = till_.call(till_.ledger, &v1::Ledger::Stub::GetReceipts, request);

  ASSERT_EQ(called.code, StatusCode::OK) << called.message;
  ASSERT_EQ(called.response.results_size(), 3);
  EXPECT_TRUE(called.response.results(0).has_answer());
  EXPECT_FALSE(called.response.results(1).has_answer());
  EXPECT_TRUE(called.response.results(2).has_answer());
  request.set_merchant(kBakery.value());
  EXPECT_EQ(till_.call(till_.ledger, &v1::Ledger::Stub::GetReceipts, request).reason,
            "NOT_OWN_MERCHANT");
}

}  // namespace
}  // namespace tally::api
