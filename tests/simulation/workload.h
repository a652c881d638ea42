// Workload: the clients of a run, and what became of each of their submissions.
#pragma once

#include "simulation/chain.h"
#include "simulation/deeds.h"
#include "simulation/plan.h"

#include <map>
#include <optional>
#include <vector>

namespace tally::sim {

struct Request {
  Bytes bytes;
  Micros sent = 0;  ///< first
  Micros last_sent = 0;
  Timestamp valid_until;
  bool is_forged = false;
  bool must_commit = true;  ///< not one that may run out of its validity
  std::optional<Height> committed;
};

/// For one instance.
struct Delivery {
  std::size_t instance = 0;
  Bytes bytes;
};

class Workload {
 public:
  Workload(const Plan& plan, const Chain& chain);

  /// The first submissions: programmes are published.
  [[nodiscard]] std::vector<Delivery> begin();
  /// What the next client sends, to some of `targets`.
  [[nodiscard]] std::vector<Delivery> next(Micros now, Mask targets);
  /// When the one after that comes.
  [[nodiscard]] Micros next_at(Micros now);
  /// Every request that has no block after `patience`, again, to one of `targets`.
  [[nodiscard]] std::vector<Delivery> repeat_all(Micros now, Mask targets, Micros patience);
  /// The next request without any trick: for the liveness phase.
  [[nodiscard]] std::vector<Delivery> plain(Micros now, Mask targets);

  /// A correct node executed this block.
  void passed(const consensus::Header& header);
  /// And what it came to.
  void learn(const Receipt& receipt, const consensus::Header& header) {
    deeds_.learn(receipt, header.ledger_time);
  }
  /// A block that a correct node executed holds it.
  void committed(const SubmissionDigest& digest, const consensus::Header& header);
  [[nodiscard]] const Request* find(const SubmissionDigest& digest) const;
  /// Those that have to commit and have not, by their ledger time or a block.
  [[nodiscard]] std::vector<const Request*> waiting() const;
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  [[nodiscard]] Transaction draw_transaction(Micros now);
  [[nodiscard]] Moment moment_at(Micros now) const;
  /// By its sender, or by the operator of its merchant.
  [[nodiscard]] Bytes seal(std::vector<Transaction> transactions, MerchantId merchant) const;
  SubmissionDigest add(Bytes bytes, Micros now, Timestamp valid_until);
  [[nodiscard]] std::size_t draw_target(Mask targets);
  [[nodiscard]] Timestamp valid_until(Micros now) const;

  const Plan& plan_;
  const Chain& chain_;
  Random random_;
  Deeds deeds_;
  std::uint32_t merchants_;
  std::uint64_t next_request_ = 1;
  std::map<SubmissionDigest, Request> requests_;
  std::vector<SubmissionDigest> order_;
  std::size_t first_waiting_ = 0;  ///< of order_: all before it are done
  Timestamp ledger_time_;          ///< as clients know it, by the blocks of their requests
  Timestamp newest_;               ///< the ledger time of the newest block
};

}  // namespace tally::sim
