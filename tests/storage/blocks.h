// Blocks for the tests of stores: they hang together by their hashes; what they order means
// nothing.
#pragma once

#include <gtest/gtest.h>
#include <tally/crypto/merkle.h>
#include <tally/state/account.h>
#include <tally/storage/store.h>

#include <functional>
#include <string>
#include <vector>

#include "support/builders.h"

namespace tally::storage {

/// What one block brings, beside its height.
struct BlockContent {
  std::function<void(state::StateDelta&)> write = [](state::StateDelta&) {};
  std::uint32_t receipts = 0;
  bool has_commit = true;
  LogPosition log = {};
};

[[nodiscard]] inline consensus::Certificate a_certificate(consensus::VoteStatement statement) {
  return {statement, {{NodeIndex(0), {}}, {NodeIndex(2), {}}, {NodeIndex(3), {}}}};
}

[[nodiscard]] inline consensus::Certificate block_certificate(const consensus::Header& header) {
  return a_certificate(consensus::checkpoint_statement(header));
}

[[nodiscard]] inline Receipt a_receipt(Position position) {
  Receipt receipt;
  receipt.position = position;
  receipt.request_key =
      test::fixed_of<RequestKey>(position.height.value() * 1'000 + position.index);
  receipt.kind = ActionKind::Earn;
  receipt.lines.resize(position.index % 3);  // of different sizes
  return receipt;
}

/// The transaction of a receipt: each has its own, but every fourth is of what fell due.
[[nodiscard]] inline Transaction transaction_of(const Position& position) {
  return test::an_earn().request(position.height.value() * 1'000 + position.index).build();
}
[[nodiscard]] inline bool is_of_what_fell_due(const Position& position) {
  return position.index % 4 == 3;
}

/// Puts the transaction of the newest receipt at the end of the payload, and its digest into it.
inline state::PayloadPlace append_transaction(state::Block& block) {
  Receipt& receipt = block.receipts.back();
  if (is_of_what_fell_due(receipt.position)) {
    receipt.kind = ActionKind::Due;
    return {};
  }
  const Transaction transaction = transaction_of(receipt.position);
  receipt.request_digest = request_digest(transaction);
  codec::Writer out;
  encode(out, transaction);
  const Bytes bytes = std::move(out).take();
  Bytes& payload = block.proposal.payload;
  const state::PayloadPlace place{static_cast<std::uint32_t>(payload.size()),
                                  static_cast<std::uint32_t>(bytes.size())};
  payload.insert(payload.end(), bytes.begin(), bytes.end());
  return place;
}

/// The block after the newest one in `snapshot`, or genesis.
[[nodiscard]] inline state::Block next_block(const Snapshot& snapshot, std::uint32_t receipts) {
  state::Block block;
  const Result<consensus::Header> parent = snapshot.header(snapshot.height());
  if (!parent.ok()) {
    block.header = state::genesis_header(test::fixed_of<Hash>(1), test::kStart, {}, {});
    return block;
  }
  block.header = *parent;
  block.header.height = parent->height.next();
  block.header.parent = consensus::header_digest(*parent);
  block.proposal.height = block.header.height;
  block.proposal.payload = Bytes(100, static_cast<std::uint8_t>(block.header.height.value()));
  std::vector<Hash> leaves;
  for (std::uint32_t i = 0; i < receipts; ++i) {
    block.receipts.push_back(a_receipt({block.header.height, i}));
    block.transactions.push_back(append_transaction(block));
    leaves.push_back(receipt_leaf(block.receipts.back()));
  }
  block.header.receipts_root = crypto::merkle_root(leaves);
  block.header.proposal = consensus::proposal_digest(block.proposal);
  block.submissions = {test::fixed_of<SubmissionDigest>(block.header.height.value())};
  return block;
}

/// Commits the next block of `content`, and gives it back.
inline state::Block commit_next(Store& store, const BlockContent& content = {}) {
  const auto snapshot = std::move(store.snapshot()).value();
  state::StateDelta delta(*snapshot);
  content.write(delta);
  state::Block block = next_block(*snapshot, content.receipts);
  consensus::VoteStatement statement;
  statement.height = block.header.height;
  statement.digest = block.header.proposal;
  const consensus::Certificate commit = a_certificate(statement);
  const CommittedBlock committed{&block, content.has_commit ? &commit : nullptr, content.log};
  const Result<void> done = store.commit(committed, delta);
  EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().message);
  return block;
}

[[nodiscard]] inline AccountId an_account(std::uint64_t n) {
  return {test::member(n), test::kCafe};
}

/// Gives the account one lot that expires at `expires_at`, and nothing else.
inline void put_account(state::StateDelta& delta, std::uint64_t n, std::uint64_t expires_at) {
  state::Account account = state::Account::open(delta, an_account(n), test::kStart);
  state::Lot lot;
  lot.original = lot.remaining = test::points(5);
  lot.expires_at = Timestamp(expires_at);
  EXPECT_TRUE(account.add_lot(lot).ok());
  EXPECT_TRUE(account.store(delta).ok());
}

/// The same, and a hold of several members' lots that times out at `deadline`.
inline void put_shared_hold(state::StateDelta& delta, std::uint64_t n, std::uint64_t expires_at,
                            std::uint64_t deadline) {
  put_account(delta, n, expires_at);
  state::Account account = state::Account::load(delta, an_account(n)).value().value();
  account.head.holds = {{Timestamp(deadline), test::fixed_of<HoldId>(n), true}};
  EXPECT_TRUE(account.store(delta).ok());
}

/// Rewrites the account's record so that its earliest deadline stays: one point less.
inline void spend_one(state::StateDelta& delta, std::uint64_t n) {
  state::Account account = state::Account::load(delta, an_account(n)).value().value();
  EXPECT_TRUE(account.take_from_first(test::points(1)).ok());
  EXPECT_TRUE(account.store(delta).ok());
}

[[nodiscard]] inline state::RecordKey a_key(const std::string& name) {
  return state::consortium_key(name);
}

inline void put_record(state::StateDelta& delta, const std::string& name, Bytes bytes) {
  EXPECT_TRUE(delta.put(a_key(name), std::move(bytes)).ok());
}

}  // namespace tally::storage
