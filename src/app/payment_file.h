// Payment file: a merchant's net payments of one cycle and currency, as banks take them:
// ISO 20022 customer credit transfer initiation, pain.001.001.09.
#pragma once

#include "app/bank_accounts.h"

#include <tally/base/calendar.h>
#include <tally/base/ids.h>
#include <tally/base/result.h>
#include <tally/base/time.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tally::app {

struct PaymentPart {
  MerchantId merchant;  ///< the debtor, or a creditor
  BankAccount account;
};

struct CreditTransfer {
  PaymentPart creditor;
  std::int64_t minor_units = 0;  ///< above 0
};

struct PaymentOrder {
  PaymentPart debtor;
  std::uint32_t cycle = 0;
  Currency currency;
  std::uint8_t exponent = 2;
  Hash header;          ///< of the block that closed the cycle
  Timestamp made_at;    ///< when this file is made; to the second
  CivilDate execution;  ///< on which the bank is asked to pay
  std::vector<CreditTransfer> transfers;
};

/// Names the payment for ever: "C2968-EUR-1-2" of debtor 1 and creditor 2. It is the end-to-end id
/// that the creditor's statement shows, and can be the bank reference of a dispute.
[[nodiscard]] std::string end_to_end_id(const PaymentOrder& order, const CreditTransfer& transfer);

/// The XML, in UTF-8. The message's id depends on cycle, currency and debtor alone, so that a bank
/// which gets the file twice refuses the second. OutOfLimits: no transfer, a currency of more than
/// five places, a sum past 18 digits, or an id past 35 characters. REQUIRES: amounts above 0;
/// names and accounts as bank_accounts_from checks them.
[[nodiscard]] Result<std::string> payment_file(const PaymentOrder& order);

}  // namespace tally::app
