// Caps, groups, budgets and funders against a small model that looks through all that was ever
// given.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::rules {
namespace {

using test::a_campaign;
using test::bpts;
using test::date;
using test::funded_by;
using test::points;
using test::share_of;
using test::Shop;
using test::spend;
using test::utc;

/// What was given once: to whom, by what, when.
struct Gift {
  int member = 0;
  std::string source;
  Timestamp block;
  std::int64_t points = 0;
  bool withheld = false;  ///< its funder could not pay: so nobody got it
};

/// Whether two instants share a period, by dates: no number of a week or a month is asked.
bool share(Period period, Timestamp a, Timestamp b, std::span<const UtcOffset> offsets) {
  const CivilDate x = civil_date(offsets, a);
  const CivilDate y = civil_date(offsets, b);
  const auto monday_before = [](CivilDate day) {
    std::int64_t number = days_from_civil(day);
    while ((number - days_from_civil(date(2026, 3, 2))) % 7 != 0)
      --number;
    return number;
  };
  switch (period) {
    case Period::Transaction:
      return a == b;  // the model's blocks hold one transaction each
    case Period::Hour:
      return a.milliseconds() / 3'600'000 == b.milliseconds() / 3'600'000;
    case Period::Day:
      return x == y;
    case Period::Week:
      return monday_before(x) == monday_before(y);
    case Period::Month:
      return std::tie(x.year, x.month) == std::tie(y.year, y.month);
    case Period::Year:
      return x.year == y.year;
    case Period::Ever:
      return true;
  }
  return false;
}

/// What one purchase brings, by source and funder.
using Lines = std::map<std::pair<std::string, std::string>, std::int64_t>;

class Model {
 public:
  Model(const Programme& programme, bool quotes_in_force)
      : programme_(programme), quotes_in_force_(quotes_in_force) {}

  Lines buy(int member, std::int64_t eligible, Timestamp block) {
    member_ = member;
    block_ = block;
    Lines lines;
    pay("base", std::min(eligible / 100, left(nullptr)), {}, lines);
    std::vector<const Campaign*> order = in_order();
    std::map<const Campaign*, std::int64_t> wanted;
    for (const Campaign* campaign : order)
      wanted[campaign] = limited(*campaign, std::stoll(campaign->award));
    drop_by_groups(order, wanted);
    for (const Campaign* campaign : order)
      pay(campaign->id, std::min(wanted[campaign], left(nullptr)), campaign->funders, lines);
    return lines;
  }

  std::int64_t spent(const std::string& id) const {
    std::int64_t sum = 0;
    for (const Gift& gift : gifts_)
      if (gift.source == id && !gift.withheld) sum += gift.points;
    return sum;
  }

 private:
  /// In the order of evaluation; ungrouped ones last.
  std::vector<const Campaign*> in_order() const {
    std::vector<const Campaign*> order;
    for (const Campaign& campaign : programme_.campaigns)
      order.push_back(&campaign);
    const auto rank = [&](const Campaign* campaign) {
      std::int64_t group = 1'000'000;
      for (const Group& candidate : programme_.groups)
        if (candidate.name == campaign->group) group = candidate.order;
      return std::tuple(group, campaign->priority, campaign->id);
    };
    std::sort(order.begin(), order.end(),
              [&](const Campaign* a, const Campaign* b) { return rank(a) < rank(b); });
    return order;
  }

  /// What the caps of a campaign, or of the programme, leave.
  std::int64_t left(const Campaign* campaign) const {
    std::int64_t least = kPointsMax;
    const auto used = [&](const Cap& cap, bool counts_times) {
      std::int64_t sum = 0;
      for (const Gift& gift : gifts_) {
        if (gift.member != member_) continue;
        if (campaign != nullptr && gift.source != campaign->id) continue;
        // What is withheld goes to no other line of its transaction, and uses nothing up.
        if (gift.withheld && (campaign != nullptr || gift.block != block_)) continue;
        if (!share(cap.period, gift.block, block_, programme_.utc_offsets)) continue;
        sum += counts_times ? 1 : gift.points;
      }
      return sum;
    };
    for (const Cap& cap : campaign == nullptr ? programme_.earn.cap_points : campaign->cap_points)
      least = std::min(least, static_cast<std::int64_t>(cap.limit) - used(cap, false));
    if (campaign != nullptr)
      for (const Cap& cap : campaign->cap_times)
        if (used(cap, true) >= static_cast<std::int64_t>(cap.limit)) least = 0;
    return std::max<std::int64_t>(least, 0);
  }

  std::int64_t limited(const Campaign& campaign, std::int64_t award) const {
    const std::int64_t after_caps = std::min(award, left(&campaign));
    if (!campaign.budget) return after_caps;
    const std::int64_t rest = campaign.budget->points.value() - spent(campaign.id);
    if (campaign.budget->all_or_nothing) return after_caps <= rest ? after_caps : 0;
    return std::min(after_caps, rest);
  }

  void drop_by_groups(const std::vector<const Campaign*>& order,
                      std::map<const Campaign*, std::int64_t>& wanted) const {
    for (const Group& group : programme_.groups) {
      if (group.mode == GroupMode::Stack) continue;
      const Campaign* best = nullptr;
      for (const Campaign* campaign : order) {
        if (campaign->group != group.name || wanted[campaign] == 0) continue;
        const bool takes =
            best == nullptr || (group.mode == GroupMode::Best &&
                                (wanted[campaign] > wanted[best] ||
                                 (wanted[campaign] == wanted[best] && campaign->id < best->id)));
        if (takes) best = campaign;
      }
      for (const Campaign* campaign : order)
        if (campaign->group == group.name && campaign != best) wanted[campaign] = 0;
    }
  }

  void pay(const std::string& source, std::int64_t award, const std::vector<FunderShare>& shares,
           Lines& lines) {
    std::int64_t given = 0;
    if (shares.empty()) {
      given = award;
      if (award > 0) lines[{source, "issuer"}] += award;
    }
    // Over one denominator for all: the shares of these tests have small ones.
    std::int64_t common = 1;
    for (const FunderShare& share : shares)
      common = std::lcm(common, std::int64_t{share.denominator});
    std::int64_t numerators = 0;
    std::int64_t before = 0;
    for (const FunderShare& share : shares) {
      numerators += share.numerator * (common / share.denominator);
      const std::int64_t running = (award * numerators + common - 1) / common;
      const bool is_charged =
          share.who.kind == FunderKind::Merchant && share.who.name != programme_.merchant;
      if (running > before && is_charged && !quotes_in_force_) {
        gifts_.push_back({member_, source, block_, running - before, true});
      } else if (running > before) {
        lines[{source, text_of(share.who)}] += running - before;
        given += running - before;
      }
      before = running;
    }
    if (given > 0) gifts_.push_back({member_, source, block_, given});
  }

  const Programme& programme_;
  bool quotes_in_force_;
  std::vector<Gift> gifts_;
  int member_ = 0;
  Timestamp block_;
};

template <typename T>
T any_of(std::vector<T> values) {
  return *rc::gen::elementOf(std::move(values));
}

std::vector<Cap> any_caps(std::vector<Period> periods, std::uint64_t least, std::uint64_t below) {
  std::vector<Cap> caps;
  for (const Period period : periods)
    if (*rc::gen::inRange(0, 4) == 0)
      caps.push_back({period, *rc::gen::inRange<std::uint64_t>(least, below)});
  return caps;
}

std::vector<FunderShare> any_funders() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return {share_of(FunderKind::Merchant, "airline")};
    case 1:
      return {share_of(FunderKind::Merchant, "airline", 1, 3),
              share_of(FunderKind::Brand, "milk", 1, 2), share_of(FunderKind::Issuer, "", 1, 6)};
    case 2:
      return {share_of(FunderKind::Merchant, "books", 2, 7),
              share_of(FunderKind::Merchant, "coffee", 5, 7)};
    default:
      return {FunderShare{}};
  }
}

Programme any_programme() {
  Programme programme = bpts();
  programme.tiers.tiers.clear();
  programme.earn.cap_points = any_caps(
      {Period::Transaction, Period::Day, Period::Week, Period::Month, Period::Year, Period::Ever},
      400, 1'500);
  programme.groups = {{"a", *rc::gen::inRange<std::uint32_t>(0, 3) * 10 + 1,
                       any_of<GroupMode>({GroupMode::First, GroupMode::Best, GroupMode::Stack})},
                      {"b", *rc::gen::inRange<std::uint32_t>(0, 3) * 10 + 2,
                       any_of<GroupMode>({GroupMode::First, GroupMode::Best, GroupMode::Stack})}};
  const int campaigns = *rc::gen::inRange(0, 7);
  for (int i = 0; i < campaigns; ++i) {
    Campaign campaign = a_campaign(std::string(1, static_cast<char>('p' + i)),
                                   std::to_string(any_of<int>({1, 20, 50, 50, 130, 301})));
    campaign.group = any_of<std::string>({"", "a", "a", "b"});
    campaign.priority = *rc::gen::inRange(0, 3);
    campaign.cap_points = any_caps(
        {Period::Transaction, Period::Day, Period::Week, Period::Month, Period::Year, Period::Ever},
        1, 400);
    campaign.cap_times =
        any_caps({Period::Day, Period::Week, Period::Month, Period::Year, Period::Ever}, 1, 4);
    if (*rc::gen::inRange(0, 2) == 0)
      campaign.budget =
          Budget{points(*rc::gen::inRange<std::int64_t>(1, 900)), *rc::gen::arbitrary<bool>()};
    campaign.funders = any_funders();
    programme.campaigns.push_back(std::move(campaign));
  }
  return programme;
}

Lines lines_of(const Awarded& awarded) {
  Lines lines;
  for (const AwardLine& line : awarded.lines)
    if (!line.points.is_zero()) lines[{line.source, text_of(line.funder)}] += line.points.value();
  return lines;
}

/// Laws of one answer that need no model.
void check_laws(const Awarded& awarded) {
  std::map<std::string, std::int64_t> by_source;
  for (const AwardLine& line : awarded.lines)
    by_source[line.source] += line.points.value();
  std::map<std::uint16_t, std::int64_t> charged;
  for (const BudgetCharge& charge : awarded.charges)
    charged[charge.campaign] += charge.points.value();
  for (const RuleResult& result : awarded.results) {
    RC_ASSERT(result.given.value() == by_source[result.source]);
    RC_ASSERT(result.given <= result.asked);
    RC_ASSERT(result.given <= result.headroom);
    RC_ASSERT((result.given == result.asked) == (result.reason == RuleReason::Given));
  }
  for (const AwardLine& line : awarded.lines)
    if (line.campaign && charged.contains(*line.campaign))
      RC_ASSERT(charged[*line.campaign] == by_source[line.source]);
}

RC_GTEST_PROP(Awards, AgreeWithAModelThatLooksThroughAllThatWasGiven, ()) {
  const Programme programme = any_programme();
  Shop shop(programme);
  shop.quotes_in_force = *rc::gen::arbitrary<bool>();
  Model model(programme, shop.quotes_in_force);
  MemberBefore members[2];
  Timestamp block = utc(date(2026, 3, 20));

  const int purchases = *rc::gen::inRange(1, 25);
  for (int i = 0; i < purchases; ++i) {
    const std::uint64_t step = any_of<std::uint64_t>({60'000, 3'600'000, 86'400'000, 700'000'000});
    block = block.plus(Duration(*rc::gen::inRange<std::uint64_t>(1, step)));
    const int who = *rc::gen::inRange(0, 2);
    const std::int64_t total = *rc::gen::inRange<std::int64_t>(0, 60'000);

    const Awarded awarded = shop.serve(members[who], spend(total, block));

    RC_ASSERT(awarded.outcome == Outcome::Accepted);
    RC_ASSERT(lines_of(awarded) == model.buy(who, total, block));
    check_laws(awarded);
    for (std::size_t place = 0; place < shop.spent.size(); ++place)
      if (programme.campaigns[place].budget)
        RC_ASSERT(shop.spent[place].value() == model.spent(programme.campaigns[place].id));
    RC_ASSERT(members[who].standing.caps.size() <= 6U + 11U * programme.campaigns.size());
    RC_ASSERT(test::survives_its_record(members[who].standing));
    for (const CapUse& use : members[who].standing.caps)
      RC_ASSERT(use.period != Period::Transaction);
  }
}

FunderShare reduced(std::string brand, std::uint32_t numerator, std::uint32_t denominator) {
  const std::uint32_t divisor = std::gcd(numerator, denominator);
  return share_of(FunderKind::Brand, std::move(brand), numerator / divisor, denominator / divisor);
}

RC_GTEST_PROP(Awards, AreSplitExactlyWhateverTheDenominators, ()) {
  __extension__ using Wide = unsigned __int128;
  const std::uint32_t whole = *rc::gen::inRange<std::uint32_t>(4, 1'000'000'000);
  const std::uint32_t first = *rc::gen::inRange<std::uint32_t>(1, whole - 2);
  const std::uint32_t second = *rc::gen::inRange<std::uint32_t>(1, whole - first);
  const std::int64_t award = *rc::gen::inRange<std::int64_t>(1, kPointsMax);
  Programme programme = bpts();
  programme.campaigns = {funded_by(a_campaign("split", std::to_string(award)),
                                   {reduced("a", first, whole), reduced("b", second, whole),
                                    reduced("c", whole - first - second, whole)})};
  Shop shop(programme);
  MemberBefore member;

  const Lines lines = lines_of(shop.serve(member, spend(0, utc(date(2026, 3, 20)))));

  const auto up_to = [&](std::uint32_t share) {
    const Wide product = static_cast<Wide>(award) * share;
    return static_cast<std::int64_t>((product + whole - 1) / whole);
  };
  Lines expected;
  const auto expect = [&](const std::string& brand, std::int64_t part) {
    if (part > 0) expected[{"split", "brand:" + brand}] = part;
  };
  expect("a", up_to(first));
  expect("b", up_to(first + second) - up_to(first));
  expect("c", award - up_to(first + second));
  RC_ASSERT(lines == expected);
}

}  // namespace
}  // namespace tally::rules
