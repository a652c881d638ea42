// The laws of points: I1, I2, I3, I4, I7 and I8 of design/loyalty.md §3, and those of pools. They
// are checked from the records that a delta changes, by other arithmetic than what wrote them, so
// that a mistake would have to be made twice.
#include <tally/base/limits.h>
#include <tally/points/points.h>
#include <tally/state/hold.h>
#include <tally/state/identity.h>
#include <tally/state/programme_record.h>
#include <tally/state/returned.h>

#include "points/list_laws.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace tally::points {
namespace {

using state::AccountHead;
using state::AccountRecord;
using state::AccountState;
using state::HoldRecord;
using state::HoldState;
using state::Lot;
using state::LotList;
using state::RecordChange;
using state::RecordKey;
using state::RecordKind;
using state::Totals;

/// An account's changed records, and what changed holds mean for it.
struct AccountChange {
  bool was_there = false;
  AccountRecord before;  ///< empty, of an account that was not there
  std::optional<AccountRecord> after;
  PageChanges pages;
  Wide held = 0;   ///< by pieces of its lots
  Wide asked = 0;  ///< open holds that it asked for
};

/// A hold's changed record.
struct HoldChange {
  std::optional<HoldRecord> before;
  std::optional<HoldRecord> after;
};

struct ProgrammeChange {
  Wide available = 0;
  Wide held = 0;
  Wide pending = 0;
  Wide debt = 0;
  Wide members = 0;
};

/// All that a delta changed, decoded.
struct Changes {
  std::map<AccountId, AccountChange> accounts;
  std::map<HoldId, HoldChange> holds;
  std::map<MerchantId, ProgrammeChange> programmes;
};

std::string text_of(Wide value) {
  return std::to_string(static_cast<std::int64_t>(value));
}

Error broken(const std::string& law, const AccountId& account, const std::string& sides) {
  return Error{ErrorCode::Diverged, law + ": account " + to_hex(account.member.view()) +
                                        " of programme " +
                                        std::to_string(account.programme.value()) + ": " + sides};
}

Error broken(const char* law, MerchantId programme, Wide left, Wide right) {
  return Error{ErrorCode::Diverged, std::string(law) + ": programme " +
                                        std::to_string(programme.value()) + ": " + text_of(left) +
                                        "; expected " + text_of(right)};
}

Error broken(const char* law, const RecordKey& key) {
  return Error{ErrorCode::Diverged, std::string(law) + ": record " + to_hex(key.bytes)};
}

Result<void> require_equal(const char* law, const AccountId& id, Wide left, Wide right) {
  if (left == right) return {};
  return broken(law, id, text_of(left) + "; expected " + text_of(right));
}

// What a delta changed.

Result<void> read_account(const AccountId& id, const RecordChange& change, AccountChange& account) {
  account.was_there = change.before.has_value();
  if (account.was_there) {
    TRY(account.before, state::decode_account(*change.before));
  }
  if (!change.after.has_value()) return broken("an account never goes", id, "no record");
  TRY(account.after, state::decode_account(*change.after));
  return {};
}

std::uint32_t page_of(const RecordKey& key) {
  codec::Reader in(ByteView(key.bytes).last(sizeof(std::uint32_t)));
  return in.u32();
}

Result<void> read_page(const RecordKey& key, const RecordChange& change, AccountChange& account) {
  PageChange& page = account.pages[page_of(key)];
  if (change.before.has_value()) {
    TRY(page.before, state::decode_lots_page(*change.before));
  }
  if (change.after.has_value()) {
    TRY(page.after, state::decode_lots_page(*change.after));
  }
  return {};
}

/// What a hold takes or gives back: the pieces of an open one are held.
void count_hold(const std::optional<HoldRecord>& hold, int times, Changes& changes) {
  if (!hold.has_value() || hold->state != HoldState::Open) return;
  for (const state::HeldPiece& piece : hold->pieces)
    changes.accounts[AccountId{piece.owner, hold->account.programme}].held +=
        times * Wide{piece.points.value()};
  changes.accounts[hold->account].asked += times;
}

Result<void> read_hold(const RecordKey& key, const RecordChange& change, Changes& changes) {
  const HoldId id = HoldId::from_view(ByteView(key.bytes).subspan(1));
  HoldChange& hold = changes.holds[id];
  if (change.before.has_value()) {
    TRY(hold.before, state::decode_hold(*change.before));
  }
  if (change.after.has_value()) {
    TRY(hold.after, state::decode_hold(*change.after));
  }
  count_hold(hold.before, -1, changes);
  count_hold(hold.after, 1, changes);
  return {};
}

MerchantId merchant_of(const RecordKey& key) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  return in.number<MerchantId>();
}

Result<Changes> read_changes(const StateDelta& delta) {
  Changes changes;
  for (const auto& [key, change] : delta.records()) {
    if (change.before == change.after) continue;
    if (key.kind() == RecordKind::Totals) changes.programmes.try_emplace(merchant_of(key));
    if (key.kind() == RecordKind::Hold) TRY_VOID(read_hold(key, change, changes));
    const std::optional<AccountId> id = state::account_of(key);
    if (!id.has_value()) continue;
    AccountChange& account = changes.accounts[*id];
    if (key.kind() == RecordKind::Account)
      TRY_VOID(read_account(*id, change, account));
    else
      TRY_VOID(read_page(key, change, account));
  }
  return changes;
}

// Accounts.

/// The four lists of an account, before and after.
struct Lists {
  Lists(const AccountRecord& before, const AccountRecord& after, const PageChanges& pages)
      : dated(LotList::Dated, before.dated, after.dated, pages),
        idle(LotList::Idle, before.idle, after.idle, pages),
        waiting(LotList::Waiting, before.waiting, after.waiting, pages),
        expired(LotList::Expired, before.expired, after.expired, pages) {}

  ListLaws<Lot, state::FefoKey> dated;
  ListLaws<Lot, state::FefoKey> idle;
  ListLaws<state::PendingLot, state::PendingKey> waiting;
  ListLaws<Lot, state::FefoKey> expired;
};

Found check_lists(const Lists& lists, const AccountChange& change) {
  const std::uint32_t next_page = change.after->next_page;
  std::set<std::uint32_t> named;
  if (Found found = lists.dated.check(next_page, named)) return found;
  if (Found found = lists.idle.check(next_page, named)) return found;
  if (Found found = lists.waiting.check(next_page, named)) return found;
  if (Found found = lists.expired.check(next_page, named)) return found;
  for (const auto& [number, page] : change.pages)
    if (page.after.has_value() && named.find(number) == named.end())
      return Breach{"a page that no head names is gone", "page " + std::to_string(number)};
  return std::nullopt;
}

/// An idle lot has the date of its account, and no other lot does.
Found check_idle(const AccountRecord& account) {
  for (const Lot& lot : account.dated.first_page)
    if (lot.idle) return Breach{"a dated lot is not idle", "lot " + text_of(lot.id.entry)};
  for (const Lot& lot : account.idle.first_page)
    if (!lot.idle || lot.expires_at != Timestamp::never())
      return Breach{"an idle lot has no date of its own", "lot " + text_of(lot.id.entry)};
  return std::nullopt;
}

/// What the lists gained is what the head gained; where all lots are in sight, they are counted
/// whole. So I2 holds after, if it held before.
Result<void> check_sums(const AccountId& id, const AccountChange& change, const Lists& lists) {
  const AccountHead& before = change.before.head;
  const AccountHead& after = change.after->head;
  TRY_VOID(require_equal("I2, change of available", id,
                         Wide{after.available.value()} - before.available.value(),
                         lists.dated.change() + lists.idle.change()));
  TRY_VOID(require_equal("I2, change of pending", id,
                         Wide{after.pending.value()} - before.pending.value(),
                         lists.waiting.change()));
  TRY_VOID(require_equal("I2, change of held", id, Wide{after.held.value()} - before.held.value(),
                         change.held));
  TRY_VOID(require_equal("open holds that a member asked for", id,
                         Wide{after.holds_asked} - before.holds_asked, change.asked));
  const std::optional<Wide> dated = lists.dated.whole();
  const std::optional<Wide> idle = lists.idle.whole();
  if (dated.has_value() && idle.has_value())
    TRY_VOID(require_equal("I2, available", id, after.available.value(), *dated + *idle));
  if (const std::optional<Wide> waiting = lists.waiting.whole())
    TRY_VOID(require_equal("I2, pending", id, after.pending.value(), *waiting));
  return {};
}

/// By counting over what may fall due, not in the order in which it stands.
state::Deadlines deadlines_of(const AccountRecord& account) {
  const AccountHead& head = account.head;
  state::Deadlines due;
  const auto lower = [](Timestamp& deadline, Timestamp candidate) {
    if (candidate < deadline) deadline = candidate;
  };
  for (const state::OpenHold& hold : head.holds)
    lower(hold.shared ? due.shared : due.own, hold.deadline);
  for (const state::PendingLot& pending : account.waiting.first_page)
    lower(head.shares_activations ? due.shared : due.own, pending.lot.available_at);
  for (const Lot& lot : account.dated.first_page)
    lower(due.own, lot.expires_at);
  if (!account.idle.first_page.empty()) lower(due.own, head.idle_at);
  lower(due.own, head.standing.tier.valid_until);
  return due;
}

Result<void> check_deadlines(const AccountId& id, const AccountRecord& account) {
  const state::Deadlines due = deadlines_of(account);
  TRY_VOID(require_equal("earliest deadline of its own", id,
                         account.head.deadlines.own.milliseconds(), due.own.milliseconds()));
  return require_equal("earliest deadline that touches others", id,
                       account.head.deadlines.shared.milliseconds(), due.shared.milliseconds());
}

bool has_ended(const AccountHead& head) {
  return head.state == AccountState::Closed || head.state == AccountState::Merged;
}

Result<void> check_head(const AccountId& id, const AccountRecord& account) {
  const AccountHead& head = account.head;
  const bool has_lots = !account.dated.first_page.empty() || !account.idle.first_page.empty();
  if (!head.debt.is_zero() && (!head.available.is_zero() || has_lots))
    return broken("I3, no debt beside available points", id, text_of(head.debt.value()));
  if (head.held.is_zero() != head.holds.empty())
    return broken("points are held by open holds", id, text_of(head.held.value()));
  if (head.holds_asked > limits::kOpenHoldsMax)
    return broken("open holds that a member asked for", id, text_of(head.holds_asked));
  if (head.alias_of.has_value() != (head.state == AccountState::Merged))
    return broken("a merged account, and no other, is an alias", id, "state");
  const bool is_empty = head.available.is_zero() && head.held.is_zero() && head.pending.is_zero() &&
                        head.debt.is_zero() && head.holds_asked == 0;
  if (has_ended(head) && (!is_empty || head.pool.has_value()))
    return broken("an account that has ended is empty", id, text_of(head.available.value()));
  return {};
}

Result<void> check_account(const AccountId& id, const AccountChange& change) {
  if (!change.after.has_value()) {
    if (!change.pages.empty())
      return broken("a page belongs to a head", id, "the page changed without it");
    if (change.held == 0 && change.asked == 0) return {};
    return broken("I2, a hold is known to its accounts", id, text_of(change.held));
  }
  const Lists lists(change.before, *change.after, change.pages);
  Found found = check_lists(lists, change);
  if (!found.has_value()) found = check_idle(*change.after);
  if (found.has_value()) return broken(found->law, id, found->sides);
  TRY_VOID(check_sums(id, change, lists));
  TRY_VOID(check_head(id, *change.after));
  return check_deadlines(id, *change.after);
}

// Holds.

bool names(const AccountHead& head, const state::OpenHold& hold) {
  return std::find(head.holds.begin(), head.holds.end(), hold) != head.holds.end();
}

/// That those whose lots an open hold has know of it and of its deadline, and nobody once it is
/// resolved: else it would never time out, or twice.
Result<void> check_owners(const HoldId& id, const HoldRecord& with_pieces, bool is_open,
                          const Changes& changes) {
  bool is_shared = with_pieces.reserved.has_value();  // what the issuer owes changes, too
  for (const state::HeldPiece& piece : with_pieces.pieces)
    is_shared = is_shared || piece.owner != with_pieces.account.member;
  const state::OpenHold open{with_pieces.deadline, id, is_shared};
  for (const state::HeldPiece& piece : with_pieces.pieces) {
    if (piece.points.is_zero() || piece.points > piece.lot.remaining)
      return broken("I8, a hold has a part of a lot", state::hold_key(id));
    const auto owner = changes.accounts.find({piece.owner, with_pieces.account.programme});
    if (owner == changes.accounts.end() || !owner->second.after.has_value() ||
        names(owner->second.after->head, open) != is_open)
      return broken("an open hold is known to whose lots it has", state::hold_key(id));
  }
  return {};
}

Result<void> check_hold(const HoldId& id, const HoldChange& change, const Changes& changes) {
  const auto law = [&](const char* what) { return broken(what, state::hold_key(id)); };
  const auto& [before, after] = change;
  if (!before.has_value()) {
    if (after->state != HoldState::Open) return law("I4, a hold is open before it is resolved");
    Wide sum = 0;
    for (const state::HeldPiece& piece : after->pieces)
      sum += piece.points.value();
    if (sum != after->points.value()) return law("I2, a hold has what it took");
    return check_owners(id, *after, true, changes);
  }
  if (before->state != HoldState::Open) {
    if (!after.has_value()) return {};
    return law("I4, a hold is resolved at most once");
  }
  if (!after.has_value()) return law("I4, an open hold never goes");
  if (after->state == HoldState::Open) return law("an open hold stays as it was placed");
  if (!after->pieces.empty()) return law("a resolved hold has no lots");
  return check_owners(id, *before, false, changes);
}

// Programmes.

void add_account(ProgrammeChange& programme, const AccountChange& change) {
  const AccountHead& before = change.before.head;
  const AccountHead& after = change.after->head;
  programme.available += Wide{after.available.value()} - before.available.value();
  programme.held += Wide{after.held.value()} - before.held.value();
  programme.pending += Wide{after.pending.value()} - before.pending.value();
  programme.debt += Wide{after.debt.value()} - before.debt.value();
  if (!change.was_there) programme.members += 1;
}

/// I1 over the totals, and that they moved as the accounts did.
Result<void> check_programme(MerchantId id, const Totals& before, const Totals& after,
                             const ProgrammeChange& change) {
  const Wide owned = Wide{after.available.value()} + after.held.value() + after.pending.value() -
                     after.debt.value() + after.redeemed.value() + after.expired.value() +
                     after.fees.value() + after.clawed.value() + after.forfeited.value() +
                     after.exchanged_out.value();
  const Wide came = Wide{after.issued.value()} + after.exchanged_in.value();
  if (came != owned) return broken("I1, issued and exchanged is what went where", id, came, owned);
  const std::pair<Wide, Wide> moved[] = {
      {Wide{after.available.value()} - before.available.value(), change.available},
      {Wide{after.held.value()} - before.held.value(), change.held},
      {Wide{after.pending.value()} - before.pending.value(), change.pending},
      {Wide{after.debt.value()} - before.debt.value(), change.debt},
      {Wide{after.members} - before.members, change.members}};
  for (const auto& [totals, accounts] : moved)
    if (totals != accounts)
      return broken("I1, totals move as the accounts do", id, totals, accounts);
  return {};
}

Result<Totals> totals_of(const std::optional<Bytes>& record) {
  if (!record.has_value()) return Totals();
  return state::decode_totals(*record);
}

Result<void> check_programmes(const StateDelta& delta, Changes& changes) {
  for (const auto& [id, change] : changes.accounts)
    if (change.after.has_value()) add_account(changes.programmes[id.programme], change);
  for (const auto& [id, change] : changes.programmes) {
    const auto totals = delta.records().find(state::totals_key(id));
    const bool changed = totals != delta.records().end();
    TRY(const Totals before, totals_of(changed ? totals->second.before : std::nullopt));
    TRY(const Totals after, totals_of(changed ? totals->second.after : std::nullopt));
    TRY_VOID(check_programme(id, before, after, change));
  }
  return {};
}

// Campaigns, returns, pools.

/// I7, of what a campaign was charged. What comes back may lower it.
Result<void> check_campaign(const RecordKey& key, const RecordChange& change) {
  if (!change.after.has_value()) return broken("a campaign's record never goes", key);
  TRY(const state::CampaignRecord after, state::decode_campaign_record(*change.after));
  if (after.spent > after.budget) return broken("I7, a campaign has spent at most its budget", key);
  if (!change.before.has_value()) return {};
  TRY(const state::CampaignRecord before, state::decode_campaign_record(*change.before));
  if (after.times < before.times) return broken("a campaign's turns do not come back", key);
  if (before.retired && !after.retired) return broken("a campaign retires for good", key);
  return {};
}

/// Of redemptions more may come, none goes.
bool falls(const state::ReturnRecord& before, const state::ReturnRecord& after) {
  for (const state::RedemptionReturned& part : before.given_back) {
    const auto now = std::find_if(
        after.given_back.begin(), after.given_back.end(),
        [&](const auto& candidate) { return candidate.redemption == part.redemption; });
    if (now == after.given_back.end() || now->points < part.points) return true;
  }
  return false;
}

/// A return pays back once: what has come back only grows.
Result<void> check_return(const RecordKey& key, const RecordChange& change) {
  if (!change.after.has_value()) return {};
  TRY(const auto after, state::decode_return(*change.after));
  for (const state::ClaimedLine& line : after.claimed)
    if (line.recovered > line.claimed)
      return broken("no more is recovered of a line than was claimed", key);
  if (!change.before.has_value()) return {};
  TRY(const auto before, state::decode_return(*change.before));
  if (after.began > before.latest) return {};  // another order, which bears the id now
  if (after.began != before.began || after.total < before.total || falls(before, after) ||
      after.value_given_back < before.value_given_back ||
      after.claimed.size() < before.claimed.size())
    return broken("what has come back of an order does not fall", key);
  return {};
}

Result<bool> is_in_pool(const StateDelta& delta, const AccountId& id, const PoolId& pool) {
  TRY(const std::optional<Bytes> record, delta.find(state::account_key(id)));
  if (!record.has_value()) return false;
  TRY(const AccountHead head, state::decode_account_head(*record));
  return head.pool == pool;
}

Result<std::vector<MemberId>> members_of(const std::optional<Bytes>& record) {
  if (!record.has_value()) return std::vector<MemberId>();
  return state::decode_pool(*record);
}

/// Who is in a pool says so, and who has left does not: so nobody is in two.
Result<void> check_pool(const StateDelta& delta, const RecordKey& key, const RecordChange& change) {
  const MerchantId programme = merchant_of(key);
  const PoolId pool = PoolId::from_view(ByteView(key.bytes).last(PoolId::kSize));
  TRY(const std::vector<MemberId> before, members_of(change.before));
  TRY(const std::vector<MemberId> after, members_of(change.after));
  if (after.size() > limits::kPoolMembersMax) return broken("a pool has at most 7 members", key);
  std::set<MemberId> touched(before.begin(), before.end());
  touched.insert(after.begin(), after.end());
  for (const MemberId& member : touched) {
    TRY(const bool says_so, is_in_pool(delta, {member, programme}, pool));
    if (says_so != std::binary_search(after.begin(), after.end(), member))
      return broken("who is in a pool says so", key);
  }
  return {};
}

}  // namespace

Result<void> check_invariants(const StateDelta& delta) {
  TRY(Changes changes, read_changes(delta));
  for (const auto& [id, change] : changes.accounts)
    TRY_VOID(check_account(id, change));
  for (const auto& [id, change] : changes.holds)
    TRY_VOID(check_hold(id, change, changes));
  TRY_VOID(check_programmes(delta, changes));
  for (const auto& [key, change] : delta.records()) {
    if (change.before == change.after) continue;
    if (key.kind() == RecordKind::Campaign) TRY_VOID(check_campaign(key, change));
    if (key.kind() == RecordKind::Return) TRY_VOID(check_return(key, change));
    if (key.kind() == RecordKind::Pool) TRY_VOID(check_pool(delta, key, change));
  }
  return {};
}

}  // namespace tally::points
