// The records of quotes and rates. FORMAT: stored; docs/formats.md §3.
#include <tally/state/quote.h>

#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/state/exchange_rate.h>
#include <tally/state/issuer.h>

#include "state/stored.h"

namespace tally::state {
namespace {

void encode_quote(codec::Writer& out, const Quote& quote) {
  out.fixed(quote.currency);
  out.i64(quote.bid);
  out.i64(quote.ask);
  tally::encode(out, quote.acceptor_per_day);
  out.timestamp(quote.from);
  out.timestamp(quote.until);
}

Quote decode_quote(codec::Reader& in) {
  Quote quote;
  quote.currency = in.fixed<Currency>();
  quote.bid = in.i64();
  quote.ask = in.i64();
  tally::decode(in, quote.acceptor_per_day);
  quote.from = in.timestamp();
  quote.until = in.timestamp();
  if (quote.bid < 1 || quote.bid > quote.ask || quote.ask > limits::kPriceMax)
    in.fail("a quote of bid " + std::to_string(quote.bid) + " and ask " +
            std::to_string(quote.ask));
  return quote;
}

Rate decode_rate(codec::Reader& in) {
  const std::int64_t numerator = in.i64();
  const std::int64_t denominator = in.i64();
  const std::optional<Rate> rate = Rate::from(numerator, denominator);
  if (rate.has_value() && rate->numerator() == numerator) return *rate;
  in.fail("a rate of " + std::to_string(numerator) + " for " + std::to_string(denominator));
  return Rate::from(1, 1).value();
}

}  // namespace

const Quote* QuoteRecord::effective(Timestamp t) const {
  if (next.has_value() && next->from <= t) return &*next;
  return last.has_value() ? &*last : nullptr;
}

const Quote* QuoteRecord::in_force(Timestamp t) const {
  const Quote* const quote = effective(t);
  return quote != nullptr && quote->from <= t && t < quote->until ? quote : nullptr;
}

Result<QuoteRecord> find_quotes(const StateView& view, MerchantId issuer) {
  TRY(const std::optional<Bytes> bytes, view.find(quote_key(issuer)));
  if (!bytes.has_value()) return QuoteRecord();
  return decode_record<QuoteRecord>(*bytes, "quotes", [](codec::Reader& in, QuoteRecord& r) {
    r.last = in.optional<Quote>(decode_quote);
    r.next = in.optional<Quote>(decode_quote);
  });
}

Result<void> put_quotes(StateDelta& delta, MerchantId issuer, const QuoteRecord& quotes) {
  codec::Writer out = begin_record();
  out.optional(quotes.last, encode_quote);
  out.optional(quotes.next, encode_quote);
  return delta.put(quote_key(issuer), std::move(out).take());
}

Result<std::optional<Quote>> find_quote(const StateView& view, MerchantId issuer, Timestamp t) {
  TRY(const QuoteRecord quotes, find_quotes(view, issuer));
  TRY(const IssuerRecord record, find_issuer(view, issuer));
  const bool stays =
      record.state == IssuerState::Suspended || record.state == IssuerState::WindingDown;
  const Quote* const quote = stays ? quotes.effective(t) : quotes.in_force(t);
  return quote != nullptr ? std::optional(*quote) : std::nullopt;
}

Result<std::optional<BilateralRate>> find_rate(const StateView& view, MerchantId from,
                                               MerchantId into, Timestamp t) {
  TRY(const std::optional<Bytes> bytes, view.find(rate_key(from, into)));
  if (!bytes.has_value()) return std::optional<BilateralRate>();
  codec::Reader in(*bytes);
  expect_format(in);
  const Rate rate = decode_rate(in);
  const BilateralRate found{rate, in.timestamp()};
  const Result<void> finished = in.finish("rate");
  if (!finished.ok()) return Error{ErrorCode::Corrupt, finished.error().message};
  return t < found.until ? std::optional(found) : std::nullopt;
}

Result<void> put_rate(StateDelta& delta, MerchantId from, MerchantId into,
                      const BilateralRate& rate) {
  codec::Writer out = begin_record();
  out.i64(rate.rate.numerator());
  out.i64(rate.rate.denominator());
  out.timestamp(rate.until);
  return delta.put(rate_key(from, into), std::move(out).take());
}

Result<std::optional<Rate>> rate_between(const StateView& view, MerchantId from, MerchantId into,
                                         Timestamp t) {
  TRY(const std::optional<Quote> given, find_quote(view, from, t));
  if (!given.has_value()) return std::optional<Rate>();
  TRY(const std::optional<BilateralRate> own, find_rate(view, from, into, t));
  if (own.has_value()) return std::optional(own->rate);
  TRY(const std::optional<Quote> taken, find_quote(view, into, t));
  if (!taken.has_value() || taken->currency != given->currency) return std::optional<Rate>();
  return std::optional(cross_rate(given->bid, taken->ask));
}

}  // namespace tally::state
