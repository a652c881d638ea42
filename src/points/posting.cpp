// From an award's lines to lots that are available, or wait.
#include "points/posting.h"

#include <tally/base/check.h>

#include "points/expiry.h"

#include <map>
#include <optional>
#include <tuple>

namespace tally::points {
namespace {

using rules::Awarded;
using rules::AwardLine;
using state::Account;
using state::Books;
using state::Lot;
using state::PendingLot;
using state::WaitsFor;

/// The id of the first campaign that has the rule of this line's date; empty: the programme's.
std::string dated_by(const Programme& programme, const Campaign* campaign) {
  if (campaign == nullptr || !campaign->expires.has_value()) return {};
  if (*campaign->expires == programme.expiry) return {};
  for (const Campaign& each : programme.campaigns)
    if (each.expires == campaign->expires) return each.id;
  CHECK(false);
}

/// One account's share of an award.
class Share {
 public:
  Share(PostingPlace& place, bool to_referrer) : place_(place), to_referrer_(to_referrer) {}

  /// False: a lot would be larger than points can be.
  bool gather(const std::vector<AwardLine>& lines) {
    for (const AwardLine& line : lines) {
      if (line.to_referrer != to_referrer_ || line.points.is_zero()) continue;
      const auto [at, is_new] = lots_.try_emplace(key_of(line));
      PendingLot& pending = at->second;
      if (is_new) pending = begin_lot(line, at->first);
      const auto sum = checked_add(pending.lot.original, line.points);
      if (!sum.has_value()) return false;
      pending.lot.original = *sum;
      pending.lot.remaining = *sum;
    }
    return true;
  }

  Result<bool> post(Books& books, Account& account, const std::vector<AwardLine>& lines) {
    if (!lots_.empty() && account.is_full()) return false;
    for (auto& [key, pending] : lots_) {
      if (!note_funder(key, pending)) return false;
      pending.lot.first_owner = account.id().member;
      if (is_at_once(key))
        date_lot(pending.lot, account.head, expiry_rule_of(programme(), pending.campaign),
                 programme(), place_.time);
    }
    for (const AwardLine& line : lines)
      if (line.to_referrer == to_referrer_ && !post_line(books, account, line)) return false;
    for (const auto& [key, pending] : lots_) {
      if (is_at_once(key)) {
        TRY(const bool added, books.add_lot(account, pending.lot));
        if (!added) return false;
      } else {
        TRY_VOID(wait(account, pending));
      }
    }
    return true;
  }

 private:
  /// When it can be used, what it waits for, by whose rule it gets its date, and who pays.
  using Key = std::tuple<Timestamp, std::optional<WaitsFor>, std::string, Funder>;

  static bool is_at_once(const Key& key) {
    return !std::get<std::optional<WaitsFor>>(key).has_value();
  }

  const Programme& programme() const { return place_.programme->rules.programme; }

  const Campaign* campaign_of(const AwardLine& line) const {
    return line.campaign.has_value() ? &programme().campaigns.at(*line.campaign) : nullptr;
  }

  Key key_of(const AwardLine& line) const {
    const Campaign* const campaign = campaign_of(line);
    const Pending pending = rules::pending_of(programme(), campaign, place_.trigger);
    std::string rule = dated_by(programme(), campaign);
    if (place_.flagged) return {Timestamp::never(), WaitsFor::Review, std::move(rule), line.funder};
    if (rules::is_at_once(pending))
      return {place_.time, std::nullopt, std::move(rule), line.funder};
    return {place_.time.plus(pending.span), pending.by_event ? WaitsFor::Event : WaitsFor::Time,
            std::move(rule), line.funder};
  }

  PendingLot begin_lot(const AwardLine& line, const Key& key) {
    PendingLot pending;
    pending.waits_for = std::get<std::optional<WaitsFor>>(key).value_or(WaitsFor::Time);
    pending.campaign = std::get<std::string>(key);
    pending.lot.id = LotId{place_.transaction, place_.next_entry++};
    pending.lot.programme_version = place_.programme->version;
    pending.lot.earned_at = place_.time;
    pending.lot.available_at = std::get<Timestamp>(key);
    pending.lot.expires_at = Timestamp::never();
    pending.lot.funder = line.funder;
    return pending;
  }

  /// False: more points than there can be are funded by one merchant.
  bool note_funder(const Key& key, PendingLot& pending) {
    const auto terms = place_.funding->reservation_of(pending.lot.funder);
    if (!terms.has_value()) return true;
    if (!is_at_once(key)) pending.reserved = terms;
    Points& funded = (is_at_once(key) ? place_.funded.at_once : place_.funded.waiting)[*terms];
    const auto sum = checked_add(funded, pending.lot.original);
    if (sum.has_value()) funded = *sum;
    return sum.has_value();
  }

  /// A line of 0 points names no lot: there is none. It says all else of the one that it would have
  /// been in.
  bool post_line(Books& books, Account& account, const AwardLine& line) {
    const Key key = key_of(line);
    Lot lot;
    if (line.points.is_zero()) {
      lot.first_owner = account.id().member;
      lot.programme_version = place_.programme->version;
      lot.earned_at = place_.time;
      lot.available_at = std::get<Timestamp>(key);
      lot.expires_at = Timestamp::never();
      lot.funder = line.funder;
    } else {
      lot = lots_.at(key).lot;
    }
    return books.post(is_at_once(key) ? LineKind::Earned : LineKind::Pended, account, &lot,
                      line.points, line.source);
  }

  Result<void> wait(Account& account, PendingLot pending) const {
    pending.next_entry = place_.next_entry;
    // What a referrer's points bring when they activate touches nobody.
    if (!to_referrer_ && rules::shares_activations(programme()))
      account.head.shares_activations = true;
    return account.add_pending(pending);
  }

  PostingPlace& place_;
  bool to_referrer_;
  std::map<Key, PendingLot> lots_;
};

}  // namespace

Result<bool> post_award(const Awarded& awarded, PostingPlace& place, Books& books, Account& account,
                        Account* referrer) {
  Share own(place, false);
  Share other(place, true);
  CHECK(place.funding != nullptr);
  if (!own.gather(awarded.lines) || !other.gather(awarded.lines)) return false;
  TRY(const bool posted, own.post(books, account, awarded.lines));
  if (!posted) return false;
  account.head.standing = awarded.standing;
  if (!awarded.referrer.has_value()) return true;
  CHECK(referrer != nullptr);
  TRY(const bool other_posted, other.post(books, *referrer, awarded.lines));
  if (!other_posted) return false;
  referrer->head.standing = *awarded.referrer;
  return true;
}

Result<void> charge_budgets(const Awarded& awarded, const Programme& programme, MerchantId merchant,
                            StateDelta& delta) {
  for (const rules::BudgetCharge& charge : awarded.charges) {
    const Campaign& campaign = programme.campaigns.at(charge.campaign);
    CHECK(campaign.budget.has_value());
    TRY(state::CampaignRecord record, state::find_campaign(delta, merchant, campaign.id));
    const auto spent = checked_add(record.spent, charge.points);
    CHECK(spent.has_value());  // at most the budget
    record.spent = *spent;
    record.budget = campaign.budget->points;
    ++record.times;
    TRY_VOID(state::put_campaign(delta, merchant, campaign.id, record));
  }
  return {};
}

}  // namespace tally::points
