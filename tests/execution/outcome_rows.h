// Rows of the table of outcomes: each drives a small ledger to a receipt with its outcome.
#pragma once

#include "support/test_ledger.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <vector>

namespace tally::execution {

/// The café's ledger with member 1, who has a key of their own. What is asked is what a node's door
/// lets in: its form is checked.
class OutcomeLedger {
 public:
  OutcomeLedger() {
    start([](Programme&) {});
  }

  /// Begins again, with what `change` makes of the programme.
  template <typename Change>
  OutcomeLedger& start(Change change) {
    Programme programme = test::a_programme();
    change(programme);
    ledger.emplace(programme);
    return enrol(1);
  }

  [[nodiscard]] Timestamp now() const { return ledger->next_time(); }
  OutcomeLedger& pass(Duration span) {
    ledger->at(now().plus(span));
    return *this;
  }
  /// Under a request id of its own, for the next hour.
  template <typename Builder>
  Transaction valid(Builder builder) {
    return builder.request(next_request++).valid_until(now().plus(kHour)).build();
  }

  Outcome run(const crypto::PublicKey& key, const Transaction& transaction) {
    const Result<void> well_formed = check_form(transaction);
    EXPECT_TRUE(well_formed.ok()) << well_formed.error().message;
    return ledger->run(key, transaction).outcome;
  }
  /// Asked by the operator of its merchant.
  Outcome run(const Transaction& transaction) {
    return run(ledger->operator_of(transaction.merchant), transaction);
  }
  template <typename Builder>
  Outcome run(Builder builder) {
    return run(valid(builder));
  }
  /// Asked by member `n`, who was enrolled with a key.
  template <typename Builder>
  Outcome run_as(std::uint64_t n, Builder builder) {
    return run(key_of(n).public_key(), valid(builder));
  }
  /// With the word of a second operator of the café.
  template <typename Builder>
  Outcome run_by_two(Builder builder) {
    const crypto::PrivateKey second = test::key_from_seed(90);
    done(run(test::a_key_registration().key(second.public_key()).role(Role::Operator)));
    return run(builder.consented_by(second, ledger->chain.id));
  }
  /// With the word of another merchant's operator.
  template <typename Builder>
  Outcome run_with(MerchantId other, Builder builder) {
    const auto& key = ledger->chain.keys.at(other.value() - 1).operator_key;
    return run(builder.consented_by(key, ledger->chain.id));
  }
  /// The steps before the last one are accepted.
  OutcomeLedger& done(Outcome outcome) {
    EXPECT_EQ(name_of(outcome), name_of(Outcome::Accepted)) << "of a step before the last one";
    return *this;
  }

  OutcomeLedger& enrol(std::uint64_t n) {
    const crypto::PrivateKey key = key_of(n);
    return done(run(test::an_enrol()
                        .of(test::member(n))
                        .member_key(key.public_key())
                        .consented_by(key, ledger->chain.id)));
  }
  /// So many points of a purchase under `order`.
  OutcomeLedger& earn(std::uint64_t order, std::int64_t points) {
    return done(run(test::an_earn().order(order).total(100 * points).event_time(now())));
  }
  /// 100 points; gives its request's number.
  std::uint64_t hold() {
    done(run(test::a_hold()));
    return next_request - 1;
  }

  static crypto::PrivateKey key_of(std::uint64_t n) { return test::key_from_seed(70 + n); }

  std::optional<test::TestLedger> ledger;
  std::uint64_t next_request = 1;
};

/// `provoke` takes a ledger that has just started and gives the outcome of its last receipt.
struct OutcomeRow {
  Outcome outcome;
  Outcome (*provoke)(OutcomeLedger& ledger);
};
using OutcomeRows = std::vector<OutcomeRow>;

// The table in its parts, as the enumeration has them.
[[nodiscard]] OutcomeRows rows_of_requests();
[[nodiscard]] OutcomeRows rows_of_names();
[[nodiscard]] OutcomeRows rows_of_time_and_numbers();
[[nodiscard]] OutcomeRows rows_of_members();
[[nodiscard]] OutcomeRows rows_of_cards_and_pools();
[[nodiscard]] OutcomeRows rows_of_redemptions();
[[nodiscard]] OutcomeRows rows_of_holds();
[[nodiscard]] OutcomeRows rows_of_returns();
[[nodiscard]] OutcomeRows rows_of_publications();
[[nodiscard]] OutcomeRows rows_of_exchange();

}  // namespace tally::execution
