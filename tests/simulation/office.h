// Office: what merchants' offices do beside their tills: publications, segments, keys, cards,
// merges that are undone, recoveries, corrections in bulk. One seed in eight has one (WorkPlan).
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/transaction.h>

#include "simulation/random.h"
#include "support/builders.h"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tally::sim {

/// What clients know of the time at which they ask for something.
struct Moment {
  Timestamp event_time;
  bool may_move_clock = false;  ///< late jumps would leave the liveness phase nothing to wait for
};

/// Unlike the tills it reads the answers: a next version, a lot that is extended, a merge that is
/// undone and a key that is revoked have to be there.
class Office {
 public:
  /// Members who come by a card alone: so many of each of the programmes 1 … kProgrammes.
  static constexpr std::uint64_t kCardMembers = 3;
  static constexpr std::uint64_t kProgrammes = 3;

  /// `first_card_member`: the number of the first of them; those below have an identity and a key.
  /// Draws from a stream of its own. One that is not open is asked for nothing.
  Office(bool is_open, std::uint64_t seed, std::uint64_t first_card_member);

  [[nodiscard]] bool is_open() const { return is_open_; }
  /// Half of the deeds are the office's.
  [[nodiscard]] bool takes_turn() { return is_open_ && random_.chance(50); }
  /// A campaign that attested actions earn by, and a second life for what expired.
  void vary(Programme& programme) const;
  /// Makes the office's next deed of `deed`, a copy of what a till would have sent.
  /// `second_operator`: the key that has to sign beside the merchant's first one.
  void fill(Transaction& deed, const crypto::PublicKey& second_operator, const Moment& moment);

  /// What was sent, as it was signed.
  void sent(const Transaction& transaction);
  /// What became of a transaction, and when.
  void learn(const Receipt& receipt, Timestamp ledger_time);

  /// Whose word a recovery takes in the member's place.
  [[nodiscard]] const std::vector<crypto::PrivateKey>& guardians() const { return guardians_; }
  /// A till's own key; nullptr: `id` is none's.
  [[nodiscard]] const crypto::PrivateKey* till(const KeyId& id) const;
  /// The key that a recovery gave member `n`; nullptr: it has the one that it enrolled with.
  [[nodiscard]] const crypto::PrivateKey* recovered(std::uint64_t n) const;

 private:
  using OwnedLot = std::pair<MemberId, LotId>;
  /// Of one programme.
  struct Known {
    std::uint32_t version = 0;
    Programme programme;  ///< its last version
    bool has_second_operator = false;
    std::set<MemberId> members;
    std::vector<MemberId> by_card;    ///< who enrolled by a card alone, and has no key
    std::vector<MemberId> unclaimed;  ///< of them
    std::vector<TokenId> cards;
    std::vector<MemberId> merged;
    std::vector<OwnedLot> lots;     ///< that have a date of their own
    std::vector<KeyId> keys;        ///< that may be revoked
    std::vector<Bytes> orders;      ///< that were accepted
    std::vector<Bytes> waiting;     ///< of them, whose points are pending
    std::vector<Bytes> holds;       ///< that were placed
    std::vector<MemberId> expired;  ///< who lost points at their date
  };
  struct Recovery {
    std::optional<Timestamp> guarded_from;
    std::optional<Timestamp> ready_at;  ///< of an approval
    std::uint64_t round = 0;            ///< each has another key
  };

  [[nodiscard]] Action draw(const Transaction& sale, Known& known, const Moment& moment);
  [[nodiscard]] Action draw_publication(const Known& known);
  [[nodiscard]] Action draw_campaign(const Known& known);
  [[nodiscard]] Action draw_worth(MerchantId programme);
  [[nodiscard]] Action draw_segment(MerchantId programme, const Known& known);
  [[nodiscard]] Action draw_card(const Transaction& sale, const Known& known);
  [[nodiscard]] Action draw_merge(MerchantId programme, const Known& known);
  [[nodiscard]] Action draw_key(const Known& known);
  [[nodiscard]] Action draw_correction(MerchantId programme, const Known& known);
  [[nodiscard]] OpenLots open_lots(MerchantId programme, const Known& known);
  [[nodiscard]] Action draw_answer(MerchantId programme, const Known& known, const Moment& moment);
  [[nodiscard]] Action draw_recovery(const Known& known, const Moment& moment);
  [[nodiscard]] Action set_guardians(const MemberId& member);
  [[nodiscard]] crypto::PrivateKey new_key(const MemberId& member) const;
  [[nodiscard]] Attest attest(MerchantId programme, const Moment& moment);
  void revise(Programme& programme);

  [[nodiscard]] MemberId any_member(const Known& known);
  [[nodiscard]] std::vector<MemberId> some_members(const Known& known);
  [[nodiscard]] Height next_start();

  void learn_order(const Transaction& transaction, const Receipt& receipt, Known& known);
  void learn_action(const Action& action, Known& known);
  void learn_lines(const Receipt& receipt);
  void learn_recovery(const Recover& step, Known& known);

  Random random_;
  bool is_open_;
  std::uint64_t first_card_member_;
  std::vector<crypto::PrivateKey> guardians_;
  std::map<KeyId, crypto::PrivateKey> tills_;
  std::map<std::uint64_t, crypto::PrivateKey> recovered_;
  std::map<MerchantId, Known> known_;
  std::map<MemberId, Recovery> recoveries_;
  std::map<Hash, Transaction> sent_;  ///< by request digest
  std::uint64_t next_number_ = 1;     ///< of cards, tills, campaigns and refs
  Timestamp now_ = test::kStart;      ///< in ledger time
  Height height_;
};

}  // namespace tally::sim
