// tally exchange: a member's points of one programme become points of another.
#include "app/commands/commands.h"
#include "app/programmes.h"
#include "app/published.h"
#include "app/receipt_text.h"

#include <iostream>

namespace tally::app {
namespace {

struct Options {
  std::string from;
  std::string into;
  std::string member;
  std::int64_t give = 0;
  std::int64_t get = 0;
  std::string key;
  bool simulate = false;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "exchange", "Exchange a member's points into those of another programme",
    R"(Either merchant may send it; the member is of both programmes, and signs with --consent. The
rate follows from the quotes of the two, or is the one that they agreed on (tally quote show).

  tally exchange --from grocer --into fuel --member 8c0c… --give 1000 --consent ann.pem --simulate
  tally exchange --from grocer --into fuel --member 8c0c… --get 300 --consent ann.pem --as fuel

--give N takes at most N points: the fee first, of the rest as much as is whole points of the other
programme; what is not needed stays with the member. --get N brings exactly N points and takes what
they cost, the fee on top. The answer tells what was charged, the fee, what came, and what the one
merchant owes the other for it. With --simulate it tells what would be, and nothing is done.)"};

OrFaults<ExchangePoints> action_of(const Options& options) {
  if ((options.give > 0) == (options.get > 0))
    return config::fail(Fault{kMissingOption, options.give > 0 ? "--give and --get" : "neither",
                              "one of --give N and --get N", "", "see tally exchange --help"});
  ExchangePoints action;
  const auto from = programme_named(options.from, options.connection, std::nullopt);
  if (!from) return config::fail(from.error());
  action.programme = *from;
  const auto into = programme_named(options.into, options.connection, std::nullopt);
  if (!into) return config::fail(into.error());
  action.into = *into;
  const OrFaults<MemberId> member = member_named(options.member);
  if (!member) return config::fail(member.error());
  action.member = *member;
  action.mode = options.give > 0 ? ExchangeMode::In : ExchangeMode::Out;
  action.points = Points::from(options.give > 0 ? options.give : options.get).value();
  return action;
}

/// As tally simulate does: asked for the caller's TLS key.
Faults simulate(const Options& options, ExchangePoints action, const Output& out) {
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return identity.error();
  if (!identity->merchant)
    return {Fault{kMissingOption, "no merchant", "who asks", "", "give --merchant ID"}};
  const OrFaults<Signing> signing =
      signing_for(std::vector<std::string>{options.key}, true, *identity);
  if (!signing) return signing.error();
  Transaction transaction;
  transaction.merchant = *identity->merchant;
  transaction.request_id = fresh_request_id();
  transaction.action = std::move(action);
  identity->sign_key.reset();
  const OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return sender.error();
  transaction.valid_until = sender->valid_until();
  sign_consents(*signing, sender->chain(), transaction);
  const auto simulated = sender->client().simulate(transaction);
  if (!simulated.ok()) return {fault_from_node(simulated.error(), sender->client().endpoint())};
  if (out.json) {
    std::cout << simulated->json << "\n";
    return {};
  }
  std::cout << text_of(client::Answer{simulated->receipt, false});
  for (const std::string& line : simulated->missing)
    std::cout << "  " << line << "\n";
  return {};
}

Faults run(const Options& options, const Output& out) {
  OrFaults<ExchangePoints> action = action_of(options);
  if (!action) return action.error();
  if (options.simulate) return simulate(options, std::move(*action), out);
  PublishOptions publish_options;
  publish_options.connection = options.connection;
  publish_options.approval_files = {options.key};
  const OrFaults<Publisher> publisher = publisher_from(publish_options);
  if (!publisher) return publisher.error();
  return publish(*publisher, {std::move(*action)}, out);
}

}  // namespace

void add_exchange(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("--from", options->from, "Whose points are given")
      ->type_name("MERCHANT")
      ->required();
  command.add_option("--into", options->into, "Whose points come")
      ->type_name("MERCHANT")
      ->required();
  command.add_option("--member", options->member, "Of both programmes, by the member's id")
      ->type_name("ID")
      ->required();
  command.add_option("--give", options->give, "At most so many points are given")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, kPointsMax));
  command.add_option("--get", options->get, "Exactly so many points come")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, kPointsMax));
  command.add_option("--consent", options->key, "The member's private key, which signs")
      ->type_name("KEY.pem")
      ->required();
  command.add_flag("--simulate", options->simulate, "Show what it would do, and do nothing");
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
