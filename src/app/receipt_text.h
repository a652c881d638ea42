// Receipts and lots for people: lines of text.
#pragma once

#include <tally/client/client.h>
#include <tally/model/receipt.h>

#include <string>

namespace tally::app {

/// "ACCEPTED  earn  block 812 receipt 3", with a line for each movement under it, or the sentence
/// that a cashier understands.
[[nodiscard]] std::string text_of(const client::Answer& answer);

/// "812/3": where a receipt stands.
[[nodiscard]] std::string text_of(const Position& position);

/// A receipt of `account`'s history on one line: time, place, kind, outcome, what it moved.
[[nodiscard]] std::string history_line(const Receipt& receipt, Timestamp ledger_time,
                                       const AccountId& account);

/// What `receipt` did to what `account` has, waits for and owes, taken together; negative where it
/// took some.
[[nodiscard]] std::int64_t change_of(const Receipt& receipt, const AccountId& account);

}  // namespace tally::app
