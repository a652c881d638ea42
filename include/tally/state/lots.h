// Lots: points earned together, with one expiry; and the order in which they are used.
#pragma once

#include <tally/base/points.h>
#include <tally/base/time.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/programme.h>

#include <compare>

namespace tally::state {

/// FORMAT: stored; docs/formats.md §3. 0 < remaining ≤ original; a lot that is used up leaves.
struct Lot {
  LotId id;
  MemberId first_owner;
  std::uint32_t programme_version = 0;  ///< under which it was earned
  Timestamp earned_at;
  Timestamp available_at;
  Timestamp expires_at;  ///< Timestamp::never() where it never does
  Points original;
  Points remaining;
  Points held;    ///< part of remaining that holds allocate
  Funder funder;  ///< who paid for it
  friend bool operator==(const Lot&, const Lot&) = default;
};

/// First-expired, first-out: expires_at, then earned_at, then lot id, all ascending
/// (design/loyalty.md §4).
struct FefoKey {
  Timestamp expires_at;
  Timestamp earned_at;
  LotId id;
  friend auto operator<=>(const FefoKey&, const FefoKey&) = default;
};

[[nodiscard]] inline FefoKey fefo_key(const Lot& lot) {
  return FefoKey{lot.expires_at, lot.earned_at, lot.id};
}

void encode(codec::Writer& out, const Lot& lot);
void decode(codec::Reader& in, Lot& lot);

}  // namespace tally::state
