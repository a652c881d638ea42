// tally submit: any transaction, as JSON.
#include <tally/base/limits.h>
#include <tally/edge/json.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/files.h"
#include "app/in_flight.h"
#include "app/interrupt.h"
#include "app/key_files.h"
#include "app/posting.h"
#include "app/receipt_text.h"
#include "app/transaction_input.h"

#include <unistd.h>
#include <iostream>
#include <iterator>

namespace tally::app {
namespace {

constexpr std::size_t kInputBytesMax = 64 << 20;
constexpr std::size_t kTransactionsAtOnce = 512;

struct Options {
  std::string file;
  bool seal = false;
  std::vector<std::string> consent_files;
  ConnectionOptions connection;
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
--consent KEY.pem, once for each member who signs. All transactions are checked before the first is
sent; a file of many is sent 512 at a time. Sending the same request id again is always safe.

Exit code 0: the ledger accepted all of them, now or before. 10: it refused one (E-NET-003), or
nobody knows yet (E-NET-001, E-NET-005): then ask, tally receipt REQUEST_ID.)"};

OrFaults<std::string> read_input(const std::string& file) {
  if (file != "-") return read_file(file, kInputBytesMax, kBadInput);
  std::string text;
  std::vector<char> piece(1 << 16);
  while (std::cin.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
         std::cin.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > kInputBytesMax)
      return config::fail(Fault{kBadInput, "more than 64 MiB", "less", "-", "send it in parts"});
  }
  return text;
}

/// How this submission is signed: by a key of the caller's, or by the node for its TLS key.
struct Signing {
  std::vector<crypto::PrivateKey> consents;
  KeyId asking_key;  ///< zero: the key that signs
};

OrFaults<Signing> signing_for(const Options& options, const Identity& identity) {
  Signing signing;
  for (const std::string& file : options.consent_files) {
    OrFaults<crypto::PrivateKey> key = read_key(file);
    if (!key) return config::fail(std::move(key.error()));
    signing.consents.push_back(std::move(*key));
  }
  if (!options.seal && identity.sign_key.has_value()) return signing;
  const Result<crypto::PrivateKey> tls = crypto::PrivateKey::from_pem(identity.settings.key_pem);
  if (!tls.ok()) return config::fail(config::fault_from(kNotAPrivateKey, tls.error(), "--key"));
  signing.asking_key = tls->public_key().id();  // a consent covers it, so it must stand there
  return signing;
}

void sign_consents(const Signing& signing, const ChainId& chain, Transaction& transaction) {
  if (transaction.asking_key.is_zero()) transaction.asking_key = signing.asking_key;
  const Hash digest = consent_digest(chain, transaction);
  for (const crypto::PrivateKey& key : signing.consents)
    transaction.consents.push_back(Consent{key.public_key(), key.sign(digest.view())});
}

void print_answers(const std::vector<client::Answer>& answers, const Output& out) {
  for (const client::Answer& answer : answers)
    if (out.json)
      std::cout << edge::answer_to_json(answer.receipt, answer.replayed, false) << "\n";
    else
      std::cout << text_of(answer);
  std::cout << std::flush;
}

std::string request_ids_of(const std::vector<Transaction>& transactions) {
  std::string first = to_hex(transactions.front().request_id);
  if (transactions.size() == 1) return first;
  return first + " and " + std::to_string(transactions.size() - 1) + " more";
}

/// Sends on a thread of its own, so that Ctrl-C is answered at once and not when the call is over.
OrFaults<std::vector<client::Answer>> send_watched(const Sender& sender,
                                                   const std::vector<Transaction>& transactions,
                                                   const Interrupt& interrupt) {
  OrFaults<std::vector<client::Answer>> answers;
  InFlight in_flight;
  in_flight.count = 1;
  in_flight.work = [&](std::size_t) {
    answers = sender.send(transactions, interrupt.flag());
    return answers ? Faults() : answers.error();
  };
  in_flight.progress = [&](std::size_t done) {
    if (!interrupt.came() || done > 0) return;
    const Fault fault{kOutcomeUnknown, "interrupted after sending " + request_ids_of(transactions),
                      "", "", "ask what became of it: tally receipt REQUEST_ID"};
    std::cerr << "tally: " << config::line_of(fault) << std::endl;
    _exit(static_cast<int>(fault.kind.exit));  // a call in flight cannot be taken back
  };
  if (Faults faults = run_in_flight(in_flight); !faults.empty()) return config::fail(faults);
  return answers;
}

Faults faults_of(const AnswerCount& count) {
  const std::optional<FirstRefusal> first = count.first_refusal();
  if (!first.has_value()) return {};
  const Answered answered = count.answered();
  std::string got =
      std::string(name_of(first->outcome)) + " for request " + to_hex(first->request_id);
  if (!first->conflict_field.empty()) got += ", field " + printable(first->conflict_field);
  if (answered.in_all() > 1)
    got = std::to_string(answered.refused_in_all()) + " of " + std::to_string(answered.in_all()) +
          " transactions, the first " + got;
  return {Fault{kLedgerRefused, got, "", "line " + std::to_string(first->place),
                std::string(sentence_of(first->outcome))}};
}

Faults send_all(const Sender& sender, const std::vector<InputTransaction>& inputs,
                const Output& out) {
  const Interrupt interrupt;
  AnswerCount count;
  for (std::size_t at = 0; at < inputs.size(); at += kTransactionsAtOnce) {
    const std::size_t end = std::min(inputs.size(), at + kTransactionsAtOnce);
    std::vector<Transaction> transactions;
    for (std::size_t i = at; i < end; ++i)
      transactions.push_back(inputs[i].transaction);
    const auto answers = send_watched(sender, transactions, interrupt);
    if (!answers) return answers.error();
    for (std::size_t i = at; i < end; ++i)
      count.add(Posted{inputs[i].transaction, inputs[i].line}, (*answers)[i - at].receipt,
                (*answers)[i - at].replayed);
    print_answers(*answers, out);
  }
  return faults_of(count);
}

Faults run(const Options& options, const Output& out) {
  const OrFaults<std::string> text = read_input(options.file);
  if (!text) return text.error();
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return identity.error();
  const OrFaults<Signing> signing = signing_for(options, *identity);
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
  return send_all(*sender, *inputs, out);
}

}  // namespace

void add_submit(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("FILE", options->file, "JSON transactions; - for standard input")
      ->type_name("")
      ->required();
  command.add_flag("--seal", options->seal,
                   "Let the node sign for the TLS caller, as it does for terminals");
  command.add_option("--consent", options->consent_files, "Sign as a member too, with this key")
      ->type_name("KEY.pem")
      ->expected(1, static_cast<int>(limits::kConsentsMax))
      ->allow_extra_args(false);
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
