// The sentences with their placeholders, and how one is filled.
#include <tally/words/catalogue.h>

#include <tally/base/check.h>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace tally::words {
namespace {

using enum Sentence;

constexpr std::array kInfos = {
    SentenceInfo{Gave, "gave", {"rule", "given", "how"}},
    SentenceInfo{GaveLess, "gave_less", {"rule", "given", "asked", "why"}},
    SentenceInfo{GaveNothing, "gave_nothing", {"rule", "why"}},
    SentenceInfo{GaveNothingOf, "gave_nothing_of", {"rule", "asked", "why"}},
    SentenceInfo{Total, "total", {"given"}},
    SentenceInfo{Refused, "refused", {"why"}},
    SentenceInfo{NoRules, "no_rules", {}},
    SentenceInfo{WhatCounts, "what_counts", {"amount"}},
    SentenceInfo{TierRaised, "tier_raised", {"before", "after"}},
    SentenceInfo{GoodUntil, "good_until", {"day"}},
    SentenceInfo{GoodForEver, "good_for_ever", {}},
    SentenceInfo{PaidBy, "paid_by", {"funders"}},
    SentenceInfo{UsedUp, "used_up", {}},
    SentenceInfo{Disagrees, "disagrees", {}},
    SentenceInfo{Base, "base", {}},
    SentenceInfo{ToReferrer, "to_referrer", {"rule"}},
    SentenceInfo{OnEnrol, "on_enrol", {"rule"}},
    SentenceInfo{OnActivated, "on_activated", {"rule"}},
    SentenceInfo{OnAttested, "on_attested", {"rule"}},
    SentenceInfo{OnTierUp, "on_tier_up", {"rule"}},
    SentenceInfo{OnePoint, "one_point", {}},
    SentenceInfo{ManyPoints, "many_points", {"count"}},
    SentenceInfo{Issuer, "issuer", {}},
    SentenceInfo{Merchant, "merchant", {"name"}},
    SentenceInfo{Brand, "brand", {"name"}},
    SentenceInfo{FunderPart, "funder_part", {"funder", "points"}},
    SentenceInfo{EachFull, "each_full", {"per", "amount"}},
    SentenceInfo{Each, "each", {"points", "per", "amount"}},
    SentenceInfo{AsBase, "as_base", {}},
    SentenceInfo{EachBase, "each_base", {"points", "per", "base"}},
    SentenceInfo{Fixed, "fixed", {}},
    SentenceInfo{Computed, "computed", {"source"}},
    SentenceInfo{ComputedFrom, "computed_from", {"source", "facts"}},
    SentenceInfo{Amount, "amount", {"amount"}},
    SentenceInfo{AmountLess, "amount_less", {"amount", "total", "parts"}},
    SentenceInfo{LessTax, "less_tax", {"amount"}},
    SentenceInfo{LessExcluded, "less_excluded", {"amount"}},
    SentenceInfo{LessPaidByPoints, "less_paid_by_points", {"amount"}},
    SentenceInfo{NotYet, "not_yet", {"moment"}},
    SentenceInfo{Ended, "ended", {"moment"}},
    SentenceInfo{Over, "over", {}},
    SentenceInfo{OnlyTiers, "only_tiers", {"names", "got"}},
    SentenceInfo{OnlyMerchants, "only_merchants", {"names", "got"}},
    SentenceInfo{OnlyStores, "only_stores", {"names", "got"}},
    SentenceInfo{OnlyChannels, "only_channels", {"names", "got"}},
    SentenceInfo{OnlyAttestor, "only_attestor", {"name", "got"}},
    SentenceInfo{WhenFails, "when_fails", {"source"}},
    SentenceInfo{WhenFailsFor, "when_fails_for", {"source", "facts"}},
    SentenceInfo{AwardIsNothing, "award_is_nothing", {"how"}},
    SentenceInfo{GroupFirst, "group_first", {"other", "group"}},
    SentenceInfo{GroupBest, "group_best", {"other", "group"}},
    SentenceInfo{GroupOther, "group_other", {"group"}},
    SentenceInfo{MemberLimit, "member_limit", {"period", "headroom"}},
    SentenceInfo{MemberTimes, "member_times", {"period", "limit"}},
    SentenceInfo{MemberOnce, "member_once", {"period"}},
    SentenceInfo{MemberLimits, "member_limits", {"headroom"}},
    SentenceInfo{ProgrammeLimit, "programme_limit", {"period", "headroom"}},
    SentenceInfo{ProgrammeLimits, "programme_limits", {"headroom"}},
    SentenceInfo{BudgetLeaves, "budget_leaves", {"headroom"}},
    SentenceInfo{BudgetWhole, "budget_whole", {"headroom"}},
    SentenceInfo{FunderCap, "funder_cap", {}},
    SentenceInfo{NoQuote, "no_quote", {}},
    SentenceInfo{Overflow, "overflow", {}},
    SentenceInfo{OutsideList, "outside_list", {}},
    SentenceInfo{BadDivision, "bad_division", {}},
    SentenceInfo{Negative, "negative", {}},
    SentenceInfo{FactIs, "fact_is", {"name", "value"}},
    SentenceInfo{FactAbsent, "fact_absent", {"name"}},
    SentenceInfo{True, "true", {}},
    SentenceInfo{False, "false", {}},
    SentenceInfo{Text, "text", {"text"}},
    SentenceInfo{Moment, "moment", {"weekday", "date", "time"}},
    SentenceInfo{Day, "day", {"weekday", "date"}},
    SentenceInfo{Monday, "monday", {}},
    SentenceInfo{Tuesday, "tuesday", {}},
    SentenceInfo{Wednesday, "wednesday", {}},
    SentenceInfo{Thursday, "thursday", {}},
    SentenceInfo{Friday, "friday", {}},
    SentenceInfo{Saturday, "saturday", {}},
    SentenceInfo{Sunday, "sunday", {}},
    SentenceInfo{InTransaction, "in_transaction", {}},
    SentenceInfo{InHour, "in_hour", {}},
    SentenceInfo{InDay, "in_day", {}},
    SentenceInfo{InWeek, "in_week", {}},
    SentenceInfo{InMonth, "in_month", {}},
    SentenceInfo{InYear, "in_year", {}},
    SentenceInfo{InAll, "in_all", {}},
    SentenceInfo{PostedEarned, "posted_earned", {"points"}},
    SentenceInfo{PostedUsed, "posted_used", {"points"}},
    SentenceInfo{PostedSent, "posted_sent", {"points"}},
    SentenceInfo{PostedReceived, "posted_received", {"points"}},
    SentenceInfo{PostedFee, "posted_fee", {"points"}},
    SentenceInfo{PostedExpired, "posted_expired", {"points"}},
    SentenceInfo{PostedWaits, "posted_waits", {"points"}},
    SentenceInfo{PostedActivated, "posted_activated", {"points"}},
    SentenceInfo{PostedSettled, "posted_settled", {"points"}},
    SentenceInfo{PostedHeld, "posted_held", {"points"}},
    SentenceInfo{PostedReleased, "posted_released", {"points"}},
    SentenceInfo{PostedGivenBack, "posted_given_back", {"points"}},
    SentenceInfo{PostedClawedWaiting, "posted_clawed_waiting", {"points"}},
    SentenceInfo{PostedClawed, "posted_clawed", {"points"}},
    SentenceInfo{PostedOwed, "posted_owed", {"points"}},
    SentenceInfo{PostedUnrecovered, "posted_unrecovered", {"points"}},
    SentenceInfo{PostedForfeited, "posted_forfeited", {"points"}},
    SentenceInfo{PostedWrittenOff, "posted_written_off", {"points"}},
    SentenceInfo{PostedReinstated, "posted_reinstated", {"points"}},
    SentenceInfo{PostedAdjustedUp, "posted_adjusted_up", {"points"}},
    SentenceInfo{PostedAdjustedDown, "posted_adjusted_down", {"points"}},
    SentenceInfo{PostedOpened, "posted_opened", {"points"}},
    SentenceInfo{PostedExtended, "posted_extended", {"points"}},
    SentenceInfo{PostedLeft, "posted_left", {"points"}},
    SentenceInfo{PostedJoined, "posted_joined", {"points"}},
    SentenceInfo{PostedDebtLeft, "posted_debt_left", {"points"}},
    SentenceInfo{PostedDebtJoined, "posted_debt_joined", {"points"}},
    SentenceInfo{PostedExchangedOut, "posted_exchanged_out", {"points"}},
    SentenceInfo{PostedExchangedIn, "posted_exchanged_in", {"points"}},
    SentenceInfo{UntilAWord, "until_a_word", {}},
    SentenceInfo{FromThen, "from_then", {"moment"}},
    SentenceInfo{HeldUntil, "held_until", {"moment"}},
    SentenceInfo{Short, "short", {"points"}},
    SentenceInfo{StillWaits, "still_waits", {"points"}},
    SentenceInfo{StillWaitsUntil, "still_waits_until", {"points", "moment"}},
    SentenceInfo{StillHeldUntil, "still_held_until", {"points", "moment"}},
    SentenceInfo{Owes, "owes", {"points"}},
    SentenceInfo{NotBefore, "not_before", {"moment"}},
};

constexpr bool stand_in_order() {
  for (std::size_t i = 0; i < kInfos.size(); ++i)
    if (static_cast<std::size_t>(kInfos.at(i).sentence) != i) return false;
  return kInfos.back().sentence == NotBefore;
}
static_assert(stand_in_order());

const SentenceInfo& info_of(Sentence sentence) {
  return kInfos.at(static_cast<std::size_t>(sentence));
}

bool has_placeholder(const SentenceInfo& info, std::string_view name) {
  return !name.empty() && std::find(info.placeholders.begin(), info.placeholders.end(), name) !=
                              info.placeholders.end();
}

/// Goes through `text`: what stands between placeholders to `plain`, their names to `placeholder`.
/// False: a brace without its other one.
template <typename Plain, typename Placeholder>
bool walk(std::string_view text, Plain plain, Placeholder placeholder) {
  while (!text.empty()) {
    const std::size_t brace = text.find_first_of("{}");
    plain(text.substr(0, brace));
    if (brace == std::string_view::npos) return true;
    const std::size_t end = text.find_first_of("{}", brace + 1);
    if (text[brace] != '{' || end == std::string_view::npos || text[end] != '}') return false;
    placeholder(text.substr(brace + 1, end - brace - 1));
    text.remove_prefix(end + 1);
  }
  return true;
}

Error wrong(const SentenceInfo& info, const std::string& what) {
  return Error{ErrorCode::Malformed, std::string(info.name) + ": " + what};
}

Result<void> check(const SentenceInfo& info, std::string_view text) {
  std::optional<std::string> unknown;
  const bool closed = walk(
      text, [](std::string_view) {},
      [&](std::string_view name) {
        if (!has_placeholder(info, name)) unknown = std::string(name);
      });
  if (!closed) return wrong(info, "a brace without its other one");
  if (unknown.has_value()) return wrong(info, "got the placeholder {" + *unknown + "}");
  return {};
}

}  // namespace

std::span<const SentenceInfo> sentence_infos() {
  return kInfos;
}

Result<Catalogue> Catalogue::from(std::span<const Entry> entries) {
  Catalogue catalogue;
  catalogue.texts_.resize(kInfos.size());
  for (const Entry& entry : entries) {
    const SentenceInfo& info = info_of(entry.sentence);
    TRY_VOID(check(info, entry.text));
    std::string_view& text = catalogue.texts_[static_cast<std::size_t>(entry.sentence)];
    if (!text.empty()) return wrong(info, "it is there twice");
    text = entry.text;
  }
  for (const SentenceInfo& info : kInfos)
    if (catalogue.texts_[static_cast<std::size_t>(info.sentence)].empty())
      return wrong(info, "it is missing");
  return catalogue;
}

std::string Catalogue::say(Sentence sentence, std::initializer_list<Value> values) const {
  std::string said;
  const bool closed = walk(
      texts_.at(static_cast<std::size_t>(sentence)), [&](std::string_view plain) { said += plain; },
      [&](std::string_view name) {
        const auto* value = std::find_if(values.begin(), values.end(),
                                         [&](const Value& each) { return each.first == name; });
        CHECK(value != values.end());
        said += value->second;
      });
  CHECK(closed);
  return said;
}

}  // namespace tally::words
