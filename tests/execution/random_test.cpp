// Random ledgers against an independent model: the same outcome, balances and lots, whatever is
// asked in whatever order. The model knows nothing of pages, deltas or records: it has a list of
// lots a member, and says what should happen in the words of design/loyalty.md.
#include "support/test_ledger.h"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::execution {
namespace {

using test::kCafe;
using test::member;
using test::TestLedger;

constexpr std::uint64_t kMembers = 4;
constexpr std::int64_t kFeeMin = 2;

/// 1 point for each 50 cents net of tax; 3 points pay 2 cents; a month to spend them.
Programme the_programme() {
  Programme programme = test::a_programme();
  programme.earn.base = test::base_rule(1, 50);
  programme.earn.counts_tax = false;
  programme.expiry = test::rolling(1, MonthRounding::None);
  programme.redeem = {.price_points = test::points(3),
                      .price_money = test::money(2),
                      .minimum = test::points(6),
                      .step = test::points(2),
                      .max_percent = 80,
                      .mixed = true,
                      .consent_above = test::points(60),
                      .excluded_cats = {}};
  programme.transfer = {.enabled = true,
                        .fee_min = test::points(kFeeMin),
                        .fee_basis_points = 700,
                        .per_day = 0,
                        .cooling_off = kHour};
  programme.utc_offsets = {{Timestamp(), 60}};
  return programme;
}

struct ModelLot {
  std::uint64_t expires = 0;
  std::uint64_t earned = 0;
  LotId id;
  std::int64_t points = 0;
  friend auto operator<=>(const ModelLot&, const ModelLot&) = default;
};

struct ModelMember {
  std::uint64_t enrolled = 0;
  std::set<ModelLot> lots;  // expiry, then earned, then id: FEFO by itself
};

struct ModelOrder {
  std::uint64_t latest = 0;
  bool earned = false;
  std::int64_t paid = 0;
};

/// What the ledger should say and hold.
class Model {
 public:
  Outcome enrol(std::uint64_t n, std::uint64_t now) {
    return members_.emplace(n, ModelMember{now, {}}).second ? Outcome::Accepted
                                                            : Outcome::AlreadyEnrolled;
  }

  Outcome earn(const Earn& earn, const Bytes& order, std::uint64_t n, std::uint64_t now,
               Position place) {
    if (earn.event_time.milliseconds() > now + 5'000) return Outcome::EventInFuture;
    if (earn.event_time.milliseconds() + 72 * 3'600'000 < now) return Outcome::EventTooOld;
    if (!members_.count(n)) return Outcome::UnknownMember;
    ModelOrder& known = remembered(order, now);
    if (known.earned) return Outcome::DuplicateOrder;
    known.earned = true;
    known.latest = now;
    const std::int64_t by_points = std::max(earn.paid_by_points.minor_units(), known.paid);
    const std::int64_t eligible =
        earn.total.minor_units() - earn.tax.minor_units() - earn.excluded.minor_units() - by_points;
    const std::int64_t award = eligible > 0 ? eligible / 50 : 0;
    issued += award;
    if (award > 0) members_[n].lots.insert({month_later(now), now, LotId{place, 0}, award});
    return Outcome::Accepted;
  }

  Outcome redeem(const Redeem& redeem, const Bytes& order, std::uint64_t n, bool consents,
                 std::uint64_t now) {
    if (!members_.count(n)) return Outcome::UnknownMember;
    const std::int64_t has = available(n, now);
    const std::int64_t cap_value =
        (redeem.basket.minor_units() - redeem.excluded.minor_units()) * 80 / 100;
    const std::int64_t cap = (cap_value * 3 + 1) / 2;
    std::int64_t offered = redeem.points.value();
    if (redeem.mode == RedeemMode::UpTo) {
      offered = std::min({offered, cap, has}) / 2 * 2;
      if (offered < 6) return Outcome::BelowMinimum;
    } else {
      if (offered < 6) return Outcome::BelowMinimum;
      if (offered % 2 != 0) return Outcome::InvalidStep;
      if (offered > cap) return Outcome::AboveMaximum;
      if (offered > has) return Outcome::InsufficientAvailable;
    }
    const std::int64_t value = std::min(offered * 2 / 3, cap_value);
    const std::int64_t charge = (value * 3 + 1) / 2;
    if (charge > 60 && !consents) return Outcome::ConsentRequired;
    take(n, charge);
    ModelOrder& known = remembered(order, now);
    known.paid += value;
    known.latest = now;
    redeemed += charge;
    return Outcome::Accepted;
  }

  Outcome transfer(std::uint64_t from, std::uint64_t to, std::int64_t amount, bool consents,
                   std::uint64_t now, Position place) {
    if (!consents) return Outcome::ConsentRequired;
    if (!members_.count(from) || !members_.count(to)) return Outcome::UnknownMember;
    for (const std::uint64_t n : {from, to})
      if (now - members_[n].enrolled < 3'600'000) return Outcome::CoolingOff;
    const std::int64_t fee = std::max(kFeeMin, (amount * 700 + 9'999) / 10'000);
    if (amount + fee > available(from, now)) return Outcome::InsufficientAvailable;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t> dated;
    for (const ModelLot& piece : take(from, amount))
      dated[{piece.expires, piece.earned}] += piece.points;
    take(from, fee);
    fees += fee;
    std::uint16_t entry = 0;
    for (const auto& [dates, points] : dated)
      members_[to].lots.insert({dates.first, dates.second, LotId{place, entry++}, points});
    return Outcome::Accepted;
  }

  void expire(std::uint64_t now) {
    for (auto& [n, one] : members_)
      while (!one.lots.empty() && one.lots.begin()->expires <= now) {
        expired += one.lots.begin()->points;
        one.lots.erase(one.lots.begin());
      }
  }

  [[nodiscard]] std::int64_t available(std::uint64_t n, std::uint64_t now) const {
    std::int64_t sum = 0;
    for (const ModelLot& lot : members_.at(n).lots)
      if (lot.expires > now) sum += lot.points;
    return sum;
  }
  [[nodiscard]] const std::map<std::uint64_t, ModelMember>& members() const { return members_; }

  std::int64_t issued = 0;
  std::int64_t redeemed = 0;
  std::int64_t expired = 0;
  std::int64_t fees = 0;

 private:
  /// The local day a month later (+01:00), clamped, and the midnight after it.
  static std::uint64_t month_later(std::uint64_t now) {
    constexpr std::int64_t kDayMs = 86'400'000;
    const CivilDate day = civil_from_days((static_cast<std::int64_t>(now) + 3'600'000) / kDayMs);
    const int next = day.month == 12 ? 1 : day.month + 1;
    const std::int32_t year = day.year + (day.month == 12 ? 1 : 0);
    const bool leap = year % 4 == 0;
    const int last = next == 2 ? (leap ? 29 : 28)
                               : (next == 4 || next == 6 || next == 9 || next == 11 ? 30 : 31);
    const CivilDate then{year, static_cast<std::uint8_t>(next),
                         static_cast<std::uint8_t>(std::min<int>(day.day, last))};
    return static_cast<std::uint64_t>((days_from_civil(then) + 1) * kDayMs - 3'600'000);
  }

  /// The order as the memory of ids has it: 90 days after its latest transaction it is a new one.
  ModelOrder& remembered(const Bytes& order, std::uint64_t now) {
    ModelOrder& known = orders_[order];
    if (now - known.latest > 90 * 86'400'000ULL) known = ModelOrder();
    return known;
  }

  std::vector<ModelLot> take(std::uint64_t n, std::int64_t points) {
    std::vector<ModelLot> pieces;
    auto& lots = members_[n].lots;
    while (points > 0) {
      ModelLot lot = *lots.begin();
      lots.erase(lots.begin());
      ModelLot piece = lot;
      piece.points = std::min(points, lot.points);
      lot.points -= piece.points;
      points -= piece.points;
      if (lot.points > 0) lots.insert(lot);
      pieces.push_back(piece);
    }
    return pieces;
  }

  std::map<std::uint64_t, ModelMember> members_;
  std::map<Bytes, ModelOrder> orders_;
};

/// One random run: transactions go into blocks; what came out is compared after each.
class Run {
 public:
  Run() : ledger_(the_programme()) {
    for (std::uint64_t n = 1; n <= kMembers; ++n)
      keys_.push_back(test::key_from_seed(10 + n));
  }

  void step() {
    now_ = ledger_.next_time();
    std::vector<Transaction> transactions;
    const int count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i)
      transactions.push_back(any_transaction());
    std::vector<TestLedger::Signed> submissions;
    if (!transactions.empty())
      submissions.push_back({&ledger_.operator_of(kCafe), std::move(transactions)});
    const auto receipts = ledger_.run_block(submissions);
    model_.expire(now_.milliseconds());
    for (const Receipt& receipt : receipts)
      check(receipt);
    compare();
    // A little later, or a good part of a month.
    const auto ahead =
        *rc::gen::element<std::uint64_t>(1, 500, 3'600'000, 5 * 86'400'000ULL, 17 * 86'400'000ULL);
    ledger_.at(ledger_.header.time.plus(Duration(ahead)));
  }

 private:
  std::uint64_t any_member() { return *rc::gen::inRange<std::uint64_t>(1, kMembers + 1); }

  Transaction any_transaction() {
    switch (*rc::gen::weightedElement<int>({{2, 0}, {6, 1}, {4, 2}, {4, 3}})) {
      case 0: {
        // Keys are brought by enrolment, so that consents can be signed.
        const std::uint64_t n = any_member();
        const auto& key = keys_[n - 1];
        return remember(test::an_enrol()
                            .of(member(n))
                            .member_key(key.public_key())
                            .consented_by(key, ledger_.chain.id));
      }
      case 1:
        return remember(any_earn());
      case 2:
        return remember(any_redeem());
      default:
        return remember(any_transfer());
    }
  }

  test::EarnBuilder any_earn() {
    const auto total = *rc::gen::inRange<std::int64_t>(0, 9'000);
    const auto age = *rc::gen::weightedElement<std::uint64_t>(
        {{9, 0}, {1, 72 * 3'600'000ULL}, {1, 72 * 3'600'000ULL + 1}});
    test::EarnBuilder builder;
    builder.of(member(any_member())).total(total).event_time(now_.minus(Duration(age)));
    builder.tax(*rc::gen::inRange<std::int64_t>(0, total + 1));
    builder.excluded(*rc::gen::inRange<std::int64_t>(0, total + 1) / 3);
    builder.paid_by_points(*rc::gen::inRange<std::int64_t>(0, total + 1) / 4);
    if (*rc::gen::arbitrary<bool>()) builder.order(any_order());
    return builder;
  }

  test::RedeemBuilder any_redeem() {
    const std::uint64_t n = any_member();
    const auto basket = *rc::gen::inRange<std::int64_t>(0, 400);
    const auto points = *rc::gen::inRange<std::int64_t>(1, 150);
    test::RedeemBuilder builder;
    builder.of(member(n)).basket(basket).excluded(*rc::gen::inRange<std::int64_t>(0, basket + 1));
    if (*rc::gen::arbitrary<bool>())
      builder.exactly(points);
    else
      builder.up_to(points);
    if (*rc::gen::arbitrary<bool>()) builder.order(any_order());
    if (*rc::gen::arbitrary<bool>()) builder.consented_by(keys_[n - 1], ledger_.chain.id);
    return builder;
  }

  test::TransferBuilder any_transfer() {
    const std::uint64_t from = any_member();
    const std::uint64_t to =
        1 + (from - 1 + *rc::gen::inRange<std::uint64_t>(1, kMembers)) % kMembers;
    test::TransferBuilder builder;
    builder.from(member(from)).to(member(to)).amount(*rc::gen::inRange<std::int64_t>(1, 120));
    const std::uint64_t signer = *rc::gen::weightedElement<std::uint64_t>({{5, from}, {1, to}});
    builder.consented_by(keys_[signer - 1], ledger_.chain.id);
    return builder;
  }

  /// Few enough to be met again; none is the id of a request.
  std::uint64_t any_order() { return 500'000 + *rc::gen::inRange<std::uint64_t>(0, 8); }

  template <typename Builder>
  Transaction remember(Builder builder) {
    const Transaction transaction =
        builder.request(next_request_++).valid_until(now_.plus(kHour)).build();
    sent_.emplace(request_key(kCafe, transaction.request_id), transaction);
    return transaction;
  }

  bool signed_by(const Transaction& transaction, const MemberId& id) const {
    const std::uint64_t n = id.array()[15];
    return model_.members().count(n) != 0 && !transaction.consents.empty() &&
           transaction.consents[0].key == keys_[n - 1].public_key();
  }

  Outcome expected(const Transaction& transaction, Position place) {
    const std::uint64_t now = now_.milliseconds();
    const Bytes order = transaction.order_id.value_or(transaction.request_id);
    if (const auto* enrol = std::get_if<Enrol>(&transaction.action))
      return model_.enrol(enrol->member.array()[15], now);
    if (const auto* earn = std::get_if<Earn>(&transaction.action))
      return model_.earn(*earn, order, earn->member.array()[15], now, place);
    if (const auto* redeem = std::get_if<Redeem>(&transaction.action))
      return model_.redeem(*redeem, order, redeem->member.array()[15],
                           signed_by(transaction, redeem->member), now);
    const auto& transfer = std::get<Transfer>(transaction.action);
    return model_.transfer(transfer.from.array()[15], transfer.to.array()[15],
                           transfer.points.value(), signed_by(transaction, transfer.from), now,
                           place);
  }

  void check(const Receipt& receipt) {
    if (receipt.kind == ActionKind::Due) {
      for (const ReceiptLine& line : receipt.lines)
        RC_ASSERT(line.expires_at <= now_);
      return;
    }
    const Outcome wanted = expected(sent_.at(receipt.request_key), receipt.position);
    RC_ASSERT(name_of(receipt.outcome) == name_of(wanted));
    RC_ASSERT(receipt.previous.empty() == (wanted != Outcome::Accepted));
  }

  void compare() {
    std::int64_t all = 0;
    for (const auto& [n, one] : model_.members()) {
      std::set<ModelLot> lots;
      for (const state::Lot& lot : ledger_.lots(n))
        lots.insert({lot.expires_at.milliseconds(), lot.earned_at.milliseconds(), lot.id,
                     lot.remaining.value()});
      RC_ASSERT(lots == one.lots);
      RC_ASSERT(ledger_.available(n) == model_.available(n, now_.milliseconds()));
      all += ledger_.available(n);
    }
    const state::Totals totals = state::totals(ledger_.view, kCafe).value();
    RC_ASSERT(totals.members == model_.members().size());
    RC_ASSERT(totals.issued.value() == model_.issued);
    RC_ASSERT(totals.available.value() == all);
    RC_ASSERT(totals.redeemed.value() == model_.redeemed);
    RC_ASSERT(totals.expired.value() == model_.expired);
    RC_ASSERT(totals.fees.value() == model_.fees);
    RC_ASSERT(ledger_.root.root() == ledger_.header.state_root);
  }

  TestLedger ledger_;
  std::vector<crypto::PrivateKey> keys_;
  Model model_;
  Timestamp now_;
  std::uint64_t next_request_ = 1;
  std::map<RequestKey, Transaction> sent_;
};

RC_GTEST_PROP(RandomLedger, DoesWhatTheModelDoes, ()) {
  Run run;
  const int blocks = *rc::gen::inRange(5, 40);
  for (int i = 0; i < blocks; ++i)
    run.step();
}

}  // namespace
}  // namespace tally::execution
