// Submission: transactions that a person asked for, signed by who must, sent and answered for.
#pragma once

#include "app/connection.h"
#include "app/frame.h"
#include "app/sender.h"
#include "app/transaction_input.h"

#include <string>
#include <vector>

namespace tally::app {

/// Transactions in a file, and who signs them.
struct SubmissionOptions {
  std::string file;
  std::vector<std::string> consent_files;
  std::vector<std::string> token_files;
  ConnectionOptions connection;
};
void add_submission_options(CLI::App& command, SubmissionOptions& options);

/// How a submission is signed: by a key of the caller's, or by the node for its TLS key.
struct Signing {
  std::vector<crypto::PrivateKey> consents;
  std::vector<Consent> tokens;  ///< signed ahead of the transaction
  KeyId asking_key;             ///< zero: the key that signs
};

/// With `seal`, or where the caller has no key to sign with, the node signs.
[[nodiscard]] OrFaults<Signing> signing_for(const std::vector<std::string>& consent_files,
                                            bool seal, const Identity& identity);

/// Who signs what `options` name, with their consent tokens.
[[nodiscard]] OrFaults<Signing> signing_for(const SubmissionOptions& options, bool seal,
                                            const Identity& identity);

/// Adds a consent of each key, and the tokens.
void sign_consents(const Signing& signing, const ChainId& chain, Transaction& transaction);

/// Sends them, 512 at a time and in order, and prints each answer. NET-003: the ledger refused one;
/// NET-005: Ctrl-C came before the answer.
[[nodiscard]] Faults send_and_print(const Sender& sender,
                                    const std::vector<InputTransaction>& inputs, const Output& out);

}  // namespace tally::app
