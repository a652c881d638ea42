// Builders of redemptions, holds, returns and activations.
#pragma once

#include "support/transaction_builder.h"

#include <type_traits>
#include <utility>

namespace tally::test {

/// What a redemption and a hold both say.
template <typename Self, typename Fields>
class RedeemingBuilder : public TransactionBuilder<Self, Fields> {
 public:
  RedeemingBuilder() { at(kCafe).of(member(1)).in("EUR").basket(1000).exactly(100); }
  Self& at(MerchantId programme) { return redeem().programme = programme, this->self(); }
  Self& of(const MemberId& member) { return redeem().member = member, this->self(); }
  /// A card in the member's place.
  Self& by_card(const TokenId& token) {
    return redeem().member = MemberId(), redeem().token = token, this->self();
  }
  Self& in(std::string_view code) { return redeem().currency = currency(code), this->self(); }
  Self& basket(std::int64_t minor) { return redeem().basket = money(minor), this->self(); }
  Self& excluded(std::int64_t minor) { return redeem().excluded = money(minor), this->self(); }
  Self& exactly(std::int64_t n) {
    redeem().mode = RedeemMode::Exactly;
    return redeem().points = points(n), this->self();
  }
  Self& up_to(std::int64_t n) {
    redeem().mode = RedeemMode::UpTo;
    return redeem().points = points(n), this->self();
  }
  /// A reward whose price is so many points of the sending merchant.
  Self& reward(std::int64_t n, std::int64_t worth) {
    redeem().mode = RedeemMode::Reward;
    redeem().basket = money(worth);
    return redeem().points = points(n), this->self();
  }

 private:
  Redeem& redeem() {
    if constexpr (std::is_same_v<Fields, Redeem>)
      return this->fields_;
    else
      return this->fields_.redeem;
  }
};

class RedeemBuilder : public RedeemingBuilder<RedeemBuilder, Redeem> {};

class HoldBuilder : public RedeemingBuilder<HoldBuilder, Hold> {
 public:
  HoldBuilder& ttl(Duration span) { return fields_.ttl = span, *this; }
};

class ActivateBuilder : public TransactionBuilder<ActivateBuilder, Activate> {
 public:
  ActivateBuilder() { at(kCafe).of_order(1); }
  ActivateBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  /// The earn's order, or its request where it named none.
  ActivateBuilder& of_order(std::uint64_t n) { return fields_.order = id_bytes(n), *this; }
};

class CaptureBuilder : public TransactionBuilder<CaptureBuilder, Capture> {
 public:
  CaptureBuilder() { at(kCafe).of_hold(1).amount(100); }
  CaptureBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  /// The request that placed it.
  CaptureBuilder& of_hold(std::uint64_t n) { return fields_.hold = id_bytes(n), *this; }
  CaptureBuilder& amount(std::int64_t n) { return fields_.points = points(n), *this; }
};

class VoidBuilder : public TransactionBuilder<VoidBuilder, Void> {
 public:
  VoidBuilder() { at(kCafe).of_hold(1); }
  VoidBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  VoidBuilder& of_hold(std::uint64_t n) { return fields_.hold = id_bytes(n), *this; }
};

class ReverseBuilder : public TransactionBuilder<ReverseBuilder, Reverse> {
 public:
  ReverseBuilder() { at(kCafe).of_order(1).total(1000); }
  ReverseBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  ReverseBuilder& of_order(std::uint64_t n) { return fields_.order = id_bytes(n), *this; }
  ReverseBuilder& total(std::int64_t minor) { return fields_.total = money(minor), *this; }
  ReverseBuilder& tax(std::int64_t minor) { return fields_.tax = money(minor), *this; }
  ReverseBuilder& excluded(std::int64_t minor) { return fields_.excluded = money(minor), *this; }
  /// Adds a line; total and tax follow.
  ReverseBuilder& line(const ReturnedLine& line) {
    if (fields_.lines.empty()) fields_.total = fields_.tax = Money();
    fields_.total =
        money(fields_.total.minor_units() + line.net.minor_units() + line.tax.minor_units());
    fields_.tax = money(fields_.tax.minor_units() + line.tax.minor_units());
    return fields_.lines.push_back(line), *this;
  }
};

[[nodiscard]] inline RedeemBuilder a_redeem() {
  return {};
}
[[nodiscard]] inline HoldBuilder a_hold() {
  return {};
}
[[nodiscard]] inline ActivateBuilder an_activate() {
  return {};
}
[[nodiscard]] inline CaptureBuilder a_capture() {
  return {};
}
[[nodiscard]] inline VoidBuilder a_void() {
  return {};
}
[[nodiscard]] inline ReverseBuilder a_reverse() {
  return {};
}

}  // namespace tally::test
