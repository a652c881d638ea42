// Programme: one merchant's points currency and its rules, as it is published.
#pragma once

#include <tally/base/calendar.h>
#include <tally/base/money.h>
#include <tally/base/points.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tally {

/// Points that a purchase earns: `points` for each full `per` of the eligible amount.
struct BaseRule {
  Points points;
  Money per;                ///< above 0
  bool counts_tax = false;  ///< whether the eligible amount has the tax in it
  friend bool operator==(const BaseRule&, const BaseRule&) = default;
};

enum class ExpiryKind : std::uint8_t { Never = 0, Rolling = 1 };

/// When lots expire (design/loyalty.md §12). `Never` has 0 months and no rounding.
struct ExpiryRule {
  ExpiryKind kind = ExpiryKind::Never;
  std::uint32_t months = 0;
  MonthRounding rounding = MonthRounding::None;
  friend bool operator==(const ExpiryRule&, const ExpiryRule&) = default;
};

/// `price_points` points pay `price_money` minor units (design/loyalty.md §10).
struct RedeemRule {
  Points price_points;             ///< above 0
  Money price_money;               ///< above 0
  Points minimum;                  ///< least points of one redemption
  Points step;                     ///< above 0; what is offered is a multiple of it
  std::uint8_t max_percent = 100;  ///< of the basket that points may pay, 1 … 100
  bool mixed = true;               ///< whether the rest may be paid in money
  Points consent_above;            ///< above so many points the member signs; kPointsMax: never
  friend bool operator==(const RedeemRule&, const RedeemRule&) = default;
};

/// Off by default (design/loyalty.md §13).
struct TransferRule {
  bool enabled = false;
  Points fee_min;
  std::uint16_t fee_basis_points = 0;  ///< 0 … 10,000
  Duration cooling_off;                ///< both members are enrolled at least this long
  friend bool operator==(const TransferRule&, const TransferRule&) = default;
};

/// FORMAT: stored; docs/formats.md.
struct Programme {
  std::string name;
  Currency currency;
  BaseRule base;
  ExpiryRule expiry;
  RedeemRule redeem;
  TransferRule transfer;
  Duration offline_window;             ///< how old an event of a till may be
  std::vector<UtcOffset> utc_offsets;  ///< ascending; no node asks its operating system
  friend bool operator==(const Programme&, const Programme&) = default;
};

}  // namespace tally
