// Builders of operators' corrections.
#pragma once

#include "support/transaction_builder.h"

#include <algorithm>
#include <string>
#include <utility>

namespace tally::test {

class AdjustBuilder : public TransactionBuilder<AdjustBuilder, Adjust> {
 public:
  AdjustBuilder() { at(kCafe).of(member(1)).credit(100).reason("goodwill"); }
  AdjustBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  AdjustBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  AdjustBuilder& credit(std::int64_t n) {
    return fields_.direction = AdjustDirection::Credit, fields_.points = points(n), *this;
  }
  AdjustBuilder& debit(std::int64_t n) {
    return fields_.direction = AdjustDirection::Debit, fields_.points = points(n), *this;
  }
  AdjustBuilder& reason(std::string code) { return fields_.reason = std::move(code), *this; }
};

class AdjustBulkBuilder : public TransactionBuilder<AdjustBulkBuilder, AdjustBulk> {
 public:
  AdjustBulkBuilder() { at(kCafe).reason("goodwill"); }
  AdjustBulkBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  AdjustBulkBuilder& direction(AdjustDirection way) { return fields_.direction = way, *this; }
  AdjustBulkBuilder& reason(std::string code) { return fields_.reason = std::move(code), *this; }
  /// Sorted as the ledger wants them; the points moved follow.
  AdjustBulkBuilder& with(const MemberId& member, std::int64_t n) {
    const AdjustedMember adjusted{member, points(n)};
    const auto place =
        std::upper_bound(fields_.members.begin(), fields_.members.end(), adjusted,
                         [](const auto& a, const auto& b) { return a.member < b.member; });
    fields_.members.insert(place, adjusted);
    return moved(fields_.moved.value() + n);
  }
  AdjustBulkBuilder& moved(std::int64_t n) { return fields_.moved = points(n), *this; }
  AdjustBulkBuilder& settled(std::int64_t n) { return fields_.settled = points(n), *this; }
};

class OpenLotsBuilder : public TransactionBuilder<OpenLotsBuilder, OpenLots> {
 public:
  OpenLotsBuilder() { at(kCafe); }
  OpenLotsBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  /// Sorted as the ledger wants them.
  OpenLotsBuilder& lot(OpeningLot lot) {
    const auto place = std::upper_bound(fields_.lots.begin(), fields_.lots.end(), lot,
                                        [](const auto& a, const auto& b) { return a.ref < b.ref; });
    return fields_.lots.insert(place, std::move(lot)), *this;
  }
};

class ExtendBuilder : public TransactionBuilder<ExtendBuilder, Extend> {
 public:
  ExtendBuilder() { at(kCafe).of(member(1)); }
  ExtendBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  ExtendBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  ExtendBuilder& lot(const LotId& lot) { return fields_.lot = lot, *this; }
  ExtendBuilder& by_months(std::uint32_t n) { return fields_.months = n, *this; }
  ExtendBuilder& round(MonthRounding rounding) { return fields_.rounding = rounding, *this; }
};

class ReinstateBuilder : public TransactionBuilder<ReinstateBuilder, Reinstate> {
 public:
  ReinstateBuilder() { at(kCafe).of(member(1)); }
  ReinstateBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  ReinstateBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
};

[[nodiscard]] inline AdjustBuilder an_adjust() {
  return {};
}
[[nodiscard]] inline AdjustBulkBuilder an_adjust_bulk() {
  return {};
}
[[nodiscard]] inline OpenLotsBuilder an_open_lots() {
  return {};
}
[[nodiscard]] inline ExtendBuilder an_extend() {
  return {};
}
[[nodiscard]] inline ReinstateBuilder a_reinstate() {
  return {};
}

}  // namespace tally::test
