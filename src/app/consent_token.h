// Consent tokens as files: a custodian's or a member's word, given before there is a transaction,
// that so many points may be spent elsewhere once (design/loyalty.md §16).
#pragma once

#include "app/fault_kinds.h"

#include <tally/model/transaction.h>

#include <string>
#include <string_view>

namespace tally::app {

/// Signs the terms, which need no ledger. The text is the API's Consent (docs/api.md), JSON on
/// several lines: it may be put among a transaction's consents as it is.
[[nodiscard]] std::string consent_token(const ChainId& chain, const ConsentTerms& terms,
                                        const crypto::PrivateKey& key);

/// CLI-014: `text`, of the file `name`, is no consent with terms. Whether it is signed well and
/// fits a transaction the ledger says.
[[nodiscard]] OrFaults<Consent> consent_token_from(std::string_view text, const std::string& name);

}  // namespace tally::app
