// Reports to text, JSON and CSV.
#include "app/settlement_text.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/amount_text.h"
#include "app/csv.h"
#include "app/receipt_text.h"
#include "app/table.h"

#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kWithheld =
    "what is between other merchants alone is not shown: an auditor sees it\n";

std::string code_of(Currency currency) {
  return std::string(as_text(currency.view()));
}

/// "2968 (2026-11-16 to 2026-11-23)".
std::string title_of(std::uint32_t cycle) {
  constexpr std::size_t kDayCharacters = 10;
  const auto day = [](Timestamp t) { return config::text_of(t).substr(0, kDayCharacters); };
  return "cycle " + std::to_string(cycle) + " (" + day(state::start_of_cycle(cycle)) + " to " +
         day(state::start_of_cycle(cycle + 1)) + ")";
}

/// Amounts of one currency, in its places.
class Shown {
 public:
  Shown(const Consortium& consortium, Currency currency)
      : consortium_(consortium),
        code_(code_of(currency)),
        places_(consortium.places_of(currency)) {}
  [[nodiscard]] std::string name(MerchantId merchant) const {
    return consortium_.name_of(merchant);
  }
  [[nodiscard]] std::string amount(std::int64_t minor_units) const {
    return amount_text(minor_units, places_);
  }
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  const Consortium& consortium_;
  std::string code_;
  std::uint8_t places_;
};

std::string tables_of(const state::CyclePositions& positions, const Shown& shown) {
  std::string text;
  Table pairs({shown.code() + " pair", "to", "due", "carried"});
  for (const state::PairBalance& pair : positions.pairs)
    pairs.add({shown.name(pair.debtor), shown.name(pair.creditor), shown.amount(pair.due),
               amount_text(pair.carry)});
  if (!positions.pairs.empty()) text += "\n" + pairs.text();
  Table nets({shown.code() + " net", "due to it, less what it owes"});
  for (const state::NetPosition& net : positions.nets)
    nets.add({shown.name(net.merchant), shown.amount(net.minor_units)});
  if (!positions.nets.empty()) text += "\n" + nets.text();
  Table payments({shown.code() + " payment", "to", "amount", "state", "drawn", "bank reference"});
  for (const state::Payment& payment : positions.payments)
    payments.add({shown.name(payment.debtor), shown.name(payment.creditor),
                  shown.amount(payment.minor_units), std::string(word_of(payment.state)),
                  payment.drawn == 0 ? "-" : shown.amount(payment.drawn),
                  payment.bank_reference.empty() ? "-" : printable(payment.bank_reference)});
  if (!positions.payments.empty()) text += "\n" + payments.text();
  return text;
}

std::string cycle_text(const ClosedCycle& cycle, const Consortium& consortium) {
  const state::CycleRecord& record = cycle.record;
  std::string text = title_of(cycle.number) + "  " + std::string(word_of(record.state)) +
                     "\nclosed    " + config::text_of(record.closed_at) + " by receipt " +
                     text_of(record.closed_by) + "\n";
  if (record.header.has_value()) text += "header    " + to_hex(record.header->view()) + "\n";
  text += "call day  " + config::text_of(record.call_day) + "\n";
  for (const state::CyclePositions& positions : record.currencies)
    text += tables_of(positions, Shown(consortium, positions.currency));
  return text;
}

std::string arisen_text(const Positions& positions, const Consortium& consortium) {
  std::string text;
  for (std::size_t i = 0; i < positions.arisen.size();) {
    const std::uint32_t cycle = positions.arisen[i].cycle;
    Table table({"owes", "to", "so far", ""});
    for (; i < positions.arisen.size() && positions.arisen[i].cycle == cycle; ++i) {
      const Arisen& arisen = positions.arisen[i];
      table.add({consortium.name_of(arisen.debtor), consortium.name_of(arisen.creditor),
                 amount_text(arisen.amount), code_of(arisen.currency)});
    }
    text += (text.empty() ? "" : "\n") + title_of(cycle) + "  OPEN\n\n" + table.text();
  }
  return text;
}

std::string worth_text(const IssuerLiability& issuer) {
  const std::optional<MicroUnits> worth = issuer.worth();
  return worth.has_value() ? amount_text(*worth) + " " + code_of(issuer.quote->currency) : "-";
}

ordered_json positions_json(const state::CyclePositions& positions) {
  ordered_json json = {{"currency", code_of(positions.currency)},
                       {"pairs", ordered_json::array()},
                       {"nets", ordered_json::array()},
                       {"payments", ordered_json::array()}};
  for (const state::PairBalance& pair : positions.pairs)
    json["pairs"].push_back({{"debtor", pair.debtor.value()},
                             {"creditor", pair.creditor.value()},
                             {"due", pair.due},
                             {"carry_micro_units", pair.carry.value()}});
  for (const state::NetPosition& net : positions.nets)
    json["nets"].push_back({{"merchant", net.merchant.value()}, {"net", net.minor_units}});
  for (const state::Payment& payment : positions.payments)
    json["payments"].push_back({{"debtor", payment.debtor.value()},
                                {"creditor", payment.creditor.value()},
                                {"amount", payment.minor_units},
                                {"state", word_of(payment.state)},
                                {"bank_reference", payment.bank_reference},
                                {"drawn", payment.drawn}});
  return json;
}

std::string rows_of(const ClosedCycle& cycle, const state::CyclePositions& positions,
                    const Shown& shown) {
  const std::string number = std::to_string(cycle.number);
  const std::string state(word_of(cycle.record.state));
  std::string csv;
  for (const state::PairBalance& pair : positions.pairs)
    csv += csv_line({number, state, shown.code(), "pair", shown.name(pair.debtor),
                     shown.name(pair.creditor), shown.amount(pair.due), amount_text(pair.carry), "",
                     "", ""});
  for (const state::NetPosition& net : positions.nets)
    csv += csv_line({number, state, shown.code(), "net", "", shown.name(net.merchant),
                     shown.amount(net.minor_units), "", "", "", ""});
  for (const state::Payment& payment : positions.payments)
    csv += csv_line({number, state, shown.code(), "payment", shown.name(payment.debtor),
                     shown.name(payment.creditor), shown.amount(payment.minor_units), "",
                     std::string(word_of(payment.state)), shown.amount(payment.drawn),
                     payment.bank_reference});
  return csv;
}

}  // namespace

std::string_view word_of(state::CycleState state) {
  switch (state) {
    case state::CycleState::Closed:
      return "CLOSED";
    case state::CycleState::Advised:
      return "ADVISED";
    case state::CycleState::Settled:
      break;
  }
  return "SETTLED";
}

std::string_view word_of(state::PaymentState state) {
  switch (state) {
    case state::PaymentState::Due:
      return "DUE";
    case state::PaymentState::Disputed:
      return "DISPUTED";
    case state::PaymentState::Confirmed:
      return "CONFIRMED";
    case state::PaymentState::Drawn:
      break;
  }
  return "DRAWN";
}

std::string_view word_of(state::IssuerState state) {
  switch (state) {
    case state::IssuerState::Active:
      return "ACTIVE";
    case state::IssuerState::Suspended:
      return "SUSPENDED";
    case state::IssuerState::WindingDown:
      return "WINDING_DOWN";
    case state::IssuerState::Closed:
      break;
  }
  return "CLOSED";
}

std::string text_of(const Positions& positions, const Consortium& consortium) {
  std::string text;
  for (const ClosedCycle& cycle : positions.cycles)
    text += (text.empty() ? "" : "\n") + cycle_text(cycle, consortium);
  const std::string arisen = arisen_text(positions, consortium);
  if (!text.empty() && !arisen.empty()) text += "\n";
  text += arisen;
  if (text.empty()) text = "nobody owes anybody anything\n";
  if (positions.withheld) text += "\n" + std::string(kWithheld);
  return text;
}

std::string text_of(const Exposures& exposures, const Consortium& consortium) {
  Table table({"debtor", "", "owed", "reserved", "cap", "used", "collateral", "state"});
  for (const DebtorExposure& debtor : exposures.debtors) {
    const state::Exposure& exposure = debtor.exposure;
    const std::optional<std::int64_t> used = debtor.used_ppm();
    table.add({consortium.name_of(debtor.debtor), code_of(debtor.currency),
               amount_text(exposure.owed), amount_text(exposure.reserved),
               amount_text(exposure.cap.value_or(exposure.collateral)),
               used.has_value() ? percent_text(*used) : "-", amount_text(exposure.collateral),
               std::string(word_of(debtor.state))});
  }
  std::string text =
      exposures.debtors.empty() ? "nobody owes anything, or has collateral\n" : table.text();
  if (exposures.withheld) text += "\n" + std::string(kWithheld);
  return text;
}

std::string text_of(const Liabilities& liabilities, const Consortium& consortium) {
  Table table(
      {"issuer", "available", "held", "pending", "outstanding", "bid", "worth", "debt", "state"});
  for (const IssuerLiability& issuer : liabilities.issuers)
    table.add({consortium.name_of(issuer.issuer), std::to_string(issuer.totals.available.value()),
               std::to_string(issuer.totals.held.value()),
               std::to_string(issuer.totals.pending.value()), std::to_string(issuer.outstanding()),
               issuer.quote.has_value() ? price_text(issuer.quote->bid) : "-", worth_text(issuer),
               std::to_string(issuer.totals.debt.value()), std::string(word_of(issuer.state))});
  std::string text = table.text();
  if (liabilities.withheld) text += "\n" + std::string(kWithheld);
  return text;
}

ordered_json json_of(const Positions& positions) {
  ordered_json cycles = ordered_json::array();
  for (const ClosedCycle& cycle : positions.cycles) {
    const state::CycleRecord& record = cycle.record;
    ordered_json entry = {{"cycle", cycle.number},
                          {"state", word_of(record.state)},
                          {"closed_at", record.closed_at.milliseconds()},
                          {"closed_by", text_of(record.closed_by)},
                          {"call_day", record.call_day.milliseconds()}};
    if (record.header.has_value()) entry["header"] = to_hex(record.header->view());
    entry["currencies"] = ordered_json::array();
    for (const state::CyclePositions& each : record.currencies)
      entry["currencies"].push_back(positions_json(each));
    cycles.push_back(std::move(entry));
  }
  ordered_json open = ordered_json::array();
  for (const Arisen& arisen : positions.arisen)
    open.push_back({{"cycle", arisen.cycle},
                    {"currency", code_of(arisen.currency)},
                    {"debtor", arisen.debtor.value()},
                    {"creditor", arisen.creditor.value()},
                    {"micro_units", arisen.amount.value()}});
  return {
      {"cycles", std::move(cycles)}, {"open", std::move(open)}, {"withheld", positions.withheld}};
}

ordered_json json_of(const Exposures& exposures) {
  ordered_json debtors = ordered_json::array();
  for (const DebtorExposure& debtor : exposures.debtors) {
    const state::Exposure& exposure = debtor.exposure;
    ordered_json entry = {{"debtor", debtor.debtor.value()},
                          {"currency", code_of(debtor.currency)},
                          {"state", word_of(debtor.state)},
                          {"owed", exposure.owed.value()},
                          {"reserved", exposure.reserved.value()},
                          {"cap", debtor.cap()},
                          {"cap_is_collateral", !exposure.cap.has_value()},
                          {"collateral", exposure.collateral.value()}};
    if (const auto used = debtor.used_ppm()) entry["used_ppm"] = *used;
    debtors.push_back(std::move(entry));
  }
  return {{"debtors", std::move(debtors)}, {"withheld", exposures.withheld}};
}

ordered_json json_of(const Liabilities& liabilities) {
  ordered_json issuers = ordered_json::array();
  for (const IssuerLiability& issuer : liabilities.issuers) {
    ordered_json entry = {{"issuer", issuer.issuer.value()},
                          {"state", word_of(issuer.state)},
                          {"available", issuer.totals.available.value()},
                          {"held", issuer.totals.held.value()},
                          {"pending", issuer.totals.pending.value()},
                          {"outstanding", issuer.outstanding()},
                          {"debt", issuer.totals.debt.value()}};
    if (issuer.quote.has_value()) {
      entry["currency"] = code_of(issuer.quote->currency);
      entry["bid"] = issuer.quote->bid;
    }
    if (const auto worth = issuer.worth()) entry["worth"] = worth->value();
    issuers.push_back(std::move(entry));
  }
  return {{"issuers", std::move(issuers)}, {"withheld", liabilities.withheld}};
}

std::string csv_of(const Positions& positions, const Consortium& consortium) {
  std::string csv =
      "cycle,state,currency,entry,debtor,creditor,amount,carried,payment_state,drawn,"
      "bank_reference\n";
  for (const ClosedCycle& cycle : positions.cycles)
    for (const state::CyclePositions& each : cycle.record.currencies)
      csv += rows_of(cycle, each, Shown(consortium, each.currency));
  for (const Arisen& arisen : positions.arisen)
    csv += csv_line({std::to_string(arisen.cycle), "OPEN", code_of(arisen.currency), "arisen",
                     consortium.name_of(arisen.debtor), consortium.name_of(arisen.creditor),
                     amount_text(arisen.amount), "", "", "", ""});
  return csv;
}

std::string csv_of(const Exposures& exposures, const Consortium& consortium) {
  std::string csv = "debtor,currency,state,owed,reserved,cap,used_ppm,collateral\n";
  for (const DebtorExposure& debtor : exposures.debtors) {
    const state::Exposure& exposure = debtor.exposure;
    const std::optional<std::int64_t> used = debtor.used_ppm();
    csv += csv_line(
        {consortium.name_of(debtor.debtor), code_of(debtor.currency),
         std::string(word_of(debtor.state)), amount_text(exposure.owed),
         amount_text(exposure.reserved), amount_text(exposure.cap.value_or(exposure.collateral)),
         used.has_value() ? std::to_string(*used) : "", amount_text(exposure.collateral)});
  }
  return csv;
}

std::string csv_of(const Liabilities& liabilities, const Consortium& consortium) {
  std::string csv = "issuer,state,available,held,pending,outstanding,debt,currency,bid,worth\n";
  for (const IssuerLiability& issuer : liabilities.issuers) {
    const std::optional<MicroUnits> worth = issuer.worth();
    csv += csv_line(
        {consortium.name_of(issuer.issuer), std::string(word_of(issuer.state)),
         std::to_string(issuer.totals.available.value()),
         std::to_string(issuer.totals.held.value()), std::to_string(issuer.totals.pending.value()),
         std::to_string(issuer.outstanding()), std::to_string(issuer.totals.debt.value()),
         issuer.quote.has_value() ? code_of(issuer.quote->currency) : "",
         issuer.quote.has_value() ? price_text(issuer.quote->bid) : "",
         worth.has_value() ? amount_text(*worth) : ""});
  }
  return csv;
}

}  // namespace tally::app
