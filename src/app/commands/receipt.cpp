// tally receipt: what became of a request.
#include <tally/edge/json.h>

#include "app/asked_request.h"
#include "app/commands/commands.h"
#include "app/receipt_text.h"

#include <iostream>

namespace tally::app {
namespace {

constexpr CommandText kText = {
    "receipt", "Ask what became of a request",
    R"(REQUEST_ID is what tally submit printed, or what the caller chose: 32 to 128 hexadecimal
digits. The ledger keeps receipts for ever. Exit code 10 (E-NET-004): it has none of this id; until
the request's valid_until is past, one may still come.

  tally receipt 5f1c0d9e8b7a69584736251403f2e1d0 --as grocer/operator)"};

Faults run(const RequestOptions& options, const Output& out) {
  const OrFaults<AskedRequest> asked = asked_request(options);
  if (!asked) return asked.error();
  client::Client& client = asked->sender.client();
  const Result<client::Answer> answer = client.receipt(asked->merchant, asked->id);
  if (!answer.ok()) return {fault_from_node(answer.error(), client.endpoint())};
  if (out.json)
    std::cout << edge::answer_to_json(answer->receipt, false, false) << "\n";
  else
    std::cout << text_of(client::Answer{answer->receipt, false});
  return {};
}

}  // namespace

void add_receipt(Frame& frame) {
  auto options = std::make_shared<RequestOptions>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  add_request_options(command, *options);
}

}  // namespace tally::app
