// What a purchase, an enrolment or an attested action earns: the order of evaluation, caps,
// budgets, groups, funders, counters and tiers, over plain values (design/loyalty.md §6, §8, §18).
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/rule_result.h>
#include <tally/model/rule_set.h>
#include <tally/model/standing.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::rules {

inline constexpr std::string_view kBaseSource = "base";

/// total − tax (unless the programme counts it) − excluded − value paid by points, at least 0
/// (design/loyalty.md §6, step 2). With lines, what is excluded is counted from them by category.
/// `paid_by_points`: the larger of what the earn says and what the order's redemptions paid.
[[nodiscard]] Money eligible_amount(const Programme& programme, const Earn& purchase,
                                    Money paid_by_points);

/// What of a purchase does not count by its categories: what the earn says, or what its lines do.
[[nodiscard]] Money excluded_amount(const Programme& programme, const Earn& purchase);

/// Purchases of the member at another merchant, as that merchant's programme remembers them.
struct OtherMerchant {
  std::string name;
  std::vector<DayCount> days;  ///< ascending
};

/// The one whose deed it is, as it was before.
struct MemberBefore {
  Timestamp enrolled_at;
  Standing standing;
};

/// What a merchant that funds lines may still come to owe, in points of this programme.
struct FunderRoom {
  std::string_view merchant;  ///< its name on the ledger
  Points room;
};

/// What happened, and what rules may ask about it.
struct Occasion {
  Trigger trigger = Trigger::Purchase;  ///< Purchase, Enrol or Attested; the others follow
  Timestamp block_time;
  Timestamp event_time;
  std::string_view merchant;       ///< where it happened, by its name on the ledger
  const Earn* purchase = nullptr;  ///< of Purchase
  Money paid_by_points;            ///< of Purchase
  bool flagged = false;            ///< of Purchase, by velocity: all of it waits for review
  std::string_view channel;        ///< of Attested
  std::string_view store;          ///< of Attested
  std::string_view ref;            ///< of Attested
  std::string_view signed_by;      ///< of Attested: the name of the key that signed
  bool quotes_in_force = false;    ///< whether a merchant that funds a line can be charged
  /// Of merchants that fund lines, or the base; one that is not named has room for any number.
  std::span<const FunderRoom> funders;
  std::span<const OtherMerchant> others;
  std::span<const Points> spent;  ///< of each campaign's budget so far, place by place
  Timestamp earned_at;            ///< of Activated: the block time of the purchase's earn
  Points qualifying;              ///< of Activated: of what activates now, what counts for tiers
};

/// Points from one funder by one rule; 0 only of the base.
struct AwardLine {
  std::string source;                     ///< kBaseSource, or a campaign's id
  std::optional<std::uint16_t> campaign;  ///< its place in the programme; none: the base
  bool to_referrer = false;
  Funder funder;
  Points points;
};

/// What a budget was charged.
struct BudgetCharge {
  std::uint16_t campaign = 0;
  Points points;
};

struct Awarded {
  Outcome outcome = Outcome::Accepted;  ///< or AmountOverflow, RuleCost: then nothing else counts
  std::vector<AwardLine> lines;         ///< base first, then in the order of evaluation
  std::vector<RuleResult> results;      ///< one for each rule asked, in that order
  RuleFacts facts;
  Standing standing;                  ///< the member's, afterwards
  std::optional<Standing> referrer;   ///< the referrer's, if it changed
  std::vector<BudgetCharge> charges;  ///< one a campaign that has a budget and gave something
  std::uint64_t cost = 0;             ///< measured
};

/// Everything that `occasion` brings about. With pending 0 the points of a purchase activate at
/// once, so its ACTIVATED campaigns, qualifying points and TIER_UP ones are part of it; with a
/// longer one they come with the activation. `referrer` is the standing of the member's referrer,
/// if there is one with an account. REQUIRES: `rules` is in force; the standing is of this
/// programme; reviews that were due have run.
[[nodiscard]] Awarded evaluate(const RuleSet& rules, const Occasion& occasion,
                               const MemberBefore& member, const std::optional<Standing>& referrer);

/// The activation of points that waited. `occasion.trigger` is Activated, its purchase the original
/// one; nullptr where they are no purchase's, or ACTIVATED has run for it: then qualifying points
/// post, with what a higher tier brings, and nothing else.
[[nodiscard]] Awarded evaluate_activation(const RuleSet& rules, const Occasion& occasion,
                                          const MemberBefore& member,
                                          const std::optional<Standing>& referrer);

/// Whether points of such a rule can be used at once.
[[nodiscard]] bool is_at_once(const Pending& pending);
/// How long points of `campaign` (nullptr: the base) wait that an occasion of `trigger` gives: by
/// its own rule, or the programme's. What comes of an activation does not wait again.
[[nodiscard]] Pending pending_of(const Programme& programme, const Campaign* campaign,
                                 Trigger trigger);
/// Whether counters read the member's purchases at other merchants.
[[nodiscard]] bool asks_others(const Programme& programme);
/// Whether activations of points read or touch more than their account: a counter asks others, or
/// ACTIVATED or TIER_UP campaigns have a budget, are funded by other merchants, or award referrers
/// (design/loyalty.md §5).
[[nodiscard]] bool shares_activations(const Programme& programme);

/// The review of a tier that is due at `standing.tier.valid_until`, as of that instant
/// (design/loyalty.md §18): kept, in grace, or lower.
[[nodiscard]] Standing review_tier(const Programme& programme, Standing standing);
/// Qualifying points of `window` (a year) become `qualifying` after a clawback: with IMMEDIATE the
/// tier follows, else it waits for the review.
[[nodiscard]] Standing take_back_qualifying(const Programme& programme, Standing standing,
                                            std::int32_t window, Points taken);

/// Two members' tiers become one's at `at` (design/loyalty.md §14): what both have counted adds up,
/// and the tier is the highest of the two's and of what the sum reaches. nullopt: a count would
/// pass 2^53 − 1.
[[nodiscard]] std::optional<TierStanding> join_tiers(const Programme& programme, Timestamp at,
                                                     TierStanding one, TierStanding other);

/// When a lot that becomes available at `start` expires (design/loyalty.md §12).
/// REQUIRES: not Inactivity, whose date moves with the member.
[[nodiscard]] Timestamp expires_at(const ExpiryRule& rule, std::span<const UtcOffset> offsets,
                                   Timestamp start);
/// When the idle lots of a member expire whose last earn, redeem or capture was at `activity`.
/// REQUIRES: Inactivity.
[[nodiscard]] Timestamp idle_at(const ExpiryRule& rule, std::span<const UtcOffset> offsets,
                                Timestamp activity);
/// The last valid day before `expires_at` and `months`, rounded; then the next local day.
[[nodiscard]] Timestamp extended(Timestamp expires_at, std::uint32_t months, MonthRounding rounding,
                                 std::span<const UtcOffset> offsets);
/// 00:00 local of the day of `request` − `window_days`: what expired from then on may come back.
[[nodiscard]] Timestamp reinstated_from(const Reinstatement& rule,
                                        std::span<const UtcOffset> offsets, Timestamp request);

/// Null: the programme has none of this id.
[[nodiscard]] const Campaign* find_campaign(const Programme& programme, std::string_view id);
/// Null: the programme lists no such merchant as one that hands its points out.
[[nodiscard]] const Partner* find_partner(const Programme& programme, std::string_view merchant);
/// Whether the campaign pays nothing any more, whatever the event time: it was ended, or its end
/// and the offline window, for the sake of late tills, have passed (design/loyalty.md §5).
[[nodiscard]] bool has_ended(const Programme& programme, const Campaign& campaign,
                             Timestamp block_time);

/// What of a purchase has come back, in all. Of one with lines they say it, and the sums as well.
struct CameBack {
  Money total;
  Money tax;
  Money excluded;
  std::span<const ReturnedLine> lines;  ///< ascending by number, each once
};
/// The purchase without it; a line of which neither quantity nor net is left goes. What points paid
/// is not in it: who evaluates says what of that remains. nullopt: more comes back than there was,
/// or other lines.
[[nodiscard]] std::optional<Earn> remaining_of(const Earn& purchase, const CameBack& came_back);

/// A line that a rule of a receipt posted, Earned or Pended.
struct PostedLine {
  std::size_t line = 0;  ///< its place among the receipt's lines
  std::size_t rule = 0;  ///< its rule's place among the receipt's results
  friend bool operator==(const PostedLine&, const PostedLine&) = default;
};
/// In the order of the receipt's lines. A rule has as many as it has funders, or fewer.
[[nodiscard]] std::vector<PostedLine> posted_lines(const Receipt& receipt);

/// What a posted line would be on the basket that remains after all returns so far: P_k of
/// design/loyalty.md §9.
struct AgainLine {
  Points points;          ///< at most what was posted: no line grows
  std::uint8_t tier = 0;  ///< of TIER_UP: to which it came; it goes with the tier, not the basket
  friend bool operator==(const AgainLine&, const AgainLine&) = default;
};
struct AgainEvaluated {
  Outcome outcome = Outcome::Accepted;  ///< or AmountOverflow, RuleCost
  std::vector<AgainLine> lines;         ///< beside posted_lines(receipt)
  std::uint64_t cost = 0;
};

/// Evaluates an earn's receipt again, or its activation's: by the version, tier, facts and counters
/// of then; each award at most its headroom; groups are not run again. `occasion`: as it was then,
/// but its purchase and what points paid of it are what remains. REQUIRES: the receipt has facts,
/// and `rules` is the version that they name.
[[nodiscard]] AgainEvaluated evaluate_again(const RuleSet& rules, const Occasion& occasion,
                                            const Receipt& receipt);

}  // namespace tally::rules
