// A token is its cursor and an HMAC over query and cursor, in hexadecimal digits.
#include "api/page_token.h"

#include <tally/codec/writer.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace tally::api {
namespace {

constexpr std::size_t kTokenBytesMax = 256;

}  // namespace

PageTokens::PageTokens() {
  CHECK(RAND_bytes(secret_.array().data(), static_cast<int>(crypto::Hash::kSize)) == 1);
}

crypto::Hash PageTokens::tag(std::string_view query, ByteView cursor) const {
  codec::Writer out;
  out.text(query);
  out.bytes(cursor);
  return crypto::hmac_sha256(secret_.view(), out.view());
}

std::string PageTokens::make(std::string_view query, ByteView cursor) const {
  return to_hex(tag(query, cursor).view()) + to_hex(cursor);
}

Reply<Bytes> PageTokens::open(std::string_view query, std::string_view token) const {
  const Fault forged{grpc::StatusCode::INVALID_ARGUMENT, "PAGE_TOKEN",
                     "page_token: got one that this node did not make for this query; expected "
                     "the last next_page_token, or none to start again"};
  if (token.size() > 2 * kTokenBytesMax) return forged;
  const Result<Bytes> bytes = bytes_from_hex(token);
  if (!bytes.ok() || bytes->size() < crypto::Hash::kSize) return forged;
  const ByteView given = ByteView(*bytes).first(crypto::Hash::kSize);
  const ByteView cursor = ByteView(*bytes).subspan(crypto::Hash::kSize);
  const crypto::Hash expected = tag(query, cursor);
  // In constant time, so that no tag can be found byte by byte.
  if (CRYPTO_memcmp(given.data(), expected.view().data(), crypto::Hash::kSize) != 0) return forged;
  return to_bytes(cursor);
}

}  // namespace tally::api
