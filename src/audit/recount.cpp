// The last word of an audit: points are counted one lot at a time.
#include "audit/recount.h"

#include <tally/base/check.h>
#include <tally/state/account.h>
#include <tally/state/consortium.h>
#include <tally/state/hold.h>
#include <tally/state/identity.h>
#include <tally/state/programme_record.h>

#include <algorithm>
#include <set>
#include <string>

namespace tally::audit {
namespace {

using state::AccountHead;
using state::HoldRecord;
using state::HoldState;
using state::RecordKey;
using state::RecordKind;

using Records = std::map<RecordKey, Bytes>;

/// Sums over a programme's accounts. Plain integers: below 2^53 each, and the totals that they are
/// held against bound them.
struct Counted {
  std::int64_t available = 0;
  std::int64_t held = 0;
  std::int64_t pending = 0;
  std::int64_t debt = 0;
  std::uint64_t members = 0;
};

/// What open holds have of one account.
struct HeldOf {
  std::int64_t points = 0;
  std::set<state::OpenHold> holds;
  std::uint32_t asked = 0;
};
using Held = std::map<AccountId, HeldOf>;

std::string name_of(const AccountId& id) {
  return "account of member " + to_hex(id.member.view()) + " in programme " +
         std::to_string(id.programme.value());
}

Error corrupt(const AccountId& id, const std::string& what) {
  return Error{ErrorCode::Corrupt, name_of(id) + ": " + what};
}

Result<void> expect(const AccountId& id, const char* whose, const char* what, std::int64_t counted,
                    Points head) {
  if (counted == head.value()) return {};
  return corrupt(id, std::string(whose) + " hold " + std::to_string(counted) + " " + what +
                         " points, its head says " + std::to_string(head.value()));
}

Result<void> expect(MerchantId programme, std::string_view what, std::int64_t counted,
                    std::int64_t total) {
  if (counted == total) return {};
  return Error{ErrorCode::Corrupt, "programme " + std::to_string(programme.value()) + ": " +
                                       std::string(what) + " counted over all accounts is " +
                                       std::to_string(counted) + "; its totals say " +
                                       std::to_string(total)};
}

HoldId hold_of(const RecordKey& key) {
  return HoldId::from_view(ByteView(key.bytes).subspan(1));
}

Result<Held> count_holds(const Records& records) {
  Held held;
  for (const auto& [key, bytes] : records) {
    if (key.kind() != RecordKind::Hold) continue;
    TRY(const HoldRecord hold, state::decode_hold(bytes));
    if (hold.state != HoldState::Open) continue;
    ++held[hold.account].asked;
    const bool is_shared =
        hold.reserved.has_value() ||
        std::any_of(hold.pieces.begin(), hold.pieces.end(), [&](const state::HeldPiece& piece) {
          return piece.owner != hold.account.member;
        });
    for (const state::HeldPiece& piece : hold.pieces) {
      HeldOf& of = held[AccountId{piece.owner, hold.account.programme}];
      of.points += piece.points.value();
      of.holds.insert({hold.deadline, hold_of(key), is_shared});
    }
  }
  return held;
}

/// I8, and that each lot stands behind those that are used before it.
template <typename Item, typename Read>
Result<std::int64_t> count_lots(const AccountId& id, const std::vector<Item>& items, Read lot_of) {
  std::int64_t sum = 0;
  for (const Item& item : items) {
    const state::Lot& lot = lot_of(item);
    if (lot.remaining.is_zero() || lot.remaining > lot.original)
      return corrupt(id, "a lot has " + std::to_string(lot.remaining.value()) + " of " +
                             std::to_string(lot.original.value()) + " points");
    sum += lot.remaining.value();
  }
  return sum;
}

Result<void> count_account(const state::StateView& view, const AccountId& id, const HeldOf& held,
                           Counted& counted) {
  TRY(std::optional<state::Account> account, state::Account::load(view, id));
  CHECK(account.has_value());
  TRY(const std::vector<state::Lot> lots, account->all_lots());
  TRY(const std::vector<state::PendingLot> waiting, account->all_pending());
  const auto itself = [](const state::Lot& lot) -> const state::Lot& { return lot; };
  const auto inside = [](const state::PendingLot& l) -> const state::Lot& { return l.lot; };
  TRY(const std::int64_t available, count_lots(id, lots, itself));
  TRY(const std::int64_t pending, count_lots(id, waiting, inside));
  // Of one id, a dated and an idle part may have the same date; two parts of a kind are one lot.
  const auto is_later = [](const state::Lot& a, const state::Lot& b) {
    return fefo_key(a) > fefo_key(b) || (fefo_key(a) == fefo_key(b) && a.idle == b.idle);
  };
  if (std::adjacent_find(lots.begin(), lots.end(), is_later) != lots.end())
    return corrupt(id, "its lots are not in order of expiry");

  const AccountHead& head = account->head;
  TRY_VOID(expect(id, "its lots", "available", available, head.available));
  TRY_VOID(expect(id, "its waiting lots", "pending", pending, head.pending));
  TRY_VOID(expect(id, "its holds", "held", held.points, head.held));
  if (!std::equal(head.holds.begin(), head.holds.end(), held.holds.begin(), held.holds.end()) ||
      head.holds_asked != held.asked)
    return corrupt(id, "its head knows other holds than there are");
  if (!head.debt.is_zero() && available != 0) return corrupt(id, "it owes points and has some");
  counted.available += available;
  counted.held += held.points;
  counted.pending += pending;
  counted.debt += head.debt.value();
  ++counted.members;
  return {};
}

Result<std::map<MerchantId, Counted>> count_accounts(const state::StateView& view,
                                                     const Records& records) {
  TRY(Held held, count_holds(records));
  std::map<MerchantId, Counted> counted;
  for (const auto& [key, bytes] : records) {
    if (key.kind() != RecordKind::Account) continue;
    const std::optional<AccountId> id = state::account_of(key);
    CHECK(id.has_value());
    TRY_VOID(count_account(view, *id, held[*id], counted[id->programme]));
    held.erase(*id);
  }
  if (!held.empty()) return corrupt(held.begin()->first, "has holds, but no record");
  return counted;
}

/// That those whom a pool names say that they are in it, and nobody else.
Result<void> check_pools(const Records& records) {
  std::set<std::pair<AccountId, PoolId>> named;
  for (const auto& [key, bytes] : records) {
    if (key.kind() != RecordKind::Pool) continue;
    codec::Reader in(ByteView(key.bytes).subspan(1));
    const auto programme = in.number<MerchantId>();
    const auto pool = in.fixed<PoolId>();
    TRY(const std::vector<MemberId> members, state::decode_pool(bytes));
    for (const MemberId& member : members)
      named.insert({AccountId{member, programme}, pool});
  }
  for (const auto& [key, bytes] : records) {
    if (key.kind() != RecordKind::Account) continue;
    const std::optional<AccountId> id = state::account_of(key);
    TRY(const AccountHead head, state::decode_account_head(bytes));
    if (head.pool.has_value() && named.erase({*id, *head.pool}) == 0)
      return corrupt(*id, "is in a pool that does not name it");
  }
  if (!named.empty()) return corrupt(named.begin()->first, "a pool names it that it is not in");
  return {};
}

Result<void> check_totals(MerchantId programme, const Counted& sums, const state::Totals& totals) {
  TRY_VOID(expect(programme, "available", sums.available, totals.available.value()));
  TRY_VOID(expect(programme, "held", sums.held, totals.held.value()));
  TRY_VOID(expect(programme, "pending", sums.pending, totals.pending.value()));
  TRY_VOID(expect(programme, "debt", sums.debt, totals.debt.value()));
  TRY_VOID(expect(programme, "members", static_cast<std::int64_t>(sums.members),
                  static_cast<std::int64_t>(totals.members)));
  const std::int64_t left = totals.redeemed.value() + totals.expired.value() + totals.fees.value() +
                            totals.clawed.value() + totals.forfeited.value() +
                            totals.exchanged_out.value();
  return expect(programme, "what came less what left",
                sums.available + sums.held + sums.pending - sums.debt,
                totals.issued.value() + totals.exchanged_in.value() - left);
}

ProgrammeReport report_of(MerchantId programme, const std::string& name, const Counted& sums,
                          const state::Totals& totals) {
  ProgrammeReport report;
  report.merchant = programme;
  report.name = name;
  report.issued = totals.issued;
  report.redeemed = totals.redeemed;
  report.transferred = totals.transferred;
  report.expired = totals.expired;
  report.fees = totals.fees;
  report.clawed = totals.clawed;
  report.forfeited = totals.forfeited;
  report.exchanged_out = totals.exchanged_out;
  report.exchanged_in = totals.exchanged_in;
  report.debt = totals.debt;
  report.unrecovered = totals.unrecovered;
  const auto outstanding = Points::from(sums.available + sums.held + sums.pending);
  CHECK(outstanding.has_value());
  report.outstanding = *outstanding;
  report.members = totals.members;
  report.earns = totals.earns;
  report.redemptions = totals.redemptions;
  report.transfers = totals.transfers;
  return report;
}

}  // namespace

Result<std::vector<ProgrammeReport>> recount(const Genesis& genesis, const state::StateView& view,
                                             const Records& records) {
  TRY(auto counted, count_accounts(view, records));
  TRY_VOID(check_pools(records));
  std::vector<ProgrammeReport> reports;
  for (const Founder& founder : genesis.founders) {
    const MerchantId programme = founder.merchant;
    TRY(const std::optional<state::MerchantRecord> merchant, state::find_merchant(view, programme));
    if (!merchant.has_value() || merchant->programme_version == 0) continue;
    TRY(const auto version, state::find_version(view, programme, merchant->programme_version));
    CHECK(version.has_value());
    TRY(const state::Totals totals, state::totals(view, programme));
    TRY_VOID(check_totals(programme, counted[programme], totals));
    reports.push_back(
        report_of(programme, version->rules.programme.name, counted[programme], totals));
  }
  return reports;
}

}  // namespace tally::audit
