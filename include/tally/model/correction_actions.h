// The kinds of transaction by which operators put things right: never by editing, always with a
// reason, and above a limit by two of them (design/loyalty.md §6, §12).
#pragma once

#include <tally/model/points_actions.h>

#include <string>
#include <vector>

namespace tally {

enum class AdjustDirection : std::uint8_t { Credit = 1, Debit = 2 };

/// Points given to a member, or taken from what is available to it.
struct Adjust {
  MerchantId programme;
  MemberId member;
  AdjustDirection direction = AdjustDirection::Credit;
  Points points;       ///< above 0
  std::string reason;  ///< a code of the merchant's: [a-z0-9-], 1 … 32
  friend bool operator==(const Adjust&, const Adjust&) = default;
};

struct AdjustedMember {
  MemberId member;
  Points points;  ///< above 0
  friend bool operator==(const AdjustedMember&, const AdjustedMember&) = default;
};

/// The same for many members, all or nothing. What is signed carries the totals of its dry run.
struct AdjustBulk {
  MerchantId programme;
  AdjustDirection direction = AdjustDirection::Credit;
  std::string reason;
  std::vector<AdjustedMember> members;  ///< 1 … 500, ascending by member, each once
  Points moved;                         ///< of the dry run: Σ points
  Points settled;                       ///< of the dry run: what of it paid debts; 0 of a debit
  friend bool operator==(const AdjustBulk&, const AdjustBulk&) = default;
};

/// Points that a member had before the ledger began, with their dates.
struct OpeningLot {
  MemberId member;
  Points points;         ///< above 0
  Timestamp earned_at;   ///< not after block time
  Timestamp expires_at;  ///< after block time; Timestamp::never() where it never does
  std::string ref;       ///< of the old system, 1 … 64 with a letter in it: opens once
  friend bool operator==(const OpeningLot&, const OpeningLot&) = default;
};

struct OpenLots {
  MerchantId programme;
  std::vector<OpeningLot> lots;  ///< 1 … 500, ascending by ref, each ref once
  friend bool operator==(const OpenLots&, const OpenLots&) = default;
};

/// Gives one lot a later date: its last day and `months`, rounded.
struct Extend {
  MerchantId programme;
  MemberId member;
  LotId lot;
  std::uint32_t months = 1;  ///< 1 … limits::kExpiryMonthsMax
  MonthRounding rounding = MonthRounding::None;
  friend bool operator==(const Extend&, const Extend&) = default;
};

/// Brings back what expired within the programme's window.
struct Reinstate {
  MerchantId programme;
  MemberId member;
  friend bool operator==(const Reinstate&, const Reinstate&) = default;
};

void encode(codec::Writer& out, const Adjust& action);
void encode(codec::Writer& out, const AdjustBulk& action);
void encode(codec::Writer& out, const OpenLots& action);
void encode(codec::Writer& out, const Extend& action);
void encode(codec::Writer& out, const Reinstate& action);
void decode(codec::Reader& in, Adjust& action);
void decode(codec::Reader& in, AdjustBulk& action);
void decode(codec::Reader& in, OpenLots& action);
void decode(codec::Reader& in, Extend& action);
void decode(codec::Reader& in, Reinstate& action);

}  // namespace tally
