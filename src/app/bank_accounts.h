// Bank accounts: whom a bank pays for which merchant. They come from a file of the accountant's;
// no node sees it, and the ledger never has it.
#pragma once

#include "app/fault_kinds.h"

#include <tally/base/ids.h>
#include <tally/base/result.h>

#include <map>
#include <string>
#include <string_view>

namespace tally::app {

struct BankAccount {
  std::string name;  ///< of its holder, 1 … 70 characters of UTF-8
  std::string iban;  ///< in capitals, without blanks
  std::string bic;   ///< 8 or 11 characters; or empty
  friend bool operator==(const BankAccount&, const BankAccount&) = default;
};

using BankAccounts = std::map<MerchantId, BankAccount>;

/// A CSV whose header names the columns merchant (its number on the ledger), name, iban and, where
/// it has one, bic. CLI-014 with file and line for the first row that cannot be used, and for a
/// merchant that has two.
[[nodiscard]] OrFaults<BankAccounts> bank_accounts_from(std::string_view text,
                                                        const std::string& file);

/// In capitals and without blanks. Malformed: another form than ISO 13616's, or its check digits
/// (ISO 7064, mod 97-10) do not fit, as where a digit was mistyped.
[[nodiscard]] Result<std::string> iban_from(std::string_view text);
/// The same of a BIC (ISO 9362), by its form alone: there is nothing in it to check by.
[[nodiscard]] Result<std::string> bic_from(std::string_view text);

}  // namespace tally::app
