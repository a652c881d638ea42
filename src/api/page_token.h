// Page tokens: where a list goes on, sealed so that nobody else can make one.
#pragma once

#include <tally/base/bytes.h>
#include <tally/crypto/hash.h>

#include "api/fault.h"

#include <string>
#include <string_view>

namespace tally::api {

/// A token binds a cursor to its query and to this process: another node, a restart or another
/// query refuses it, and the caller starts again.
class PageTokens {
 public:
  PageTokens();  ///< with a secret of its own

  [[nodiscard]] std::string make(std::string_view query, ByteView cursor) const;
  /// The cursor. INVALID_ARGUMENT PAGE_TOKEN: not one of ours, or another query's.
  [[nodiscard]] Reply<Bytes> open(std::string_view query, std::string_view token) const;

 private:
  [[nodiscard]] crypto::Hash tag(std::string_view query, ByteView cursor) const;
  crypto::Hash secret_;
};

}  // namespace tally::api
