// The kinds of transaction that redeem and hold points, take purchases back, and let points go.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

#include <limits>

namespace tally::edge {
namespace {

Result<ReturnedLine> returned_line_of(const v1::ReturnedLine& message) {
  TRY_VOID(require_known(message));
  if (message.number() > std::numeric_limits<std::uint16_t>::max())
    return wrong("number", std::to_string(message.number()), "0 to 65535");
  ReturnedLine line;
  line.number = static_cast<std::uint16_t>(message.number());
  line.quantity = message.quantity();
  TRY(line.net, amount<Money>("net", message.net()));
  TRY(line.tax, amount<Money>("tax", message.tax()));
  return line;
}

void put(const ReturnedLine& line, v1::ReturnedLine& message) {
  message.set_number(line.number);
  message.set_quantity(line.quantity);
  message.set_net(line.net.minor_units());
  message.set_tax(line.tax.minor_units());
}

}  // namespace

Result<Redeem> from_proto(const v1::Redeem& message) {
  TRY_VOID(require_known(message));
  Redeem action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY_VOID(read_who(message, action));
  TRY(action.currency, currency("currency", message.currency()));
  if (!message.has_basket()) return missing("basket", "minor units, 0 or above");
  TRY(action.basket, amount<Money>("basket", message.basket()));
  TRY(action.excluded, amount<Money>("excluded", message.excluded()));
  if (message.has_points()) {
    action.mode = RedeemMode::Exactly;
    TRY(action.points, amount<Points>("points", message.points()));
  } else if (message.has_up_to()) {
    action.mode = RedeemMode::UpTo;
    TRY(action.points, amount<Points>("up_to", message.up_to()));
  } else if (message.has_reward()) {
    action.mode = RedeemMode::Reward;
    TRY(action.points, amount<Points>("reward", message.reward()));
  } else {
    return missing("points", "points, up_to or reward");
  }
  return action;
}

void to_proto(const Redeem& action, v1::Redeem& message) {
  message.set_programme(action.programme.value());
  put_who(action, message);
  message.set_currency(std::string(as_text(action.currency.view())));
  message.set_basket(action.basket.minor_units());
  message.set_excluded(action.excluded.minor_units());
  switch (action.mode) {
    case RedeemMode::Exactly:
      return message.set_points(action.points.value());
    case RedeemMode::UpTo:
      return message.set_up_to(action.points.value());
    case RedeemMode::Reward:
      return message.set_reward(action.points.value());
  }
}

Result<Activate> from_proto(const v1::Activate& message) {
  TRY_VOID(require_known(message));
  Activate action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.order, id_from_hex("order", message.order()));
  return action;
}

void to_proto(const Activate& action, v1::Activate& message) {
  message.set_programme(action.programme.value());
  message.set_order(hex(action.order));
}

Result<Hold> from_proto(const v1::Hold& message) {
  TRY_VOID(require_known(message));
  if (!message.has_redeem()) return missing("redeem", "what a redemption would take");
  Hold action;
  TRY(action.redeem, within("redeem", from_proto(message.redeem())));
  action.ttl = Duration(message.ttl_ms());
  return action;
}

void to_proto(const Hold& action, v1::Hold& message) {
  to_proto(action.redeem, *message.mutable_redeem());
  message.set_ttl_ms(action.ttl.milliseconds());
}

Result<Capture> from_proto(const v1::Capture& message) {
  TRY_VOID(require_known(message));
  Capture action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.hold, id_from_hex("hold", message.hold()));
  TRY(action.points, amount<Points>("points", message.points()));
  return action;
}

void to_proto(const Capture& action, v1::Capture& message) {
  message.set_programme(action.programme.value());
  message.set_hold(hex(action.hold));
  message.set_points(action.points.value());
}

Result<Void> from_proto(const v1::Void& message) {
  TRY_VOID(require_known(message));
  Void action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.hold, id_from_hex("hold", message.hold()));
  return action;
}

void to_proto(const Void& action, v1::Void& message) {
  message.set_programme(action.programme.value());
  message.set_hold(hex(action.hold));
}

Result<Reverse> from_proto(const v1::Reverse& message) {
  TRY_VOID(require_known(message));
  Reverse action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.order, id_from_hex("order", message.order()));
  for (int i = 0; i < message.lines_size(); ++i) {
    TRY(const ReturnedLine line,
        within("lines[" + std::to_string(i) + "]", returned_line_of(message.lines(i))));
    action.lines.push_back(line);
  }
  TRY(action.total, amount<Money>("total", message.total()));
  TRY(action.tax, amount<Money>("tax", message.tax()));
  TRY(action.excluded, amount<Money>("excluded", message.excluded()));
  return action;
}

void to_proto(const Reverse& action, v1::Reverse& message) {
  message.set_programme(action.programme.value());
  message.set_order(hex(action.order));
  for (const ReturnedLine& line : action.lines)
    put(line, *message.add_lines());
  message.set_total(action.total.minor_units());
  message.set_tax(action.tax.minor_units());
  message.set_excluded(action.excluded.minor_units());
}

}  // namespace tally::edge
