// From the door's messages to what a client's caller gets.
#pragma once

#include <tally/client/client.h>

namespace tally::v1 {
class Answer;
class Balance;
class GetBlockResponse;
class GetHistoryResponse;
class GetProofResponse;
class GetStatusResponse;
class SubmitResponse;
}  // namespace tally::v1

namespace tally::client {

// Malformed: the server's answer is not what it must be; it is of another version, or not ours.
[[nodiscard]] Result<Answer> answer_of(const v1::Answer& message);
[[nodiscard]] Result<std::vector<Answer>> answers_of(const v1::SubmitResponse& message,
                                                     std::size_t expected);
[[nodiscard]] Result<Balance> balance_of(const v1::Balance& message);
[[nodiscard]] Result<HistoryPage> history_of(const v1::GetHistoryResponse& message);
[[nodiscard]] Result<ProvenRecord> proven_of(const v1::GetProofResponse& message);
[[nodiscard]] Result<RemoteStatus> status_of(const v1::GetStatusResponse& message);
/// One answer's part of a block: its receipts go after those that `block` has already.
[[nodiscard]] Result<void> add_to_block(const v1::GetBlockResponse& message, RemoteBlock& block);

}  // namespace tally::client
