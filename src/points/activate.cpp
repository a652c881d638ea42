// Activate: the event that points wait for, or an operator's word; and what any activation brings.
#include "points/activation.h"

#include <tally/base/check.h>
#include <tally/state/books.h>
#include <tally/state/consent.h>
#include <tally/state/consortium.h>
#include <tally/state/exposure.h>
#include <tally/state/returned.h>

#include "points/award.h"
#include "points/expiry.h"
#include "points/heads.h"
#include "points/lots.h"
#include "points/order_past.h"
#include "points/posting.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::Account;
using state::Books;
using state::Past;
using state::PendingLot;
using state::ProgrammeRecord;
using state::ReturnRecord;
using state::WaitsFor;

/// The transaction that waiting lots stem from, with the receipts of its earlier activations, and
/// what of its order has come back.
struct Origin {
  Past past;
  std::vector<Receipt> receipts;     ///< its own, then those of its activations
  std::optional<OrderOfEarn> order;  ///< of a purchase; nullopt: forgotten
  ReturnRecord returned;

  /// The purchase, if it is one; within `past`, so no field that a move would leave behind.
  [[nodiscard]] const Earn* earn() const { return std::get_if<Earn>(&past.transaction.action); }
};

/// What of the origin's lines activates now.
struct Stake {
  const ReceiptLine* firing = nullptr;  ///< a line by which ACTIVATED runs; nullptr: it does not
  Points qualifying;
};

const Bytes& order_of(const Transaction& transaction) {
  return transaction.order_id.has_value() ? *transaction.order_id : transaction.request_id;
}

const Campaign* find_campaign_of(const Programme& programme, const std::string& id) {
  const auto found = std::find_if(programme.campaigns.begin(), programme.campaigns.end(),
                                  [&](const Campaign& campaign) { return campaign.id == id; });
  return found == programme.campaigns.end() ? nullptr : &*found;
}

Timestamp event_time_of(const Transaction& transaction, Timestamp otherwise) {
  if (const auto* earn = std::get_if<Earn>(&transaction.action)) return earn->event_time;
  if (const auto* attest = std::get_if<Attest>(&transaction.action)) return attest->event_time;
  return otherwise;
}

class Activating {
 public:
  Activating(const Activation& activation, state::RuleBook& rules, const state::History& history,
             StateDelta& delta, Receipt& receipt)
      : activation_(activation),
        rules_(rules),
        history_(history),
        delta_(delta),
        receipt_(receipt) {}

  Result<Outcome> run() {
    CHECK(!activation_.lots.empty());
    const MerchantId programme = activation_.account.programme;
    TRY(record_, rules_.of_version(delta_, programme, first().lot.programme_version));
    CHECK(record_ != nullptr);
    TRY(account_, Account::load(delta_, activation_.account));
    CHECK(account_.has_value());
    TRY(Books books, Books::open(delta_, programme, activation_.at, receipt_));
    TRY(const bool available, make_available(books));
    if (!available) return Outcome::AmountOverflow;
    TRY(std::optional<Origin> origin, find_origin());
    if (activation_.with_rules && origin.has_value()) {
      TRY(const Outcome awarded, award(*origin, books));
      if (awarded != Outcome::Accepted) return awarded;
    }
    TRY_VOID(books.close(*account_, delta_));
    TRY_VOID(books.close(delta_));
    if (origin.has_value() && origin->order.has_value())
      remember_activation(std::move(*origin->order), receipt_.position, activation_.at, delta_);
    return Outcome::Accepted;
  }

 private:
  [[nodiscard]] const PendingLot& first() const { return activation_.lots.front(); }
  [[nodiscard]] const Programme& programme() const { return record_->rules.programme; }

  Result<bool> make_available(Books& books) {
    // Idle lots whose date is this very instant must not live on by the date of those that come.
    if (account_->head.idle_at <= activation_.at)
      TRY_VOID(expire_lots(books, *account_, programme(), activation_.at));
    for (const PendingLot& pending : activation_.lots) {
      state::Lot lot = pending.lot;
      TRY_VOID(account_->take_pending(state::pending_key(pending), lot.remaining));
      date_lot(lot, account_->head, expiry_rule_of(programme(), pending.campaign), programme(),
               activation_.at);
      if (!books.post(LineKind::Activated, *account_, &lot, lot.remaining)) return false;
      TRY(const bool charged, charge(pending));
      if (!charged) return false;
      TRY(const bool added, books.add_lot(*account_, std::move(lot)));
      if (!added) return false;
    }
    return true;
  }

  /// Who funds the lot owes for it from now on, at the price of the earn.
  Result<bool> charge(const PendingLot& pending) {
    if (!pending.reserved.has_value()) return true;
    TRY(const bool is_free, state::reserve(delta_, *pending.reserved, pending.lot.remaining, -1));
    if (!is_free) return false;
    return owe_for(*pending.reserved, pending.lot.remaining, ObligationReason::Funded,
                   activation_.at, delta_, receipt_);
  }

  /// nullopt: its block's body is not kept any more.
  Result<std::optional<Origin>> find_origin() {
    TRY(std::optional<Past> past, history_.find_past(first().lot.id.transaction));
    if (!past.has_value()) return std::optional<Origin>();
    std::optional<Origin> origin(Origin{std::move(*past), {}, {}, {}});
    origin->receipts.push_back(origin->past.receipt);
    if (origin->earn() == nullptr) return origin;
    TRY(origin->order, find_order_of(origin->past, activation_.at, delta_));
    Timestamp first = this->first().lot.earned_at;
    if (origin->order.has_value()) {
      for (const state::OrderPart& part : origin->order->record.redemptions)
        first = std::min(first, part.ledger_time);
      for (const state::OrderPart& part : origin->order->record.activations) {
        TRY(auto receipt, history_.find_receipt(part.position));
        if (receipt.has_value()) origin->receipts.push_back(std::move(*receipt));
      }
    }
    TRY(origin->returned, find_returned(origin->past.transaction, first));
    return origin;
  }

  /// Returns of a purchase come within the memory of ids: a record that began later is of another
  /// order, which bears the id now.
  Result<ReturnRecord> find_returned(const Transaction& earn, Timestamp first_part) const {
    const OrderKey key = order_key(earn.merchant, order_of(earn));
    TRY(ReturnRecord record, state::find_returned(delta_, earn.merchant, key, first_part));
    TRY(const Parameters parameters, state::parameters(delta_));
    const Duration after = record.began.since(first().lot.earned_at);
    return after > parameters.request_memory ? ReturnRecord() : std::move(record);
  }

  [[nodiscard]] bool activates(const ReceiptLine& line) const {
    return line.kind == LineKind::Pended &&
           std::any_of(activation_.lots.begin(), activation_.lots.end(),
                       [&](const PendingLot& pending) { return pending.lot.id == line.lot; });
  }

  /// A purchase's points activate when those do that wait by the programme's own rule.
  [[nodiscard]] bool fires(const RuleResult& rule, const Campaign* campaign) const {
    if (rule.trigger != Trigger::Purchase) return false;
    const bool waits_by_programme = campaign == nullptr || !campaign->pending.has_value();
    return waits_by_programme || first().waits_for == WaitsFor::Review;
  }

  /// A referrer's points are nothing's stake: they count for nobody's tier.
  Stake weigh(const Origin& origin) const {
    Stake stake;
    std::size_t place = 0;
    for (const Receipt& receipt : origin.receipts) {
      const bool is_own = &receipt == &origin.receipts.front();
      for (const rules::PostedLine& posted : rules::posted_lines(receipt)) {
        const ReceiptLine& line = receipt.lines[posted.line];
        const RuleResult& rule = receipt.rules[posted.rule];
        const auto& claimed = origin.returned.claimed;
        const Points gone = place < claimed.size() ? claimed[place].claimed : Points();
        ++place;
        if (rule.to_referrer || !activates(line)) continue;
        const Campaign* const campaign = find_campaign_of(programme(), rule.source);
        if (is_own && fires(rule, campaign)) stake.firing = &line;
        if (campaign != nullptr && !campaign->qualifying) continue;
        const Points left = checked_subtract(line.points, gone).value_or(Points());
        stake.qualifying = checked_add(stake.qualifying, left).value_or(stake.qualifying);
      }
    }
    if (programme().tiers.post == Posting::Earn) stake.qualifying = Points();
    return stake;
  }

  Result<Outcome> award(const Origin& origin, Books& books) {
    earned_ = &origin.past.receipt;
    const MerchantId programme_id = activation_.account.programme;
    const Transaction& transaction = origin.past.transaction;
    TRY(const auto merchant, state::find_merchant(delta_, transaction.merchant));
    CHECK(merchant.has_value());
    TRY(Surroundings around,
        find_surroundings(programme(), Trigger::Activated, *account_, activation_.at, delta_));
    const std::vector<rules::FunderRoom> rooms = around.funding.rooms();
    const Stake stake = weigh(origin);

    rules::Occasion occasion;
    occasion.trigger = Trigger::Activated;
    occasion.block_time = activation_.at;
    occasion.event_time = event_time_of(transaction, first().lot.earned_at);
    occasion.merchant = merchant->name;
    occasion.others = around.others;
    occasion.spent = around.spent;
    occasion.quotes_in_force = around.funding.ask.has_value();
    occasion.funders = rooms;
    occasion.qualifying = stake.qualifying;
    std::optional<Earn> remaining;
    if (origin.earn() != nullptr) {
      occasion.channel = origin.earn()->channel;
      occasion.store = origin.earn()->store;
      occasion.paid_by_points = paid_by_points(origin);
      remaining = remaining_purchase(origin);
    }
    if (stake.firing != nullptr && remaining.has_value()) {
      occasion.purchase = &*remaining;
      occasion.earned_at = stake.firing->earned_at;
    }

    std::optional<Standing> referrer;
    if (around.referrer.has_value()) referrer = around.referrer->head.standing;
    rules::Awarded awarded = rules::evaluate_activation(
        record_->rules, occasion, {account_->head.enrolled_at, account_->head.standing}, referrer);
    rules_.charge(programme_id, awarded.cost);
    if (awarded.outcome != Outcome::Accepted) return awarded.outcome;
    receipt_.rules = awarded.results;
    receipt_.facts = awarded.facts;
    receipt_.facts->programme_version = record_->version;
    return post(awarded, around, books);
  }

  /// What came back before is no part of the purchase that activates.
  static std::optional<Earn> remaining_purchase(const Origin& origin) {
    const ReturnRecord& returned = origin.returned;
    return rules::remaining_of(*origin.earn(),
                               {returned.total, returned.tax, returned.excluded, returned.lines});
  }

  static Money paid_by_points(const Origin& origin) {
    if (!origin.past.receipt.facts.has_value()) return Money();
    return Money::from(origin.past.receipt.facts->paid_by_points.minor_units() -
                       origin.returned.value_given_back.minor_units())
        .value_or(Money());
  }

  Result<Outcome> post(const rules::Awarded& awarded, Surroundings& around, Books& books) {
    PostingPlace place;
    place.programme = record_;
    place.trigger = Trigger::Activated;
    place.time = activation_.at;
    place.transaction = first().lot.id.transaction;
    place.next_entry = first().next_entry;
    place.funding = &around.funding;
    Account* const other = around.referrer.has_value() ? &*around.referrer : nullptr;
    TRY(const bool posted, post_award(awarded, place, books, *account_, other));
    if (!posted) return Outcome::AmountOverflow;
    TRY_VOID(renumber(place));
    if (awarded.referrer.has_value()) TRY_VOID(books.close(*other, delta_));
    TRY_VOID(charge_budgets(awarded, programme(), activation_.account.programme, delta_));
    TRY(const bool charged, charge_funders(place.funded, place.time, delta_, receipt_));
    return charged ? Outcome::Accepted : Outcome::AmountOverflow;
  }

  /// Whether the earn made lots that wait for another instant: only then something may be left.
  [[nodiscard]] bool may_wait_on() const {
    const auto is_here = [&](const ReceiptLine& line) {
      return std::ranges::any_of(
          activation_.lots, [&](const PendingLot& pending) { return pending.lot.id == line.lot; });
    };
    return std::ranges::any_of(earned_->lines, [&](const ReceiptLine& line) {
      return line.kind == LineKind::Pended && !line.points.is_zero() && !is_here(line);
    });
  }

  /// What still waits of the transaction learns which lot comes next.
  Result<void> renumber(const PostingPlace& place) {
    if (place.next_entry == first().next_entry || !may_wait_on()) return {};
    TRY(const std::vector<PendingLot> waiting, account_->pending_of(place.transaction));
    for (PendingLot pending : waiting) {
      TRY_VOID(account_->take_pending(state::pending_key(pending), pending.lot.remaining));
      pending.next_entry = place.next_entry;
      TRY_VOID(account_->add_pending(pending));
    }
    return {};
  }

  const Activation& activation_;
  state::RuleBook& rules_;
  const state::History& history_;
  StateDelta& delta_;
  Receipt& receipt_;
  const ProgrammeRecord* record_ = nullptr;
  const Receipt* earned_ = nullptr;  ///< of the transaction that earned the lots
  std::optional<Account> account_;
};

/// What an activate names, or why it cannot be let go.
struct Named {
  Outcome outcome = Outcome::Accepted;
  Activation activation;
};

Named refused(Outcome outcome) {
  return Named{outcome, {}};
}

/// By the event or an operator's word: what waits for its time alone waits on.
bool waits_for_word(const PendingLot& pending) {
  return pending.waits_for != WaitsFor::Time;
}

Result<Named> find_named(const Activate& activate, const TransactionContext& context,
                         const StateView& view) {
  if (context.order.of_another) return refused(Outcome::NotYourOrder);
  if (!context.order.earn.has_value()) return refused(Outcome::UnknownOrder);
  const Position position = context.order.earn->position;
  TRY(const auto receipt, context.history->find_receipt(position));
  const bool is_here = receipt.has_value() && !receipt->lines.empty() &&
                       receipt->lines.front().account.programme == activate.programme;
  if (!is_here) return refused(Outcome::UnknownOrder);
  TRY(const auto id, living_account(receipt->lines.front().account, view));
  if (!id.has_value()) return refused(Outcome::MemberClosed);
  TRY(auto account, Account::load(view, *id));
  CHECK(account.has_value());
  Named named;
  named.activation.account = *id;
  named.activation.at = context.ledger_time;
  TRY(const std::uint64_t cost, cost_of_pages(view, *id));
  context.rules->charge(activate.programme, cost);
  TRY(named.activation.lots, account->pending_of(position));
  std::erase_if(named.activation.lots,
                [](const PendingLot& pending) { return !waits_for_word(pending); });
  return named.activation.lots.empty() ? refused(Outcome::TooLate) : named;
}

}  // namespace

Result<Outcome> activate(const Activation& activation, state::RuleBook& rules,
                         const state::History& history, StateDelta& delta, Receipt& receipt) {
  return Activating(activation, rules, history, delta, receipt).run();
}

Result<Outcome> preclaim(const Activate& activate, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, activate.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  TRY(const Named named, find_named(activate, context, view));
  if (named.outcome != Outcome::Accepted) return named.outcome;
  const auto& lots = named.activation.lots;
  const bool under_review = std::any_of(lots.begin(), lots.end(), [](const PendingLot& pending) {
    return pending.waits_for == WaitsFor::Review;
  });
  if (!under_review) return Outcome::Accepted;
  if (context.asking->role != Role::Operator) return Outcome::NotPermitted;
  if (context.transaction->merchant == activate.programme) return Outcome::Accepted;
  // What a partner gave is the issuer's to let go.
  TRY(const std::size_t agreeing, state::operators_agreeing(view, context, activate.programme));
  return agreeing > 0 ? Outcome::Accepted : Outcome::ApprovalsMissing;
}

Result<Outcome> apply(const Activate& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  if (context.block_is_full || context.rules->is_spent(action.programme)) return Outcome::BlockFull;
  TRY(const Named named, find_named(action, context, delta));
  CHECK(named.outcome == Outcome::Accepted);
  return activate(named.activation, *context.rules, *context.history, delta, receipt);
}

}  // namespace tally::points
