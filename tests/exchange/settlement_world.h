// Four merchants' settlement without blocks: the state, a clock, and each word and due entry on a
// delta of its own, under the laws.
#pragma once

#include <tally/exchange/exchange.h>
#include <tally/state/consortium.h>
#include <tally/state/exposure.h>
#include <tally/state/settlement.h>

#include "support/builders.h"
#include "support/memory_view.h"
#include "support/settlement_builders.h"

#include <optional>
#include <utility>
#include <vector>

namespace tally::exchange {

class SettlementWorld {
 public:
  SettlementWorld() : chain_(test::a_genesis(4)) {
    chain_.genesis.content.currencies.push_back({test::currency("JPY"), 0});
    write([&](StateDelta& delta) {
      CHECK(state::write_genesis(chain_.genesis.content, delta).ok());
    });
  }

  /// What `what` writes, past the laws.
  template <typename Write>
  void write(Write what) {
    StateDelta delta(view);
    what(delta);
    view.commit(delta, height);
  }
  void owes(MerchantId debtor, MerchantId creditor, Currency currency, std::int64_t micro_units) {
    Receipt receipt;
    const Obligation obligation{debtor,
                                creditor,
                                currency,
                                MicroUnits::from(micro_units).value(),
                                ObligationReason::Redeemed,
                                std::nullopt};
    StateDelta delta(view);
    CHECK(state::owe(delta, receipt, obligation, now).value());
    commit(delta);
  }

  /// The next block's start; what fell due in it.
  std::vector<Receipt> begin_block(Timestamp at) {
    now = at;
    height = height.next();
    index = 0;
    std::vector<Receipt> receipts;
    for (;;) {
      StateDelta delta(view);
      const DueContext context{height, now, place(), test::fixed_of<Hash>(height.value()), now};
      auto receipt = run_first_due(context, delta).value();
      if (!receipt.has_value()) return receipts;
      CHECK(receipt->position == place());
      commit(delta);
      receipts.push_back(std::move(*receipt));
      ++index;
    }
  }

  /// A transaction of this block by an operator of its merchant.
  template <typename Builder>
  Outcome run(const Builder& builder) {
    const Transaction transaction = builder.build();
    const auto& key = chain_.keys[transaction.merchant.value() - 1].operator_key;
    const auto asking = state::find_key(view, key.public_key().id()).value();
    state::RuleBook rules(1'000'000);
    TransactionContext context;
    context.height = height;
    context.index = index++;
    context.ledger_time = now;
    context.transaction = &transaction;
    context.action = &transaction.action;
    context.asking = &*asking;
    context.rules = &rules;
    return std::visit([&](const auto& action) { return run_action(action, context); },
                      transaction.action);
  }

  void lay_collateral(MerchantId debtor, Currency currency, std::int64_t micro_units) {
    write([&](StateDelta& delta) {
      auto exposure = state::find_exposure(delta, debtor, currency).value();
      exposure.collateral = MicroUnits::from(micro_units).value();
      CHECK(state::put_exposure(delta, debtor, currency, exposure).ok());
    });
  }

  [[nodiscard]] state::SettlementRecord settlement() const {
    return state::settlement(view).value();
  }
  [[nodiscard]] std::optional<state::CycleRecord> cycle(std::uint32_t number) const {
    return state::find_cycle(view, number).value();
  }

  test::MemoryView view;
  Timestamp now = test::kStart;
  Height height;
  std::uint32_t index = 0;

 private:
  [[nodiscard]] Position place() const { return {height, index}; }

  void commit(const StateDelta& delta) {
    const Result<void> checked = check_invariants(delta);
    CHECK(checked.ok());
    view.commit(delta, height);
  }

  template <typename Fields>
  Outcome run_action(const Fields& action, const TransactionContext& context) {
    if constexpr (requires(StateDelta& delta, Receipt& receipt) {
                    exchange::apply(action, context, delta, receipt);
                  }) {
      StateDelta delta(view);
      const Outcome claimed = exchange::preclaim(action, context, delta).value();
      if (claimed != Outcome::Accepted) return claimed;
      Receipt receipt;
      const Outcome applied = exchange::apply(action, context, delta, receipt).value();
      if (applied == Outcome::Accepted) commit(delta);
      return applied;
    }
    return Outcome::NotEnabled;
  }

  test::TestChain chain_;
};

}  // namespace tally::exchange
