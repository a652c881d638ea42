// A programme on the ledger: its versions, and the totals of its double entry.
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/rule_set.h>
#include <tally/state/history.h>
#include <tally/state/state_delta.h>

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace tally::state {

/// One version. FORMAT: stored; docs/formats.md §3.
struct ProgrammeRecord {
  std::uint32_t version = 1;
  Height active_from;
  RuleSet rules;
  friend bool operator==(const ProgrammeRecord&, const ProgrammeRecord&) = default;
};

/// The accounts of a programme's double entry (design/loyalty.md §3), in points that passed
/// through. I1: issued + exchanged_in = available + held + pending − debt + redeemed + expired +
/// fees + clawed + forfeited + exchanged_out. FORMAT: stored.
struct Totals {
  Points issued;     ///< ISSUED, all sources, less what operators took
  Points available;  ///< AVAILABLE over all members
  Points held;
  Points pending;
  Points debt;
  Points redeemed;  ///< REDEEMED, all acceptors, less what came back
  Points expired;   ///< less what was reinstated
  Points fees;
  Points clawed;
  Points forfeited;
  Points exchanged_out;  ///< EXCHANGED_OUT, into all others
  Points exchanged_in;   ///< EXCHANGED_IN, from all others
  Points unrecovered;    ///< memo: could not be taken back, or was written off
  Points transferred;    ///< memo: what moved between members
  std::uint64_t members = 0;
  std::uint64_t earns = 0;
  std::uint64_t redemptions = 0;
  std::uint64_t transfers = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};

[[nodiscard]] Result<std::optional<ProgrammeRecord>> find_version(const StateView&, MerchantId,
                                                                  std::uint32_t version);
/// From which height on a version is in force, without reading the rest of it.
[[nodiscard]] Result<std::optional<Height>> find_start(const StateView&, MerchantId,
                                                       std::uint32_t version);
[[nodiscard]] Result<void> put_version(StateDelta&, MerchantId, const ProgrammeRecord&);
/// The highest version in force at `height`; nullopt: none is.
[[nodiscard]] Result<std::optional<ProgrammeRecord>> programme_in_force(const StateView&,
                                                                        MerchantId, Height height);

/// A block's programmes, each decoded once, since that costs more than an earn; and what their
/// rules have cost so far. A version never changes, and one that a block publishes is in force in a
/// later block only.
class RuleBook {
 public:
  explicit RuleBook(std::uint64_t cost_max) : cost_max_(cost_max) {}
  /// As programme_in_force; nullptr: none is. The pointer lives as long as the cache.
  [[nodiscard]] Result<const ProgrammeRecord*> in_force(const StateView&, MerchantId,
                                                        Height height);
  /// The version that was in force at `t`: the highest whose first block has a block time ≤ `t`.
  /// What is due at `t` counts by it, whatever block runs it. nullptr: none was.
  [[nodiscard]] Result<const ProgrammeRecord*> in_force_at(const StateView&, const History&,
                                                           MerchantId, Timestamp t);
  /// One version; nullptr: there is none.
  [[nodiscard]] Result<const ProgrammeRecord*> version(const StateView&, MerchantId,
                                                       std::uint32_t version);
  /// The same for a transaction, which may name a purchase of any version: reading one that is not
  /// in force is charged, once a block.
  [[nodiscard]] Result<const ProgrammeRecord*> of_version(const StateView&, MerchantId,
                                                          std::uint32_t version);
  /// Measured cost of an evaluation, of a refused transaction's too: the time has passed.
  void charge(MerchantId merchant, std::uint64_t cost) {
    cost_ += cost;
    of_merchant_[merchant] += cost;
  }
  /// Whether this block may evaluate no more for `merchant`: all have spent what a block may, or it
  /// a quarter of that alone (docs/adr/0012-rules-spend-a-blocks-budget.md).
  [[nodiscard]] bool is_spent(MerchantId merchant) const {
    const auto own = of_merchant_.find(merchant);
    return cost_ >= cost_max_ || (own != of_merchant_.end() && own->second >= cost_max_ / 4);
  }

 private:
  std::map<MerchantId, std::uint32_t> in_force_;  ///< 0: none is
  std::map<std::pair<MerchantId, std::uint32_t>, ProgrammeRecord> known_;
  std::map<std::pair<MerchantId, std::uint32_t>, Timestamp> starts_;
  std::set<std::pair<MerchantId, std::uint32_t>> charged_;  ///< versions that were paid for
  std::uint64_t cost_max_;
  std::uint64_t cost_ = 0;
  std::map<MerchantId, std::uint64_t> of_merchant_;
};

/// What a campaign has given so far, under all versions that have it. FORMAT: stored.
struct CampaignRecord {
  Points spent;
  Points budget;  ///< under which it was last charged; a later version may have a lower one
  std::uint64_t times = 0;
  bool retired = false;  ///< a later version left it out: its id is never used again
  friend bool operator==(const CampaignRecord&, const CampaignRecord&) = default;
};
[[nodiscard]] Result<CampaignRecord> find_campaign(const StateView&, MerchantId,
                                                   std::string_view campaign);
/// From a campaign record's bytes. Corrupt: they are none.
[[nodiscard]] Result<CampaignRecord> decode_campaign_record(ByteView bytes);
[[nodiscard]] Result<void> put_campaign(StateDelta&, MerchantId, std::string_view campaign,
                                        const CampaignRecord&);

/// When the attested action of this ref counted in the programme; nullopt: never.
[[nodiscard]] Result<std::optional<Timestamp>> find_ref(const StateView&, MerchantId,
                                                        std::string_view ref);
[[nodiscard]] Result<void> put_ref(StateDelta&, MerchantId, std::string_view ref, Timestamp when);

/// Adds what `points` of a receipt's line change. False: a total would leave 0 … 2^53 − 1.
[[nodiscard]] bool post(Totals& totals, LineKind kind, Points points);

[[nodiscard]] Result<Totals> totals(const StateView&, MerchantId);
/// From a totals record's bytes. Corrupt: they are none.
[[nodiscard]] Result<Totals> decode_totals(ByteView bytes);
[[nodiscard]] Result<void> put_totals(StateDelta&, MerchantId, const Totals&);

}  // namespace tally::state
