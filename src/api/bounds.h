// What the front door bounds, and why (design/security.md §4).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tally::api::bounds {

using std::chrono::milliseconds;

inline constexpr int kReceiveBytesMax = 4 << 20;     ///< a full submission of 3 MiB, with room
inline constexpr int kSendBytesMax = 10 << 20;       ///< a whole proposal of 8 MiB, with room
inline constexpr std::size_t kBlockBytes = 6 << 20;  ///< receipts in one answer, with room
inline constexpr std::size_t kMetadataBytesMax = 8 << 10;
inline constexpr std::size_t kMetadataEntryBytes = 32;  ///< overhead that RFC 9113 §6.5.2 counts
inline constexpr int kStreamsMax = 64;                  ///< of a connection
inline constexpr int kHandshakeMs = 3'000;
inline constexpr std::size_t kMemoryBytes = 512 << 20;  ///< of gRPC's buffers, all calls together

inline constexpr milliseconds kDeadlineDefault{10'000};
inline constexpr milliseconds kDeadlineMax{30'000};
/// Before the caller's own deadline, so that our answer, which says how to go on, still gets there.
inline constexpr milliseconds kDeadlineMargin{250};
inline constexpr milliseconds kCloseWait{2'000};  ///< for open calls when the door closes

inline constexpr std::size_t kCallsMax = 4'096;           ///< that wait for their receipts
inline constexpr std::size_t kTransactionsMax = 131'072;  ///< in these: 8 full blocks
inline constexpr std::uint32_t kBusyRetryMs = 100;        ///< a few blocks
inline constexpr milliseconds kCertifiedPoll{10};         ///< while a proof waits for its block
inline constexpr std::size_t kSubmittersKept = 65'536;    ///< who submitted which request, newest

inline constexpr std::uint32_t kPageSizeDefault = 100;
inline constexpr std::size_t kNextToExpire = 10;  ///< lots that a balance names

}  // namespace tally::api::bounds
