// Treasury: what offices do between merchants: caps and quotes, points spent, earned and exchanged
// elsewhere, and the settlement of what is owed for them.
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/transaction.h>

#include "simulation/office.h"
#include "simulation/random.h"
#include "support/builders.h"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tally::sim {

/// Like the office it reads the answers: what is confirmed, captured or approved has to be there.
/// Merchants 1 and 2 exchange points, are partners, and fund lines of each other's.
class Treasury {
 public:
  /// `merchants`: of the consortium. Draws from a stream of its own. With fewer than four merchants
  /// it is never open.
  Treasury(bool is_open, std::uint64_t seed, std::size_t merchants);

  [[nodiscard]] bool is_open() const { return is_open_; }
  /// In every other office most of what is asked is the treasury's: it takes many deeds until a
  /// cycle is settled.
  [[nodiscard]] bool takes_turn() { return is_open_ && random_.chance(share_); }
  /// Partners, exchange, and a campaign that another merchant pays for.
  void vary(Programme& programme) const;
  /// Makes the next deed of `deed`, by any merchant. A token that it has to carry is given back.
  struct Token {
    ConsentTerms terms;
    bool by_custodian = false;  ///< else by the member
  };
  [[nodiscard]] std::optional<Token> fill(Transaction& deed, const Moment& moment);

  /// What was sent, by anybody, as it was signed.
  void sent(const Transaction& transaction);
  /// What became of a transaction, and when.
  void learn(const Receipt& receipt, Timestamp ledger_time);

  /// Whose programme names other merchants, all of which have to agree to it.
  [[nodiscard]] static bool names_others(MerchantId programme);
  [[nodiscard]] const crypto::PrivateKey& custodian(MerchantId programme) const {
    return custodians_.at(programme);
  }

 private:
  using Owed = std::map<std::pair<MerchantId, MerchantId>, std::int64_t>;
  /// A hold or an order, at another merchant than the issuer.
  struct Placed {
    MerchantId merchant;
    MerchantId programme;
    Bytes id;
    friend bool operator==(const Placed&, const Placed&) = default;
  };
  struct Proposed {
    ProposeChange proposal;
    Timestamp at;
    std::set<MerchantId> voices;
  };
  struct Closed {
    std::uint32_t cycle = 0;
    Timestamp at;
    std::vector<MerchantId> debtors;
    std::vector<MerchantId> creditors;
  };

  [[nodiscard]] Action draw(Transaction& deed, const Moment& moment, std::optional<Token>& token);
  /// What was asked for before its answer may have come; it is asked for again after a while.
  enum class Asked { Quote, Cap, Voice, Close };
  [[nodiscard]] bool may_ask(Asked what, std::uint64_t which);
  [[nodiscard]] std::optional<Action> draw_condition(Transaction& deed);
  [[nodiscard]] std::optional<Action> draw_quote(Transaction& deed);
  [[nodiscard]] std::optional<Action> draw_cap(Transaction& deed);
  [[nodiscard]] Action draw_change(Transaction& deed);
  [[nodiscard]] Change any_change();
  [[nodiscard]] std::optional<Action> approve(Transaction& deed, MerchantId proposer);
  [[nodiscard]] std::optional<Action> draw_settling(Transaction& deed);
  [[nodiscard]] Action draw_payment(Transaction& deed);
  [[nodiscard]] std::optional<Action> draw_jump(const Moment& moment);
  /// What the account lacks to be spent from; nullopt: nothing.
  [[nodiscard]] std::optional<Action> prepare(Transaction& deed, const AccountId& account);
  [[nodiscard]] Action draw_spending(Transaction& deed, std::optional<Token>& token);
  [[nodiscard]] Redeem redeem_elsewhere(Transaction& deed);
  [[nodiscard]] Token token_for(const Redeem& redeem, MerchantId acceptor);
  [[nodiscard]] Action draw_sequel(Transaction& deed);
  [[nodiscard]] Action draw_exchange(Transaction& deed);
  [[nodiscard]] Action earn_at_partner(Transaction& deed, const Moment& moment);
  [[nodiscard]] Action register_custodian(Transaction& deed) const;

  [[nodiscard]] MemberId any_member();
  [[nodiscard]] MerchantId any_merchant();
  [[nodiscard]] MerchantId any_programme();
  [[nodiscard]] MerchantId another(MerchantId merchant, std::uint64_t among);
  void learn_owed(const Receipt& receipt);
  void learn_closed(std::uint32_t cycle);
  void learn_action(const Transaction& transaction);
  void learn_voice(MerchantId proposer, MerchantId voice);
  void learn_decided(const Change& change);

  Random random_;
  bool is_open_;
  unsigned share_;  ///< percent of the sales, in whose place it has deeds
  std::uint64_t merchants_;
  std::size_t voices_needed_;
  std::map<MerchantId, crypto::PrivateKey> custodians_;
  std::set<MerchantId> has_custodian_;
  std::map<Hash, Transaction> sent_;  ///< by request digest
  std::map<MerchantId, Timestamp> quoted_until_;
  std::set<MerchantId> has_cap_;
  std::set<MerchantId> suspended_;       ///< as refusals say
  std::optional<Timestamp> third_ends_;  ///< a programme for good
  std::map<MerchantId, Proposed> proposed_;
  std::vector<Placed> holds_;
  std::vector<Placed> orders_;
  std::vector<DecidePayment> disputed_;
  std::map<AccountId, std::int64_t> available_;                     ///< as lines say
  std::map<std::pair<Asked, std::uint64_t>, std::uint64_t> asked_;  ///< at which turn
  std::uint64_t turn_ = 0;
  std::map<std::uint32_t, Owed> open_;  ///< what arose, by cycle
  std::vector<Closed> closed_;          ///< the newest last
  std::optional<Token> last_token_;
  std::uint64_t next_number_ = 1;
  Timestamp now_ = test::kStart;  ///< in ledger time
};

}  // namespace tally::sim
