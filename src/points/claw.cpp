// From lines that a smaller basket no longer gives to lots, debt, budgets and tiers.
#include "points/claw.h"

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/rules/evaluate.h>
#include <tally/state/consortium.h>
#include <tally/state/exposure.h>

#include "points/funding.h"
#include "points/heads.h"
#include "points/lots.h"

#include <algorithm>
#include <map>
#include <set>

namespace tally::points {
namespace {

using state::Account;
using state::AccountHead;
using state::Books;
using state::ClaimedLine;
using state::Lot;
using state::PendingLot;
using state::ReturnRecord;

/// One line that the earn or an activation posted.
struct Line {
  const Receipt* receipt = nullptr;
  const ReceiptLine* posted = nullptr;
  const RuleResult* rule = nullptr;
  Account* payee = nullptr;  ///< whose account the points went to, as it is now
  Timestamp posted_at;
  rules::AgainLine again;
  Points claim;  ///< by this return
  Points recovered;
};

/// Whose lines a claim is of, and what it takes.
struct Payee {
  Account* account = nullptr;
  Position order;                  ///< the earn's: its lots bear its place
  std::vector<LotId> origin;       ///< ascending, each once
  std::map<LotId, Points> claims;  ///< of its lines, by the lot that each is in
};

/// What a funder was to owe for, at one price, and does not any more.
struct Refunded {
  Points recovered;  ///< of its lines
  Points released;   ///< of lots that waited, and were reserved for
  Position origin;   ///< of the lines
};
using Refunds = std::map<state::Reservation, Refunded>;

/// How far a return may go.
struct Reach {
  const ReturnsRule& rule;
  std::size_t lots_max;
};

/// How much more a member may owe. Holds do not shield, so what they hold can always be owed.
Points room_for_debt(const AccountHead& head, const ReturnsRule& rule) {
  if (rule.clawback == Clawback::OnlyPending) return {};
  constexpr auto kNoBound = kPointsMax;
  const bool is_unbounded = rule.clawback == Clawback::Unlimited && !rule.debt_limit.has_value();
  const Points limit =
      is_unbounded ? Points::from(kNoBound).value() : rule.debt_limit.value_or(Points());
  const Points most = checked_add(head.held, limit).value_or(Points::from(kNoBound).value());
  return left_of(most, head.debt);
}

/// Takes one claim, source after source.
class Taking {
 public:
  Taking(const Payee& payee, const Reach& reach, Books& books, Refunds& refunds, Points claim)
      : account_(*payee.account),
        payee_(payee),
        reach_(reach),
        books_(books),
        refunds_(refunds),
        left_(claim) {}

  /// What could not be recovered. nullopt: it lies in too many lots, or a sum leaves its range.
  Result<std::optional<Points>> run() {
    // Of an account that has ended nothing can be had, nor owed.
    const bool is_open = check_open(account_.head) == Outcome::Accepted;
    TRY(const bool taken, is_open ? take() : Result<bool>(true));
    if (!taken) return std::optional<Points>();
    if (!left_.is_zero() && !books_.post(LineKind::Unrecovered, account_, nullptr, left_))
      return std::optional<Points>();
    return std::optional<Points>(left_);
  }

 private:
  Result<bool> take() {
    TRY(const bool waiting, take_waiting());
    if (!waiting) return false;
    if (reach_.rule.clawback == Clawback::OnlyPending) return true;
    TRY(const bool own, take_origin());
    if (!own) return false;
    TRY(const bool others, take_others());
    return others && owe();
  }

  /// A lot that another merchant is going to pay for meets its own lines' claims first: so that
  /// one, which only has points reserved, is not credited for what was taken from another lot.
  Result<bool> take_waiting() {
    TRY(const std::vector<PendingLot> waiting, account_.pending_of(payee_.order));
    std::map<LotId, Points> own;
    for (const PendingLot& pending : waiting) {
      const auto claim = payee_.claims.find(pending.lot.id);
      if (claim == payee_.claims.end() || !pending.reserved.has_value()) continue;
      const Points part = smaller(claim->second, smaller(left_, pending.lot.remaining));
      TRY(const bool taken, take_of(pending, part));
      if (!taken) return false;
      own[pending.lot.id] = part;
    }
    for (const PendingLot& pending : waiting) {
      PendingLot rest = pending;
      rest.lot.remaining = left_of(pending.lot.remaining, own[pending.lot.id]);
      TRY(const bool taken, take_of(rest, smaller(left_, rest.lot.remaining)));
      if (!taken) return false;
    }
    return true;
  }

  Result<bool> take_of(const PendingLot& pending, Points part) {
    if (part.is_zero()) return true;
    TRY_VOID(account_.take_pending(state::pending_key(pending), part));
    if (!books_.post(LineKind::ClawedPending, account_, &pending.lot, part)) return false;
    if (pending.reserved.has_value()) add(refunds_[*pending.reserved].released, part);
    left_ = left_of(left_, part);
    return true;
  }

  /// A lot that got a later date in part stands twice.
  Result<bool> take_origin() {
    for (const LotId& id : payee_.origin) {
      while (!left_.is_zero() && !account_.head.available.is_zero()) {
        TRY(const auto taken, account_.take_from(id, left_));
        if (!taken.has_value()) break;
        const Points part = canary(110) ? left_of(taken->points, one()) : taken->points;
        if (!books_.post(LineKind::Clawed, account_, &taken->lot, part)) return false;
        left_ = left_of(left_, taken->points);
      }
    }
    return true;
  }

  /// At most what was claimed in all.
  static void add(Points& sum, Points part) { sum = checked_add(sum, part).value(); }

  static Points one() { return Points::from(1).value(); }

  Result<bool> take_others() {
    const Points part = smaller(left_, account_.head.available);
    if (part.is_zero()) return true;
    TRY(const auto pieces, books_.take(LineKind::Clawed, account_, part, reach_.lots_max));
    left_ = left_of(left_, part);
    return pieces.has_value();
  }

  bool owe() {
    const Points part = smaller(left_, room_for_debt(account_.head, reach_.rule));
    left_ = left_of(left_, part);
    return part.is_zero() || books_.post(LineKind::Owed, account_, nullptr, part);
  }

  Account& account_;
  const Payee& payee_;
  const Reach& reach_;
  Books& books_;
  Refunds& refunds_;
  Points left_;
};

class Clawing {
 public:
  Clawing(const Return& what, const TransactionContext& context, StateDelta& delta, Books& books,
          OpenAccounts& accounts, Receipt& receipt)
      : what_(what),
        earn_(*what.past->earn),
        context_(context),
        delta_(delta),
        books_(books),
        accounts_(accounts),
        receipt_(receipt) {}

  Result<Outcome> run() {
    TRY(const Outcome evaluated, evaluate());
    if (evaluated != Outcome::Accepted) return evaluated;
    if (lines_.empty()) return Outcome::Accepted;
    // What has come back whole was no purchase: not even a rule without a condition gives for it.
    const bool is_whole = what_.record->total == what_.past->total;
    for (Line& line : lines_)
      if (line.rule->trigger != Trigger::TierUp)
        claim(line, is_whole ? Points() : line.again.points);
    TRY_VOID(take_back_tier());
    TRY(const bool taken, take_all());
    if (!taken) return Outcome::InsufficientAvailable;
    TRY_VOID(return_to_budgets());
    TRY(const bool refunded, return_to_funders());
    if (!refunded) return Outcome::AmountOverflow;
    remember();
    return Outcome::Accepted;
  }

 private:
  [[nodiscard]] const Programme& now() const { return what_.programme->rules.programme; }
  [[nodiscard]] const Programme& then() const { return version_->rules.programme; }

  /// All posted lines, as they would be on what remains.
  Result<Outcome> evaluate() {
    const Receipt& receipt = earn_.past.receipt;
    if (!receipt.facts.has_value()) return Outcome::Accepted;
    TRY(version_,
        context_.rules->of_version(delta_, programme_id(), receipt.facts->programme_version));
    CHECK(version_ != nullptr);
    const Transaction& transaction = earn_.past.transaction;
    const auto& earn = std::get<Earn>(transaction.action);
    const ReturnRecord& record = *what_.record;
    const std::optional<Earn> remaining =
        rules::remaining_of(earn, {record.total, record.tax, record.excluded, record.lines});
    CHECK(remaining.has_value());
    TRY(const auto merchant, state::find_merchant(delta_, transaction.merchant));
    CHECK(merchant.has_value());

    rules::Occasion occasion;
    occasion.block_time = earn_.part.ledger_time;
    occasion.event_time = earn.event_time;
    occasion.merchant = merchant->name;
    occasion.purchase = &*remaining;
    occasion.paid_by_points = Money::from(receipt.facts->paid_by_points.minor_units() -
                                          record.value_given_back.minor_units())
                                  .value_or(Money());
    occasion.earned_at = earn_.part.ledger_time;
    Outcome outcome = evaluate_receipt(receipt, occasion);
    occasion.trigger = Trigger::Activated;
    for (const OrderActivation& activation : what_.activations) {
      occasion.block_time = activation.at;
      if (outcome == Outcome::Accepted) outcome = evaluate_receipt(activation.receipt, occasion);
    }
    return outcome;
  }

  Outcome evaluate_receipt(const Receipt& receipt, const rules::Occasion& occasion) {
    if (!receipt.facts.has_value()) return Outcome::Accepted;
    const rules::AgainEvaluated again = rules::evaluate_again(version_->rules, occasion, receipt);
    context_.rules->charge(programme_id(), again.cost);
    if (again.outcome != Outcome::Accepted) return again.outcome;
    const std::vector<rules::PostedLine> posted = rules::posted_lines(receipt);
    for (std::size_t i = 0; i < posted.size(); ++i) {
      Line line;
      line.receipt = &receipt;
      line.posted = &receipt.lines[posted[i].line];
      line.rule = &receipt.rules[posted[i].rule];
      line.posted_at = occasion.block_time;
      line.again = again.lines[i];
      lines_.push_back(line);
    }
    what_.record->claimed.resize(std::max(what_.record->claimed.size(), lines_.size()));
    return Outcome::Accepted;
  }

  [[nodiscard]] MerchantId programme_id() const {
    return std::get<Earn>(earn_.past.transaction.action).programme;
  }

  [[nodiscard]] ClaimedLine& so_far(const Line& line) {
    return what_.record->claimed.at(static_cast<std::size_t>(&line - lines_.data()));
  }

  void claim(Line& line, Points remains) {
    line.claim = left_of(left_of(line.posted->points, remains), so_far(line).claimed);
  }

  /// What a claim takes from qualifying points; and where with IMMEDIATE the tier falls by that,
  /// the lines that came with it are claimed too, which may lower it further.
  Result<void> take_back_tier() {
    TRY(Account* const account, own_account());
    Standing& standing = account->head.standing;
    for (const Line& line : lines_)
      if (line.rule->trigger != Trigger::TierUp)
        take_back_qualifying(line, standing, standing.tier.tier);
    return {};
  }

  void take_back_qualifying(const Line& line, Standing& standing, std::uint8_t before) {
    const std::optional<Timestamp> at = qualified_at(line);
    if (line.claim.is_zero() || !at.has_value()) return;
    const std::int32_t year = year_of_day(local_day(now().utc_offsets, *at));
    standing = rules::take_back_qualifying(now(), std::move(standing), year, line.claim);
    const std::uint8_t after = standing.tier.tier;
    if (after >= before) return;
    for (Line& other : lines_) {
      const bool fell = other.again.tier > after && other.again.tier <= before;
      if (other.rule->trigger != Trigger::TierUp || !fell || !other.claim.is_zero()) continue;
      claim(other, Points());
      take_back_qualifying(other, standing, after);
    }
  }

  /// When the line's qualifying points were posted; nullopt: it has none, or they were not yet.
  [[nodiscard]] std::optional<Timestamp> qualified_at(const Line& line) const {
    if (line.rule->to_referrer) return std::nullopt;
    const Campaign* const campaign = rules::find_campaign(then(), line.rule->source);
    if (line.rule->source != rules::kBaseSource && (campaign == nullptr || !campaign->qualifying))
      return std::nullopt;
    if (then().tiers.post == Posting::Earn || line.posted->kind == LineKind::Earned)
      return line.posted_at;
    for (const OrderActivation& activation : what_.activations)
      for (const ReceiptLine& activated : activation.receipt.lines)
        if (activated.kind == LineKind::Activated && activated.lot == line.posted->lot)
          return activation.at;
    return std::nullopt;
  }

  Result<Account*> own_account() { return accounts_.find(lines_.front().posted->account); }

  /// A merge, or its undoing since, may have parted the lines of one member.
  Result<bool> take_all() {
    std::vector<Account*> payees;
    for (Line& line : lines_) {
      TRY(line.payee, accounts_.find(line.posted->account));
      if (std::ranges::find(payees, line.payee) == payees.end()) payees.push_back(line.payee);
    }
    for (Account* const payee : payees) {
      TRY(const bool taken, take(*payee));
      if (!taken) return false;
    }
    return true;
  }

  /// Takes what one payee's lines claim, and shares it out to them in the order of evaluation.
  Result<bool> take(Account& account) {
    Payee payee;
    payee.account = &account;
    payee.order = earn_.part.position;
    std::set<LotId> origin;
    std::int64_t claimed = 0;
    for (const Line& line : lines_) {
      if (line.payee != &account) continue;
      claimed += line.claim.value();
      if (line.posted->points.is_zero()) continue;
      origin.insert(line.posted->lot);
      Points& of_lot = payee.claims[line.posted->lot];
      of_lot = checked_add(of_lot, line.claim).value();  // at most what was posted
    }
    payee.origin.assign(origin.begin(), origin.end());
    const std::optional<Points> claim = Points::from(claimed);
    if (!claim.has_value()) return false;
    if (claim->is_zero()) return true;
    TRY(const std::uint64_t cost, cost_of_pages(delta_, account.id()));
    context_.rules->charge(programme_id(), cost);
    const Reach reach{now().returns, lots_max_in(context_)};
    TRY(const auto unrecovered, Taking(payee, reach, books_, refunds_, *claim).run());
    if (!unrecovered.has_value()) return false;
    Points left = left_of(*claim, *unrecovered);
    for (Line& line : lines_) {
      if (line.payee != &account) continue;
      line.recovered = smaller(left, line.claim);
      left = left_of(left, line.recovered);
    }
    return true;
  }

  /// UNRECOVERED is the funder's loss: it does not go back. Nor does anything once the campaign
  /// has ended.
  Result<void> return_to_budgets() {
    for (const Line& line : lines_) {
      if (line.recovered.is_zero()) continue;
      const Campaign* const charged = rules::find_campaign(then(), line.rule->source);
      if (charged == nullptr || !charged->budget.has_value()) continue;
      const Campaign* const campaign = rules::find_campaign(now(), line.rule->source);
      if (campaign == nullptr || rules::has_ended(now(), *campaign, context_.ledger_time)) continue;
      TRY(auto record, state::find_campaign(delta_, programme_id(), campaign->id));
      record.spent = left_of(record.spent, line.recovered);
      TRY_VOID(state::put_campaign(delta_, programme_id(), campaign->id, record));
    }
    return {};
  }

  /// A line's funder gets back what was recovered of it, at the price of then. What waited was only
  /// reserved: where more of that went than of the line, because other lines' claims were met from
  /// it, the funder owes for the difference, as it would have at the activation.
  Result<bool> return_to_funders() {
    for (const Line& line : lines_)
      TRY_VOID(note_recovered(line));
    for (const auto& [terms, refunded] : refunds_) {
      if (!refunded.released.is_zero()) {
        TRY(const bool is_free, state::reserve(delta_, terms, refunded.released, -1));
        if (!is_free) return false;
      }
      const bool takes_back = refunded.recovered >= refunded.released;
      const Points points = takes_back ? left_of(refunded.recovered, refunded.released)
                                       : left_of(refunded.released, refunded.recovered);
      TRY(const bool owed,
          owe_for(terms, points, ObligationReason::Funded, context_.ledger_time, delta_, receipt_,
                  takes_back ? std::optional(refunded.origin) : std::nullopt));
      if (!owed) return false;
    }
    return true;
  }

  Result<void> note_recovered(const Line& line) {
    const Funder& funder = line.posted->funder;
    if (line.recovered.is_zero() || funder.kind != FunderKind::Merchant) return {};
    if (!line.receipt->funded_at.has_value() || funder.name == then().merchant) return {};
    TRY(const auto debtor, state::find_merchant_named(delta_, funder.name));
    CHECK(debtor.has_value());
    const PointPrice& price = *line.receipt->funded_at;
    Refunded& refunded = refunds_[{*debtor, programme_id(), price.currency, price.micro_units}];
    refunded.recovered = checked_add(refunded.recovered, line.recovered).value();
    refunded.origin = line.receipt->position;
    return {};
  }

  void remember() {
    for (const Line& line : lines_) {
      ClaimedLine& so_far_of = so_far(line);
      // At most what was posted.
      so_far_of.claimed = checked_add(so_far_of.claimed, line.claim).value();
      so_far_of.recovered = checked_add(so_far_of.recovered, line.recovered).value();
    }
  }

  const Return& what_;
  const OrderEvent& earn_;
  const TransactionContext& context_;
  StateDelta& delta_;
  Books& books_;
  OpenAccounts& accounts_;
  Receipt& receipt_;
  Refunds refunds_;
  const state::ProgrammeRecord* version_ = nullptr;
  std::vector<Line> lines_;  ///< the earn's, then those of its activations
};

}  // namespace

Result<Outcome> claw_back(const Return& what, const TransactionContext& context, StateDelta& delta,
                          Books& books, OpenAccounts& accounts, Receipt& receipt) {
  CHECK(what.past->earn.has_value());
  return Clawing(what, context, delta, books, accounts, receipt).run();
}

}  // namespace tally::points
