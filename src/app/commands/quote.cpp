// tally quote: what points are worth at other merchants, published and shown.
#include <tally/config/text.h>
#include <tally/state/exchange_rate.h>
#include <tally/state/quote.h>

#include "app/amount_text.h"
#include "app/commands/commands.h"
#include "app/decimal.h"
#include "app/programmes.h"
#include "app/published.h"
#include "app/purchase_log.h"
#include "app/remote_view.h"
#include "app/table.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

constexpr std::uint8_t kMicroPlaces = 6;
constexpr std::uint64_t kDaysMax = 3'660;

struct Options {
  std::string bid;
  std::string ask;
  std::string currency;
  std::string from;
  std::string points;
  std::string into;
  std::uint64_t days = 30;
  std::int64_t per_day = 0;
  PublishOptions publish;
};

constexpr CommandText kGroup = {
    "quote", "Publish and show what points are worth at other merchants",
    R"(A quote says what an issuer pays when others redeem its points (the bid), and what others pay
to hand them out (the ask). From two quotes in one currency follows what points of the one are in
points of the other.

  tally quote publish --bid 0.008 --ask 0.0084 --as grocer
  tally quote show)"};

constexpr CommandText kPublish = {
    "publish", "Publish a quote for the caller's points",
    R"(Prices are in the currency's unit, to six places: 0.008 euros a point. A quote that pays
more is in force at once. One that pays less, ends earlier, takes fewer points a day or is in
another currency takes effect a day after it was published; until then the last one holds, so that
nobody's points lose worth overnight.

  tally quote publish --bid 0.008 --ask 0.0084 --days 90 --per-day 100000 --as grocer)"};

constexpr CommandText kRate = {
    "rate", "Agree with another issuer on a rate that stands above the quotes",
    R"(POINTS says how many of the caller's points are how many of the other's: 3:2. Both issuers
publish it, so an operator of the other one approves. A rate that would let anybody make points by
exchanging them in a circle is refused: RATE_CYCLE.

  tally quote rate 3:2 --into fuel --approve-with fuel-operator.pem --as grocer)"};

constexpr CommandText kShow = {
    "show", "Show all quotes and the rates that follow",
    R"(By the node's word. The second table says how many points of the column's issuer one point of
the row's issuer is; a rate that two issuers agreed on has a star.

  tally quote show --as grocer
  tally quote show --json)"};

Fault bad_value(const std::string& option, const std::string& text, const std::string& expected) {
  return Fault{kBadValue, "\"" + printable(text) + "\"", expected, option, "correct it"};
}

/// A price of a point, in micro-units.
OrFaults<std::int64_t> price_from(const std::string& option, const std::string& text) {
  const std::string expected = "a price of a point, like 0.008: six places at most";
  const Result<Decimal> decimal = decimal_from(text);
  if (!decimal.ok()) return config::fail(bad_value(option, text, expected));
  const Result<Money> price = minor_units_from(*decimal, kMicroPlaces);
  if (!price.ok()) return config::fail(bad_value(option, text, expected));
  return price->minor_units();
}

OrFaults<Currency> currency_from(const Options& options, const Publisher& publisher) {
  if (options.currency.empty()) {
    const auto facts = programme_facts(publisher.sender, publisher.merchant);
    if (!facts) return config::fail(facts.error());
    return facts->currency;
  }
  if (options.currency.size() != Currency::kSize)
    return config::fail(bad_value("--currency", options.currency, "three letters, like EUR"));
  return Currency::from_view(as_bytes(options.currency));
}

OrFaults<Timestamp> start_from(const Options& options, const Sender& sender) {
  if (options.from.empty()) return sender.ledger_time();
  const Result<Timestamp> time = log_time_from(options.from);
  if (!time.ok())
    return config::fail(bad_value("--from", options.from, "a time, like 2026-03-29T00:00:00Z"));
  return std::max(*time, sender.ledger_time());
}

Duration days_of(const Options& options) {
  return Duration(options.days * kDay.milliseconds());
}

Faults publish_quote(const Options& options, const Output& out) {
  const OrFaults<std::int64_t> bid = price_from("--bid", options.bid);
  if (!bid) return bid.error();
  const OrFaults<std::int64_t> ask = price_from("--ask", options.ask);
  if (!ask) return ask.error();
  const OrFaults<Publisher> publisher = publisher_from(options.publish);
  if (!publisher) return publisher.error();
  const OrFaults<Currency> currency = currency_from(options, *publisher);
  if (!currency) return currency.error();
  const OrFaults<Timestamp> from = start_from(options, publisher->sender);
  if (!from) return from.error();
  PublishQuote action;
  action.programme = publisher->merchant;
  action.currency = *currency;
  action.bid = *bid;
  action.ask = *ask;
  action.acceptor_per_day = Points::from(options.per_day).value();
  action.valid_from = options.from.empty() ? Timestamp() : *from;
  action.valid_until = from->plus(days_of(options));
  return publish(*publisher, {action}, out);
}

/// "3:2".
OrFaults<std::pair<std::int64_t, std::int64_t>> parts_of(const std::string& text) {
  std::pair<std::int64_t, std::int64_t> parts;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, parts.first);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == ':') {
    const auto second = std::from_chars(first.ptr + 1, end, parts.second);
    if (second.ec == std::errc() && second.ptr == end) return parts;
  }
  return config::fail(bad_value("POINTS", text, "two numbers of points, like 3:2"));
}

Faults publish_rate(const Options& options, const Output& out) {
  const auto parts = parts_of(options.points);
  if (!parts) return parts.error();
  const auto rate = Rate::from(parts->second, parts->first);
  if (!rate)
    return {bad_value("POINTS", options.points, "two numbers of points, each 1 to 1000000000")};
  const OrFaults<Publisher> publisher = publisher_from(options.publish);
  if (!publisher) return publisher.error();
  const auto into = programme_named(options.into, options.publish.connection, std::nullopt);
  if (!into) return into.error();
  PublishRate action;
  action.programme = publisher->merchant;
  action.into = *into;
  action.points = rate->denominator();
  action.points_into = rate->numerator();
  action.valid_until = publisher->sender.ledger_time().plus(days_of(options));
  return publish(*publisher, {action}, out);
}

/// What the ledger has of one issuer.
struct Issuer {
  MerchantId merchant;
  std::string name;
  state::QuoteRecord quotes;
};

struct Shown {
  Timestamp now;
  std::vector<Issuer> issuers;
  std::map<std::pair<MerchantId, MerchantId>, state::BilateralRate> rates;
};

Result<Shown> read_all(const Sender& sender) {
  const RemoteView view(sender.client(), std::nullopt, sender.height());
  Shown shown{sender.ledger_time(), {}, {}};
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId merchant : merchants) {
    TRY(const auto record, state::find_merchant(view, merchant));
    TRY(state::QuoteRecord quotes, state::find_quotes(view, merchant));
    shown.issuers.push_back({merchant, record.has_value() ? record->name : "", quotes});
    for (const MerchantId into : merchants) {
      TRY(const auto rate, state::find_rate(view, merchant, into, shown.now));
      if (rate.has_value()) shown.rates.emplace(std::pair(merchant, into), *rate);
    }
  }
  return shown;
}

std::string state_of(const state::Quote& quote, const state::QuoteRecord& quotes, Timestamp now) {
  if (quotes.in_force(now) == &quote) return "in force";
  if (now < quote.from) return "waits";
  return now < quote.until ? "replaced" : "run out";
}

struct ShownRate {
  Rate rate;
  bool agreed = false;
};

std::optional<ShownRate> rate_between(const Shown& shown, const Issuer& from, const Issuer& into) {
  if (from.merchant == into.merchant) return std::nullopt;
  const auto agreed = shown.rates.find({from.merchant, into.merchant});
  if (agreed != shown.rates.end()) return ShownRate{agreed->second.rate, true};
  const state::Quote* const a = from.quotes.in_force(shown.now);
  const state::Quote* const b = into.quotes.in_force(shown.now);
  if (a == nullptr || b == nullptr || a->currency != b->currency) return std::nullopt;
  return ShownRate{state::cross_rate(a->bid, b->ask), false};
}

void print_text(const Shown& shown) {
  Table quotes({"issuer", "currency", "bid", "ask", "a day", "from", "until", ""});
  std::vector<std::string> headings = {"1 point of"};
  for (const Issuer& issuer : shown.issuers) {
    headings.push_back(printable(issuer.name));
    bool any = false;
    for (const auto* const slot : {&issuer.quotes.last, &issuer.quotes.next}) {
      if (!slot->has_value()) continue;
      const state::Quote& quote = **slot;
      const std::string per_day =
          quote.acceptor_per_day.is_zero() ? "-" : std::to_string(quote.acceptor_per_day.value());
      quotes.add({any ? "" : printable(issuer.name), std::string(as_text(quote.currency.view())),
                  price_text(quote.bid), price_text(quote.ask), per_day,
                  config::text_of(quote.from), config::text_of(quote.until),
                  state_of(quote, issuer.quotes, shown.now)});
      any = true;
    }
    if (!any) quotes.add({printable(issuer.name), "-", "-", "-", "-", "-", "-", "no quote"});
  }
  Table rates(std::move(headings));
  for (const Issuer& from : shown.issuers) {
    std::vector<std::string> row = {printable(from.name)};
    for (const Issuer& into : shown.issuers) {
      const auto rate = rate_between(shown, from, into);
      row.push_back(rate ? std::to_string(rate->rate.numerator()) + "/" +
                               std::to_string(rate->rate.denominator()) + (rate->agreed ? "*" : "")
                         : "-");
    }
    rates.add(std::move(row));
  }
  std::cout << quotes.text() << "\n" << rates.text();
}

nlohmann::json json_of(const Issuer& issuer, Timestamp now) {
  nlohmann::json quotes = nlohmann::json::array();
  for (const auto* const slot : {&issuer.quotes.last, &issuer.quotes.next}) {
    if (!slot->has_value()) continue;
    const state::Quote& quote = **slot;
    quotes.push_back({{"currency", as_text(quote.currency.view())},
                      {"bid", quote.bid},
                      {"ask", quote.ask},
                      {"acceptor_per_day", quote.acceptor_per_day.value()},
                      {"from", quote.from.milliseconds()},
                      {"until", quote.until.milliseconds()},
                      {"in_force", issuer.quotes.in_force(now) == &quote}});
  }
  return {{"merchant", issuer.merchant.value()}, {"name", issuer.name}, {"quotes", quotes}};
}

void print_json(const Shown& shown) {
  nlohmann::json issuers = nlohmann::json::array();
  nlohmann::json rates = nlohmann::json::array();
  for (const Issuer& from : shown.issuers) {
    issuers.push_back(json_of(from, shown.now));
    for (const Issuer& into : shown.issuers) {
      const auto rate = rate_between(shown, from, into);
      if (!rate) continue;
      rates.push_back({{"programme", from.merchant.value()},
                       {"into", into.merchant.value()},
                       {"points", rate->rate.denominator()},
                       {"points_into", rate->rate.numerator()},
                       {"agreed", rate->agreed}});
    }
  }
  std::cout << nlohmann::json{{"ledger_time", shown.now.milliseconds()},
                              {"issuers", issuers},
                              {"rates", rates}}
                   .dump()
            << "\n";
}

Faults show(const Options& options, const Output& out) {
  const OrFaults<Sender> sender = Sender::start(options.publish.connection);
  if (!sender) return sender.error();
  const Result<Shown> shown = read_all(*sender);
  if (!shown.ok()) return {fault_from_node(shown.error(), sender->client().endpoint())};
  if (out.json)
    print_json(*shown);
  else
    print_text(*shown);
  return {};
}

void add_days(CLI::App& command, Options& options) {
  command.add_option("--days", options.days, "Valid so many days from then on")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, kDaysMax))
      ->capture_default_str();
}

}  // namespace

void add_quote(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& group = frame.add_group(kGroup);
  const auto add = [&](const CommandText& text, Faults (*run)(const Options&, const Output&)) {
    return &frame.add(group, text,
                      [options, run](const Output& out) { return run(*options, out); });
  };
  CLI::App& quote = *add(kPublish, publish_quote);
  quote.add_option("--bid", options->bid, "What is paid for a point that others redeem")
      ->type_name("PRICE")
      ->required();
  quote.add_option("--ask", options->ask, "What is asked for a point that others hand out")
      ->type_name("PRICE")
      ->required();
  quote.add_option("--currency", options->currency, "Of the prices (default: the programme's)")
      ->type_name("EUR");
  quote.add_option("--from", options->from, "In force from then on (default: at once)")
      ->type_name("TIME");
  quote.add_option("--per-day", options->per_day, "Most points that one merchant takes on a day")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, kPointsMax));
  add_days(quote, *options);
  add_connection_options(quote, options->publish.connection);
  CLI::App& rate = *add(kRate, publish_rate);
  rate.add_option("POINTS", options->points, "The caller's points, and the other's: 3:2")
      ->type_name("")
      ->required();
  rate.add_option("--into", options->into, "The other issuer, by number or local name")
      ->type_name("MERCHANT")
      ->required();
  add_days(rate, *options);
  add_approval_option(rate, options->publish);
  add_connection_options(rate, options->publish.connection);
  add_connection_options(*add(kShow, show), options->publish.connection);
}

}  // namespace tally::app
