// Writes: from a checked caller's transactions to the receipts of a certified block.
#pragma once

#include <tally/model/submission.h>

#include "api/door.h"
#include "api/waiting.h"

#include <optional>
#include <string>
#include <vector>

namespace tally::v1 {
class SimulateResponse;
class Transaction;
}  // namespace tally::v1

namespace tally::api {

class Writes {
 public:
  /// Borrows both.
  Writes(Door& door, Waiting& waiting) : door_(door), waiting_(waiting) {}

  /// Transactions that the node seals. What `seal` and `submit` return is a wait to close when the
  /// caller goes away; nullopt: `done` was called already.
  [[nodiscard]] std::optional<Waiting::Ticket> seal(const Caller& caller,
                                                    std::vector<Transaction> transactions,
                                                    Clock::time_point deadline,
                                                    const AnswersDone& done);
  /// A signed submission's bytes.
  [[nodiscard]] std::optional<Waiting::Ticket> submit(const Caller& caller, ByteView submission,
                                                      Clock::time_point deadline,
                                                      const AnswersDone& done);

  /// What the caller may send, asked of a snapshot; nothing changes.
  [[nodiscard]] Check simulate(const Caller& caller, const storage::Snapshot& snapshot,
                               const v1::Transaction& request,
                               v1::SimulateResponse& response) const;

 private:
  /// Which of the transactions the ledger has answered for good; nullopt: it has yet to decide.
  using Settled = std::vector<std::optional<Answered>>;

  [[nodiscard]] Check check_sealable(const Caller& caller,
                                     std::vector<Transaction>& transactions) const;
  [[nodiscard]] Check check_publications(const std::vector<Transaction>& transactions) const;
  [[nodiscard]] Check check_signed_publications(ByteView submission, const Submission& content,
                                                const Settled& settled) const;
  [[nodiscard]] Check check_consents(const std::vector<Transaction>& transactions) const;
  [[nodiscard]] Reply<Submission> check_signed(ByteView bytes) const;
  [[nodiscard]] Reply<Settled> settle(const std::vector<Transaction>& transactions,
                                      const std::vector<Expected>& expected) const;
  [[nodiscard]] Check deny_strangers(const Submission& content,
                                     const std::vector<Expected>& expected, Settled& settled) const;
  [[nodiscard]] Reply<std::optional<Answered>> settle_one(const storage::Snapshot& snapshot,
                                                          const Transaction& transaction,
                                                          const Expected& expected,
                                                          Height certified, Timestamp now) const;
  [[nodiscard]] std::optional<Waiting::Ticket> give_up(Waiting::Ticket ticket, Fault fault,
                                                       const AnswersDone& done);

  Door& door_;
  Waiting& waiting_;
};

}  // namespace tally::api
