// AdvanceClock: development chains only. It counts from the next block on.
#include <tally/members/members.h>

#include <limits>

namespace tally::members {
namespace {

// Sums of header time and offset stay far from the end of Timestamp, where times would stand still.
constexpr std::uint64_t kOffsetMsMax = std::numeric_limits<std::uint64_t>::max() / 4;

}  // namespace

Result<Outcome> preclaim(const AdvanceClock& action, const TransactionContext&,
                         const StateView& view) {
  TRY(const state::ClockRecord clock, state::clock(view));
  if (!clock.development) return Outcome::NotEnabled;
  const std::uint64_t offset = clock.offset.milliseconds();
  if (offset > kOffsetMsMax || action.by.milliseconds() > kOffsetMsMax - offset)
    return Outcome::AmountOverflow;
  return Outcome::Accepted;
}

Result<Outcome> apply(const AdvanceClock& action, const TransactionContext&, StateDelta& delta,
                      Receipt&) {
  TRY(state::ClockRecord clock, state::clock(delta));
  clock.offset = Duration(clock.offset.milliseconds() + action.by.milliseconds());
  TRY_VOID(state::put_clock(delta, clock));
  return Outcome::Accepted;
}

}  // namespace tally::members
