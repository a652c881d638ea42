// The kinds of transaction that belong to points: their fields.
#pragma once

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/programme.h>

namespace tally {

/// One line of a basket, in pseudonyms (design/loyalty.md §22).
struct BasketLine {
  std::string sku;  ///< at most 32 bytes, as its brand and each category
  std::string brand;
  std::vector<std::string> cats;  ///< at most 8
  std::int64_t quantity = 1;      ///< above 0, at most 2^53 − 1
  Money net;
  Money tax;
  friend bool operator==(const BasketLine&, const BasketLine&) = default;
};

/// What a purchase was, in minor units. `tax`, `excluded` and `paid_by_points` are parts of
/// `total` (design/loyalty.md §6). With lines, total = Σ (net + tax), tax = Σ tax, and `excluded`
/// is 0: the programme's categories say what is.
struct Earn {
  MerchantId programme;
  MemberId member;               ///< zero where a token names it, as in Redeem and Attest
  std::optional<TokenId> token;  ///< a card: execution looks the member up
  Currency currency;
  Money total;
  Money tax;
  Money excluded;
  Money paid_by_points;
  Timestamp event_time;                  ///< by the till's clock
  std::string channel;                   ///< at most 16 bytes; may be empty, as the next three
  std::string store;                     ///< at most 32
  std::vector<std::string> pay_methods;  ///< at most 8 of at most 16
  std::string ref;                       ///< at most 64, with a letter in it
  std::vector<BasketLine> lines;         ///< at most 100; none: totals alone
  friend bool operator==(const Earn&, const Earn&) = default;
};

/// Reward: `points` is the price of a reward in points of the sending merchant, which must have a
/// programme; at its own it is the charge, and elsewhere the charge is what an exchange would take.
enum class RedeemMode : std::uint8_t { Exactly = 1, UpTo = 2, Reward = 3 };

/// Points that pay for a basket, or for a reward (design/loyalty.md §10, §16).
struct Redeem {
  MerchantId
      programme;  ///< whose points; another one's than the sender's with the member's consent
  MemberId member;
  std::optional<TokenId> token;
  Currency currency;
  Money basket;    ///< of Reward: what the reward is worth, all of it paid by points
  Money excluded;  ///< part of the basket that points may not pay; of Reward 0
  RedeemMode mode = RedeemMode::Exactly;
  Points points;  ///< exactly, at most, or the reward's price; above 0
  friend bool operator==(const Redeem&, const Redeem&) = default;
};

/// Points from one member to another, with their dates (design/loyalty.md §13).
struct Transfer {
  MerchantId programme;
  MemberId from;
  MemberId to;
  Points points;  ///< above 0
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

/// An action that a named key vouches for: a share, a visit (design/loyalty.md §6).
struct Attest {
  MerchantId programme;
  MemberId member;
  std::optional<TokenId> token;
  Timestamp event_time;
  std::string channel;  ///< at most 16 bytes
  std::string store;    ///< at most 32
  std::string ref;      ///< 1 … 64 with a letter in it; counts once in a programme
  friend bool operator==(const Attest&, const Attest&) = default;
};

/// The next version of the sending merchant's programme, in force from height `active_from` on.
/// Consents by operators of the merchants that it names are their approvals.
struct PublishProgramme {
  std::uint32_t version = 1;
  Height active_from;  ///< 0: from the next block on
  Programme programme;
  friend bool operator==(const PublishProgramme&, const PublishProgramme&) = default;
};

enum class CampaignChange : std::uint8_t { Add = 1, Pause = 2, Resume = 3, End = 4 };

/// The next version of the programme: the last one, with one campaign changed
/// (docs/adr/0011-a-version-is-a-whole-rule-set.md).
struct PublishCampaign {
  std::uint32_t version = 1;
  Height active_from;  ///< 0: from the next block on
  CampaignChange change = CampaignChange::Add;
  std::string id;                    ///< the campaign's
  std::optional<Campaign> campaign;  ///< of Add, and of nothing else
  friend bool operator==(const PublishCampaign&, const PublishCampaign&) = default;
};

void encode(codec::Writer& out, const Earn& action);
void encode(codec::Writer& out, const Attest& action);
void encode(codec::Writer& out, const PublishCampaign& action);
void encode(codec::Writer& out, const Campaign& campaign);
void encode(codec::Writer& out, const Redeem& action);
void encode(codec::Writer& out, const Transfer& action);
void encode(codec::Writer& out, const PublishProgramme& action);
void encode(codec::Writer& out, const Programme& programme);
void decode(codec::Reader& in, Earn& action);
void decode(codec::Reader& in, Attest& action);
void decode(codec::Reader& in, PublishCampaign& action);
void decode(codec::Reader& in, Campaign& campaign);
void decode(codec::Reader& in, Redeem& action);
void decode(codec::Reader& in, Transfer& action);
void decode(codec::Reader& in, PublishProgramme& action);
void decode(codec::Reader& in, Programme& programme);

/// Points and Money as u64; a value of 2^53 and more is a fault.
void encode(codec::Writer& out, Points points);
void decode(codec::Reader& in, Points& points);
void encode(codec::Writer& out, Money money);
void decode(codec::Reader& in, Money& money);
/// Three upper-case ASCII letters; else a fault.
void decode(codec::Reader& in, Currency& currency);
void decode(codec::Reader& in, MonthRounding& rounding);
void encode(codec::Writer& out, const Funder& funder);
void decode(codec::Reader& in, Funder& funder);

}  // namespace tally
