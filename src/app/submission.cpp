// Signing and sending what a person asked for.
#include "app/submission.h"

#include <tally/base/bytes.h>
#include <tally/base/limits.h>
#include <tally/edge/json.h>

#include "app/consent_token.h"
#include "app/files.h"
#include "app/in_flight.h"
#include "app/interrupt.h"
#include "app/key_files.h"
#include "app/posting.h"
#include "app/receipt_text.h"

#include <unistd.h>
#include <iostream>

namespace tally::app {
namespace {

constexpr std::size_t kTransactionsAtOnce = 512;
constexpr std::size_t kTokenBytesMax = 16 << 10;

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
  const std::string where = first->place == 0 ? "" : "line " + std::to_string(first->place);
  return {Fault{kLedgerRefused, got, "", where, std::string(sentence_of(first->outcome))}};
}

}  // namespace

void add_submission_options(CLI::App& command, SubmissionOptions& options) {
  command.add_option("FILE", options.file, "JSON transactions; - for standard input")
      ->type_name("")
      ->required();
  command.add_option("--consent", options.consent_files, "Sign as a member too, with this key")
      ->type_name("KEY.pem")
      ->expected(1, static_cast<int>(limits::kConsentsMax))
      ->allow_extra_args(false);
  command
      .add_option("--consent-token", options.token_files,
                  "Add a consent that was signed ahead: tally consent token")
      ->type_name("FILE")
      ->expected(1, static_cast<int>(limits::kConsentsMax))
      ->allow_extra_args(false);
  add_connection_options(command, options.connection);
}

OrFaults<Signing> signing_for(const std::vector<std::string>& consent_files, bool seal,
                              const Identity& identity) {
  Signing signing;
  for (const std::string& file : consent_files) {
    OrFaults<crypto::PrivateKey> key = read_key(file);
    if (!key) return config::fail(std::move(key.error()));
    signing.consents.push_back(std::move(*key));
  }
  if (!seal && identity.sign_key.has_value()) return signing;
  const Result<crypto::PrivateKey> tls = crypto::PrivateKey::from_pem(identity.settings.key_pem);
  if (!tls.ok()) return config::fail(config::fault_from(kNotAPrivateKey, tls.error(), "--key"));
  signing.asking_key = tls->public_key().id();  // a consent covers it, so it must stand there
  return signing;
}

OrFaults<Signing> signing_for(const SubmissionOptions& options, bool seal,
                              const Identity& identity) {
  OrFaults<Signing> signing = signing_for(options.consent_files, seal, identity);
  if (!signing) return signing;
  for (const std::string& file : options.token_files) {
    const OrFaults<std::string> text = read_file(file, kTokenBytesMax, kBadInput);
    if (!text) return config::fail(text.error());
    OrFaults<Consent> token = consent_token_from(*text, file);
    if (!token) return config::fail(std::move(token.error()));
    signing->tokens.push_back(std::move(*token));
  }
  return signing;
}

void sign_consents(const Signing& signing, const ChainId& chain, Transaction& transaction) {
  if (transaction.asking_key.is_zero()) transaction.asking_key = signing.asking_key;
  const Hash digest = consent_digest(chain, transaction);
  for (const crypto::PrivateKey& key : signing.consents)
    transaction.consents.push_back(Consent{key.public_key(), key.sign(digest.view())});
  transaction.consents.insert(transaction.consents.end(), signing.tokens.begin(),
                              signing.tokens.end());
}

Faults send_and_print(const Sender& sender, const std::vector<InputTransaction>& inputs,
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

}  // namespace tally::app
