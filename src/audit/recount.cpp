// The last word of an audit: points are counted one lot at a time.
#include "audit/recount.h"

#include <tally/base/check.h>
#include <tally/state/account.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

#include <string>

namespace tally::audit {
namespace {

/// Sums over a programme's accounts. Plain integers: below 2^53 each, and the totals that they are
/// held against bound them.
struct Counted {
  std::int64_t available = 0;
  std::int64_t held = 0;
  std::int64_t pending = 0;
  std::uint64_t members = 0;
};

Result<void> count_account(const state::StateView& view, const AccountId& id, Counted& counted) {
  TRY(std::optional<state::Account> account, state::Account::load(view, id));
  CHECK(account.has_value());
  TRY(const std::vector<state::Lot> lots, account->all_lots());
  std::int64_t remaining = 0;
  std::int64_t held = 0;
  for (const state::Lot& lot : lots) {
    remaining += lot.remaining.value();
    held += lot.held.value();
  }
  const state::AccountHead& head = account->head;
  if (remaining != head.available.value() + head.held.value() + head.pending.value() ||
      held != head.held.value())
    return Error{
        ErrorCode::Corrupt,
        "account of member " + to_hex(id.member.view()) + " in programme " +
            std::to_string(id.programme.value()) + ": its lots hold " + std::to_string(remaining) +
            " points, its head says " +
            std::to_string(head.available.value() + head.held.value() + head.pending.value())};
  counted.available += head.available.value();
  counted.held += head.held.value();
  counted.pending += head.pending.value();
  ++counted.members;
  return {};
}

Result<void> expect(MerchantId programme, std::string_view what, std::int64_t counted,
                    std::int64_t total) {
  if (counted == total) return {};
  return Error{ErrorCode::Corrupt, "programme " + std::to_string(programme.value()) + ": " +
                                       std::string(what) + " counted over all accounts is " +
                                       std::to_string(counted) + "; its totals say " +
                                       std::to_string(total)};
}

}  // namespace

Result<std::vector<ProgrammeReport>> recount(const Genesis& genesis, const state::StateView& view,
                                             const std::map<state::RecordKey, Bytes>& records) {
  std::map<MerchantId, Counted> counted;
  for (const auto& [key, bytes] : records) {
    if (key.kind() != state::RecordKind::Account) continue;
    const std::optional<AccountId> account = state::account_of(key);
    CHECK(account.has_value());
    TRY_VOID(count_account(view, *account, counted[account->programme]));
  }

  std::vector<ProgrammeReport> reports;
  for (const Founder& founder : genesis.founders) {
    TRY(const std::optional<state::MerchantRecord> merchant,
        state::find_merchant(view, founder.merchant));
    if (!merchant.has_value() || merchant->programme_version == 0) continue;
    TRY(const auto version,
        state::find_version(view, founder.merchant, merchant->programme_version));
    CHECK(version.has_value());
    TRY(const state::Totals totals, state::totals(view, founder.merchant));
    const Counted& sums = counted[founder.merchant];
    TRY_VOID(expect(founder.merchant, "available", sums.available, totals.available.value()));
    TRY_VOID(expect(founder.merchant, "held", sums.held, totals.held.value()));
    TRY_VOID(expect(founder.merchant, "pending", sums.pending, totals.pending.value()));
    TRY_VOID(expect(founder.merchant, "members", static_cast<std::int64_t>(sums.members),
                    static_cast<std::int64_t>(totals.members)));
    const std::int64_t outstanding = sums.available + sums.held + sums.pending;
    TRY_VOID(expect(founder.merchant, "issued less what left",
                    totals.issued.value() - totals.redeemed.value() - totals.expired.value() -
                        totals.fees.value(),
                    outstanding));
    const auto outstanding_points = Points::from(outstanding);
    CHECK(outstanding_points.has_value());
    reports.push_back(ProgrammeReport{
        founder.merchant, version->rules.programme.name, totals.issued, totals.redeemed,
        totals.transferred, totals.expired, totals.fees, *outstanding_points, totals.members,
        totals.earns, totals.redemptions, totals.transfers});
  }
  return reports;
}

}  // namespace tally::audit
