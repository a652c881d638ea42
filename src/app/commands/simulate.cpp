// tally simulate: what a transaction would do, without doing it.
#include "app/commands/commands.h"
#include "app/files.h"
#include "app/receipt_text.h"
#include "app/submission.h"

#include <iostream>

namespace tally::app {
namespace {

constexpr std::size_t kInputBytesMax = 64 << 20;

constexpr CommandText kText = {
    "simulate", "Show what transactions would do now, and change nothing",
    R"(FILE is what tally submit takes; "-" reads standard input. Each transaction is asked by
itself, for the caller's TLS key: its receipt as of the next block, why a purchase would earn what
it would, and what a refused one lacks. Nothing is written, and nothing is promised: another
transaction may come first.

  echo '{"earn": {"programme": 1, "member": "8c0c…", "currency": "EUR", "total": "12000",
         "event_time": "1772551800000"}}' | tally simulate - --as grocer/operator)"};

void print(const client::Simulated& simulated, const Output& out) {
  if (out.json) {
    std::cout << simulated.json << "\n";
    return;
  }
  std::cout << text_of(client::Answer{simulated.receipt, false});
  for (const std::string& line : simulated.missing)
    std::cout << "  " << line << "\n";
  if (simulated.receipt.outcome != Outcome::Accepted || !simulated.explained.has_value()) return;
  for (const std::string& line : simulated.explained->lines)
    std::cout << line << "\n";
}

Faults run(const SubmissionOptions& options, const Output& out) {
  const OrFaults<std::string> text = read_input(options.file, kInputBytesMax);
  if (!text) return text.error();
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return identity.error();
  const OrFaults<Signing> signing = signing_for(options, true, *identity);
  if (!signing) return signing.error();
  const std::optional<MerchantId> merchant = identity->merchant;
  const TransactionDefaults offline{merchant, Timestamp::never()};
  if (const auto checked = transactions_from(*text, options.file, offline); !checked)
    return checked.error();

  identity->sign_key.reset();
  const OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return sender.error();
  auto inputs =
      transactions_from(*text, options.file, TransactionDefaults{merchant, sender->valid_until()});
  if (!inputs) return inputs.error();
  for (InputTransaction& input : *inputs) {
    sign_consents(*signing, sender->chain(), input.transaction);
    const auto simulated = sender->client().simulate(input.transaction);
    if (!simulated.ok()) return {fault_from_node(simulated.error(), sender->client().endpoint())};
    print(*simulated, out);
  }
  return {};
}

}  // namespace

void add_simulate(Frame& frame) {
  auto options = std::make_shared<SubmissionOptions>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  add_submission_options(command, *options);
}

}  // namespace tally::app
