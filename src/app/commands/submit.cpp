// tally submit: any transaction, as JSON.
#include <tally/edge/json.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/files.h"
#include "app/submission.h"
#include "app/transaction_input.h"

#include <iostream>

namespace tally::app {
namespace {

constexpr std::size_t kInputBytesMax = 64 << 20;

struct Options : SubmissionOptions {
  bool seal = false;
};

constexpr CommandText kText = {
    "submit", "Send transactions to the ledger and print what it answered",
    R"(FILE holds one JSON document, or one on each line; "-" reads standard input. The fields are
those of proto/tally/v1/transaction.proto (docs/api.md). What may be left out: merchant (the
caller's), request_id (a random one, told on stderr before anything is sent), valid_until (an hour
from the ledger's time).

  echo '{"redeem": {"programme": 1, "member": "8c0c…", "currency": "EUR",
         "basket": "2500", "points": "500"}}' | tally submit - --as grocer/operator

A transfer, or a redemption above the programme's limit, needs the member's own signature:
--consent KEY.pem, once for each member who signs. Points of another merchant need it always, or a
token: --consent-token FILE. All transactions are checked before the first is sent; a file of many
is sent 512 at a time. Sending the same request id again is always safe.

Exit code 0: the ledger accepted all of them, now or before. 10: it refused one (E-NET-003), or
nobody knows yet (E-NET-001, E-NET-005): then ask, tally receipt REQUEST_ID.)"};

Faults run(const Options& options, const Output& out) {
  const OrFaults<std::string> text = read_input(options.file, kInputBytesMax);
  if (!text) return text.error();
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return identity.error();
  const OrFaults<Signing> signing = signing_for(options, options.seal, *identity);
  if (!signing) return signing.error();
  const std::optional<MerchantId> merchant = identity->merchant;
  // Malformed input is refused before anybody is called; the real validity is known only then.
  const TransactionDefaults offline{merchant, Timestamp::never()};
  if (const auto checked = transactions_from(*text, options.file, offline); !checked)
    return checked.error();

  if (options.seal) identity->sign_key.reset();
  const OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return sender.error();
  auto inputs =
      transactions_from(*text, options.file, TransactionDefaults{merchant, sender->valid_until()});
  if (!inputs) return inputs.error();
  for (InputTransaction& input : *inputs) {
    sign_consents(*signing, sender->chain(), input.transaction);
    if (input.made_request_id)
      std::cerr << "request id " << to_hex(input.transaction.request_id) << "\n";
  }
  return send_and_print(*sender, *inputs, out);
}

}  // namespace

void add_submit(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  add_submission_options(command, *options);
  command.add_flag("--seal", options->seal,
                   "Let the node sign for the TLS caller, as it does for terminals");
}

}  // namespace tally::app
