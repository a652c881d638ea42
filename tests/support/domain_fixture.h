// A chain's state and one transaction's context: what tests of a domain's two functions stand on.
#pragma once

#include <tally/rules/programme.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>
#include <tally/state/transaction_context.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <gtest/gtest.h>

namespace tally::test {

/// Merchants 1 to 4 in `view`, the café's programme in force; the next block is 2. The operator of
/// the café asks, until a test says otherwise.
class DomainFixture : public testing::Test {
 protected:
  DomainFixture() : chain(a_genesis(4)) {
    write([&](state::StateDelta& delta) {
      EXPECT_TRUE(state::write_genesis(chain.genesis.content, delta).ok());
    });
    publish(kCafe, a_programme());
    asking = state::find_key(view, chain.keys[0].operator_key.public_key().id()).value().value();
  }

  /// Version 1 of `merchant`'s programme, or its replacement.
  void publish(MerchantId merchant, const Programme& programme) {
    write([&](state::StateDelta& delta) {
      auto record = state::find_merchant(delta, merchant).value().value();
      record.programme_version = 1;
      EXPECT_TRUE(state::put_merchant(delta, merchant, record).ok());
      EXPECT_TRUE(
          state::put_version(delta, merchant, {1, Height(1), rules::compile(programme).value()})
              .ok());
    });
  }

  template <typename Write>
  void write(Write what) {
    state::StateDelta delta(view);
    what(delta);
    view.commit(delta, Height(1));
  }

  /// Each has a rule book of its own: what tests publish is read again.
  [[nodiscard]] state::TransactionContext context(const Transaction& transaction) {
    rule_book = state::RuleBook(rule_cost_max);
    state::TransactionContext context;
    context.height = Height(2);
    context.index = index;
    context.ledger_time = now;
    context.proposed_time = now;
    context.chain = &chain.id;
    context.transaction = &transaction;
    context.asking = &asking;
    context.rules = &rule_book;
    context.request_memory = chain.genesis.content.parameters.request_memory;
    context.block_is_full = block_is_full;
    context.action = &transaction.action;
    context.history = &view;
    context.order = order;
    return context;
  }

  TestChain chain;
  MemoryView view;
  Timestamp now = kStart;
  state::KeyRecord asking;
  std::uint32_t index = 0;
  bool block_is_full = false;
  state::OrderFacts order;
  std::uint64_t rule_cost_max = 20'000'000;
  state::RuleBook rule_book{0};
};

}  // namespace tally::test
