// Reads: receipts, accounts, blocks and status, each of one snapshot whose height it names.
#pragma once

#include "api/door.h"
#include "api/page_token.h"
#include "api/visible.h"
#include "api/waiting.h"

#include <memory>

namespace tally::v1 {
class Answer;
class Balance;
class Explanation;
class GetBalanceRequest;
class GetBlockRequest;
class GetBlockResponse;
class GetHistoryRequest;
class GetHistoryResponse;
class GetLotsRequest;
class GetLotsResponse;
class GetReceiptRequest;
class GetReceiptsRequest;
class GetReceiptsResponse;
class GetStatusRequest;
class GetStatusResponse;
class HistoryEntry;
}  // namespace tally::v1

namespace tally::api {

/// What a caller asks is answered from `snapshot`, the newest when the call began.
struct ReadContext {
  const Caller& caller;
  const storage::Snapshot& snapshot;
};

class Reads {
 public:
  /// Borrows both.
  Reads(Door& door, Waiting& waiting) : door_(door), waiting_(waiting) {}

  [[nodiscard]] Check receipt(const ReadContext&, const v1::GetReceiptRequest&, v1::Answer&);
  [[nodiscard]] Check receipts(const ReadContext&, const v1::GetReceiptsRequest&,
                               v1::GetReceiptsResponse&);
  [[nodiscard]] Check explain(const ReadContext&, const v1::GetReceiptRequest&, v1::Explanation&);
  [[nodiscard]] Check balance(const ReadContext&, const v1::GetBalanceRequest&, v1::Balance&);
  [[nodiscard]] Check lots(const ReadContext&, const v1::GetLotsRequest&, v1::GetLotsResponse&);
  [[nodiscard]] Check history(const ReadContext&, const v1::GetHistoryRequest&,
                              v1::GetHistoryResponse&);
  [[nodiscard]] Check block(const ReadContext&, const v1::GetBlockRequest&, v1::GetBlockResponse&);
  [[nodiscard]] Check status(const ReadContext&, const v1::GetStatusRequest&,
                             v1::GetStatusResponse&);

 private:
  [[nodiscard]] Check check_asker(const Caller& caller, MerchantId merchant) const;
  /// nullopt: none up to the height `certified`, or none that the caller may see.
  [[nodiscard]] Reply<std::optional<VisibleReceipt>> find_receipt(const ReadContext& context,
                                                                  Height certified,
                                                                  const RequestKey& key) const;

  Door& door_;
  Waiting& waiting_;
  PageTokens tokens_;
};

}  // namespace tally::api
