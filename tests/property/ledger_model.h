// LedgerModel: the ledger's points as design/loyalty.md §3 to §15 has them, over plain lists. It
// knows nothing of pages, deltas, records or books; awards it computes itself, of rules so simple
// that no interpreter is needed. Where the page leaves an order of checks open, it names all
// refusals that may come.
#pragma once

#include <tally/model/genesis.h>
#include <tally/model/receipt.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tally::test {

using Ms = std::uint64_t;
using Amount = std::int64_t;
inline constexpr Ms kNeverMs = ~Ms{0};

/// `bonus` points for an eligible amount of `from` minor units or more, or for what is attested.
struct ModelCampaign {
  std::string id;
  bool attested = false;
  std::string attestor;  ///< the name of the key that must sign; empty: any
  Amount from = 0;
  Amount bonus = 0;
  bool runs = true;  ///< not paused, not ended
  bool ended = false;
  bool once = false;
  Amount budget = 0;                 ///< 0: none
  std::optional<Ms> pending;         ///< its own; none: the programme's
  std::optional<ExpiryRule> expiry;  ///< its own; none: the programme's
  Funder funder;
};

/// What the model is told of a programme; scalar settings it reads from `programme`.
struct ModelRules {
  Programme programme;
  Amount per = 100;  ///< minor units of a point
  std::vector<ModelCampaign> campaigns;
  Ms memory = 0;  ///< of request ids and orders
  Ms validity_max = 0;
};

/// What a programme of the runs says: its base and its campaigns are of the forms that they know.
[[nodiscard]] ModelRules rules_of(const Programme& programme, const ModelRules& before);

/// A version of the programme: in force from a height on, while no later one is.
struct ModelVersion {
  std::uint64_t from = 0;
  Ms since = kNeverMs;  ///< the ledger time of that height, once there is one
  ModelRules rules;
};

struct ModelLot {
  Ms expires = kNeverMs;  ///< of an idle one: not read
  Ms earned = 0;
  LotId id;
  Amount remaining = 0;
  Amount original = 0;
  Ms available_at = 0;
  bool idle = false;
  bool late = false;
  Funder funder;
  friend bool operator==(const ModelLot&, const ModelLot&) = default;
};

struct ModelWaiting {
  ModelLot lot;  ///< available_at: when it activates
  bool by_event = false;
  bool review = false;
  std::string campaign;     ///< whose expiry rule counts; empty: the programme's
  std::size_t version = 0;  ///< that earned it
  friend bool operator==(const ModelWaiting&, const ModelWaiting&) = default;
};

struct ModelUse {
  std::int64_t place = 0;
  std::uint64_t times = 0;
  Amount points = 0;
  friend bool operator==(const ModelUse&, const ModelUse&) = default;
};
using ModelUseKey = std::tuple<VelocityWhat, Period, MerchantId>;

struct ModelAccount {
  Ms enrolled = 0;
  bool closed = false;
  bool soft = false;
  bool fraud = false;
  std::optional<MemberId> alias;
  std::optional<Hash> commitment;
  std::optional<PoolId> pool;
  std::set<std::string> segments;
  bool segments_open = false;  ///< the page does not say which they are
  std::set<KeyId> keys;        ///< of the member's own, in force
  bool own_key = false;        ///< out of custody, though its keys may have ended
  std::vector<ModelLot> lots;
  std::vector<ModelWaiting> waiting;
  std::vector<ModelLot> expired;  ///< with the date at which they did
  Amount debt = 0;
  Ms idle_at = kNeverMs;
  std::map<std::string, std::uint64_t> campaign_times;
  std::map<ModelUseKey, ModelUse> velocity;
  std::int64_t adjusted_day = 0;
  Amount adjusted = 0;
  std::uint64_t touched = 0;  ///< rises with whatever happens to it
  [[nodiscard]] bool frozen() const { return soft || fraud; }
  friend bool operator==(const ModelAccount&, const ModelAccount&) = default;
};

struct ModelPiece {
  MemberId owner;
  ModelLot lot;
  Amount points = 0;
};

/// What a merge was, for 30 days.
struct ModelMerged {
  MemberId target;
  Ms at = 0;
  ModelAccount source_before;
  ModelAccount target_before;
  ModelAccount target_after;
  std::set<LotId> lots;  ///< that the source brought
  std::set<TokenId> tokens;
  std::vector<ModelPiece> settled;  ///< by owner before the merge; paid the other one's debt
};

struct ModelGuardians {
  std::set<KeyId> keys;  ///< none: the custodian
  std::size_t needed = 0;
  Ms delay = 48 * 3'600'000;
};

/// Who may replace a member's keys, and what is under way.
struct ModelRecovery {
  ModelGuardians guardians;
  std::optional<ModelGuardians> next;
  Ms next_from = 0;
  std::optional<KeyId> key;
  std::set<KeyId> approved;
  Ms ready_at = kNeverMs;
  bool cancelled = false;
};

enum class ModelHoldState { Open, Captured, Voided, TimedOut };

struct ModelHold {
  ModelHoldState state = ModelHoldState::Open;
  HoldId id;
  MemberId asker;
  Bytes order;
  Ms deadline = 0;
  Ms leaves = kNeverMs;
  Amount points = 0;
  Amount value = 0;
  Amount basket = 0;
  Amount price_points = 0;
  Amount price_money = 0;
  std::vector<ModelPiece> pieces;
};

struct ModelPosted {
  std::string source;
  Amount points = 0;
  Amount headroom = 0;
  Amount claimed = 0;
  Amount recovered = 0;
};

struct ModelEarned {
  MemberId member;
  Ms at = 0;
  Position place;
  Earn purchase;
  Amount paid = 0;
  std::vector<ModelPosted> lines;
  std::size_t version = 0;  ///< by which it is evaluated again
  Ms window = 0;            ///< of returns, as it was then
};

struct ModelPaid {
  Ms at = 0;
  Amount points = 0;
  Amount value = 0;
  Amount basket = 0;
  std::vector<ModelPiece> pieces;  ///< as they were taken; what came back is off
  Ms window = 0;                   ///< of returns, as it was then
};

struct ModelOrder {
  Ms latest = 0;
  std::optional<ModelEarned> earn;
  std::vector<ModelPaid> paid;
  Amount total_back = 0;
  Amount tax_back = 0;
  Amount excluded_back = 0;
  Amount points_back = 0;
  Amount value_back = 0;
};

struct ModelTotals {
  Amount issued = 0;
  Amount redeemed = 0;
  Amount expired = 0;
  Amount fees = 0;
  Amount clawed = 0;
  Amount forfeited = 0;
  Amount unrecovered = 0;
};

/// What is right: one of `must` if there is any; else Accepted, or one of `may`.
struct ModelAnswer {
  std::set<Outcome> must;
  std::set<Outcome> may;
  [[nodiscard]] bool allows(Outcome outcome) const {
    if (outcome == Outcome::Accepted) return must.empty();
    return must.contains(outcome) || may.contains(outcome);
  }
};

/// A transaction and who sends it.
struct ModelCall {
  const Transaction* transaction = nullptr;
  KeyId signer;
  Position place;
  Ms now = 0;
};

class LedgerModel {
 public:
  explicit LedgerModel(ModelRules rules) : versions_{{0, 0, std::move(rules)}} {}

  /// Who may sign for the merchant, beside members' own keys.
  void add_operator(const KeyId& key) { operators_.insert(key); }
  void add_terminal(const KeyId& key, std::string name) {
    terminals_.insert(key);
    key_names_[key] = std::move(name);
  }

  /// The versions that begin with it do; then all runs that is due at `now` and before, each as of
  /// its own deadline.
  void begin_block(std::uint64_t height, Ms now);
  [[nodiscard]] ModelAnswer judge(const ModelCall& call) const;
  /// REQUIRES: the ledger answered so, and judge allowed it.
  void apply(const ModelCall& call, Outcome outcome);

  [[nodiscard]] const std::map<MemberId, ModelAccount>& accounts() const { return accounts_; }
  [[nodiscard]] const std::map<Bytes, ModelHold>& holds() const { return holds_; }
  [[nodiscard]] const std::map<Bytes, ModelOrder>& orders() const { return orders_; }
  [[nodiscard]] const ModelTotals& totals() const { return totals_; }
  [[nodiscard]] const std::map<std::string, Amount>& spent() const { return spent_; }
  [[nodiscard]] const ModelRules& rules() const { return versions_.at(in_force_).rules; }
  /// The last one that is published, whether it is in force or waits for its height.
  [[nodiscard]] const ModelRules& last_rules() const { return versions_.back().rules; }
  [[nodiscard]] std::size_t last_version() const { return versions_.size(); }
  [[nodiscard]] std::uint64_t height() const { return height_; }
  [[nodiscard]] const std::map<TokenId, std::pair<MemberId, bool>>& tokens() const {
    return tokens_;
  }

  [[nodiscard]] bool is_known(const crypto::PublicKey& key) const {
    return key_owners_.contains(key.id());
  }
  [[nodiscard]] Amount available(const MemberId& member) const;
  [[nodiscard]] Amount held(const MemberId& member) const;
  [[nodiscard]] Amount pending(const MemberId& member) const;
  /// What the last redemption or capture paid, in minor units.
  [[nodiscard]] Amount last_paid() const { return last_paid_; }
  /// Instants after `now` at which something changes by itself, or may be done no more.
  [[nodiscard]] std::vector<Ms> deadlines(Ms now) const;

 private:
  struct Award {
    std::string source;
    Amount points = 0;
    Amount headroom = 0;
    const ModelCampaign* campaign = nullptr;
  };
  struct Pricing {
    Outcome outcome = Outcome::Accepted;
    Amount charge = 0;
    Amount value = 0;
  };
  struct Known {
    Hash digest;
    Ms at = 0;
  };

  // Of each kind: what speaks against it, and what it does.
  void judge(const Enrol&, const ModelCall&, ModelAnswer&) const;
  void judge(const Earn&, const ModelCall&, ModelAnswer&) const;
  void judge(const Attest&, const ModelCall&, ModelAnswer&) const;
  void judge(const Redeem&, const ModelCall&, ModelAnswer&) const;
  void judge(const Transfer&, const ModelCall&, ModelAnswer&) const;
  void judge(const Hold&, const ModelCall&, ModelAnswer&) const;
  void judge(const Capture&, const ModelCall&, ModelAnswer&) const;
  void judge(const Void&, const ModelCall&, ModelAnswer&) const;
  void judge(const Activate&, const ModelCall&, ModelAnswer&) const;
  void judge(const Reverse&, const ModelCall&, ModelAnswer&) const;
  void judge(const Pool&, const ModelCall&, ModelAnswer&) const;
  void judge(const Adjust&, const ModelCall&, ModelAnswer&) const;
  void judge(const AdjustBulk&, const ModelCall&, ModelAnswer&) const;
  void judge(const OpenLots&, const ModelCall&, ModelAnswer&) const;
  void judge(const Extend&, const ModelCall&, ModelAnswer&) const;
  void judge(const Reinstate&, const ModelCall&, ModelAnswer&) const;
  void judge(const LinkToken&, const ModelCall&, ModelAnswer&) const;
  void judge(const BlockToken&, const ModelCall&, ModelAnswer&) const;
  void judge(const Claim&, const ModelCall&, ModelAnswer&) const;
  void judge(const Freeze&, const ModelCall&, ModelAnswer&) const;
  void judge(const Unfreeze&, const ModelCall&, ModelAnswer&) const;
  void judge(const Merge&, const ModelCall&, ModelAnswer&) const;
  void judge(const Unmerge&, const ModelCall&, ModelAnswer&) const;
  void judge(const RegisterKey&, const ModelCall&, ModelAnswer&) const;
  void judge(const RevokeKey&, const ModelCall&, ModelAnswer&) const;
  void judge(const Recover&, const ModelCall&, ModelAnswer&) const;
  void judge(const PublishSegment&, const ModelCall&, ModelAnswer&) const;
  void judge(const PublishProgramme&, const ModelCall&, ModelAnswer&) const;
  void judge(const PublishCampaign&, const ModelCall&, ModelAnswer&) const;
  void judge(const Close&, const ModelCall&, ModelAnswer&) const;
  template <typename Other>
  void judge(const Other&, const ModelCall&, ModelAnswer&) const;
  void apply(const Enrol&, const ModelCall&);
  void apply(const Earn&, const ModelCall&);
  void apply(const Attest&, const ModelCall&);
  void apply(const Redeem&, const ModelCall&);
  void apply(const Transfer&, const ModelCall&);
  void apply(const Hold&, const ModelCall&);
  void apply(const Capture&, const ModelCall&);
  void apply(const Void&, const ModelCall&);
  void apply(const Activate&, const ModelCall&);
  void apply(const Reverse&, const ModelCall&);
  void apply(const Pool&, const ModelCall&);
  void apply(const Adjust&, const ModelCall&);
  void apply(const AdjustBulk&, const ModelCall&);
  void apply(const OpenLots&, const ModelCall&);
  void apply(const Extend&, const ModelCall&);
  void apply(const Reinstate&, const ModelCall&);
  void apply(const LinkToken&, const ModelCall&);
  void apply(const BlockToken&, const ModelCall&);
  void apply(const Claim&, const ModelCall&);
  void apply(const Freeze&, const ModelCall&);
  void apply(const Unfreeze&, const ModelCall&);
  void apply(const Merge&, const ModelCall&);
  void apply(const Unmerge&, const ModelCall&);
  void apply(const RegisterKey&, const ModelCall&);
  void apply(const RevokeKey&, const ModelCall&);
  void apply(const Recover&, const ModelCall&);
  void apply(const PublishSegment&, const ModelCall&);
  void apply(const PublishProgramme&, const ModelCall&);
  void apply(const PublishCampaign&, const ModelCall&);
  void apply(const Close&, const ModelCall&);
  template <typename Other>
  void apply(const Other&, const ModelCall&);

  // Who is who.
  [[nodiscard]] MemberId resolved(MemberId member) const;
  [[nodiscard]] const ModelAccount* find(const MemberId& member) const;
  [[nodiscard]] ModelAccount& account(const MemberId& member);
  /// Whom a card or a member id names; adds what speaks against it.
  [[nodiscard]] MemberId named(const MemberId& member, const std::optional<TokenId>& token,
                               ModelAnswer& answer) const;
  /// Refuses with UnknownMember or MemberClosed; nullptr: there is no such account.
  const ModelAccount* check_open(const MemberId& member, ModelAnswer& answer) const;
  [[nodiscard]] bool signed_by(const ModelCall& call, const MemberId& member) const;
  /// Two operators agree: one may ask, the others' consents are there.
  [[nodiscard]] bool two_operators(const ModelCall& call) const;
  /// Whose own key asks; nullopt: a key of the merchant's.
  [[nodiscard]] std::optional<MemberId> asking_member(const ModelCall& call) const;
  [[nodiscard]] bool is_the_merchants(const ModelCall& call) const {
    return operators_.contains(call.signer) || terminals_.contains(call.signer);
  }
  /// By the roles of design/security.md §5.
  [[nodiscard]] bool is_permitted(const ModelCall& call) const;
  /// Whether what the action names is the member's own, so that its key may send it.
  [[nodiscard]] bool is_own(const std::optional<MemberId>& member, const Action& action) const;
  [[nodiscard]] ModelRecovery recovery_at(const MemberId& member, Ms now) const;
  [[nodiscard]] bool is_custodial(const MemberId& member) const;
  [[nodiscard]] bool is_enough(const Recover& action, const ModelRecovery& recovery,
                               const std::set<KeyId>& approved) const;
  [[nodiscard]] std::set<KeyId> approvals(const Recover& action, const ModelRecovery& recovery,
                                          const ModelCall& call) const;
  void judge_approval(const Recover&, const ModelCall&, ModelAnswer&) const;
  void judge_execution(const Recover&, const ModelCall&, ModelAnswer&) const;
  /// A card or an account changes by the member's word, or its custodian's.
  void judge_ward(const ModelCall& call, const MemberId& member, ModelAnswer& answer) const;
  [[nodiscard]] bool is_operator(const ModelCall& call) const {
    return operators_.contains(call.signer);
  }
  void part_points(const ModelMerged& merged, ModelAccount& source, ModelAccount& target);
  void part_names(const ModelMerged& merged, const MemberId& source);
  void part_debt(const ModelMerged& merged, ModelAccount& source, ModelAccount& target, Ms at);
  [[nodiscard]] std::set<MemberId> all_resolved(const std::vector<MemberId>& members) const;
  /// Holds that have the member's points, or that it asked for.
  [[nodiscard]] bool has_open_holds(const MemberId& member) const;
  void inherit(ModelAccount& account, const Hash& commitment);
  [[nodiscard]] std::vector<MemberId> spenders(const MemberId& asker) const;

  // Versions.
  struct NextVersion {
    std::uint32_t number = 0;
    Height active_from;
  };
  void run_due(Ms now);
  [[nodiscard]] std::size_t version_at(Ms t) const;
  void judge_next(const NextVersion&, const Programme&, const ModelCall&, ModelAnswer&) const;
  void publish(const NextVersion&, const Programme&, const ModelCall&);

  // Lots.
  [[nodiscard]] Ms expiry_of(const ModelAccount& account, const ModelLot& lot) const {
    return lot.idle ? account.idle_at : lot.expires;
  }
  [[nodiscard]] Ms reinstated_from(Ms request) const;
  [[nodiscard]] Ms expiry_from(const ModelRules& rules, const std::string& campaign,
                               Ms start) const;
  void add_lot(ModelAccount& account, ModelLot lot, bool is_new);
  void put(ModelAccount& account, const ModelLot& lot);
  void bring_back(ModelAccount& account, ModelLot lot, Amount points, Ms at, bool grace = true);
  std::vector<ModelPiece> take(const std::vector<MemberId>& owners, Amount points);
  [[nodiscard]] const ModelLot* first_part(const ModelAccount& account, const LotId& id) const;
  void move_idle(ModelAccount& account, Ms at);
  void activate(ModelAccount& account, const ModelWaiting& waiting, Ms at);
  void expire(ModelAccount& account, Ms at);
  void release(const ModelHold& hold, Amount from, Ms at);

  // Rules.
  [[nodiscard]] std::vector<Award> awards(const ModelAccount& account, Amount eligible) const;
  using Fits = std::function<bool(const ModelCampaign&)>;
  void add_bonuses(const ModelAccount& account, Amount room, const Fits& fits,
                   std::vector<Award>& given) const;
  /// The most that one transaction gives.
  [[nodiscard]] Amount room_of_transaction() const;
  void credit(ModelAccount& account, const std::vector<Award>& given, const ModelCall& call,
              bool flagged);
  void judge_event_time(Timestamp event, const ModelCall& call, ModelAnswer& answer) const;
  [[nodiscard]] bool vouches(const ModelCampaign& campaign, const KeyId& key) const;
  [[nodiscard]] Amount eligible(const ModelRules& rules, const Earn& earn, Amount paid) const;
  [[nodiscard]] Pricing price(const Redeem& redeem, Amount available) const;
  [[nodiscard]] std::int64_t place_of(Period period, Ms now) const;
  /// The limit of those with `flags` that once more of so many points would pass.
  [[nodiscard]] bool passes_limit(const ModelAccount& account, VelocityWhat what, Amount points,
                                  const ModelCall& call, bool flags) const;
  void note(ModelAccount& account, VelocityWhat what, Amount points, const ModelCall& call);

  // Orders.
  [[nodiscard]] static Bytes order_of(const Transaction& transaction);
  [[nodiscard]] const ModelOrder* remembered(const Bytes& order, Ms now) const;
  ModelOrder& touch(const Bytes& order, Ms now);
  void judge_spending(const Redeem&, const ModelCall&, ModelAnswer&) const;
  void judge_place(const ModelCall&, ModelAnswer&) const;
  void pay(const Bytes& order, const ModelCall& call, ModelPaid paid);
  [[nodiscard]] const ModelHold* find_hold(const Bytes& hold, Ms now) const;
  void judge_hold(const Bytes& id, const ModelCall&, ModelAnswer&) const;
  void judge_adjust_limit(const ModelCall&, const ModelAccount&, Amount, ModelAnswer&) const;
  [[nodiscard]] std::map<MemberId, Amount> by_member(const AdjustBulk& bulk) const;
  void give_back(ModelOrder& order, Ms now, Amount refunded, Amount total);
  void claw(ModelOrder& order, Ms now);
  [[nodiscard]] bool takes_back(const std::string& campaign) const;
  Amount recover(ModelAccount& account, const ModelOrder& order, Amount claim);
  [[nodiscard]] Amount order_total(const ModelOrder& order) const;

  std::vector<ModelVersion> versions_;  ///< the first is number 1
  std::size_t in_force_ = 0;            ///< at what runs now
  std::uint64_t height_ = 0;
  std::set<std::string> left_out_;  ///< campaigns that a version did not have any more
  std::set<KeyId> operators_;
  std::set<KeyId> terminals_;
  std::map<MemberId, ModelAccount> accounts_;
  std::map<Hash, MemberId> commitments_;
  std::map<TokenId, std::pair<MemberId, bool>> tokens_;  ///< whose, and whether blocked
  std::map<PoolId, std::set<MemberId>> pools_;
  std::map<KeyId, MemberId> key_owners_;  ///< of members' keys, ended ones too
  std::map<MemberId, ModelRecovery> recoveries_;
  std::map<MemberId, ModelMerged> merges_;  ///< by source
  std::map<Bytes, ModelHold> holds_;        ///< by the request id that placed it
  std::map<Bytes, ModelOrder> orders_;
  std::map<Bytes, Known> requests_;
  std::map<std::string, Amount> spent_;
  std::map<std::pair<KeyId, std::int64_t>, Amount> adjusted_;  ///< by operator and local day
  std::set<std::string> opened_;
  std::map<std::string, Ms> attested_;  ///< by ref
  std::map<KeyId, std::string> key_names_;
  ModelTotals totals_;
  Amount last_paid_ = 0;
};

}  // namespace tally::test
