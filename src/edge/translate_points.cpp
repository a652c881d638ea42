// The kinds of transaction that belong to points.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

namespace tally::edge {
namespace {

/// Canonical bytes of a noun that has no message of its own.
template <typename T>
Result<T> canonical(std::string_view field, const std::string& bytes) {
  codec::Reader in(as_bytes(bytes));
  T value;
  decode(in, value);
  const Result<void> finished = in.finish("canonical bytes");
  if (!finished.ok()) return wrong(field, finished.error().message, "docs/formats.md");
  return value;
}

template <typename T>
std::string canonical_bytes(const T& value) {
  codec::Writer out;
  encode(out, value);
  return std::string(as_text(out.view()));
}

Result<BasketLine> basket_line_of(const v1::BasketLine& message) {
  TRY_VOID(require_known(message));
  BasketLine line;
  line.sku = message.sku();
  line.brand = message.brand();
  line.cats.assign(message.cats().begin(), message.cats().end());
  line.quantity = message.quantity();
  TRY(line.net, amount<Money>("net", message.net()));
  TRY(line.tax, amount<Money>("tax", message.tax()));
  return line;
}

void put(const BasketLine& line, v1::BasketLine& message) {
  message.set_sku(line.sku);
  message.set_brand(line.brand);
  for (const std::string& category : line.cats)
    message.add_cats(category);
  message.set_quantity(line.quantity);
  message.set_net(line.net.minor_units());
  message.set_tax(line.tax.minor_units());
}

Result<void> read_basket(const v1::Earn& message, Earn& action) {
  action.channel = message.channel();
  action.store = message.store();
  action.pay_methods.assign(message.pay_methods().begin(), message.pay_methods().end());
  action.ref = message.ref();
  for (int i = 0; i < message.lines_size(); ++i) {
    Result<BasketLine> line = basket_line_of(message.lines(i));
    if (!line.ok()) return within("lines[" + std::to_string(i) + "]", line.error());
    action.lines.push_back(std::move(line).value());
  }
  return {};
}

}  // namespace

Result<Earn> from_proto(const v1::Earn& message) {
  TRY_VOID(require_known(message));
  Earn action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY_VOID(read_who(message, action));
  TRY(action.currency, currency("currency", message.currency()));
  if (!message.has_total()) return missing("total", "minor units, 0 or above");
  TRY(action.total, amount<Money>("total", message.total()));
  TRY(action.tax, amount<Money>("tax", message.tax()));
  TRY(action.excluded, amount<Money>("excluded", message.excluded()));
  TRY(action.paid_by_points, amount<Money>("paid_by_points", message.paid_by_points()));
  if (!message.has_event_time())
    return missing("event_time", "when the till sold, in milliseconds UTC; the same in a retry");
  action.event_time = Timestamp(message.event_time());
  TRY_VOID(read_basket(message, action));
  return action;
}

void to_proto(const Earn& action, v1::Earn& message) {
  message.set_programme(action.programme.value());
  put_who(action, message);
  message.set_currency(std::string(as_text(action.currency.view())));
  message.set_total(action.total.minor_units());
  message.set_tax(action.tax.minor_units());
  message.set_excluded(action.excluded.minor_units());
  message.set_paid_by_points(action.paid_by_points.minor_units());
  message.set_event_time(action.event_time.milliseconds());
  message.set_channel(action.channel);
  message.set_store(action.store);
  for (const std::string& method : action.pay_methods)
    message.add_pay_methods(method);
  message.set_ref(action.ref);
  for (const BasketLine& line : action.lines)
    put(line, *message.add_lines());
}

Result<Transfer> from_proto(const v1::Transfer& message) {
  TRY_VOID(require_known(message));
  Transfer action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.from, fixed<MemberId>("from", message.from()));
  TRY(action.to, fixed<MemberId>("to", message.to()));
  TRY(action.points, amount<Points>("points", message.points()));
  return action;
}

void to_proto(const Transfer& action, v1::Transfer& message) {
  message.set_programme(action.programme.value());
  message.set_from(hex(action.from.view()));
  message.set_to(hex(action.to.view()));
  message.set_points(action.points.value());
}

Result<PublishProgramme> from_proto(const v1::PublishProgramme& message) {
  TRY_VOID(require_known(message));
  PublishProgramme action;
  action.version = message.version();
  action.active_from = Height(message.active_from());
  TRY(action.programme, canonical<Programme>("programme", message.programme()));
  return action;
}

void to_proto(const PublishProgramme& action, v1::PublishProgramme& message) {
  message.set_version(action.version);
  message.set_active_from(action.active_from.value());
  message.set_programme(canonical_bytes(action.programme));
}

Result<PublishCampaign> from_proto(const v1::PublishCampaign& message) {
  TRY_VOID(require_known(message));
  PublishCampaign action;
  action.version = message.version();
  action.active_from = Height(message.active_from());
  if (message.change() < v1::CAMPAIGN_CHANGE_ADD || message.change() > v1::CAMPAIGN_CHANGE_END)
    return wrong("change", std::to_string(message.change()),
                 "CAMPAIGN_CHANGE_ADD, _PAUSE, _RESUME or _END");
  action.change = static_cast<CampaignChange>(message.change());
  action.id = message.id();
  if (!message.campaign().empty()) {
    TRY(Campaign campaign, canonical<Campaign>("campaign", message.campaign()));
    action.campaign = std::move(campaign);
  }
  return action;
}

void to_proto(const PublishCampaign& action, v1::PublishCampaign& message) {
  message.set_version(action.version);
  message.set_active_from(action.active_from.value());
  message.set_change(static_cast<v1::CampaignChange>(action.change));
  message.set_id(action.id);
  if (action.campaign.has_value()) message.set_campaign(canonical_bytes(*action.campaign));
}

Result<Attest> from_proto(const v1::Attest& message) {
  TRY_VOID(require_known(message));
  Attest action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY_VOID(read_who(message, action));
  if (!message.has_event_time())
    return missing("event_time", "when it was done, in milliseconds UTC; the same in a retry");
  action.event_time = Timestamp(message.event_time());
  action.channel = message.channel();
  action.store = message.store();
  action.ref = message.ref();
  return action;
}

void to_proto(const Attest& action, v1::Attest& message) {
  message.set_programme(action.programme.value());
  put_who(action, message);
  message.set_event_time(action.event_time.milliseconds());
  message.set_channel(action.channel);
  message.set_store(action.store);
  message.set_ref(action.ref);
}

}  // namespace tally::edge
