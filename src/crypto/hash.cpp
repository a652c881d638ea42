// SHA-256 and HMAC-SHA-256, over OpenSSL's EVP.
#include <tally/crypto/hash.h>

#include <limits>

#include <openssl/hmac.h>

#include <tally/base/check.h>

#include "crypto/openssl.h"

namespace tally::crypto {
namespace {

/// Fetched once, because each fetch costs as much as a hash; lives as long as the process.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(algorithm != nullptr);
  return algorithm;
}

void start(EVP_MD_CTX* context) {
  CHECK(EVP_DigestInit_ex(context, sha256_algorithm(), nullptr) == 1);
}

void feed(EVP_MD_CTX* context, ByteView bytes) {
  CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Hash end(EVP_MD_CTX* context) {
  Hash hash;
  CHECK(EVP_DigestFinal_ex(context, hash.array().data(), nullptr) == 1);
  return hash;
}

DigestContext new_context() {
  DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  start(context.get());
  return context;
}

}  // namespace

Hash sha256(ByteView bytes) {
  Hash hash;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), hash.array().data(), nullptr, sha256_algorithm(),
                   nullptr) == 1);
  return hash;
}

Hash sha256(std::initializer_list<ByteView> parts) {
  const DigestContext context = new_context();
  for (const ByteView part : parts)
    feed(context.get(), part);
  return end(context.get());
}

Hash tagged_hash(std::string_view name, ByteView bytes) {
  return tagged_hash(name, {bytes});
}

Hash tagged_hash(std::string_view name, std::initializer_list<ByteView> parts) {
  constexpr std::uint8_t kEndOfTag = 0;
  const DigestContext context = new_context();
  feed(context.get(), as_bytes("tally/"));
  feed(context.get(), as_bytes(name));
  feed(context.get(), as_bytes("/1"));
  feed(context.get(), ByteView(&kEndOfTag, 1));
  for (const ByteView part : parts)
    feed(context.get(), part);
  return end(context.get());
}

Hash hmac_sha256(ByteView key, ByteView message) {
  CHECK(key.size() <= std::size_t{std::numeric_limits<int>::max()});
  // OpenSSL takes a null pointer for "no key was set", but an empty key is one.
  constexpr std::uint8_t kNothing = 0;
  const std::uint8_t* const key_bytes = key.empty() ? &kNothing : key.data();
  Hash code;
  CHECK(HMAC(sha256_algorithm(), key_bytes, static_cast<int>(key.size()), message.data(),
             message.size(), code.array().data(), nullptr) != nullptr);
  return code;
}

Sha256::Sha256() : context_(new_context().release()) {}

Sha256::~Sha256() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Sha256::update(ByteView bytes) {
  feed(static_cast<EVP_MD_CTX*>(context_), bytes);
}

Hash Sha256::finish() {
  auto* const context = static_cast<EVP_MD_CTX*>(context_);
  const Hash hash = end(context);
  start(context);
  return hash;
}

}  // namespace tally::crypto
