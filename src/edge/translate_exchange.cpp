// The kinds of transaction that say what points are worth at other merchants, and exchange them.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

namespace tally::edge {

Result<PublishQuote> from_proto(const v1::PublishQuote& message) {
  TRY_VOID(require_known(message));
  PublishQuote action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.currency, currency("currency", message.currency()));
  action.bid = message.bid();
  action.ask = message.ask();
  TRY(action.acceptor_per_day, amount<Points>("acceptor_per_day", message.acceptor_per_day()));
  action.valid_from = Timestamp(message.valid_from());
  action.valid_until = Timestamp(message.valid_until());
  return action;
}

void to_proto(const PublishQuote& action, v1::PublishQuote& message) {
  message.set_programme(action.programme.value());
  message.set_currency(std::string(as_text(action.currency.view())));
  message.set_bid(action.bid);
  message.set_ask(action.ask);
  message.set_acceptor_per_day(action.acceptor_per_day.value());
  message.set_valid_from(action.valid_from.milliseconds());
  message.set_valid_until(action.valid_until.milliseconds());
}

Result<PublishRate> from_proto(const v1::PublishRate& message) {
  TRY_VOID(require_known(message));
  PublishRate action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.into, merchant("into", message.into()));
  action.points = message.points();
  action.points_into = message.points_into();
  action.valid_until = Timestamp(message.valid_until());
  return action;
}

void to_proto(const PublishRate& action, v1::PublishRate& message) {
  message.set_programme(action.programme.value());
  message.set_into(action.into.value());
  message.set_points(action.points);
  message.set_points_into(action.points_into);
  message.set_valid_until(action.valid_until.milliseconds());
}

Result<ExchangePoints> from_proto(const v1::ExchangePoints& message) {
  TRY_VOID(require_known(message));
  ExchangePoints action;
  TRY_VOID(read_account(message, action));
  TRY(action.into, merchant("into", message.into()));
  if (message.has_give()) {
    action.mode = ExchangeMode::In;
    TRY(action.points, amount<Points>("give", message.give()));
  } else if (message.has_want()) {
    action.mode = ExchangeMode::Out;
    TRY(action.points, amount<Points>("want", message.want()));
  } else {
    return missing("give", "give, or want");
  }
  return action;
}

void to_proto(const ExchangePoints& action, v1::ExchangePoints& message) {
  put_account(action, message);
  message.set_into(action.into.value());
  if (action.mode == ExchangeMode::In)
    message.set_give(action.points.value());
  else
    message.set_want(action.points.value());
}

}  // namespace tally::edge
