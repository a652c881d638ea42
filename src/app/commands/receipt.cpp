// tally receipt: what became of a request.
#include <tally/edge/json.h>
#include <tally/edge/translate.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/receipt_text.h"
#include "app/sender.h"

#include <iostream>

namespace tally::app {
namespace {

struct Options {
  std::string request_id;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "receipt", "Ask what became of a request",
    R"(REQUEST_ID is what tally submit printed, or what the caller chose: 32 to 128 hexadecimal
digits. The ledger keeps receipts for ever. Exit code 10 (E-NET-004): it has none of this id; until
the request's valid_until is past, one may still come.

  tally receipt 5f1c0d9e8b7a69584736251403f2e1d0 --as grocer/operator)"};

Faults run(const Options& options, const Output& out) {
  const Result<Bytes> id = edge::id_from_hex("REQUEST_ID", options.request_id);
  if (!id.ok())
    return {Fault{kBadValue, id.error().message, "", "", "give the id as it was printed"}};
  const OrFaults<Sender> sender = Sender::start(options.connection);
  if (!sender) return sender.error();
  if (!sender->merchant().has_value())
    return {Fault{kMissingOption, "no merchant", "whose request it is", "", "give --merchant ID"}};
  const Result<client::Answer> answer = sender->client().receipt(*sender->merchant(), *id);
  if (!answer.ok()) return {fault_from_node(answer.error(), sender->client().endpoint())};
  if (out.json)
    std::cout << edge::answer_to_json(answer->receipt, false, false) << "\n";
  else
    std::cout << text_of(client::Answer{answer->receipt, false});
  return {};
}

}  // namespace

void add_receipt(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("REQUEST_ID", options->request_id, "The request's id")
      ->type_name("")
      ->required();
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
