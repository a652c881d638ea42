// The encodings of quotes and rates. FORMAT: stored; docs/formats.md §1.
#include <tally/model/exchange_actions.h>

#include <tally/model/points_actions.h>

namespace tally {

void encode(codec::Writer& out, const PublishQuote& action) {
  out.number(action.programme);
  out.fixed(action.currency);
  out.i64(action.bid);
  out.i64(action.ask);
  encode(out, action.acceptor_per_day);
  out.timestamp(action.valid_from);
  out.timestamp(action.valid_until);
}

void decode(codec::Reader& in, PublishQuote& action) {
  action.programme = in.number<MerchantId>();
  action.currency = in.fixed<Currency>();
  action.bid = in.i64();
  action.ask = in.i64();
  decode(in, action.acceptor_per_day);
  action.valid_from = in.timestamp();
  action.valid_until = in.timestamp();
}

void encode(codec::Writer& out, const PublishRate& action) {
  out.number(action.programme);
  out.number(action.into);
  out.i64(action.points);
  out.i64(action.points_into);
  out.timestamp(action.valid_until);
}

void decode(codec::Reader& in, PublishRate& action) {
  action.programme = in.number<MerchantId>();
  action.into = in.number<MerchantId>();
  action.points = in.i64();
  action.points_into = in.i64();
  action.valid_until = in.timestamp();
}

}  // namespace tally
