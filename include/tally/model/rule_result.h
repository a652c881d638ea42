// RuleResult: what became of each rule that an earn asked, and the facts that it read: so that a
// receipt can be explained, and a return can evaluate again, for ever.
#pragma once

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/programme.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

/// Why a rule gave less than it asked for (design/loyalty.md §6, step 11). FORMAT: stored.
enum class RuleReason : std::uint8_t {
  Given = 0,  ///< nothing was cut
  NotMatched = 1,
  NotInSchedule = 2,
  Group = 3,  ///< another campaign of its group was chosen
  MemberCap = 4,
  ProgrammeCap = 5,
  Budget = 6,
  FunderCap = 7,
  RuleError = 8,
  RateNotAvailable = 9,
};
[[nodiscard]] std::string_view name_of(RuleReason reason);  ///< "NOT_MATCHED"

/// The base, or one campaign of a trigger, in the order of evaluation. FORMAT: stored.
struct RuleResult {
  std::string source;  ///< "base", or a campaign's id
  Trigger trigger = Trigger::Purchase;
  bool to_referrer = false;
  RuleReason reason = RuleReason::Given;  ///< of what was cut last, or why nothing was given
  Points asked;                           ///< by its expression
  Points headroom;  ///< the least of the caps and the budget that it met; kPointsMax: none
  Points given;
  bool exhausted = false;  ///< this used its budget up: CAMPAIGN_EXHAUSTED
  friend bool operator==(const RuleResult&, const RuleResult&) = default;
};

/// A counter as rules saw it.
struct CounterValue {
  std::optional<std::int64_t> value;
  bool full = false;
  friend bool operator==(const CounterValue&, const CounterValue&) = default;
};

/// What is not in the transaction itself: the member as it was before, counters with this
/// transaction counted. FORMAT: stored.
struct RuleFacts {
  std::uint32_t programme_version = 0;
  Money paid_by_points;  ///< the larger of what the earn said and what its order had paid
  Timestamp enrolled_at;
  std::uint8_t tier = 0;
  Points qualifying;
  std::optional<Timestamp> last_activity;
  std::uint64_t purchases = 0;
  std::uint64_t activations = 0;
  std::optional<MemberId> referrer;
  std::vector<std::string> segments;
  std::vector<CounterValue> counters;            ///< as PURCHASE, ENROL and ATTESTED saw them
  std::vector<CounterValue> counters_activated;  ///< as ACTIVATED saw them; empty: the same
  std::optional<std::uint8_t> tier_after;        ///< of a TIER_UP
  friend bool operator==(const RuleFacts&, const RuleFacts&) = default;
};

void encode(codec::Writer& out, const RuleResult& result);
void decode(codec::Reader& in, RuleResult& result);
void encode(codec::Writer& out, const RuleFacts& facts);
void decode(codec::Reader& in, RuleFacts& facts);

}  // namespace tally
