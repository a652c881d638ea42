// SHA-256, and SHA-256 under a tag.
#pragma once

#include <tally/base/bytes.h>

#include <initializer_list>
#include <string_view>

namespace tally::crypto {

using Hash = FixedBytes<struct HashTag, 32>;

[[nodiscard]] Hash sha256(ByteView bytes);
/// Of the concatenation of `parts`.
[[nodiscard]] Hash sha256(std::initializer_list<ByteView> parts);

/// H of docs/formats.md: SHA-256 over `tally/NAME/1`, a zero byte, and the bytes. The tag keeps a
/// hash of one thing from ever being taken for the hash of another.
[[nodiscard]] Hash tagged_hash(std::string_view name, ByteView bytes);
[[nodiscard]] Hash tagged_hash(std::string_view name, std::initializer_list<ByteView> parts);

/// HMAC-SHA-256, for identity commitments (design/loyalty.md §14).
[[nodiscard]] Hash hmac_sha256(ByteView key, ByteView message);

/// A SHA-256 that is fed piece by piece: files, exporters.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(ByteView bytes);
  /// Of all that was fed; starts anew.
  [[nodiscard]] Hash finish();

 private:
  void* context_;  // OpenSSL's EVP_MD_CTX, kept out of the contract
};

}  // namespace tally::crypto
