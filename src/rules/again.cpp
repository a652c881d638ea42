// Evaluates a purchase again on what of it remains (design/loyalty.md §9).
#include <tally/rules/evaluate.h>

#include <tally/base/check.h>

#include "rules/admission.h"
#include "rules/funders.h"
#include "rules/reading.h"

#include <algorithm>

namespace tally::rules {
namespace {

bool take_off(Money& amount, Money part) {
  const auto left = Money::from(amount.minor_units() - part.minor_units());
  if (!left.has_value()) return false;
  amount = *left;
  return true;
}

bool take_off(BasketLine& line, const ReturnedLine& returned) {
  if (returned.quantity < 0 || returned.quantity > line.quantity) return false;
  line.quantity -= returned.quantity;
  return take_off(line.net, returned.net) && take_off(line.tax, returned.tax);
}

/// One receipt's rules, in their order.
class Again {
 public:
  Again(const RuleSet& rules, const Occasion& occasion, const Receipt& receipt)
      : rules_(rules),
        receipt_(receipt),
        reading_(rules.programme, occasion, *receipt.facts),
        merchant_(occasion.merchant),
        posted_(posted_lines(receipt)) {}

  AgainEvaluated run() {
    for (const PostedLine& posted : posted_)
      evaluated_.lines.push_back({receipt_.lines[posted.line].points, 0});
    for (std::size_t i = 0; i < receipt_.rules.size(); ++i) {
      ask_rule(i);
      if (evaluated_.outcome == Outcome::Accepted) continue;
      evaluated_.lines.clear();
      break;
    }
    return std::move(evaluated_);
  }

 private:
  void ask_rule(std::size_t number) {
    const RuleResult& result = receipt_.rules[number];
    if (result.source == kBaseSource) {
      const Points base = award_of(rules_.base);
      reading_.see_base(base);
      const FunderShare whole{funder_of_base(rules_.programme, merchant_), 1, 1};
      return give(number, base, {&whole, 1});
    }
    const Campaign* campaign = find_campaign(rules_.programme, result.source);
    if (campaign == nullptr) return;
    reading_.see(result, *campaign);
    if (result.given.is_zero()) return;
    if (result.trigger == Trigger::TierUp) return keep(number);
    const auto place = static_cast<std::size_t>(campaign - rules_.programme.campaigns.data());
    const CampaignTrees& trees = rules_.campaigns[place];
    Points award;
    // A referrer is paid where the member was: its result stands right behind the member's.
    if (!result.to_referrer) members_ = matches(trees.when) ? award_of(trees.award) : Points();
    if (!result.to_referrer) award = members_;
    if (result.to_referrer && !members_.is_zero()) award = award_of(trees.referrer);
    give(number, award, campaign->funders);
  }

  bool matches(const Expression& when) {
    if (when.empty()) return true;
    const Evaluated<bool> asked = evaluate_bool(when, reading_.facts());
    return goes_on(asked) && !asked.error.has_value() && asked.value;
  }

  /// A rule that fails on the smaller basket gives nothing.
  Points award_of(const Expression& award) {
    const Evaluated<std::int64_t> asked = evaluate_int(award, reading_.facts());
    if (!goes_on(asked) || asked.error.has_value()) return {};
    // No line grows: above its headroom it does not matter how much it is.
    return Points::from(std::clamp<std::int64_t>(asked.value, 0, kPointsMax)).value();
  }

  template <typename T>
  bool goes_on(const Evaluated<T>& asked) {
    evaluated_.cost += asked.cost;
    if (asked.error == RunError::Overflow) evaluated_.outcome = Outcome::AmountOverflow;
    if (asked.error == RunError::CostExceeded) evaluated_.outcome = Outcome::RuleCost;
    return evaluated_.outcome == Outcome::Accepted;
  }

  /// The split among funders is made again. Then as now a part of 0, or of a funder that could not
  /// pay, has no line: so those that have one are found by what they were.
  void give(std::size_t number, Points award, std::span<const FunderShare> shares) {
    const RuleResult& result = receipt_.rules[number];
    if (result.given.is_zero()) return;
    const auto before = split_by_funder(smaller(result.asked, result.headroom), shares);
    const auto now = split_by_funder(smaller(award, result.headroom), shares);
    std::size_t share = 0;
    for (std::size_t i = 0; i < posted_.size(); ++i) {
      if (posted_[i].rule != number) continue;
      const ReceiptLine& line = receipt_.lines[posted_[i].line];
      while (share < before.size() &&
             (before[share].who != line.funder || before[share].points != line.points))
        ++share;
      if (share == before.size()) return;
      evaluated_.lines[i].points = smaller(line.points, now[share].points);
      ++share;
    }
  }

  void keep(std::size_t number) {
    for (std::size_t i = 0; i < posted_.size(); ++i)
      if (posted_[i].rule == number) evaluated_.lines[i].tier = reading_.tier();
  }

  const RuleSet& rules_;
  const Receipt& receipt_;
  Retracing reading_;
  std::string_view merchant_;
  std::vector<PostedLine> posted_;
  Points members_;  ///< what the campaign asked last would give the member now
  AgainEvaluated evaluated_;
};

/// The lines of one payee, handed out to the rules that made them: both stand in the order of
/// evaluation. The member's own lines stand before those of a referrer.
void hand_out(const Receipt& receipt, bool to_referrer, std::vector<PostedLine>& lines) {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < receipt.lines.size(); ++i) {
    const ReceiptLine& line = receipt.lines[i];
    const bool is_posted = line.kind == LineKind::Earned || line.kind == LineKind::Pended;
    const bool is_referrers = line.account != receipt.lines.front().account;
    if (is_posted && is_referrers == to_referrer) left.push_back(i);
  }
  for (std::size_t rule = 0; rule < receipt.rules.size(); ++rule) {
    const RuleResult& result = receipt.rules[rule];
    if (result.to_referrer != to_referrer) continue;
    std::int64_t given = result.given.value();
    std::erase_if(left, [&](std::size_t line) {
      const ReceiptLine& posted = receipt.lines[line];
      if (posted.source != result.source) return false;
      // A base of 0 is told by a line of 0 points.
      if (given <= 0 && !posted.points.is_zero()) return false;
      given -= posted.points.value();
      lines.push_back({line, rule});
      return true;
    });
  }
}

}  // namespace

std::optional<Earn> remaining_of(const Earn& purchase, const CameBack& came_back) {
  Earn left = purchase;
  if (!take_off(left.total, came_back.total) || !take_off(left.tax, came_back.tax) ||
      !take_off(left.excluded, came_back.excluded))
    return std::nullopt;
  const bool names_none = came_back.lines.empty() && came_back.total > Money();
  if (names_none && !purchase.lines.empty()) return std::nullopt;
  for (const ReturnedLine& returned : came_back.lines)
    if (returned.number >= left.lines.size() || !take_off(left.lines[returned.number], returned))
      return std::nullopt;
  std::erase_if(left.lines,
                [](const BasketLine& line) { return line.quantity == 0 && line.net == Money(); });
  return left;
}

std::vector<PostedLine> posted_lines(const Receipt& receipt) {
  std::vector<PostedLine> lines;
  if (!receipt.facts.has_value()) return lines;
  for (const bool to_referrer : {false, true})
    hand_out(receipt, to_referrer, lines);
  std::sort(lines.begin(), lines.end(),
            [](const PostedLine& a, const PostedLine& b) { return a.line < b.line; });
  return lines;
}

AgainEvaluated evaluate_again(const RuleSet& rules, const Occasion& occasion,
                              const Receipt& receipt) {
  CHECK(rules.campaigns.size() == rules.programme.campaigns.size());
  CHECK(receipt.facts.has_value());
  return Again(rules, occasion, receipt).run();
}

}  // namespace tally::rules
