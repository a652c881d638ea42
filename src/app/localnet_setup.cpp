// The first transactions of a local network.
#include "app/localnet_setup.h"

#include <tally/base/limits.h>
#include <tally/config/text.h>
#include <tally/crypto/hash.h>
#include <tally/model/submission.h>

#include "app/connection.h"
#include "app/key_files.h"
#include "app/rule_faults.h"
#include "app/transaction_input.h"

#include <chrono>
#include <thread>

namespace tally::app {
namespace {

constexpr Duration kValidity = kHour;  // of these requests, in ledger time
constexpr const char* kSecondOperator = "operator-2";
const Points kConsentMax = Points::from(100'000).value();  // of one token for points elsewhere

Bytes request_id(const ChainId& chain, const LocalNode& node, std::string_view label) {
  const Hash digest =
      crypto::tagged_hash("localnet-request", {chain.view(), as_bytes(node.name), as_bytes(label)});
  return to_bytes(digest.view().first(limits::kRequestIdBytesMin));
}

/// A merchant's operator at its own node, and what the node says of the chain.
struct Operator {
  std::unique_ptr<client::Client> client;
  crypto::PrivateKey key;
  client::RemoteStatus status;
};

OrFaults<Operator> operator_of(const Localnet& net, const LocalNode& node) {
  OrFaults<Identity> identity = identity_of(net, node.name);
  if (!identity) return config::fail(std::move(identity.error()));
  CHECK(identity->sign_key.has_value());
  const std::string endpoint = client_endpoint(node);
  Result<std::unique_ptr<client::Client>> client =
      client::Client::connect(std::move(identity->settings));
  if (!client.ok()) return config::fail(fault_from_node(client.error(), endpoint));
  const Result<client::RemoteStatus> status = (*client)->status();
  if (!status.ok()) return config::fail(fault_from_node(status.error(), endpoint));
  return Operator{std::move(client).value(), std::move(*identity->sign_key), *status};
}

Transaction transaction_of(const Operator& as, const LocalNode& node, Bytes id, Action action) {
  Transaction transaction;
  transaction.merchant = node.merchant;
  transaction.request_id = std::move(id);
  transaction.valid_until = as.status.ledger_time.plus(kValidity);
  transaction.action = std::move(action);
  return transaction;
}

OrFaults<RegisterKey> registration(const std::string& file, Role role, Purpose purpose) {
  const OrFaults<crypto::PrivateKey> key = read_key(file);
  if (!key) return config::fail(key.error());
  RegisterKey action;
  action.key = key->public_key();
  action.role = role;
  action.purpose = purpose;
  return action;
}

/// One of a merchant's first keys, in NAME.pem.
struct FirstKey {
  const char* name;
  Role role;
  Purpose purpose;
  bool by_two;  ///< the second operator signs as well
};
/// The second operator comes first: the first one makes it alone, and all others but a terminal's
/// with it.
constexpr FirstKey kFirstKeys[] = {{kSecondOperator, Role::Operator, Purpose::Sign, false},
                                   {"operator-tls", Role::Operator, Purpose::Tls, true},
                                   {"terminal-tls", Role::Terminal, Purpose::Tls, false},
                                   {"auditor-tls", Role::Auditor, Purpose::Tls, true},
                                   {"import", Role::Operator, Purpose::Sign, true},
                                   {"custodian", Role::Operator, Purpose::Sign, true}};

void agree(const crypto::PrivateKey& second, const ChainId& chain, Transaction& transaction) {
  const Hash digest = consent_digest(chain, transaction);
  transaction.consents.push_back(Consent{second.public_key(), second.sign(digest.view())});
}

/// A merchant's keys and programme, as one submission's transactions.
OrFaults<std::vector<Transaction>> first_transactions(const Localnet& net, const LocalNode& node,
                                                      const Operator& as) {
  const std::string folder = merchant_folder(net, node.name) + "/";
  const OrFaults<crypto::PrivateKey> second = read_key(folder + kSecondOperator + ".pem");
  if (!second) return config::fail(second.error());
  std::vector<Transaction> transactions;
  const auto add = [&](std::string_view label, Action action) {
    transactions.push_back(
        transaction_of(as, node, request_id(as.status.chain, node, label), std::move(action)));
  };
  for (const FirstKey& key : kFirstKeys) {
    OrFaults<RegisterKey> action = registration(folder + key.name + ".pem", key.role, key.purpose);
    if (!action) return config::fail(std::move(action.error()));
    if (std::string_view(key.name) == "import")
      action->limits.backdate_max = Duration(limits::kBackdateMsMax);
    if (std::string_view(key.name) == "custodian") action->limits.consent_max = kConsentMax;
    add(key.name, std::move(*action));
    if (key.by_two) agree(*second, as.status.chain, transactions.back());
  }
  OrFaults<config::ProgrammeFile> file = read_whole_programme(folder + "programme.toml");
  if (!file) return config::fail(std::move(file.error()));
  file->programme.merchant = node.name;  // several merchants may have the programme of one file
  add("programme", PublishProgramme{1, Height(0), std::move(file->programme)});
  return transactions;
}

/// What was there before is as good as what was accepted now.
bool is_done(Outcome outcome) {
  return outcome == Outcome::Accepted || outcome == Outcome::Replayed ||
         outcome == Outcome::KeyAlreadyRegistered || outcome == Outcome::VersionNotNext;
}

OrFaults<std::vector<client::Answer>> submit(const Operator& as,
                                             std::vector<Transaction> transactions) {
  const Bytes submission = seal_submission(as.status.chain, std::move(transactions), as.key);
  Result<std::vector<client::Answer>> answers = as.client->submit(submission);
  if (!answers.ok()) return config::fail(fault_from_node(answers.error(), as.client->endpoint()));
  return std::move(answers).value();
}

Fault refused(const client::Answer& answer, const LocalNode& node) {
  const Outcome outcome = answer.receipt.outcome;
  return Fault{kLedgerRefused,
               std::string(tally::name_of(outcome)) + " for " +
                   std::string(tally::name_of(answer.receipt.kind)),
               "", "merchant " + node.name, std::string(sentence_of(outcome))};
}

}  // namespace

Faults set_up_ledger(const Localnet& net, const Progress& progress) {
  for (const LocalNode& node : net.nodes) {
    progress("keys and programme of " + node.name);
    const OrFaults<Operator> as = operator_of(net, node);
    if (!as) return as.error();
    OrFaults<std::vector<Transaction>> transactions = first_transactions(net, node, *as);
    if (!transactions) return transactions.error();
    const OrFaults<std::vector<client::Answer>> answers = submit(*as, std::move(*transactions));
    if (!answers) return answers.error();
    for (const client::Answer& answer : *answers)
      if (!is_done(answer.receipt.outcome)) return {refused(answer, node)};
  }
  return {};
}

OrFaults<Timestamp> advance_clock(const Localnet& net, Duration by) {
  const LocalNode& node = net.nodes.front();
  const OrFaults<Operator> as = operator_of(net, node);
  if (!as) return config::fail(as.error());
  const OrFaults<std::vector<client::Answer>> answers =
      submit(*as, {transaction_of(*as, node, fresh_request_id(), AdvanceClock{by})});
  if (!answers) return config::fail(answers.error());
  if (answers->front().receipt.outcome != Outcome::Accepted)
    return config::fail(refused(answers->front(), node));

  // It counts from the next block on, which an idle network makes within its idle time.
  const Timestamp wanted = as->status.ledger_time.plus(by);
  constexpr int kTries = 150;
  for (int i = 0; i < kTries; ++i) {
    const Result<client::RemoteStatus> status = as->client->status();
    if (status.ok() && status->ledger_time >= wanted) return status->ledger_time;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return config::fail(Fault{kNotReady, "no block since", "ledger time " + config::text_of(wanted),
                            as->client->endpoint(), "see tally status"});
}

}  // namespace tally::app
