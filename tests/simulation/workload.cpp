// Tills that sell, members that redeem, and clients that try again, cheat or err.
#include "simulation/workload.h"

#include <algorithm>
#include <bit>

namespace tally::sim {
namespace {

constexpr std::uint64_t kStream = 1'000;
constexpr std::uint32_t kProgrammesMax = 3;
constexpr std::uint64_t kMembers = Deeds::kMembers;

/// A budget that runs out, a choice, a cap, a counter and tiers: what members' standings remember
/// must be the same wherever a node crashes, catches up or replays.
void add_campaigns(Programme& programme) {
  Campaign budgeted = test::a_campaign("budgeted", "m.tier == 1 ? 40 : 20");
  budgeted.budget = Budget{test::points(300), false};
  Campaign best = test::a_campaign("best", "least(tx.eligible, 300)");
  best.group = "choice";
  Campaign card = test::a_campaign("card", "c.card_full ? 500 : 0");
  card.group = "choice";
  Campaign welcome = test::a_campaign("welcome", "50");
  welcome.trigger = Trigger::Enrol;
  welcome.cap_times = {{Period::Ever, 1}};
  Campaign up = test::a_campaign("up", "m.tier * 100");
  up.trigger = Trigger::TierUp;
  Counter counter;
  counter.name = "card";
  counter.kind = CounterKind::Stamps;
  counter.size = 3;
  programme.counters = {counter};
  programme.groups = {{"choice", 1, GroupMode::Best}};
  programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", test::points(400)}};
  programme.earn.cap_points = {{Period::Day, 900}};
  programme.campaigns = {best, budgeted, card, up, welcome};
}

}  // namespace

Workload::Workload(const Plan& plan, const Chain& chain)
    : plan_(plan),
      chain_(chain),
      random_(Random::stream(plan.seed, kStream)),
      deeds_(plan.seed, plan.work.has_office, chain.keys()),
      merchants_(static_cast<std::uint32_t>(std::min<std::size_t>(plan.nodes, kProgrammesMax))) {}

std::vector<Delivery> Workload::begin() {
  std::vector<Delivery> deliveries;
  for (std::uint32_t id = 1; id <= merchants_; ++id) {
    const MerchantId merchant(id);
    Programme programme = test::a_programme("Points", merchant);
    // A point for each cent, so that a few large purchases come to all points that there can be.
    if (plan_.work.is_generous) programme.earn.base = test::base_rule(1, 1);
    // No draw: what the other seeds ask of the network stays as it was.
    if (!plan_.work.is_generous && plan_.seed % 3 == 0) add_campaigns(programme);
    if (deeds_.are_on()) deeds_.vary(programme);
    Transaction publication = test::a_publication()
                                  .programme(std::move(programme))
                                  .by(merchant)
                                  .request(next_request_++)
                                  .valid_until(valid_until(0))
                                  .build();
    deeds_.sign(publication);
    deeds_.sent(publication);
    const Bytes bytes = seal({publication}, merchant);
    add(bytes, 0, valid_until(0));
    deliveries.push_back({id - 1, bytes});
  }
  return deliveries;
}

Micros Workload::next_at(Micros now) {
  return now + 1 + random_.below(2 * plan_.work.interval);
}

std::vector<Delivery> Workload::next(Micros now, Mask targets) {
  const WorkPlan& work = plan_.work;
  std::vector<Delivery> deliveries;
  if (targets == 0) return deliveries;
  if (!order_.empty() && random_.chance(work.repeat_percent)) {
    const Request& old = requests_.at(random_.pick(order_));
    deliveries.push_back({draw_target(targets), old.bytes});
    return deliveries;
  }
  const bool conflicts = next_request_ > 4 && random_.chance(work.conflict_percent);
  const std::uint64_t request = next_request_;
  if (conflicts) next_request_ = random_.between(1, request - 1);
  std::vector<Transaction> transactions{draw_transaction(now)};
  next_request_ = conflicts ? request : next_request_;
  const MerchantId merchant = transactions.front().merchant;
  if (plan_.parameters.proposal_transactions_max > 1 && random_.chance(15)) {
    Transaction second = draw_transaction(now);
    second.merchant = merchant;
    transactions.push_back(std::move(second));
  }
  // A conflict is about the bytes of one request: it stays what it was.
  if (!conflicts && transactions.size() == 1)
    if (auto deed = deeds_.in_place_of(transactions.front(), moment_at(now)))
      transactions.front() = std::move(*deed);
  Timestamp until = valid_until(now);
  const bool is_short = random_.chance(work.short_percent);
  if (is_short) until = true_utc(now).plus(Duration(random_.between(500, 3'000)));
  for (Transaction& transaction : transactions)
    transaction.valid_until = until, deeds_.sign(transaction), deeds_.sent(transaction);

  const MerchantId sender = transactions.front().merchant;
  Bytes bytes = seal(std::move(transactions), sender);
  const bool is_forged = random_.chance(work.forged_percent);
  if (is_forged) bytes.back() ^= 1U;
  Request& added = requests_.at(add(bytes, now, until));
  added.is_forged = is_forged;
  added.must_commit = !is_short && !is_forged;
  deliveries.push_back({draw_target(targets), bytes});
  if (random_.chance(work.spread_percent)) deliveries.push_back({draw_target(targets), bytes});
  return deliveries;
}

std::vector<Delivery> Workload::plain(Micros now, Mask targets) {
  const MerchantId merchant(1 + static_cast<std::uint32_t>(random_.below(merchants_)));
  const Timestamp until = valid_until(now);
  const Transaction earn = test::an_earn()
                               .by(merchant)
                               .at(merchant)
                               .of(test::member(random_.between(1, kMembers)))
                               .request(next_request_++)
                               .event_time(true_utc(now))
                               .valid_until(until)
                               .build();
  const Bytes bytes = seal({earn}, merchant);
  add(bytes, now, until);
  return {{draw_target(targets), bytes}};
}

std::vector<Delivery> Workload::repeat_all(Micros now, Mask targets, Micros patience) {
  std::vector<Delivery> deliveries;
  for (std::size_t i = first_waiting_; i < order_.size(); ++i) {
    Request& request = requests_.at(order_[i]);
    if (request.is_forged || request.committed.has_value() || now < request.last_sent + patience)
      continue;
    request.last_sent = now;
    deliveries.push_back({draw_target(targets), request.bytes});
  }
  return deliveries;
}

Transaction Workload::draw_transaction(Micros now) {
  const MerchantId merchant(1 + static_cast<std::uint32_t>(random_.below(merchants_)));
  const MemberId member = test::member(random_.between(1, kMembers));
  const std::uint64_t request = next_request_++;
  const std::uint64_t kind = random_.below(100);
  if (kind < 20)
    return test::an_enrol().by(merchant).at(merchant).of(member).request(request).build();
  if (kind < 40)
    return test::a_redeem()
        .by(merchant)
        .at(merchant)
        .of(member)
        .basket(static_cast<std::int64_t>(random_.between(100, 2'000)))
        .up_to(static_cast<std::int64_t>(10 * random_.between(10, 40)))
        .request(request)
        .build();
  if (kind < 45)
    return test::a_transfer()
        .by(merchant)
        .at(merchant)
        .from(member)
        .to(test::member(kMembers + 1))
        .request(request)
        .build();
  // Two or three of them, and what was earned before falls due.
  const Moment moment = moment_at(now);
  if (kind < 60 && plan_.work.moves_clock && moment.may_move_clock)
    return test::an_advance_clock()
        .by(merchant)
        .by_time(Duration(random_.between(1, 400) * kDay.milliseconds()))
        .request(request)
        .build();
  const bool is_huge = plan_.work.is_generous && random_.chance(30);
  const std::uint64_t total =
      is_huge ? random_.between(kPointsMax / 2, kPointsMax) : random_.between(1, 50'000);
  return test::an_earn()
      .by(merchant)
      .at(merchant)
      .of(member)
      .total(static_cast<std::int64_t>(total))
      .event_time(moment.event_time)
      .request(request)
      .build();
}

Moment Workload::moment_at(Micros now) const {
  return {std::max(true_utc(now), ledger_time_), now < plan_.turn / 4 * 3};
}

Bytes Workload::seal(std::vector<Transaction> transactions, MerchantId merchant) const {
  const crypto::PrivateKey* const sender =
      transactions.size() == 1 ? deeds_.sender_of(transactions.front()) : nullptr;
  const crypto::PrivateKey& key =
      sender != nullptr ? *sender : chain_.keys().keys.at(merchant.value() - 1).operator_key;
  return seal_submission(chain_.keys().id, std::move(transactions), key);
}

SubmissionDigest Workload::add(Bytes bytes, Micros now, Timestamp valid_until) {
  const SubmissionDigest digest = submission_digest(bytes);
  Request request;
  request.bytes = std::move(bytes);
  request.sent = request.last_sent = now;
  request.valid_until = valid_until;
  if (requests_.emplace(digest, std::move(request)).second) order_.push_back(digest);
  return digest;
}

std::size_t Workload::draw_target(Mask targets) {
  std::uint64_t nth = random_.below(static_cast<std::uint64_t>(std::popcount(targets)));
  for (std::size_t i = 0; i < kInstancesMax; ++i)
    if ((targets & bit(i)) != 0 && nth-- == 0) return i;
  return 0;
}

Timestamp Workload::valid_until(Micros now) const {
  return std::max(true_utc(now), ledger_time_).plus(Duration(20 * kHour.milliseconds()));
}

void Workload::passed(const consensus::Header& header) {
  newest_ = std::max(newest_, header.ledger_time);
}

void Workload::committed(const SubmissionDigest& digest, const consensus::Header& header) {
  ledger_time_ = std::max(ledger_time_, header.ledger_time);
  const auto found = requests_.find(digest);
  if (found != requests_.end() && !found->second.committed.has_value())
    found->second.committed = header.height;
  while (first_waiting_ < order_.size() &&
         requests_.at(order_[first_waiting_]).committed.has_value())
    ++first_waiting_;
}

const Request* Workload::find(const SubmissionDigest& digest) const {
  const auto found = requests_.find(digest);
  return found == requests_.end() ? nullptr : &found->second;
}

std::vector<const Request*> Workload::waiting() const {
  std::vector<const Request*> found;
  for (std::size_t i = first_waiting_; i < order_.size(); ++i) {
    const Request& request = requests_.at(order_[i]);
    const bool is_past = request.valid_until <= newest_;  // nodes drop it
    if (request.must_commit && !request.committed.has_value() && !is_past)
      found.push_back(&request);
  }
  return found;
}

}  // namespace tally::sim
