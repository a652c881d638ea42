// tally explain: why a purchase gave what it gave.
#include <tally/edge/translate.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/sender.h"

#include <iostream>

namespace tally::app {
namespace {

struct Options {
  std::string request_id;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "explain", "Say why a purchase gave what it gave",
    R"(REQUEST_ID is what tally submit printed, or what the caller chose. The answer has a line for
each rule that was asked: how much it gave and how that was counted, what cut it, or which condition
did not hold, with the facts that it read. It is worked out again from what the receipt records, so
it is the same for ever. Earns, enrolments and attested actions ask rules; others do not.

  tally explain 5f1c0d9e8b7a69584736251403f2e1d0 --as grocer/operator
  60 points in all.
  Base: 60 points: 1 for each full 1.00 of 60.00 (total 120.00 less tax 20.00, goods that do not
  count 30.00, paid with points 10.00).
  First purchase gave nothing: its condition does not hold: m.purchases_total == 0;
  m.purchases_total = 2.
  They can be used until Wednesday 2027-03-31.

With --json all of it is data: conditions that failed, values that were read, limits that cut, who
pays, and when points expire. Exit code 10 (E-NET-004): the ledger has no request of this id.)"};

Faults run(const Options& options, const Output& out) {
  const Result<Bytes> id = edge::id_from_hex("REQUEST_ID", options.request_id);
  if (!id.ok())
    return {Fault{kBadValue, id.error().message, "", "", "give the id as it was printed"}};
  const OrFaults<Sender> sender = Sender::start(options.connection);
  if (!sender) return sender.error();
  if (!sender->merchant().has_value())
    return {Fault{kMissingOption, "no merchant", "whose request it is", "", "give --merchant ID"}};
  const auto explained = sender->client().explain(*sender->merchant(), *id);
  if (!explained.ok()) return {fault_from_node(explained.error(), sender->client().endpoint())};
  if (out.json) {
    std::cout << explained->json << "\n";
    return {};
  }
  for (const std::string& line : explained->lines)
    std::cout << line << "\n";
  return {};
}

}  // namespace

void add_explain(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("REQUEST_ID", options->request_id, "The request's id")
      ->type_name("")
      ->required();
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
