// A token is the JSON of one consent; the edge speaks of whole transactions, so one is put around.
#include "app/consent_token.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>
#include <tally/edge/json.h>

#include "app/transaction_input.h"

#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using nlohmann::ordered_json;

/// Never sent.
Transaction around(std::vector<Consent> consents) {
  Transaction transaction;
  transaction.merchant = MerchantId(1);
  transaction.request_id = fresh_request_id();
  transaction.valid_until = Timestamp::never();
  transaction.action = AdvanceClock{Duration(1)};
  transaction.consents = std::move(consents);
  return transaction;
}

}  // namespace

std::string consent_token(const ChainId& chain, const ConsentTerms& terms,
                          const crypto::PrivateKey& key) {
  const crypto::Signature signature = key.sign(token_digest(chain, terms).view());
  const Transaction transaction = around({Consent{key.public_key(), signature, terms}});
  const auto json = ordered_json::parse(edge::transaction_to_json(transaction, false));
  return json.at("consents").at(0).dump(2) + "\n";
}

OrFaults<Consent> consent_token_from(std::string_view text, const std::string& name) {
  const auto refuse = [&](const std::string& got) {
    return config::fail(Fault{kBadInput, printable(got), "a token as tally consent token writes it",
                              config::shown_path(name), "make another; nothing was sent"});
  };
  ordered_json whole = ordered_json::parse(edge::transaction_to_json(around({}), false));
  ordered_json token = ordered_json::parse(text, nullptr, false);
  if (token.is_discarded()) return refuse("no JSON document");
  if (!token.is_object() || !token.contains("terms")) return refuse("JSON without \"terms\"");
  whole["consents"] = ordered_json::array({std::move(token)});
  Result<Transaction> transaction = edge::transaction_from_json(whole.dump());
  if (!transaction.ok()) return refuse(transaction.error().message);
  return std::move(transaction->consents.front());
}

}  // namespace tally::app
