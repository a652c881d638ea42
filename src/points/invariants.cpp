// The laws of points: I1, I2, I3, I7 and I8 of design/loyalty.md §3. They are checked from the
// records that a delta changes, by other arithmetic than what wrote them, so that a mistake would
// have to be made twice.
#include <tally/points/points.h>

#include <tally/state/programme_record.h>

#include <algorithm>
#include <map>
#include <string>

namespace tally::points {
namespace {

using state::AccountHead;
using state::AccountRecord;
using state::Lot;
using state::RecordChange;
using state::RecordKey;
using state::RecordKind;
using state::Totals;

__extension__ using Wide = __int128;  // sums of damaged lots may pass 63 bits

/// Σ over lots: what is free, and what is held.
struct Sums {
  Wide free = 0;
  Wide held = 0;
};

/// An account's changed records. Pages that did not change count on neither side.
struct AccountChange {
  std::optional<AccountRecord> before;
  std::optional<AccountRecord> after;
  Sums lots_before;
  Sums lots_after;
};

struct ProgrammeChange {
  Wide available = 0;
  Wide held = 0;
  Wide pending = 0;
  Wide members = 0;
};

std::string text_of(Wide value) {
  return std::to_string(static_cast<std::int64_t>(value));
}

Error broken(const char* law, const AccountId& account, const std::string& sides) {
  return Error{ErrorCode::Diverged, std::string(law) + ": account " +
                                        to_hex(account.member.view()) + " of programme " +
                                        std::to_string(account.programme.value()) + ": " + sides};
}

Error broken(const char* law, MerchantId programme, Wide left, Wide right) {
  return Error{ErrorCode::Diverged, std::string(law) + ": programme " +
                                        std::to_string(programme.value()) + ": " + text_of(left) +
                                        "; expected " + text_of(right)};
}

Result<void> require_equal(const char* law, const AccountId& id, Wide left, Wide right) {
  if (left == right) return {};
  return broken(law, id, text_of(left) + "; expected " + text_of(right));
}

void add_lots(Sums& sums, const std::vector<Lot>& lots) {
  for (const Lot& lot : lots) {
    sums.free += Wide{lot.remaining.value()} - lot.held.value();
    sums.held += lot.held.value();
  }
}

Result<void> check_lots(const AccountId& id, const std::vector<Lot>& lots) {
  for (std::size_t i = 0; i < lots.size(); ++i) {
    const Lot& lot = lots[i];
    if (lot.remaining.is_zero() || lot.remaining > lot.original)
      return broken("I8, 0 < remaining <= original", id,
                    text_of(lot.remaining.value()) + " of " + text_of(lot.original.value()));
    if (lot.held > lot.remaining)
      return broken("I8, held <= remaining", id,
                    text_of(lot.held.value()) + " of " + text_of(lot.remaining.value()));
    if (i > 0 && state::fefo_key(lots[i - 1]) >= state::fefo_key(lot))
      return broken("FEFO order", id, "lot " + std::to_string(i) + " of a page");
  }
  return {};
}

Result<void> read_account(const AccountId& id, const RecordChange& change, AccountChange& account) {
  if (change.before.has_value()) {
    TRY(account.before, state::decode_account(*change.before));
    add_lots(account.lots_before, account.before->first_page);
  }
  if (!change.after.has_value()) return broken("an account never goes", id, "no record");
  TRY(account.after, state::decode_account(*change.after));
  add_lots(account.lots_after, account.after->first_page);
  return check_lots(id, account.after->first_page);
}

Result<void> read_page(const AccountId& id, const RecordChange& change, AccountChange& account) {
  if (change.before.has_value()) {
    TRY(const std::vector<Lot> lots, state::decode_lots_page(*change.before));
    add_lots(account.lots_before, lots);
  }
  if (!change.after.has_value()) return {};
  TRY(const std::vector<Lot> lots, state::decode_lots_page(*change.after));
  add_lots(account.lots_after, lots);
  return check_lots(id, lots);
}

/// Pages follow each other in FEFO order, and the earliest deadline is the first lot's or the
/// tier's.
Result<void> check_pages(const AccountId& id, const AccountRecord& account) {
  const std::vector<Lot>& lots = account.first_page;
  for (std::size_t i = 0; i < account.further.size(); ++i) {
    const state::FefoKey before =
        i == 0 ? state::fefo_key(lots.back()) : account.further[i - 1].first;
    if (before >= account.further[i].first)
      return broken("FEFO order", id, "page " + std::to_string(i + 1));
  }
  const Timestamp review = account.head.standing.tier.valid_until;
  const Timestamp first = lots.empty() ? review : std::min(review, lots.front().expires_at);
  return require_equal("earliest deadline", id, account.head.earliest_deadline.milliseconds(),
                       first.milliseconds());
}

/// What the changed lots gained is what the head gained; where all lots are in sight, they are
/// counted whole. So I2 holds after, if it held before.
Result<void> check_account(const AccountId& id, const AccountChange& change) {
  if (!change.after.has_value())
    return broken("a page belongs to a head", id, "the page changed without it");
  const AccountHead before = change.before.has_value() ? change.before->head : AccountHead();
  const AccountHead& after = change.after->head;
  const Wide available = Wide{after.available.value()} - before.available.value();
  const Wide held = Wide{after.held.value()} - before.held.value();
  TRY_VOID(require_equal("I2, change of available", id, available,
                         change.lots_after.free - change.lots_before.free));
  TRY_VOID(require_equal("I2, change of held", id, held,
                         change.lots_after.held - change.lots_before.held));
  if (change.after->further.empty()) {
    TRY_VOID(require_equal("I2, available", id, after.available.value(), change.lots_after.free));
    TRY_VOID(require_equal("I2, held", id, after.held.value(), change.lots_after.held));
  }
  if (!after.debt.is_zero() && !after.available.is_zero())
    return broken("I3, no debt beside available points", id, text_of(after.debt.value()));
  return check_pages(id, *change.after);
}

void add_account(ProgrammeChange& programme, const AccountChange& change) {
  const AccountHead before = change.before.has_value() ? change.before->head : AccountHead();
  const AccountHead& after = change.after->head;
  programme.available += Wide{after.available.value()} - before.available.value();
  programme.held += Wide{after.held.value()} - before.held.value();
  programme.pending += Wide{after.pending.value()} - before.pending.value();
  if (!change.before.has_value()) programme.members += 1;
}

/// I1 over the totals, and that they moved as the accounts did.
Result<void> check_programme(MerchantId id, const Totals& before, const Totals& after,
                             const ProgrammeChange& change) {
  const Wide owned = Wide{after.available.value()} + after.held.value() + after.pending.value() +
                     after.redeemed.value() + after.expired.value() + after.fees.value();
  if (after.issued.value() != owned)
    return broken("I1, issued is what went where", id, after.issued.value(), owned);
  const std::pair<Wide, Wide> moved[] = {
      {Wide{after.available.value()} - before.available.value(), change.available},
      {Wide{after.held.value()} - before.held.value(), change.held},
      {Wide{after.pending.value()} - before.pending.value(), change.pending},
      {Wide{after.members} - before.members, change.members}};
  for (const auto& [totals, accounts] : moved)
    if (totals != accounts)
      return broken("I1, totals move as the accounts do", id, totals, accounts);
  return {};
}

/// I7, of what a campaign was charged; and what it has given never falls in this version.
Result<void> check_campaign(const RecordKey& key, const RecordChange& change) {
  const auto law = [&](const char* what) {
    return Error{ErrorCode::Diverged, std::string(what) + ": record " + to_hex(key.bytes)};
  };
  if (!change.after.has_value()) return law("a campaign's record never goes");
  TRY(const state::CampaignRecord after, state::decode_campaign_record(*change.after));
  if (after.spent > after.budget) return law("I7, a campaign has spent at most its budget");
  if (!change.before.has_value()) return {};
  TRY(const state::CampaignRecord before, state::decode_campaign_record(*change.before));
  if (after.spent < before.spent) return law("I7, what a campaign has given does not fall");
  return {};
}

MerchantId programme_of_totals(const RecordKey& key) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  return in.number<MerchantId>();
}

Result<Totals> totals_of(const std::optional<Bytes>& record) {
  if (!record.has_value()) return Totals();
  return state::decode_totals(*record);
}

}  // namespace

Result<void> check_invariants(const StateDelta& delta) {
  std::map<AccountId, AccountChange> accounts;
  std::map<MerchantId, ProgrammeChange> programmes;
  for (const auto& [key, change] : delta.records()) {
    if (change.before == change.after) continue;
    if (key.kind() == RecordKind::Campaign) TRY_VOID(check_campaign(key, change));
    if (key.kind() == RecordKind::Totals) programmes.try_emplace(programme_of_totals(key));
    const std::optional<AccountId> id = state::account_of(key);
    if (!id.has_value()) continue;
    AccountChange& account = accounts[*id];
    if (key.kind() == RecordKind::Account)
      TRY_VOID(read_account(*id, change, account));
    else
      TRY_VOID(read_page(*id, change, account));
  }

  for (const auto& [id, change] : accounts) {
    TRY_VOID(check_account(id, change));
    add_account(programmes[id.programme], change);
  }
  for (const auto& [id, change] : programmes) {
    const auto totals = delta.records().find(state::totals_key(id));
    const bool changed = totals != delta.records().end();
    TRY(const Totals before, totals_of(changed ? totals->second.before : std::nullopt));
    TRY(const Totals after, totals_of(changed ? totals->second.after : std::nullopt));
    TRY_VOID(check_programme(id, before, after, change));
  }
  return {};
}

}  // namespace tally::points
