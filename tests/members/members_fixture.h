// Accounts as given, and this domain's two functions run on them as execution would, under the laws
// of members and of points.
#pragma once

#include <tally/base/limits.h>
#include <tally/members/members.h>
#include <tally/points/points.h>
#include <tally/state/books.h>
#include <tally/state/identity.h>

#include "support/domain_fixture.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tally::members {

/// A lot to plant. `entry`: two lots of one number are two of one transaction.
struct LotSpec {
  std::uint32_t number = 1;
  std::int64_t amount = 0;
  Timestamp expires_at = Timestamp::never();
  bool idle = false;
};

/// An account to plant; what a test does not say is not there.
struct Given {
  std::vector<LotSpec> lots = {};
  std::vector<LotSpec> waiting = {};  ///< their date is when they become available
  std::int64_t debt = 0;
};

class MembersFixture : public test::DomainFixture {
 protected:
  MembersFixture() : second_operator(test::key_from_seed(90)) {
    state::KeyRecord record;
    record.key = second_operator.public_key();
    record.role = Role::Operator;
    record.merchant = test::kCafe;
    put(record);
  }

  void put(const state::KeyRecord& record) {
    write([&](StateDelta& delta) {
      EXPECT_TRUE(state::put_key(delta, record).ok());
      if (record.role == Role::Operator && record.purpose == Purpose::Sign) list(record, delta);
    });
  }
  /// A key of member `n`'s own, on the ledger and in force.
  const crypto::PrivateKey& own_key(std::uint64_t n) {
    const auto [at, is_new] = own_keys_.try_emplace(n, test::key_from_seed(1'000 + n));
    if (!is_new) return at->second;
    state::KeyRecord record;
    record.key = at->second.public_key();
    record.role = Role::Member;
    record.member = test::member(n);
    put(record);
    return at->second;
  }

  /// Member `n`'s account at the café, enrolled long ago under an identity, with a card of its
  /// number.
  void plant(std::uint64_t n, const Given& given = {}) {
    write([&](StateDelta& delta) {
      const AccountId id = account_id(n);
      auto account = state::Account::open(delta, id, test::kStart.minus(Duration(400 * kDayMs)));
      auto totals = state::totals(delta, id.programme).value();
      for (const LotSpec& spec : given.lots)
        plant_lot(account, totals, lot_of(id.member, spec));
      for (const LotSpec& spec : given.waiting)
        plant_waiting(account, totals, lot_of(id.member, spec));
      account.head.debt = test::points(given.debt);
      totals.debt = checked_add(totals.debt, account.head.debt).value();
      totals.clawed = checked_add(totals.clawed, account.head.debt).value();
      account.head.commitment = crypto::sha256(id.member.view());
      account.head.tokens = {test::card(n)};
      ++totals.members;
      EXPECT_TRUE(account.store(delta).ok());
      EXPECT_TRUE(state::put_totals(delta, id.programme, totals).ok());
      EXPECT_TRUE(
          state::put_commitment(delta, id.programme, *account.head.commitment, id.member).ok());
      EXPECT_TRUE(state::put_token(delta, id.programme, test::card(n), {id.member, false}).ok());
    });
  }
  template <typename Change>
  void change(std::uint64_t n, Change what) {
    write([&](StateDelta& delta) {
      auto account = state::Account::load(delta, account_id(n)).value().value();
      what(account.head);
      EXPECT_TRUE(account.store(delta).ok());
    });
  }

  /// Preclaim and apply; what was accepted is committed once its laws were checked.
  template <typename Builder>
  Outcome run(const Builder& builder) {
    const Transaction transaction = builder.build();
    return std::visit([&](const auto& action) { return run_action(action, transaction); },
                      transaction.action);
  }
  /// The same with the word of a second operator.
  template <typename Builder>
  Outcome run_by_two(Builder builder) {
    return run(builder.consented_by(second_operator, chain.id));
  }

  static AccountId account_id(std::uint64_t n) { return {test::member(n), test::kCafe}; }
  state::Account account(std::uint64_t n) const {
    return state::Account::load(view, account_id(n)).value().value();
  }
  state::AccountHead head(std::uint64_t n) const { return account(n).head; }
  std::int64_t available(std::uint64_t n) const { return head(n).available.value(); }
  state::Totals totals() const { return state::totals(view, test::kCafe).value(); }
  /// (number, remaining) of member `n`'s lots in FEFO order.
  std::vector<std::pair<std::uint32_t, std::int64_t>> lots(std::uint64_t n) const {
    std::vector<std::pair<std::uint32_t, std::int64_t>> all;
    auto read = account(n);
    const std::vector<state::Lot> held = read.all_lots().value();
    for (const state::Lot& lot : held)
      all.emplace_back(lot.id.transaction.index, lot.remaining.value());
    return all;
  }
  std::vector<std::int64_t> lines(LineKind kind) const {
    std::vector<std::int64_t> amounts;
    for (const ReceiptLine& line : receipt.lines)
      if (line.kind == kind) amounts.push_back(line.points.value());
    return amounts;
  }

  static constexpr std::uint64_t kDayMs = kDay.milliseconds();
  crypto::PrivateKey second_operator;
  Receipt receipt;

 private:
  static void list(const state::KeyRecord& record, StateDelta& delta) {
    auto merchant = state::find_merchant(delta, record.merchant).value().value();
    std::set<KeyId> operators(merchant.operators.begin(), merchant.operators.end());
    operators.insert(record.key.id());
    merchant.operators.assign(operators.begin(), operators.end());
    merchant.had_second_operator = true;
    EXPECT_TRUE(state::put_merchant(delta, record.merchant, merchant).ok());
  }
  static state::Lot lot_of(const MemberId& owner, const LotSpec& spec) {
    state::Lot lot;
    lot.id = LotId{Position{Height(1), spec.number}, 0};
    lot.first_owner = owner;
    lot.programme_version = 1;
    lot.earned_at = test::kStart.minus(kDay);
    lot.available_at = lot.earned_at;
    lot.expires_at = spec.expires_at;
    lot.idle = spec.idle;
    lot.original = test::points(spec.amount);
    lot.remaining = lot.original;
    return lot;
  }
  static void plant_lot(state::Account& account, state::Totals& totals, const state::Lot& lot) {
    EXPECT_TRUE(account.add_lot(lot).ok());
    if (lot.idle) account.head.idle_at = lot.expires_at;
    account.head.available = checked_add(account.head.available, lot.remaining).value();
    totals.issued = checked_add(totals.issued, lot.remaining).value();
    totals.available = checked_add(totals.available, lot.remaining).value();
  }
  static void plant_waiting(state::Account& account, state::Totals& totals, state::Lot lot) {
    lot.available_at = lot.expires_at;
    lot.expires_at = Timestamp::never();
    EXPECT_TRUE(account.add_pending({lot, state::WaitsFor::Time, ""}).ok());
    account.head.pending = checked_add(account.head.pending, lot.remaining).value();
    totals.issued = checked_add(totals.issued, lot.remaining).value();
    totals.pending = checked_add(totals.pending, lot.remaining).value();
  }

  template <typename Fields>
  Outcome run_action(const Fields& action, const Transaction& transaction) {
    if constexpr (requires(TransactionContext c) { members::preclaim(action, c, view); }) {
      const TransactionContext where = context(transaction);
      receipt = Receipt();
      receipt.position = where.position();
      ++index;
      const Outcome claimed = preclaim(action, where, view).value();
      if (claimed != Outcome::Accepted) return claimed;
      StateDelta delta(view);
      const Outcome applied = apply_action(action, where, delta);
      if (applied != Outcome::Accepted) return applied;
      for (const Result<void>& lawful : {check_invariants(delta), points::check_invariants(delta)})
        EXPECT_TRUE(lawful.ok()) << lawful.error().message;
      view.commit(delta, Height(1));
      return Outcome::Accepted;
    } else {
      ADD_FAILURE() << "a kind of another domain";
      return Outcome::NotEnabled;
    }
  }
  template <typename Fields>
  Outcome apply_action(const Fields& action, const TransactionContext& where, StateDelta& delta) {
    const Outcome applied = apply(action, where, delta, receipt).value();
    if constexpr (std::is_same_v<Fields, Enrol>)
      if (applied == Outcome::Accepted)
        return points::award_enrolment(action, where, delta, receipt).value();
    return applied;
  }

  std::map<std::uint64_t, crypto::PrivateKey> own_keys_;
};

}  // namespace tally::members
