// Programmes that exchange their points, quotes of them, and a member who has some.
#pragma once

#include <tally/state/exposure.h>
#include <tally/state/issuer.h>
#include <tally/state/quote.h>

#include "support/exchange_builders.h"
#include "support/test_ledger.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tally::execution {

inline constexpr MerchantId kGrocer{3};
inline constexpr MerchantId kNobody{4};  ///< a merchant without a programme
inline constexpr Timestamp kYearLater = test::kStart.plus(Duration(365 * kDay.milliseconds()));

/// Until `begin`, tests may change the programmes. Then those of the café, the bakery and the
/// grocer are in force, the first two are quoted so that 3 points of the café are 2 of the
/// bakery's, all may owe 1,000 euros, and member 1 is in all, with a key.
class ExchangeFixture : public testing::Test {
 protected:
  using Change = std::function<void(Programme&)>;

  ExchangeFixture() : ledger(with_dollars()) {}

  static test::TestChain with_dollars() {
    test::TestChain chain = test::a_genesis(5);
    chain.genesis.content.currencies.push_back({test::currency("USD"), 2});
    test::sign_again(chain);
    return chain;
  }
  static crypto::PrivateKey key_of(std::uint64_t n) { return test::key_from_seed(70 + n); }

  void begin(const Change& cafe = {}, const Change& bakery = {}) {
    publish(test::kCafe, cafe);
    publish(test::kBakery, bakery);
    publish(kGrocer, {});
    enrol(1, {test::kCafe, test::kBakery, kGrocer});
    for (const MerchantId issuer : {test::kCafe, test::kBakery, kGrocer})
      cap(issuer, 1'000'000'000);
    quote(test::kCafe, 8'000, 8'400);
    quote(test::kBakery, 11'700, 12'000);
  }

  void publish(MerchantId merchant, const Change& change) {
    Programme programme = test::a_programme("Points", merchant);
    programme.exchange.enabled = true;
    if (change) change(programme);
    ASSERT_EQ(run(test::a_publication().programme(programme).by(merchant)), Outcome::Accepted);
  }
  void enrol(std::uint64_t n, std::initializer_list<MerchantId> programmes) {
    for (const MerchantId programme : programmes)
      ASSERT_EQ(run(test::an_enrol()
                        .of(test::member(n))
                        .at(programme)
                        .by(programme)
                        .member_key(key_of(n).public_key())
                        .consented_by(key_of(n), ledger.chain.id)),
                Outcome::Accepted);
  }
  void quote(MerchantId issuer, std::int64_t bid, std::int64_t ask) {
    ASSERT_EQ(run(test::a_quote().at(issuer).bid(bid).ask(ask).until(kYearLater)),
              Outcome::Accepted);
  }
  /// With the word of an operator of the other issuer.
  Outcome agree(const test::RateBuilder& rate, MerchantId other) {
    test::RateBuilder builder = rate;
    const auto& key = ledger.chain.keys.at(other.value() - 1).operator_key;
    return run(builder.consented_by(key, ledger.chain.id));
  }

  /// The bakery's, say: opening lots need two.
  crypto::PrivateKey second_operator(MerchantId programme) {
    crypto::PrivateKey key = test::key_from_seed(200 + programme.value());
    if (state::find_key(ledger.view, key.public_key().id()).value().has_value()) return key;
    EXPECT_EQ(
        run(test::a_key_registration().key(key.public_key()).role(Role::Operator).by(programme)),
        Outcome::Accepted);
    return key;
  }
  /// Of points of the programme that the member has, earned a day ago.
  void open(std::int64_t amount, Timestamp expires_at, MerchantId programme = test::kCafe,
            std::uint64_t n = 1) {
    const crypto::PrivateKey second = second_operator(programme);
    const OpeningLot lot{test::member(n), test::points(amount), now().minus(kDay), expires_at,
                         "lot-" + std::to_string(next_request_)};
    ASSERT_EQ(run(test::an_open_lots().at(programme).by(programme).lot(lot).consented_by(
                  second, ledger.chain.id)),
              Outcome::Accepted);
  }
  void open(std::int64_t amount) { open(amount, kYearLater); }

  template <typename Builder>
  Transaction valid(Builder builder) {
    return builder.request(next_request_++).valid_until(now().plus(kHour)).build();
  }
  /// Sent by an operator of its merchant.
  template <typename Builder>
  Outcome run(Builder builder) {
    receipt = ledger.run(valid(builder));
    return receipt.outcome;
  }
  /// Sent by a member.
  Outcome exchange(const test::ExchangeBuilder& builder, std::uint64_t n = 1) {
    const Transaction transaction = valid(builder);
    EXPECT_TRUE(check_form(transaction).ok());
    receipt = ledger.run(key_of(n).public_key(), transaction);
    return receipt.outcome;
  }

  template <typename Write>
  void write(Write what) {
    state::StateDelta delta = state::StateDelta::on(ledger.view);
    what(delta);
    ledger.view.commit(delta, ledger.header.height);
  }
  /// What the consortium lets a debtor owe, in micro-euros.
  void cap(MerchantId debtor, std::int64_t micro_euros) {
    write([&](state::StateDelta& delta) {
      state::Exposure exposure = exposure_of(debtor);
      exposure.cap = MicroUnits::from(micro_euros);
      ASSERT_TRUE(state::put_exposure(delta, debtor, test::currency("EUR"), exposure).ok());
    });
  }
  void put(MerchantId issuer, state::IssuerState state) {
    write([&](state::StateDelta& delta) {
      ASSERT_TRUE(state::put_issuer(delta, issuer, {state, kYearLater}).ok());
    });
  }

  [[nodiscard]] Timestamp now() const { return ledger.next_time(); }
  [[nodiscard]] state::Exposure exposure_of(MerchantId debtor) const {
    return state::find_exposure(ledger.view, debtor, test::currency("EUR")).value();
  }
  [[nodiscard]] std::int64_t owed_by(MerchantId debtor) const {
    return exposure_of(debtor).owed.value();
  }
  [[nodiscard]] std::int64_t available(MerchantId programme, std::uint64_t n = 1) const {
    return ledger.head(n, programme).value().available.value();
  }
  [[nodiscard]] state::Totals totals(MerchantId programme) const {
    return state::totals(ledger.view, programme).value();
  }
  [[nodiscard]] std::vector<state::Lot> lots(MerchantId programme, std::uint64_t n = 1) const {
    auto account = state::Account::load(ledger.view, {test::member(n), programme}).value();
    return account.value().all_lots().value();
  }
  using Dated = std::pair<std::int64_t, Timestamp>;
  [[nodiscard]] std::vector<Dated> dated(MerchantId programme, std::uint64_t n = 1) const {
    std::vector<Dated> result;
    for (const state::Lot& lot : lots(programme, n))
      result.emplace_back(lot.remaining.value(), lot.expires_at);
    return result;
  }
  /// Points of the receipt's lines of that kind.
  [[nodiscard]] std::vector<std::int64_t> lines(LineKind kind) const {
    std::vector<std::int64_t> result;
    for (const ReceiptLine& line : receipt.lines)
      if (line.kind == kind) result.push_back(line.points.value());
    return result;
  }

  test::TestLedger ledger;
  Receipt receipt;  ///< the last one

 private:
  std::uint64_t next_request_ = 1;
};

}  // namespace tally::execution
