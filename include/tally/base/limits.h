// Every bound, and why. Two nodes with different limits would disagree: a change of a limit that
// execution or consensus reads is a change of protocol.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tally::limits {

// Submissions and transactions (docs/formats.md §1).
inline constexpr std::size_t kSubmissionTransactionsMax = 8'192;  ///< a half of a full proposal
inline constexpr std::size_t kSubmissionBytesMax = 3 << 20;   ///< below gRPC's 4 MiB receive limit
inline constexpr std::size_t kRequestIdBytesMin = 16;         ///< a UUID; shorter ones collide
inline constexpr std::size_t kRequestIdBytesMax = 64;         ///< fits SHA-512 and prefixed UUIDs
inline constexpr std::size_t kConsentsMax = 8;                ///< a pool of 7 and a guardian
inline constexpr std::size_t kSubmissionConsentsMax = 2'048;  ///< 0.2 s of a core to check
inline constexpr std::size_t kTextBytesMax = 256;  ///< names and references; no prose on a ledger
inline constexpr std::size_t kWebAuthnBytesMax = 1'024;  ///< authenticator and client data

// Consensus (docs/architecture.md, "Consensus").
inline constexpr std::size_t kValidatorsMax = 16;          ///< the design's largest consortium
inline constexpr std::size_t kProposalBytesMax = 8 << 20;  ///< genesis may say less, never more
inline constexpr std::size_t kProposalTransactionsMax = 16'384;  ///< bounds the time of one block
/// Its submissions' and all their consents': a second of a core to check, which is less than the
/// request timeout. Primaries fill within it (docs/adr/0008-signatures-of-a-proposal.md).
inline constexpr std::size_t kProposalSignaturesMax = 8'192;
static_assert(kProposalSignaturesMax > kSubmissionConsentsMax, "each submission fits a proposal");
inline constexpr std::uint64_t kWindowMax = 64;            ///< formats are written for it
inline constexpr std::size_t kFetchBlocksMax = 64;         ///< blocks in one answer of block sync
inline constexpr std::size_t kFetchBytesMax = 8 << 20;     ///< bytes in one such answer
inline constexpr std::size_t kStatusBytesMax = 256 << 10;  ///< retransmission a tick and peer
inline constexpr std::size_t kFrameBytesMax = 16 << 20;    ///< one answer of block sync, with room

// State (docs/formats.md §3).
inline constexpr std::size_t kLotsInPage = 64;       ///< a page of lots is read and written whole
inline constexpr std::size_t kLotPagesMax = 1'024;   ///< 34,000 lots; each earn writes their index
inline constexpr std::size_t kBucketsMax = 1 << 24;  ///< 1 GiB of tree in memory
inline constexpr std::size_t kDueEntriesInBlock = 1'024;      ///< K of design/loyalty.md §5
inline constexpr std::size_t kSharedEntriesInBlock = 16'384;  ///< K2 of the same
inline constexpr std::size_t kBlockLinesMax = 1 << 18;        ///< 30 MB of receipts; then few lots
inline constexpr std::size_t kPendingVersionsMax = 16;        ///< each earn looks through them
inline constexpr std::size_t kUtcOffsetsMax = 64;             ///< 32 years of summer time
inline constexpr std::uint32_t kExpiryMonthsMax = 1'200;      ///< a century
inline constexpr std::size_t kReceiptLinesMax = 1 << 20;      ///< far above the lots of any account
inline constexpr std::size_t kReceiptAccountsMax = 8'192;     ///< two for each due entry of a block

// Rules (the page on the rule language, §7). They meet CEL's own least limits.
inline constexpr std::size_t kRuleSourceBytesMax = 2'048;  ///< with its comments
inline constexpr std::size_t kRuleNodesMax = 256;          ///< of the tree
inline constexpr std::size_t kRuleDepthMax = 48;           ///< of the tree: bounds every recursion
inline constexpr std::size_t kRuleParenthesesMax = 64;     ///< nested: bounds the parser's stack
inline constexpr std::size_t kRuleListMax = 32;            ///< entries of a literal
inline constexpr std::size_t kRuleTextBytesMax = 64;       ///< of a literal
inline constexpr std::uint32_t kRuleCostMax = 20'000;      ///< of one expression: 0.2 ms
inline constexpr std::uint64_t kTriggerCostMax = 100'000;  ///< of all campaigns of a trigger: 1 ms
inline constexpr std::size_t kTriggerCampaignsMax = 64;    ///< active ones
inline constexpr std::size_t kCampaignsMax = 320;          ///< five triggers, all full
inline constexpr std::size_t kCountersMax = 32;            ///< each stands in every account
inline constexpr std::size_t kGroupsMax = 16;
inline constexpr std::size_t kTiersMax = 16;
inline constexpr std::size_t kVelocityLimitsMax = 16;
inline constexpr std::size_t kParametersMax = 16;  ///< of a campaign
inline constexpr std::size_t kPartnersMax = 64;
inline constexpr std::size_t kFundersMax = 8;           ///< of one line
inline constexpr std::size_t kListedNamesMax = 64;      ///< stores, channels, merchants, categories
inline constexpr std::size_t kExpiryDatesMax = 64;      ///< of fixed expiry: decades of them
inline constexpr std::uint32_t kVisitDaysMax = 366;     ///< of one counter
inline constexpr std::uint32_t kVisitDaysSumMax = 732;  ///< of all of a programme: account size
inline constexpr std::uint64_t kCampaignMsMax = 5ULL * 366 * 86'400'000;  ///< validity
inline constexpr std::size_t kProgrammeBytesMax = 512 << 10;  ///< below a quarter of a submission
inline constexpr std::size_t kShortNameBytesMax = 32;  ///< ids, stores, brands, SKUs, segments
inline constexpr std::size_t kChannelBytesMax = 16;    ///< channels and means of payment
inline constexpr std::size_t kRefBytesMax = 64;        ///< of a purchase or an attested action
inline constexpr std::size_t kLinesMax = 100;          ///< of a basket
inline constexpr std::size_t kCategoriesMax = 8;       ///< of a line
inline constexpr std::size_t kPayMethodsMax = 8;
inline constexpr std::size_t kSegmentsMax = 32;           ///< of a member
inline constexpr std::size_t kPassesMax = 16;             ///< of a member
inline constexpr std::size_t kSegmentMembersMax = 1'000;  ///< that one publication adds or removes
inline constexpr std::uint64_t kReturnsMsMax = 400ULL * 86'400'000;
inline constexpr std::uint64_t kPendingMsMax = kReturnsMsMax;  ///< points wait for returns
inline constexpr std::uint64_t kHoldMsMax = 7ULL * 86'400'000;
inline constexpr std::uint64_t kCoolingOffMsMax = 3'660ULL * 86'400'000;  ///< ten years
inline constexpr std::uint64_t kLocalMsMax = 253'402'300'799'999;         ///< the end of year 9999
inline constexpr std::uint32_t kRuleDaysMax = 36'600;      ///< of grace and the like: a century
inline constexpr std::uint32_t kTierGraceDaysMax = 366;    ///< the next review comes in a year
inline constexpr std::uint32_t kStampsMax = 1'000'000;     ///< of one card
inline constexpr std::uint32_t kShareMax = 1'000'000'000;  ///< parts of a whole, as of any rate
inline constexpr std::uint8_t kPoolMembersMax = 7;         ///< their consents fit a transaction

// Accounts, holds and corrections (design/loyalty.md §6, §11, §14).
inline constexpr std::size_t kAdjustedMembersMax = 500;   ///< of one transaction: two reads each
inline constexpr std::size_t kOpeningLotsMax = 500;       ///< of one transaction, as above
inline constexpr std::size_t kGuardiansMax = 7;           ///< their consents fit a transaction
inline constexpr std::size_t kOpenHoldsMax = 32;          ///< of a member: each is one due entry
inline constexpr std::size_t kOrderRedemptionsMax = 16;   ///< a return reads each one's receipt
inline constexpr std::size_t kMemberKeysMax = 32;         ///< a key a device, listed in one record
inline constexpr std::size_t kMerchantOperatorsMax = 32;  ///< in the record that each earn reads
inline constexpr std::size_t kTokensMax = 8;              ///< of a member: they stand in its head
inline constexpr std::uint64_t kRecoverMsMin = 48ULL * 3'600'000;   ///< the owner has to notice
inline constexpr std::uint64_t kRecoverMsMax = 30ULL * 86'400'000;  ///< a lost key is replaced

// Exchange (design/loyalty.md §16).
inline constexpr std::int64_t kPriceMax = 1'000'000'000;  ///< micro-units of a point: 1,000 euros
inline constexpr std::uint64_t kTokenMsMax = 24ULL * 3'600'000;  ///< a consent token lives at most
inline constexpr std::size_t kUsedTokensMax = 64;                ///< of a member, in such a time
inline constexpr std::uint64_t kHoldElsewhereMsMax = kTokenMsMax;  ///< a quote is frozen for it
inline constexpr std::uint64_t kCallDayMs = 5ULL * 86'400'000;     ///< after a cycle's close
inline constexpr std::uint64_t kDisputeMs = 10ULL * 86'400'000;    ///< after the call day
inline constexpr std::uint64_t kNoticeMsMin = 30ULL * 86'400'000;  ///< members learn of the end
inline constexpr std::uint64_t kNoticeMsMax = 400ULL * 86'400'000;
inline constexpr std::uint64_t kProposalMs = 7ULL * 86'400'000;  ///< a change waits for voices
inline constexpr std::size_t kBankReferenceBytesMax = 35;        ///< ISO 20022, end-to-end id
inline constexpr std::size_t kObligationsMax = 1 << 16;  ///< of a receipt: one a line at most
inline constexpr std::size_t kOpenCyclesMax = 1'024;     ///< 20 years of weeks

// Genesis (docs/formats.md §5).
inline constexpr std::size_t kNameBytesMax = 64;           ///< names of chains and merchants
inline constexpr std::size_t kCurrenciesMax = 256;         ///< ISO 4217 has about 180
inline constexpr std::size_t kGenesisBytesMax = 64 << 10;  ///< all its lists full: below 32 KiB

// Storage.
inline constexpr std::size_t kVoteLogSegmentBytes = 64 << 20;  ///< then a new one, of live records
inline constexpr std::size_t kVoteLogFileBytesMax = 1 << 30;  ///< a window of full proposals, twice

// Time.
inline constexpr std::uint64_t kEventAheadMs = 5'000;  ///< a till's clock may run ahead this much
inline constexpr std::uint64_t kOfflineWindowMsMax = 400ULL * 86'400'000;
inline constexpr std::uint64_t kBackdateMsMax = 40ULL * 366 * 86'400'000;   ///< imports of old logs
inline constexpr std::uint64_t kClockAdvanceMsMax = 3'660ULL * 86'400'000;  ///< ten years a step

// The node (floors 6 and 7).
inline constexpr std::size_t kMempoolBytes = 64 << 20;  ///< 16 full proposals wait
inline constexpr std::size_t kQueueEvents = 4'096;      ///< events that wait for ordering
inline constexpr std::size_t kGatewayDelayMs = 20;      ///< an unsealed transaction waits at most
inline constexpr std::size_t kPageSizeMax = 500;        ///< entries of a list
inline constexpr std::size_t kPeerOutboundBytes = 64 << 20;  ///< a peer that never reads is dropped

}  // namespace tally::limits
