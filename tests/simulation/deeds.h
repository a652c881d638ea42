// Deeds: points for real life in a run's workload: holds, returns, gifts, pools, cards, freezes,
// merges, corrections, keys. Half of the seeds have them, under programmes that differ by seed; an
// eighth has what offices do as well.
#pragma once

#include <tally/model/transaction.h>
#include <tally/state/state_view.h>

#include "simulation/office.h"
#include "simulation/random.h"
#include "simulation/treasury.h"
#include "support/builders.h"

#include <optional>
#include <string>
#include <vector>

namespace tally::sim {

class Deeds {
 public:
  static constexpr std::uint64_t kMembers = 6;
  /// With the one to whom tills send gifts, and those who come by a card alone.
  static constexpr std::uint64_t kMembersEver =
      kMembers + 1 + Office::kCardMembers * Office::kProgrammes;

  /// Draws from a stream of its own: what other seeds ask of the network stays as it was.
  /// `has_office` also where the seed alone would have no deeds. Borrows `consortium`.
  Deeds(std::uint64_t seed, bool has_office, const test::TestChain& consortium);

  [[nodiscard]] bool are_on() const { return !keys_.empty(); }
  /// What the page leaves to programmes: pending, expiry, clawback, pools, fees, velocity.
  void vary(Programme& programme);
  /// A deed in `sale`'s place, under its request id, and its merchant but for the treasury's;
  /// nullopt: the sale stays. But for the office's it knows what was sent before, not what became
  /// of it.
  [[nodiscard]] std::optional<Transaction> in_place_of(const Transaction& sale,
                                                       const Moment& moment);
  /// The members' consents, and another operator's, for the kinds that take them. Last: they hold
  /// for one `valid_until`.
  void sign(Transaction& transaction) const;
  void sent(const Transaction& transaction) {
    office_.sent(transaction);
    treasury_.sent(transaction);
  }
  void learn(const Receipt& receipt, Timestamp ledger_time) {
    office_.learn(receipt, ledger_time);
    treasury_.learn(receipt, ledger_time);
  }
  /// Whose key sends it; nullptr: its merchant's operator.
  [[nodiscard]] const crypto::PrivateKey* sender_of(const Transaction& transaction) const;

 private:
  [[nodiscard]] Action draw(const Transaction& sale);
  [[nodiscard]] Action draw_account(MerchantId programme);
  [[nodiscard]] Action draw_correction(MerchantId programme);
  /// The second operator, which its merchant's first makes alone, a third one, or its end.
  [[nodiscard]] Action draw_key(MerchantId programme);
  /// The treasury's deed, with the token that it carries.
  void fill_between(Transaction& deed, const Moment& moment);
  /// What goes from merchant to merchant has its own consents.
  void sign_between(Transaction& transaction) const;
  [[nodiscard]] MemberId any_member() { return test::member(random_.between(1, kMembers)); }
  [[nodiscard]] const crypto::PrivateKey& key_of(std::uint64_t n) const;
  /// One of the latest of `ids`, or nobody's.
  [[nodiscard]] Bytes any_of(const std::vector<Bytes>& ids);

  Random random_;
  const test::TestChain& consortium_;
  std::vector<crypto::PrivateKey> keys_;       ///< of members 1 … kMembers; empty: no deeds
  std::vector<crypto::PrivateKey> operators_;  ///< a second one of each merchant
  std::vector<Bytes> orders_;
  std::vector<Bytes> holds_;
  Office office_;
  Treasury treasury_;
};

/// I1 of design/loyalty.md §3, in sums: over the totals of each of `merchants` programmes, and
/// between totals and the heads of all members. What is wrong; nullopt: nothing.
[[nodiscard]] std::optional<std::string> broken_conservation(const state::StateView& view,
                                                             std::uint32_t merchants);

}  // namespace tally::sim
