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
inline constexpr std::size_t kDueEntriesInBlock = 4'096;   ///< K of design/loyalty.md §5
inline constexpr std::size_t kBlockLinesMax = 1 << 18;     ///< 30 MB of receipts; then few lots
inline constexpr std::size_t kPendingVersionsMax = 16;     ///< each earn looks through them
inline constexpr std::size_t kUtcOffsetsMax = 64;          ///< 32 years of summer time
inline constexpr std::uint32_t kExpiryMonthsMax = 1'200;   ///< a century
inline constexpr std::size_t kReceiptLinesMax = 1 << 20;   ///< far above the lots of any account
inline constexpr std::size_t kReceiptAccountsMax = 8'192;  ///< two for each due entry of a block

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
