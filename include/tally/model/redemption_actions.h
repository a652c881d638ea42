// The kinds of transaction that hold points, take a purchase back, and let waiting points go.
#pragma once

#include <tally/model/points_actions.h>

#include <cstdint>
#include <vector>

namespace tally {

/// Lets the pending points of an order go: the event that the programme waits for, or an operator's
/// word for what velocity flagged (design/loyalty.md §7).
struct Activate {
  MerchantId programme;
  Bytes order;  ///< of the sending merchant, 16 … 64 bytes; the earn's request id if it had none
  friend bool operator==(const Activate&, const Activate&) = default;
};

/// Sets points aside for a purchase that may or may not come about (design/loyalty.md §11).
struct Hold {
  Redeem redeem;  ///< what a redemption would take
  Duration ttl;   ///< 0: the programme's
  friend bool operator==(const Hold&, const Hold&) = default;
};

/// Takes `points` of a hold, and releases the rest.
struct Capture {
  MerchantId programme;
  Bytes hold;     ///< the request id under which the sending merchant placed it
  Points points;  ///< above 0
  friend bool operator==(const Capture&, const Capture&) = default;
};

/// Releases a hold.
struct Void {
  MerchantId programme;
  Bytes hold;
  friend bool operator==(const Void&, const Void&) = default;
};

/// What comes back of one line of the purchase.
struct ReturnedLine {
  std::uint16_t number = 0;   ///< its place in the purchase, from 0
  std::int64_t quantity = 0;  ///< 0 … 2^53 − 1; not all three are 0
  Money net;
  Money tax;
  friend bool operator==(const ReturnedLine&, const ReturnedLine&) = default;
};

/// A purchase, or a part of it, comes back: what it earned is taken back, what it was paid with in
/// points is given back (design/loyalty.md §9, §10).
struct Reverse {
  MerchantId programme;
  Bytes order;  ///< of the sending merchant
  /// Ascending by number, each once; for a purchase with lines, and only then. Its sums stand below
  /// too: total = Σ (net + tax), tax = Σ tax, excluded = 0.
  std::vector<ReturnedLine> lines;
  Money total;     ///< above 0; of a redemption without a purchase, part of its basket
  Money tax;       ///< part of total, as the next one
  Money excluded;  ///< part of what the purchase excluded
  friend bool operator==(const Reverse&, const Reverse&) = default;
};

void encode(codec::Writer& out, const Activate& action);
void encode(codec::Writer& out, const Hold& action);
void encode(codec::Writer& out, const Capture& action);
void encode(codec::Writer& out, const Void& action);
void encode(codec::Writer& out, const Reverse& action);
void decode(codec::Reader& in, Activate& action);
void decode(codec::Reader& in, Hold& action);
void decode(codec::Reader& in, Capture& action);
void decode(codec::Reader& in, Void& action);
void decode(codec::Reader& in, Reverse& action);

}  // namespace tally
