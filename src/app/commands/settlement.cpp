// tally settlement: what merchants owe each other, cycle by cycle, and how it is paid.
#include <tally/base/limits.h>

#include "app/commands/commands.h"
#include "app/commands/settlement_options.h"
#include "app/programmes.h"
#include "app/published.h"
#include "app/remote_view.h"
#include "app/settlement_text.h"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

struct Options : SettlementOptions {
  std::string of;
  std::string debtor;
  std::string creditor;
  std::string bank_reference;
  bool csv = false;
};

constexpr CommandText kGroup = {
    "settlement", "Show and settle what merchants owe each other",
    R"(Points of A that a member spends at B make A owe B. What arises in a week is a cycle; once
the week is over any operator closes it, and its payments are listed: at most one less than there
are merchants. docs/settlement.md follows one redemption from the till to the bank.

  tally settlement show                    cycles under way, and what has arisen since
  tally settlement close                   the oldest cycle that is over
  tally settlement advice --cycle 2968 --accounts accounts.csv --out pay.xml
  tally settlement confirm --cycle 2968 --from grocer --as pharmacy)"};

constexpr CommandText kShow = {
    "show", "Show the positions and payments of cycles",
    R"(Without --cycle: the cycles that are not settled, the one that was closed last, and what has
arisen in open ones. Of a closed cycle: what is due in each pair of merchants and what is carried
into the next cycle, each merchant's net position, and the payments that settle it. A merchant sees
what it owes and is owed, and the positions of closed cycles; an auditor sees all.

  tally settlement show --of pharmacy
  tally settlement show --cycle 2968 --csv > cycle.csv
  tally settlement show --as grocer/auditor --json

Amounts of closed cycles are in the currency's places, what has arisen in millionths. By the node's
word; tally settlement advice checks the proof.)"};

constexpr CommandText kExposure = {
    "exposure", "Show what debtors owe and may owe",
    R"(A debtor owes what is in cycles that are not settled; open holds and points that wait reserve
more. What would lift both together above its cap is refused at the till. The cap is what the
consortium set (tally change propose cap), else as much as the collateral. A merchant sees its own,
an auditor all.

  tally settlement exposure --as grocer/auditor)"};

constexpr CommandText kLiability = {
    "liability", "Show the points that issuers stand for, and their worth",
    R"(Outstanding are points that are available, held or pending; their worth is at the issuer's
bid. What members owe stands apart: it is a receivable, and never set off. A merchant sees its own,
an auditor all.

  tally settlement liability --as grocer/auditor --csv)"};

constexpr CommandText kClose = {
    "close", "Close a cycle that is over",
    R"(Any operator may, once the week is over: NOT_DUE before, and for a cycle that is closed, or
that has an older one open before it. The positions are pinned by the block's state root; the next
block lists the payments. Without --cycle: the oldest one that is open.

  tally settlement close --as grocer)"};

constexpr CommandText kConfirm = {
    "confirm", "Say that the caller's merchant has been paid",
    R"(By the creditor's operator, for the payment of one debtor; once all of a cycle are confirmed
it is SETTLED. The debtor's exposure falls then.

  tally settlement confirm --cycle 2968 --from grocer --as pharmacy)"};

constexpr CommandText kDispute = {
    "dispute", "Say that the caller's merchant has paid, and is not believed",
    R"(By the debtor's operator, before the call day (TOO_LATE after it), for a payment that its
creditor has not confirmed (NOT_DUE if it has). Nothing is drawn from the collateral until the
consortium decides (tally change propose payment), at most ten days after the call day.

  tally settlement dispute --cycle 2968 --to pharmacy --bank-reference C2968-EUR-1-2 --as grocer

The bank reference is 1 to 35 letters, digits, "/" and "-"; the end-to-end id of the payment file
is one.)"};

OrFaults<std::optional<MerchantId>> merchant_of(const Options& options) {
  if (options.of.empty()) return std::optional<MerchantId>();
  const auto merchant = programme_named(options.of, options.connection, std::nullopt);
  if (!merchant) return config::fail(merchant.error());
  return std::optional(*merchant);
}

/// Reads a report of one kind by the node's word, and prints it as asked.
template <typename Read>
Faults report(const Options& options, const Output& out, const Read& read) {
  const auto merchant = merchant_of(options);
  if (!merchant) return merchant.error();
  const OrFaults<Sender> sender = Sender::start(options.connection);
  if (!sender) return sender.error();
  const RemoteView view(sender->client(), std::nullopt, sender->height());
  const auto fault = [&](const Error& error) {
    return Faults{fault_from_node(error, sender->client().endpoint())};
  };
  const Result<Consortium> consortium = read_consortium(view);
  if (!consortium.ok()) return fault(consortium.error());
  const auto found = read(view, sender->ledger_time(), *consortium, *merchant);
  if (!found.ok()) return fault(found.error());
  if (options.csv) {
    std::cout << csv_of(*found, *consortium);
  } else if (out.json) {
    nlohmann::ordered_json json = {{"ledger_time", sender->ledger_time().milliseconds()}};
    json.update(json_of(*found));
    std::cout << json.dump() << "\n";
  } else {
    std::cout << text_of(*found, *consortium);
  }
  return {};
}

Faults show(const Options& options, const Output& out) {
  return report(options, out,
                [&](const RemoteView& view, Timestamp, const Consortium& consortium,
                    std::optional<MerchantId> merchant) {
                  return read_positions(view, consortium, {options.cycle, merchant});
                });
}

Faults show_exposure(const Options& options, const Output& out) {
  return report(options, out,
                [](const RemoteView& view, Timestamp, const Consortium& consortium,
                   std::optional<MerchantId> merchant) {
                  return read_exposures(view, consortium, merchant);
                });
}

Faults show_liability(const Options& options, const Output& out) {
  return report(options, out,
                [](const RemoteView& view, Timestamp now, const Consortium& consortium,
                   std::optional<MerchantId> merchant) {
                  return read_liabilities(view, now, consortium, merchant);
                });
}

OrFaults<Publisher> operator_of(const Options& options) {
  PublishOptions publish;
  publish.connection = options.connection;
  return publisher_from(publish);
}

/// The cycle to close where none is named.
OrFaults<std::uint32_t> oldest_open(const Sender& sender) {
  const RemoteView view(sender.client(), std::nullopt, sender.height());
  const auto record = state::settlement(view);
  if (!record.ok())
    return config::fail(fault_from_node(record.error(), sender.client().endpoint()));
  if (!record->open.empty()) return record->open.front();
  return config::fail(Fault{kNotFound, "no open cycle", "one in which something arose", "",
                            "see tally settlement show"});
}

Faults close(const Options& options, const Output& out) {
  const OrFaults<Publisher> publisher = operator_of(options);
  if (!publisher) return publisher.error();
  CloseCycle action;
  if (options.cycle.has_value()) {
    action.cycle = *options.cycle;
  } else {
    const OrFaults<std::uint32_t> oldest = oldest_open(publisher->sender);
    if (!oldest) return oldest.error();
    action.cycle = *oldest;
  }
  return publish(*publisher, {action}, out);
}

/// A payment of the cycle asked for, between two merchants.
struct Between {
  MerchantId debtor;
  MerchantId creditor;
};

OrFaults<Currency> currency_of(const Options& options, const Sender& sender, Between between) {
  if (!options.currency.empty()) return currency_named(options.currency);
  const RemoteView view(sender.client(), std::nullopt, sender.height());
  const auto record = state::find_cycle(view, options.cycle.value_or(0));
  if (!record.ok())
    return config::fail(fault_from_node(record.error(), sender.client().endpoint()));
  std::vector<Currency> found;
  if (record->has_value())
    for (const state::CyclePositions& positions : (*record)->currencies)
      for (const state::Payment& payment : positions.payments)
        if (payment.debtor == between.debtor && payment.creditor == between.creditor)
          found.push_back(positions.currency);
  if (found.size() == 1) return found.front();
  if (!found.empty()) return config::fail(several_currencies(found));
  return config::fail(Fault{kNotFound,
                            "no payment of merchant " + std::to_string(between.debtor.value()) +
                                " to " + std::to_string(between.creditor.value()),
                            "one of cycle " + std::to_string(options.cycle.value_or(0)), "",
                            "see tally settlement show"});
}

Faults confirm(const Options& options, const Output& out) {
  const auto debtor = programme_named(options.debtor, options.connection, std::nullopt);
  if (!debtor) return debtor.error();
  const OrFaults<Publisher> publisher = operator_of(options);
  if (!publisher) return publisher.error();
  const auto currency = currency_of(options, publisher->sender, {*debtor, publisher->merchant});
  if (!currency) return currency.error();
  return publish(*publisher, {ConfirmPayment{options.cycle.value_or(0), *currency, *debtor}}, out);
}

bool is_reference(const std::string& text) {
  const bool sized = !text.empty() && text.size() <= limits::kBankReferenceBytesMax;
  return sized && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '/' || c == '-';
         });
}

Faults dispute(const Options& options, const Output& out) {
  if (!is_reference(options.bank_reference))
    return {Fault{kBadValue, "\"" + printable(options.bank_reference) + "\"",
                  "1 to 35 letters, digits, \"/\" and \"-\"", "--bank-reference",
                  "give the reference of the bank's statement"}};
  const auto creditor = programme_named(options.creditor, options.connection, std::nullopt);
  if (!creditor) return creditor.error();
  const OrFaults<Publisher> publisher = operator_of(options);
  if (!publisher) return publisher.error();
  const auto currency = currency_of(options, publisher->sender, {publisher->merchant, *creditor});
  if (!currency) return currency.error();
  return publish(
      *publisher,
      {DisputePayment{options.cycle.value_or(0), *currency, *creditor, options.bank_reference}},
      out);
}

void add_report_options(CLI::App& command, Options& options) {
  command.add_option("--of", options.of, "Only of this merchant, by number or local name")
      ->type_name("MERCHANT");
  command.add_flag("--csv", options.csv, "Answer in CSV, for a spreadsheet");
  add_connection_options(command, options.connection);
}

}  // namespace

void add_settlement(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  auto options = std::make_shared<Options>();
  const auto add = [&](const CommandText& text, Faults (*run)(const Options&, const Output&)) {
    return &frame.add(group, text,
                      [options, run](const Output& out) { return run(*options, out); });
  };
  CLI::App& show_command = *add(kShow, show);
  add_cycle_option(show_command, *options);
  add_report_options(show_command, *options);
  add_report_options(*add(kExposure, show_exposure), *options);
  add_report_options(*add(kLiability, show_liability), *options);

  CLI::App& close_command = *add(kClose, close);
  add_cycle_option(close_command, *options);
  add_connection_options(close_command, options->connection);
  add_settlement_advice(frame, group);

  CLI::App& confirm_command = *add(kConfirm, confirm);
  add_cycle_option(confirm_command, *options)->required();
  confirm_command.add_option("--from", options->debtor, "Who paid, by number or local name")
      ->type_name("MERCHANT")
      ->required();
  add_currency_option(confirm_command, *options);
  add_connection_options(confirm_command, options->connection);

  CLI::App& dispute_command = *add(kDispute, dispute);
  add_cycle_option(dispute_command, *options)->required();
  dispute_command.add_option("--to", options->creditor, "Who was paid, by number or local name")
      ->type_name("MERCHANT")
      ->required();
  dispute_command
      .add_option("--bank-reference", options->bank_reference, "What the bank calls the payment")
      ->type_name("REFERENCE")
      ->required();
  add_currency_option(dispute_command, *options);
  add_connection_options(dispute_command, options->connection);
}

}  // namespace tally::app
