// tally settlement advice: the file with which a debtor's bank pays.
#include <tally/base/bytes.h>
#include <tally/config/text.h>
#include <tally/state/consortium.h>

#include "app/amount_text.h"
#include "app/clock.h"
#include "app/commands/settlement_options.h"
#include "app/files.h"
#include "app/payment_file.h"
#include "app/purchase_log.h"
#include "app/remote_view.h"
#include "app/sender.h"
#include "app/settlement_text.h"
#include "app/table.h"
#include "app/trust.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

constexpr std::size_t kAccountsBytesMax = 1 << 20;

struct Options : SettlementOptions {
  std::string accounts;
  std::string out;
  std::string date;
  std::string genesis_file;
  bool force = false;
};

constexpr CommandText kText = {
    "advice", "Write the bank's file for what the caller's merchant has to pay",
    R"(ISO 20022 pain.001.001.09, one cycle and currency a file: the payments that are DUE, each
with cycle, merchants and the hash of the closing block's header in its remittance text. The cycle
must be ADVISED. No node is believed: the cycle's record is checked by proof against a header that a
quorum of genesis's validators signed (--genesis FILE, or the local network's).

FILE of --accounts is a CSV that no node ever sees, with a line for the payer and for each merchant
that is paid; the bic may be left out:

  merchant,name,iban,bic
  1,Grocer AG,DE89370400440532013000,COBADEFF
  2,Pharmacy Ltd,GB82WEST12345698765432,

  tally settlement advice --cycle 2968 --accounts accounts.csv --out pay.xml --as grocer

The message id is the same whenever the file is made, so a bank refuses the second of two. A file
that is there stays, unless --force.)"};

OrFaults<CivilDate> date_from(const std::string& text) {
  constexpr std::size_t kCharacters = 10;
  if (text.empty()) return civil_date({}, system_now());
  const Result<Timestamp> day = log_time_from(text);
  if (day.ok() && text.size() == kCharacters) return civil_date({}, *day);
  return config::fail(Fault{kBadValue, "\"" + printable(text) + "\"", "a day, like 2026-11-30",
                            "--date", "give the day on which the bank is to pay"});
}

/// All that is known before anybody is called.
struct Prepared {
  BankAccounts accounts;
  CivilDate date;
  Genesis genesis;
};

OrFaults<Prepared> prepare(const Options& options) {
  const OrFaults<CivilDate> date = date_from(options.date);
  if (!date) return config::fail(date.error());
  const OrFaults<std::string> text = read_input(options.accounts, kAccountsBytesMax);
  if (!text) return config::fail(text.error());
  OrFaults<BankAccounts> accounts = bank_accounts_from(*text, options.accounts);
  if (!accounts) return config::fail(std::move(accounts.error()));
  OrFaults<SignedGenesis> genesis = trusted_genesis(options.genesis_file, options.connection);
  if (!genesis) return config::fail(std::move(genesis.error()));
  return Prepared{std::move(*accounts), *date, std::move(genesis->content)};
}

/// A cycle as a proof shows it.
struct Proven {
  state::CycleRecord cycle;
  Consortium consortium;
  consensus::CertifiedHeader under;
};

Result<std::optional<Proven>> read_proven(const Sender& sender, const Genesis& genesis,
                                          std::uint32_t cycle) {
  const RemoteView view(sender.client(), state::epoch_of(genesis), sender.height());
  TRY(auto record, state::find_cycle(view, cycle));
  if (!record.has_value()) return std::optional<Proven>();
  TRY(Consortium consortium, read_consortium(view));
  return std::optional(Proven{std::move(*record), std::move(consortium), *view.header()});
}

OrFaults<Proven> proven_cycle(const Sender& sender, const Genesis& genesis, std::uint32_t cycle) {
  const std::string endpoint = sender.client().endpoint();
  if (genesis_hash(genesis) != sender.chain())
    return config::fail(Fault{kOtherIdentity, "chain " + to_hex(sender.chain().view()),
                              "chain " + to_hex(genesis_hash(genesis).view()), endpoint,
                              "give the genesis of this chain: --genesis FILE"});
  Result<std::optional<Proven>> proven = read_proven(sender, genesis, cycle);
  if (!proven.ok() && proven.error().code == ErrorCode::Corrupt)
    return config::fail(config::fault_from(kCorrupt, proven.error(), endpoint,
                                           "ask another node, and keep this one's answer"));
  if (!proven.ok()) return config::fail(fault_from_node(proven.error(), endpoint));
  const std::string name = "cycle " + std::to_string(cycle);
  if (!proven->has_value())
    return config::fail(Fault{kNotFound, name, "one that is closed", "",
                              "see tally settlement show; tally settlement close closes one"});
  if ((*proven)->cycle.state == state::CycleState::Closed || !(*proven)->cycle.header.has_value())
    return config::fail(Fault{kNotFound, "payments of " + name + ", which is CLOSED",
                              "one that is ADVISED", "",
                              "the next block lists them: ask again in a moment"});
  return std::move(**proven);
}

/// The part of the currency asked for, or of the only one in which `debtor` has to pay.
OrFaults<const state::CyclePositions*> positions_of(const Options& options,
                                                    const state::CycleRecord& cycle,
                                                    MerchantId debtor) {
  std::optional<Currency> wanted;
  if (!options.currency.empty()) {
    const OrFaults<Currency> named = currency_named(options.currency);
    if (!named) return config::fail(named.error());
    wanted = *named;
  }
  std::vector<const state::CyclePositions*> found;
  std::vector<Currency> currencies;
  for (const state::CyclePositions& positions : cycle.currencies) {
    const bool pays = std::any_of(
        positions.payments.begin(), positions.payments.end(), [&](const state::Payment& payment) {
          return payment.debtor == debtor && payment.state == state::PaymentState::Due;
        });
    if (!pays || (wanted.has_value() && *wanted != positions.currency)) continue;
    found.push_back(&positions);
    currencies.push_back(positions.currency);
  }
  if (found.size() == 1) return found.front();
  if (!found.empty()) return config::fail(several_currencies(currencies));
  return config::fail(
      Fault{kNotFound, "nothing that merchant " + std::to_string(debtor.value()) + " has to pay",
            "a payment that is DUE", "cycle " + std::to_string(options.cycle.value_or(0)),
            "see tally settlement show"});
}

OrFaults<PaymentPart> part_of(const Options& options, const Prepared& prepared,
                              const Consortium& consortium, MerchantId merchant) {
  const auto account = prepared.accounts.find(merchant);
  if (account != prepared.accounts.end()) return PaymentPart{merchant, account->second};
  const std::string number = std::to_string(merchant.value());
  return config::fail(
      Fault{kBadInput, "no account of " + consortium.name_of(merchant) + ", merchant " + number,
            "a line for the payer, and for each merchant that is paid",
            config::shown_path(options.accounts), "add a line: " + number + ",NAME,IBAN,BIC"});
}

OrFaults<PaymentOrder> order_of(const Options& options, const Prepared& prepared,
                                const Proven& proven, MerchantId debtor) {
  const auto positions = positions_of(options, proven.cycle, debtor);
  if (!positions) return config::fail(positions.error());
  PaymentOrder order;
  const auto payer = part_of(options, prepared, proven.consortium, debtor);
  if (!payer) return config::fail(payer.error());
  order.debtor = *payer;
  order.cycle = options.cycle.value_or(0);
  order.currency = (*positions)->currency;
  order.exponent = proven.consortium.places_of(order.currency);
  order.header = proven.cycle.header.value();
  order.made_at = system_now();
  order.execution = prepared.date;
  for (const state::Payment& payment : (*positions)->payments) {
    if (payment.debtor != debtor || payment.state != state::PaymentState::Due) continue;
    const auto creditor = part_of(options, prepared, proven.consortium, payment.creditor);
    if (!creditor) return config::fail(creditor.error());
    order.transfers.push_back({*creditor, payment.minor_units});
  }
  return order;
}

void print_text(const Options& options, const PaymentOrder& order, const Prepared& prepared,
                const Proven& proven) {
  Table table({"pays", "to", "iban", "amount", "", "end-to-end id"});
  for (const CreditTransfer& transfer : order.transfers)
    table.add({proven.consortium.name_of(order.debtor.merchant),
               proven.consortium.name_of(transfer.creditor.merchant),
               transfer.creditor.account.iban, amount_text(transfer.minor_units, order.exponent),
               std::string(as_text(order.currency.view())), end_to_end_id(order, transfer)});
  std::cout << table.text() << "\nwritten to " << config::shown_path(options.out)
            << "\nverified under header " << proven.under.header.height.value()
            << "\ncertified by nodes of ";
  std::string names;
  for (const std::string& name : names_of_signers(prepared.genesis, proven.under.certificate))
    names += (names.empty() ? "" : ", ") + name;
  std::cout << names << "\n";
}

void print_json(const Options& options, const PaymentOrder& order, const Proven& proven) {
  nlohmann::ordered_json payments = nlohmann::ordered_json::array();
  for (const CreditTransfer& transfer : order.transfers)
    payments.push_back({{"creditor", transfer.creditor.merchant.value()},
                        {"amount", transfer.minor_units},
                        {"end_to_end_id", end_to_end_id(order, transfer)}});
  const nlohmann::ordered_json json = {{"file", absolute_path(options.out)},
                                       {"cycle", order.cycle},
                                       {"currency", as_text(order.currency.view())},
                                       {"debtor", order.debtor.merchant.value()},
                                       {"header", to_hex(order.header.view())},
                                       {"payments", std::move(payments)},
                                       {"verified_at", proven.under.header.height.value()}};
  std::cout << json.dump() << "\n";
}

Faults run(const Options& options, const Output& out) {
  const OrFaults<Prepared> prepared = prepare(options);
  if (!prepared) return prepared.error();
  const OrFaults<Sender> sender = Sender::start(options.connection);
  if (!sender) return sender.error();
  if (!sender->merchant().has_value())
    return {Fault{kMissingOption, "no merchant", "who pays", "", "give --merchant ID"}};
  const auto proven = proven_cycle(*sender, prepared->genesis, options.cycle.value_or(0));
  if (!proven) return proven.error();
  const auto order = order_of(options, *prepared, *proven, *sender->merchant());
  if (!order) return order.error();
  const Result<std::string> text = payment_file(*order);
  if (!text.ok()) return {config::fault_from(kBadInput, text.error())};
  Faults faults =
      options.force ? replace_file(options.out, *text) : write_new_file(options.out, *text);
  for (Fault& fault : faults)
    if (fault.kind.number == kFileExists.number)
      fault.fix = "choose another name, or replace it with --force";
  if (!faults.empty()) return faults;
  if (out.json)
    print_json(options, *order, *proven);
  else
    print_text(options, *order, *prepared, *proven);
  return {};
}

}  // namespace

CLI::Option* add_cycle_option(CLI::App& command, SettlementOptions& options) {
  return command.add_option("--cycle", options.cycle, "The cycle's number, as show prints it")
      ->type_name("N");
}

void add_currency_option(CLI::App& command, SettlementOptions& options) {
  command.add_option("--currency", options.currency, "Where the cycle has more than one")
      ->type_name("EUR");
}

OrFaults<Currency> currency_named(const std::string& text) {
  const bool capitals =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() == Currency::kSize && capitals) return Currency::from_view(as_bytes(text));
  return config::fail(Fault{kBadValue, "\"" + printable(text) + "\"", "three capitals, like EUR",
                            "--currency", "correct it"});
}

Fault several_currencies(const std::vector<Currency>& currencies) {
  std::string codes;
  for (const Currency& currency : currencies)
    codes += (codes.empty() ? "" : ", ") + std::string(as_text(currency.view()));
  return Fault{kMissingOption, "payments in " + codes, "one of them", "--currency",
               "give --currency"};
}

void add_settlement_advice(Frame& frame, CLI::App& group) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      frame.add(group, kText, [options](const Output& out) { return run(*options, out); });
  add_cycle_option(command, *options)->required();
  command.add_option("--accounts", options->accounts, "Bank accounts, a CSV; - for standard input")
      ->type_name("FILE")
      ->required();
  command.add_option("--out", options->out, "The file to write")->type_name("FILE")->required();
  command.add_option("--date", options->date, "When the bank is to pay (default: today, UTC)")
      ->type_name("DAY");
  add_currency_option(command, *options);
  command.add_flag("--force", options->force, "Replace the file if it is there");
  command
      .add_option("--genesis", options->genesis_file,
                  "The genesis to verify under (default: the local network's)")
      ->type_name("FILE");
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
