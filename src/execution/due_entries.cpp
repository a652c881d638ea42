// What falls due in a block (design/loyalty.md §5). An entry runs as of its own deadline: what was
// due before it, on its account and on those that it touches beside it, has run by then.
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/exchange/exchange.h>
#include <tally/points/points.h>

#include "execution/block_execution.h"
#include "execution/block_history.h"
#include "execution/dispatch.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace tally::execution {
namespace {

using state::DueClass;
using state::DueEntry;
using state::StateView;

/// In the order in which they run at one instant.
enum class DueKind : std::uint8_t { HoldTimeOut = 1, Activation = 2, Expiry = 3, TierReview = 4 };

struct DueMoment {
  Timestamp deadline = Timestamp::never();
  DueKind kind = DueKind::HoldTimeOut;
  friend auto operator<=>(const DueMoment&, const DueMoment&) = default;
};

/// Of a shared entry: those of one moment run by account.
struct SharedEntry {
  DueMoment moment;
  AccountId account;
  friend auto operator<=>(const SharedEntry&, const SharedEntry&) = default;
};

AccountId account_of(const DueEntry& entry) {
  const std::optional<AccountId> account = state::account_of(entry.account);
  CHECK(account.has_value());
  return *account;
}

/// The account's next deadlines; never, where it has none.
Result<state::Deadlines> deadlines_of(const StateView& view, const AccountId& account) {
  TRY(const auto bytes, view.find(state::account_key(account)));
  if (!bytes.has_value()) return state::Deadlines();
  return state::decode_deadlines(*bytes);
}

bool times_out(const state::AccountHead& head, Timestamp at, bool shared_only) {
  return std::ranges::any_of(head.holds, [&](const state::OpenHold& hold) {
    return hold.deadline == at && (hold.shared || !shared_only);
  });
}

/// What an account's first deadline is of.
Result<DueMoment> first_moment(const StateView& view, const AccountId& id) {
  TRY(const auto bytes, view.find(state::account_key(id)));
  if (!bytes.has_value()) return DueMoment();
  TRY(const state::AccountRecord account, state::decode_account(*bytes));
  const Timestamp at = account.head.deadlines.earliest();
  if (times_out(account.head, at, false)) return DueMoment{at, DueKind::HoldTimeOut};
  const auto& waiting = account.waiting.first_page;
  if (!waiting.empty() && waiting.front().lot.available_at == at)
    return DueMoment{at, DueKind::Activation};
  const auto& dated = account.dated.first_page;
  const bool expires = (!dated.empty() && dated.front().expires_at == at) ||
                       (!account.idle.first_page.empty() && account.head.idle_at == at);
  return DueMoment{at, expires ? DueKind::Expiry : DueKind::TierReview};
}

/// The moment of an account's first shared entry: only holds and activations are.
Result<DueMoment> shared_moment(const StateView& view, const AccountId& id) {
  TRY(const auto bytes, view.find(state::account_key(id)));
  if (!bytes.has_value()) return DueMoment();
  TRY(const state::AccountHead head, state::decode_account_head(*bytes));
  const Timestamp at = head.deadlines.shared;
  return DueMoment{at, times_out(head, at, true) ? DueKind::HoldTimeOut : DueKind::Activation};
}

/// Whether an account has something due before `moment`.
Result<bool> is_due_before(const StateView& view, const AccountId& account,
                           const DueMoment& moment) {
  TRY(const state::Deadlines deadlines, deadlines_of(view, account));
  if (deadlines.earliest() != moment.deadline) return deadlines.earliest() < moment.deadline;
  TRY(const DueMoment first, first_moment(view, account));
  return first < moment;
}

Result<void> sweep_before(BlockExecution& block, const AccountId& account, const DueMoment& moment);

/// Runs an account's first deadline; false: it is not due yet.
Result<bool> run_first(BlockExecution& block, const AccountId& account) {
  TRY(const state::Deadlines deadlines, deadlines_of(block.delta, account));
  if (deadlines.earliest() > block.ledger_time) return false;
  const BlockHistory history(block);
  points::DueContext context{block.ledger_time, block.position(), &block.due_rules, &history};
  if (deadlines.shared == deadlines.earliest()) {
    TRY(const DueMoment moment, first_moment(block.delta, account));
    TRY(const std::vector<AccountId> beside,
        points::accounts_beside(account, context, block.delta));
    for (const AccountId& other : beside)
      TRY_VOID(sweep_before(block, other, moment));
    context.place = block.position();
  }
  StateDelta written = StateDelta::on(block.delta);
  TRY(auto receipt, points::run_first_due(account, context, written));
  if (!receipt.has_value())
    return Error{ErrorCode::Corrupt, "account of member " + to_hex(account.member.view()) +
                                         ", whose deadline has nothing due"};
  TRY_VOID(check_laws(written));
  block.absorb(std::move(written), std::move(*receipt));
  return true;
}

/// Each round runs what is due strictly earlier than the one before, so this ends.
Result<void> sweep_before(BlockExecution& block, const AccountId& account,
                          const DueMoment& moment) {
  for (;;) {
    TRY(const bool is_before, is_due_before(block.delta, account, moment));
    if (!is_before) return {};
    TRY(const bool was_due, run_first(block, account));
    if (!was_due) return {};
  }
}

/// An entry of the base whose account the block has not touched must be as its record says.
Result<void> expect_unchanged(const BlockExecution& block, const DueEntry& entry) {
  if (block.delta.records().contains(entry.account)) return {};
  return Error{ErrorCode::Corrupt,
               "due entry of record " + to_hex(entry.account.bytes) + ", which has nothing due"};
}

/// Changes and advices, and what of settlement has its deadline at `up_to` or before.
Result<void> run_settlement(BlockExecution& block, const Hash& parent, Timestamp up_to) {
  for (;;) {
    const exchange::DueContext context{block.height, block.ledger_time, block.position(), parent,
                                       up_to};
    StateDelta written = StateDelta::on(block.delta);
    TRY(auto receipt, exchange::run_first_due(context, written));
    if (!receipt.has_value()) return {};
    TRY_VOID(check_laws(written));
    block.absorb(std::move(written), std::move(*receipt));
  }
}

}  // namespace

Result<void> run_shared_entries(BlockExecution& block, const Header& parent) {
  const Hash digest = consensus::header_digest(parent);
  TRY_VOID(run_settlement(block, digest, Timestamp()));
  TRY(Timestamp settles_at, exchange::next_deadline(block.delta));
  TRY(const std::vector<DueEntry> due, block.delta.due(DueClass::Shared, block.ledger_time,
                                                       std::numeric_limits<std::size_t>::max()));
  std::set<SharedEntry> queue;
  for (const DueEntry& entry : due) {
    const AccountId account = account_of(entry);
    TRY(const DueMoment moment, shared_moment(block.delta, account));
    if (moment.deadline != entry.deadline) TRY_VOID(expect_unchanged(block, entry));
    queue.insert(SharedEntry{moment, account});
  }
  while (!queue.empty()) {
    const SharedEntry entry = *queue.begin();
    queue.erase(queue.begin());
    if (settles_at < entry.moment.deadline) {
      TRY_VOID(run_settlement(block, digest, entry.moment.deadline.minus(Duration(1))));
      TRY(settles_at, exchange::next_deadline(block.delta));
    }
    TRY(const DueMoment now, shared_moment(block.delta, entry.account));
    if (now == entry.moment) TRY_VOID(run_first(block, entry.account));
    // It goes back as long as something earlier on its own account ran; and what another one
    // touched may have run already, or have a later deadline now.
    TRY(const DueMoment next, shared_moment(block.delta, entry.account));
    if (next.deadline <= block.ledger_time) queue.insert(SharedEntry{next, entry.account});
  }
  return run_settlement(block, digest, block.ledger_time);
}

namespace {

/// Accounts that this block's shared entries gave something to that is due already: the base does
/// not know of it.
Result<void> add_changed(const BlockExecution& block, Timestamp last, std::set<DueEntry>& queue) {
  for (const auto& [key, change] : block.delta.records()) {
    if (key.kind() != state::RecordKind::Account || !change.after.has_value()) continue;
    TRY(const state::Deadlines deadlines, state::decode_deadlines(*change.after));
    if (deadlines.own <= last) queue.insert(DueEntry{deadlines.own, key});
  }
  return {};
}

}  // namespace

Result<void> run_own_entries(BlockExecution& block) {
  const std::size_t most = block.limits.own_entries;
  TRY(const std::vector<DueEntry> due, block.delta.due(DueClass::Own, block.ledger_time, most));
  // An account that is due again goes back. As many run as were fetched at most, so none that was
  // not fetched is older than one that runs.
  std::set<DueEntry> queue(due.begin(), due.end());
  const bool is_all = due.size() < most || due.empty();
  TRY_VOID(add_changed(block, is_all ? block.ledger_time : due.back().deadline, queue));
  for (std::size_t run = 0;
       run < most && !queue.empty() && block.due_lines < limits::kBlockLinesMax; ++run) {
    const DueEntry entry = *queue.begin();
    queue.erase(queue.begin());
    const AccountId account = account_of(entry);
    TRY(const bool was_due, run_first(block, account));
    if (!was_due) TRY_VOID(expect_unchanged(block, entry));
    TRY(const state::Deadlines next, deadlines_of(block.delta, account));
    if (next.earliest() <= block.ledger_time)
      queue.insert(DueEntry{next.earliest(), entry.account});
  }
  return {};
}

Result<void> sweep(BlockExecution& block, const AccountId& account) {
  for (;;) {
    TRY(const bool was_due, run_first(block, account));
    if (!was_due) return {};
  }
}

}  // namespace tally::execution
