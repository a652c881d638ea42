// tally change propose cap, collateral, resume, end, payment.
#include "app/commands/change_propose.h"

#include <tally/base/bytes.h>
#include <tally/base/limits.h>
#include <tally/config/text.h>
#include <tally/state/consortium.h>

#include "app/commands/settlement_options.h"
#include "app/decimal.h"
#include "app/programmes.h"
#include "app/published.h"
#include "app/remote_view.h"

#include <iostream>
#include <memory>

namespace tally::app {
namespace {

struct Options {
  std::string merchant;  ///< the debtor, or the issuer
  std::string creditor;
  std::string amount;
  std::string currency;
  std::string notice = "90d";
  std::uint32_t cycle = 0;
  bool paid = false;
  bool unpaid = false;
  std::uint64_t active_from = 0;
  ConnectionOptions connection;
};

constexpr CommandText kGroup = {
    "propose", "Propose a change; the proposer's voice is the first",
    R"(  tally change propose collateral --debtor grocer --amount 100000.00
  tally change propose cap --debtor grocer --amount 80000.00)"};

constexpr CommandText kCap = {
    "cap", "What a debtor may owe in all",
    R"(Redemptions and exchanges elsewhere, points that a partner hands out and lines that others
fund are refused above it. Without --amount the cap is as much as the collateral, which is where
each begins.

  tally change propose cap --debtor grocer --amount 80000.00 --as pharmacy)"};

constexpr CommandText kCollateral = {
    "collateral", "What lies ready for a debtor that does not pay",
    R"(The ledger notes the amount; the money itself lies where the consortium's contract says.

  tally change propose collateral --debtor grocer --amount 100000.00 --as grocer)"};

constexpr CommandText kResume = {"resume", "A suspended issuer goes on",
                                 R"(Once it has paid what it owes, or the others trust it to.

  tally change propose resume --issuer grocer --as pharmacy)"};

constexpr CommandText kEnd = {
    "end", "An issuer leaves, or has to",
    R"(For the time of notice, 30 days at least, its points are redeemed everywhere and none are
made; then what is left expires, with a receipt for each member.

  tally change propose end --issuer grocer --notice 90d --as grocer)"};

constexpr CommandText kPayment = {
    "payment", "Whether a disputed payment was made",
    R"(Found paid it counts as confirmed; found unpaid it is drawn from the collateral.

  tally change propose payment --cycle 2968 --debtor grocer --creditor pharmacy --paid --as fuel)"};

/// A caller who may propose, and the merchant that it is about.
struct Proposer {
  Publisher publisher;
  MerchantId about;
};

OrFaults<Proposer> proposer_from(const Options& options) {
  const auto about = programme_named(options.merchant, options.connection, std::nullopt);
  if (!about) return config::fail(about.error());
  PublishOptions publish_options;
  publish_options.connection = options.connection;
  OrFaults<Publisher> publisher = publisher_from(publish_options);
  if (!publisher) return config::fail(std::move(publisher.error()));
  return Proposer{std::move(*publisher), *about};
}

Faults propose(const Options& options, const Proposer& proposer, Change change, const Output& out) {
  const ProposeChange action{Height(options.active_from), std::move(change)};
  if (Faults faults = publish(proposer.publisher, {action}, out); !faults.empty()) return faults;
  std::cerr << "others approve it: tally change approve --of "
            << proposer.publisher.merchant.value() << "\n";
  return {};
}

/// The currency asked for, or that of the programme of who it is about.
OrFaults<Currency> currency_for(const Options& options, const Proposer& proposer) {
  if (!options.currency.empty()) return currency_named(options.currency);
  const auto facts = programme_facts(proposer.publisher.sender, proposer.about);
  if (!facts) return config::fail(facts.error());
  return facts->currency;
}

OrFaults<Money> amount_in(const Options& options, const Proposer& proposer, Currency currency) {
  const Sender& sender = proposer.publisher.sender;
  const RemoteView view(sender.client(), std::nullopt, sender.height());
  const auto places = state::currency_exponent(view, currency);
  if (!places.ok())
    return config::fail(fault_from_node(places.error(), sender.client().endpoint()));
  if (!places->has_value())
    return config::fail(Fault{kNotFound, std::string(as_text(currency.view())),
                              "a currency of the consortium", "--currency", "correct it"});
  const auto bad = [&] {
    return config::fail(
        Fault{kBadValue, "\"" + printable(options.amount) + "\"",
              "an amount with at most " + std::to_string(**places) + " places, like 100000.00",
              "--amount", "correct it"});
  };
  const Result<Decimal> decimal = decimal_from(options.amount);
  if (!decimal.ok()) return bad();
  const Result<Money> amount = minor_units_from(*decimal, **places);
  if (!amount.ok()) return bad();
  return *amount;
}

Faults propose_cap(const Options& options, const Output& out) {
  const OrFaults<Proposer> proposer = proposer_from(options);
  if (!proposer) return proposer.error();
  const OrFaults<Currency> currency = currency_for(options, *proposer);
  if (!currency) return currency.error();
  SetCap change{proposer->about, *currency, std::nullopt};
  if (!options.amount.empty()) {
    const OrFaults<Money> amount = amount_in(options, *proposer, *currency);
    if (!amount) return amount.error();
    change.cap = *amount;
  }
  return propose(options, *proposer, change, out);
}

Faults propose_collateral(const Options& options, const Output& out) {
  const OrFaults<Proposer> proposer = proposer_from(options);
  if (!proposer) return proposer.error();
  const OrFaults<Currency> currency = currency_for(options, *proposer);
  if (!currency) return currency.error();
  const OrFaults<Money> amount = amount_in(options, *proposer, *currency);
  if (!amount) return amount.error();
  return propose(options, *proposer, SetCollateral{proposer->about, *currency, *amount}, out);
}

Faults propose_resume(const Options& options, const Output& out) {
  const OrFaults<Proposer> proposer = proposer_from(options);
  if (!proposer) return proposer.error();
  return propose(options, *proposer, ResumeIssuer{proposer->about}, out);
}

Faults propose_end(const Options& options, const Output& out) {
  const Result<Duration> notice = config::duration_from(options.notice);
  if (!notice.ok() || *notice < Duration(limits::kNoticeMsMin) ||
      *notice > Duration(limits::kNoticeMsMax))
    return {Fault{kBadValue, "\"" + printable(options.notice) + "\"", "30d to 400d", "--notice",
                  "write it like 90d"}};
  const OrFaults<Proposer> proposer = proposer_from(options);
  if (!proposer) return proposer.error();
  return propose(options, *proposer, EndIssuer{proposer->about, *notice}, out);
}

Faults propose_payment(const Options& options, const Output& out) {
  if (options.paid == options.unpaid)
    return {Fault{kMissingOption, options.paid ? "--paid and --unpaid" : "neither",
                  "one of --paid and --unpaid", "", "say what was found"}};
  const auto creditor = programme_named(options.creditor, options.connection, std::nullopt);
  if (!creditor) return creditor.error();
  const OrFaults<Proposer> proposer = proposer_from(options);
  if (!proposer) return proposer.error();
  const OrFaults<Currency> currency = currency_for(options, *proposer);
  if (!currency) return currency.error();
  const DecidePayment change{options.cycle, *currency, proposer->about, *creditor, options.paid};
  return propose(options, *proposer, change, out);
}

void add_amount(CLI::App& command, Options& options, bool must) {
  command.add_option("--amount", options.amount, "In the currency's unit")
      ->type_name("AMOUNT")
      ->required(must);
}

void add_currency(CLI::App& command, Options& options) {
  command.add_option("--currency", options.currency, "Default: that of the merchant's programme")
      ->type_name("EUR");
}

void add_payment_options(CLI::App& command, Options& options) {
  command.add_option("--cycle", options.cycle, "The cycle's number")->type_name("N")->required();
  command.add_option("--creditor", options.creditor, "Who was to be paid, by number or local name")
      ->type_name("MERCHANT")
      ->required();
  command.add_flag("--paid", options.paid, "It was made");
  command.add_flag("--unpaid", options.unpaid, "It was not");
}

}  // namespace

void add_change_propose(Frame& frame, CLI::App& group) {
  CLI::App& inner = frame.add_group(group, kGroup);
  auto options = std::make_shared<Options>();
  const auto add = [&](const CommandText& text, const char* about,
                       Faults (*run)(const Options&, const Output&)) {
    CLI::App& command =
        frame.add(inner, text, [options, run](const Output& out) { return run(*options, out); });
    command.add_option(about, options->merchant, "Who it is about, by number or local name")
        ->type_name("MERCHANT")
        ->required();
    command
        .add_option("--active-from", options->active_from,
                    "From this height on (default: as soon as it is decided)")
        ->type_name("HEIGHT");
    add_connection_options(command, options->connection);
    return &command;
  };
  CLI::App& cap = *add(kCap, "--debtor", propose_cap);
  add_amount(cap, *options, false);
  add_currency(cap, *options);
  CLI::App& collateral = *add(kCollateral, "--debtor", propose_collateral);
  add_amount(collateral, *options, true);
  add_currency(collateral, *options);
  add(kResume, "--issuer", propose_resume);
  CLI::App& end = *add(kEnd, "--issuer", propose_end);
  end.add_option("--notice", options->notice, "How long its points are good for yet")
      ->type_name("TIME")
      ->capture_default_str();
  CLI::App& payment = *add(kPayment, "--debtor", propose_payment);
  add_payment_options(payment, *options);
  add_currency(payment, *options);
}

}  // namespace tally::app
