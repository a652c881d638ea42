// Programme: one merchant's points currency, its rules and its campaigns, as they are published.
#pragma once

#include <tally/base/calendar.h>
#include <tally/base/money.h>
#include <tally/base/points.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tally {

/// An expression as it is written, a subset of CEL (design/rule-language.md); empty where the
/// field may be left out. Only source is published: each node parses and checks it again.
using RuleSource = std::string;

/// The span over which a cap counts; civil but for Transaction and Ever, and by block time.
enum class Period : std::uint8_t {
  Transaction = 1,
  Hour = 2,
  Day = 3,
  Week = 4,
  Month = 5,
  Year = 6,
  Ever = 7,
};

/// At most `limit` points, or times, in each `period`. In lists: ascending, each period once.
struct Cap {
  Period period = Period::Transaction;
  std::uint64_t limit = 1;  ///< 1 … 2^53 − 1; reaching it is allowed
  friend bool operator==(const Cap&, const Cap&) = default;
};

/// How long points wait before they can be used (design/loyalty.md §7).
struct Pending {
  bool by_event = false;  ///< until `activate`, or `span` at the latest; else after `span`
  Duration span;
  friend bool operator==(const Pending&, const Pending&) = default;
};

/// What a purchase earns before campaigns, and how much of it (design/loyalty.md §6).
struct EarnRules {
  RuleSource base;
  bool counts_tax = false;  ///< whether the eligible amount has the tax in it
  std::vector<std::string> excluded_cats;
  Pending pending;
  std::vector<Cap> cap_points;  ///< the programme's caps: Transaction, Day, Week, Month, Year, Ever
  friend bool operator==(const EarnRules&, const EarnRules&) = default;
};

enum class ExpiryKind : std::uint8_t { Never = 0, Rolling = 1, Fixed = 2, Inactivity = 3 };

/// Lots of `window_days` back come to life for `valid_days`; 0 and 0: they do not.
struct Reinstatement {
  std::uint32_t window_days = 0;
  std::uint32_t valid_days = 0;
  friend bool operator==(const Reinstatement&, const Reinstatement&) = default;
};

/// When lots expire (design/loyalty.md §12). What its kind does not ask for is 0, None or empty.
struct ExpiryRule {
  ExpiryKind kind = ExpiryKind::Never;
  std::uint32_t months = 0;                      ///< Rolling, Inactivity
  MonthRounding rounding = MonthRounding::None;  ///< Rolling, Inactivity
  std::vector<CivilDate> dates;                  ///< Fixed: ascending
  std::uint32_t min_days = 0;                    ///< Fixed: at least 1
  std::uint32_t grace_days = 0;
  Reinstatement reinstate;
  friend bool operator==(const ExpiryRule&, const ExpiryRule&) = default;
};

/// `price_points` points pay `price_money` minor units (design/loyalty.md §10).
struct RedeemRule {
  Points price_points;             ///< above 0
  Money price_money;               ///< above 0
  Points minimum;                  ///< least points of one redemption
  Points step;                     ///< above 0; what is offered is a multiple of it
  std::uint8_t max_percent = 100;  ///< of the basket that points may pay, 1 … 100
  bool mixed = true;               ///< whether the rest may be paid in money
  Points consent_above;            ///< above so many points the member signs; kPointsMax: never
  std::vector<std::string> excluded_cats;
  friend bool operator==(const RedeemRule&, const RedeemRule&) = default;
};

struct HoldRule {
  Duration ttl;
  Duration ttl_max;
  friend bool operator==(const HoldRule&, const HoldRule&) = default;
};

enum class Clawback : std::uint8_t { OnlyPending = 1, WithinBalance = 2, Unlimited = 3 };

/// design/loyalty.md §9.
struct ReturnsRule {
  Duration window;
  Clawback clawback = Clawback::WithinBalance;
  std::optional<Points> debt_limit;  ///< none: no bound, of Unlimited alone
  friend bool operator==(const ReturnsRule&, const ReturnsRule&) = default;
};

/// Off by default (design/loyalty.md §13).
struct TransferRule {
  bool enabled = false;
  Points fee_min;
  std::uint16_t fee_basis_points = 0;  ///< 0 … 10,000
  std::uint32_t per_day = 0;           ///< 0: any number
  Duration cooling_off;                ///< both members are enrolled at least this long
  friend bool operator==(const TransferRule&, const TransferRule&) = default;
};

struct PoolRule {
  bool enabled = false;
  std::uint8_t members_max = 7;
  friend bool operator==(const PoolRule&, const PoolRule&) = default;
};

struct ExchangeRule {
  bool enabled = false;
  std::uint16_t fee_basis_points = 0;
  friend bool operator==(const ExchangeRule&, const ExchangeRule&) = default;
};

/// What one operator may adjust alone, of one member and in all, on a local day
/// (design/loyalty.md §6); more needs a second one.
struct AdjustRule {
  Points alone_per_day;
  friend bool operator==(const AdjustRule&, const AdjustRule&) = default;
};

enum class VelocityWhat : std::uint8_t { Earn = 1, Redeem = 2, Transfer = 3 };

/// design/loyalty.md §15. `times` or `points`: the other one is 0.
struct VelocityLimit {
  VelocityWhat what = VelocityWhat::Earn;
  Period window = Period::Day;  ///< Hour, Day, Week or Month
  std::uint64_t times = 0;
  Points points;
  bool flags = false;  ///< FLAG: accepted for review; else BLOCK
  friend bool operator==(const VelocityLimit&, const VelocityLimit&) = default;
};

enum class TierWindow : std::uint8_t { CalendarYear = 1 };
enum class Downgrade : std::uint8_t { OneDown = 1, Recompute = 2 };
/// When points count, or a counter moves: with the earn, or when its points activate.
enum class Posting : std::uint8_t { Earn = 1, Activation = 2 };

struct Tier {
  std::string name;
  Points threshold;  ///< of qualifying points in a window, inclusive
  friend bool operator==(const Tier&, const Tier&) = default;
};

/// design/loyalty.md §18. No tiers: every member is of tier 0.
struct TierRules {
  TierWindow window = TierWindow::CalendarYear;
  std::uint32_t valid_months = 0;  ///< 0: to the end of the calendar year after qualification
  Posting post = Posting::Activation;
  Downgrade downgrade = Downgrade::OneDown;
  std::uint32_t grace_days = 0;
  bool immediate_on_refund = false;  ///< IMMEDIATE; else AT_REVIEW
  std::vector<Tier> tiers;           ///< thresholds strictly ascending, the first 0; empty: none
  friend bool operator==(const TierRules&, const TierRules&) = default;
};

/// A merchant that hands out these points (design/loyalty.md §8, §16).
struct Partner {
  std::string merchant;
  bool issuer_funds_base = false;
  Points points_per_cycle;  ///< above 0 where the issuer funds; else 0
  friend bool operator==(const Partner&, const Partner&) = default;
};

enum class CounterKind : std::uint8_t {
  Streak = 1,
  Visits = 2,
  Stamps = 3,
  DaysSince = 4,
  DistinctMerchants = 5,
};

/// What the ledger counts for each member (design/rule-language.md §8).
struct Counter {
  std::string name;
  CounterKind kind = CounterKind::Streak;
  Period unit = Period::Day;  ///< Streak: Day, Week or Month; else Day
  std::uint32_t size = 0;     ///< Visits, DistinctMerchants: days; Stamps: of a card; else 0
  std::string merchant;       ///< DaysSince: whose purchases; else empty
  Posting post = Posting::Earn;
  RuleSource when;  ///< empty: every purchase
  friend bool operator==(const Counter&, const Counter&) = default;
};

enum class GroupMode : std::uint8_t { First = 1, Best = 2, Stack = 3 };

struct Group {
  std::string name;
  std::uint32_t order = 0;  ///< each once
  GroupMode mode = GroupMode::Stack;
  friend bool operator==(const Group&, const Group&) = default;
};

enum class Trigger : std::uint8_t {
  Purchase = 1,
  Enrol = 2,
  Activated = 3,
  Attested = 4,
  TierUp = 5,
};

enum class FunderKind : std::uint8_t { Issuer = 1, Merchant = 2, Brand = 3 };

/// Who pays for points. As text: "issuer", "merchant:ID" or "brand:NAME".
struct Funder {
  FunderKind kind = FunderKind::Issuer;
  std::string name;  ///< of a merchant or a brand; else empty
  friend auto operator<=>(const Funder&, const Funder&) = default;
};

struct FunderShare {
  Funder who;
  std::uint32_t numerator = 1;  ///< of a reduced fraction, 1 … 10^9; all shares add up to 1
  std::uint32_t denominator = 1;
  friend bool operator==(const FunderShare&, const FunderShare&) = default;
};

struct Budget {
  Points points;  ///< above 0
  bool all_or_nothing = false;
  friend bool operator==(const Budget&, const Budget&) = default;
};

struct ReferrerAward {
  RuleSource award;
  std::vector<Cap> cap_points;  ///< caps of the referrer
  std::vector<Cap> cap_times;
  friend bool operator==(const ReferrerAward&, const ReferrerAward&) = default;
};

using ParameterValue = std::variant<bool, std::int64_t, std::string>;

struct Parameter {
  std::string name;
  ParameterValue value;
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

enum class CampaignState : std::uint8_t { Active = 1, Paused = 2, Ended = 3 };

/// The envelope around two expressions (design/rule-language.md §8).
struct Campaign {
  std::string id;  ///< [a-z0-9-], 1 … 32
  std::string title;
  Trigger trigger = Trigger::Purchase;
  CampaignState state = CampaignState::Active;
  std::optional<LocalTime> starts;  ///< half-open, by event time
  std::optional<LocalTime> ends;
  std::vector<std::string> tiers;  ///< names; empty: any. So for the next three
  std::vector<std::string> merchants;
  std::vector<std::string> stores;
  std::vector<std::string> channels;
  std::string group;  ///< empty: a group of its own after all others, STACK
  std::int32_t priority = 0;
  RuleSource when;  ///< empty: true
  RuleSource award;
  std::vector<Cap> cap_points;  ///< `once` is cap_times of 1 for ever
  std::vector<Cap> cap_times;   ///< no Period::Transaction
  std::optional<Budget> budget;
  std::vector<FunderShare> funders;  ///< at least one
  std::optional<ExpiryRule> expires;
  std::optional<Pending> pending;
  bool qualifying = false;
  std::string resets;  ///< a counter; empty: none
  std::optional<ReferrerAward> referrer;
  std::string attestor;  ///< the name of the key that must have signed; of Attested alone
  bool each_step = false;
  std::vector<Parameter> params;  ///< ascending by name
  friend bool operator==(const Campaign&, const Campaign&) = default;
};

/// FORMAT: stored; docs/formats.md. Text ids and names are bounded in base/limits.h.
struct Programme {
  std::string id;        ///< "bpts": [a-z0-9-], 1 … 32
  std::string merchant;  ///< the issuer's name on the ledger
  std::string name;      ///< for people
  Currency currency;
  bool lines = false;  ///< "pseudonymous": rules may read a purchase's lines; else "totals"
  Duration offline_window;
  Hash terms_sha256;                   ///< of the terms that members agreed to; zero: none
  std::vector<UtcOffset> utc_offsets;  ///< ascending; no node asks its operating system
  EarnRules earn;
  ExpiryRule expiry;
  RedeemRule redeem;
  HoldRule hold;
  ReturnsRule returns;
  TransferRule transfer;
  PoolRule pool;
  ExchangeRule exchange;
  AdjustRule adjust;
  std::vector<VelocityLimit> velocity;
  TierRules tiers;
  std::vector<Partner> partners;
  std::vector<Counter> counters;
  std::vector<Group> groups;
  std::vector<Campaign> campaigns;  ///< ascending by id
  friend bool operator==(const Programme&, const Programme&) = default;
};

[[nodiscard]] std::string text_of(const Funder& funder);

}  // namespace tally
