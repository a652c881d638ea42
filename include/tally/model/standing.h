// Standing: all that rules remember of a member in a programme, beside the points themselves.
#pragma once

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/programme.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally {

/// What of a cap is used up in its current period.
struct CapUse {
  std::string campaign;   ///< empty: the programme's own caps
  bool referrer = false;  ///< the campaign's caps of a referrer, of which this member is one
  Period period = Period::Ever;
  std::int64_t place = 0;  ///< which hour, day, week, month or year; 0 of Ever
  Points points;
  std::uint64_t times = 0;
  friend bool operator==(const CapUse&, const CapUse&) = default;
};

/// A day with purchases: for late ones the first event's time counts.
struct DayCount {
  std::int64_t day = 0;  ///< local days since 1970-01-01
  Timestamp first;       ///< the earliest event time of that day
  std::uint32_t count = 0;
  friend bool operator==(const DayCount&, const DayCount&) = default;
};

/// Where a counter of the programme stands. Of a kind other than the counter's it counts as new.
struct CounterStanding {
  std::string name;
  std::int64_t unit = 0;       ///< Streak: a local day of its last unit with a purchase
  std::int64_t value = 0;      ///< Streak: units in a row, 0: none yet; Stamps: 0 … size − 1
  std::vector<DayCount> days;  ///< Visits, DaysSince with a condition: ascending, none too old
  friend bool operator==(const CounterStanding&, const CounterStanding&) = default;
};

/// Qualifying points and the tier that they gave (design/loyalty.md §18).
struct TierStanding {
  std::uint8_t tier = 0;    ///< 0 is the lowest
  std::int32_t window = 0;  ///< the calendar year that `qualifying` counts; 0: none yet
  Points qualifying;
  Points qualifying_before;  ///< of the year before, while a review or its grace needs it
  Timestamp valid_until = Timestamp::never();  ///< the next review, or the end of its grace
  bool in_grace = false;                       ///< reviewed and not enough: the downgrade waits
  friend bool operator==(const TierStanding&, const TierStanding&) = default;
};

/// FORMAT: stored in the head of an account; docs/formats.md §3.
struct Standing {
  std::uint64_t purchases = 0;             ///< that counted: accepted, above 0, not too late
  std::uint64_t activations = 0;           ///< purchases whose points became available
  std::optional<Timestamp> last_activity;  ///< ledger time of the last earn, redeem or capture
  std::optional<MemberId> referrer;
  TierStanding tier;
  std::vector<std::string> segments;      ///< ascending, at most 32
  std::vector<CapUse> caps;               ///< ascending by (campaign, referrer, period)
  std::vector<CounterStanding> counters;  ///< ascending by name
  /// Days with purchases at the programme's merchant: those within the offline window, and the
  /// last one before. Other programmes' counters read them too.
  std::vector<DayCount> purchase_days;
  friend bool operator==(const Standing&, const Standing&) = default;
};

void encode(codec::Writer& out, const Standing& standing);
void decode(codec::Reader& in, Standing& standing);

}  // namespace tally
