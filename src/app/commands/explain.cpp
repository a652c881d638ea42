// tally explain: why a purchase gave what it gave.
#include "app/asked_request.h"
#include "app/commands/commands.h"

#include <iostream>

namespace tally::app {
namespace {

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

Faults run(const RequestOptions& options, const Output& out) {
  const OrFaults<AskedRequest> asked = asked_request(options);
  if (!asked) return asked.error();
  client::Client& client = asked->sender.client();
  const auto explained = client.explain(asked->merchant, asked->id);
  if (!explained.ok()) return {fault_from_node(explained.error(), client.endpoint())};
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
  auto options = std::make_shared<RequestOptions>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  add_request_options(command, *options);
}

}  // namespace tally::app
