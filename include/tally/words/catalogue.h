// Catalogue: every sentence that people read of rules, in one language, with named placeholders. A
// second language is a second table and nothing else.
#pragma once

#include <tally/base/result.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::words {

/// What can be said. sentence_infos() has the placeholders of each.
enum class Sentence : std::uint8_t {
  // Lines.
  Gave,
  GaveLess,
  GaveNothing,
  GaveNothingOf,
  Total,
  Refused,
  NoRules,
  WhatCounts,
  TierRaised,
  GoodUntil,
  GoodForEver,
  // Behind a line.
  PaidBy,
  UsedUp,
  Disagrees,
  // Names.
  Base,
  ToReferrer,
  OnEnrol,
  OnActivated,
  OnAttested,
  OnTierUp,
  OnePoint,
  ManyPoints,
  Issuer,
  Merchant,
  Brand,
  FunderPart,
  // How much.
  EachFull,
  Each,
  AsBase,
  EachBase,
  Fixed,
  Computed,
  ComputedFrom,
  Amount,
  AmountLess,
  LessTax,
  LessExcluded,
  LessPaidByPoints,
  // Why not.
  NotYet,
  Ended,
  Over,
  OnlyTiers,
  OnlyMerchants,
  OnlyStores,
  OnlyChannels,
  OnlyAttestor,
  WhenFails,
  WhenFailsFor,
  AwardIsNothing,
  GroupFirst,
  GroupBest,
  GroupOther,
  MemberLimit,
  MemberTimes,
  MemberOnce,
  MemberLimits,
  ProgrammeLimit,
  ProgrammeLimits,
  BudgetLeaves,
  BudgetWhole,
  FunderCap,
  NoQuote,
  Overflow,
  OutsideList,
  BadDivision,
  Negative,
  // Facts.
  FactIs,
  FactAbsent,
  True,
  False,
  Text,
  Moment,
  Day,
  Monday,
  Tuesday,
  Wednesday,
  Thursday,
  Friday,
  Saturday,
  Sunday,
  // Periods.
  InTransaction,
  InHour,
  InDay,
  InWeek,
  InMonth,
  InYear,
  InAll,
  // Postings.
  PostedEarned,
  PostedUsed,
  PostedSent,
  PostedReceived,
  PostedFee,
  PostedExpired,
  PostedWaits,
  PostedActivated,
  PostedSettled,
  PostedHeld,
  PostedReleased,
  PostedGivenBack,
  PostedClawedWaiting,
  PostedClawed,
  PostedOwed,
  PostedUnrecovered,
  PostedForfeited,
  PostedWrittenOff,
  PostedReinstated,
  PostedAdjustedUp,
  PostedAdjustedDown,
  PostedOpened,
  PostedExtended,
  PostedLeft,
  PostedJoined,
  PostedDebtLeft,
  PostedDebtJoined,
  PostedExchangedOut,
  PostedExchangedIn,
  UntilAWord,
  FromThen,
  HeldUntil,
  Short,
  StillWaits,
  StillWaitsUntil,
  StillHeldUntil,
  Owes,
  NotBefore,
};

struct SentenceInfo {
  Sentence sentence;
  std::string_view name;
  std::array<std::string_view, 4> placeholders;  ///< without their braces; empty: fewer
};
/// One for each sentence, in their order.
[[nodiscard]] std::span<const SentenceInfo> sentence_infos();

/// A sentence in a language: "{rule} gave nothing: {why}."
struct Entry {
  Sentence sentence;
  std::string_view text;
};

class Catalogue {
 public:
  /// Borrows the texts. Malformed: a sentence that is missing or there twice, a brace that is not
  /// closed, a placeholder that the sentence does not have.
  [[nodiscard]] static Result<Catalogue> from(std::span<const Entry> entries);

  using Value = std::pair<std::string_view, std::string_view>;
  /// REQUIRES: a value for each placeholder of the sentence, by its name
  [[nodiscard]] std::string say(Sentence sentence, std::initializer_list<Value> values = {}) const;

 private:
  std::vector<std::string_view> texts_;
};

[[nodiscard]] const Catalogue& english();

}  // namespace tally::words
