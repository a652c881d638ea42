// Builders of quotes, rates and exchanges.
#pragma once

#include "support/transaction_builder.h"

namespace tally::test {

/// By default the café's: bid 8,000 and ask 8,400 micro-euros, for a day from kStart.
class QuoteBuilder : public TransactionBuilder<QuoteBuilder, PublishQuote> {
 public:
  QuoteBuilder() { at(kCafe).bid(8'000).ask(8'400).in("EUR").until(kStart.plus(kDay)); }
  /// Published by the issuer itself.
  QuoteBuilder& at(MerchantId programme) {
    fields_.programme = programme;
    return by(programme);
  }
  QuoteBuilder& in(const char* code) { return fields_.currency = currency(code), *this; }
  QuoteBuilder& bid(std::int64_t price) { return fields_.bid = price, *this; }
  QuoteBuilder& ask(std::int64_t price) { return fields_.ask = price, *this; }
  QuoteBuilder& acceptor_per_day(std::int64_t n) {
    return fields_.acceptor_per_day = points(n), *this;
  }
  QuoteBuilder& from(Timestamp t) { return fields_.valid_from = t, *this; }
  QuoteBuilder& until(Timestamp t) { return fields_.valid_until = t, *this; }
};

/// By default 3 points of the café are 2 of the bakery, for a day from kStart.
class RateBuilder : public TransactionBuilder<RateBuilder, PublishRate> {
 public:
  RateBuilder() { between(kCafe, kBakery).rate(3, 2).until(kStart.plus(kDay)); }
  /// Sent by the first.
  RateBuilder& between(MerchantId from, MerchantId into) {
    fields_.programme = from;
    fields_.into = into;
    return by(from);
  }
  /// So many points of the first are so many of the second.
  RateBuilder& rate(std::int64_t n, std::int64_t n_into) {
    fields_.points = n;
    fields_.points_into = n_into;
    return *this;
  }
  RateBuilder& until(Timestamp t) { return fields_.valid_until = t, *this; }
};

/// By default 100 points of the café's that member 1 offers for the bakery's, sent by the café.
class ExchangeBuilder : public TransactionBuilder<ExchangeBuilder, ExchangePoints> {
 public:
  ExchangeBuilder() { between(kCafe, kBakery).of(member(1)).in(100); }
  /// Sent by the first.
  ExchangeBuilder& between(MerchantId programme, MerchantId into) {
    fields_.programme = programme;
    fields_.into = into;
    return by(programme);
  }
  ExchangeBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  /// So many of the first are offered.
  ExchangeBuilder& in(std::int64_t n) {
    return fields_.mode = ExchangeMode::In, fields_.points = points(n), *this;
  }
  /// So many of the second are wanted.
  ExchangeBuilder& out(std::int64_t n) {
    return fields_.mode = ExchangeMode::Out, fields_.points = points(n), *this;
  }
};

[[nodiscard]] inline QuoteBuilder a_quote() {
  return {};
}
[[nodiscard]] inline RateBuilder a_rate() {
  return {};
}
[[nodiscard]] inline ExchangeBuilder an_exchange() {
  return {};
}

}  // namespace tally::test
