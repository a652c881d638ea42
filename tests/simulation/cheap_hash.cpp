// The functions of src/crypto/hash.cpp over CheapMix. A program that links this file does not pull
// the real ones out of their archive: only the simulator's fast builds do (reliability.md §4.2).
#include <tally/crypto/hash.h>

#include "simulation/cheap_mix.h"

namespace tally::crypto {

Hash sha256(ByteView bytes) {
  sim::CheapMix mix;
  mix.update(bytes);
  return mix.finish();
}

Hash sha256(std::initializer_list<ByteView> parts) {
  sim::CheapMix mix;
  for (const ByteView part : parts)
    mix.update(part);
  return mix.finish();
}

Hash tagged_hash(std::string_view name, ByteView bytes) {
  return tagged_hash(name, {bytes});
}

Hash tagged_hash(std::string_view name, std::initializer_list<ByteView> parts) {
  constexpr std::uint8_t kEndOfTag = 0;
  sim::CheapMix mix;
  mix.update(as_bytes(name));
  mix.update(ByteView(&kEndOfTag, 1));
  for (const ByteView part : parts)
    mix.update(part);
  return mix.finish();
}

Hash hmac_sha256(ByteView key, ByteView message) {
  return tagged_hash("hmac", {sha256(key).view(), message});
}

Sha256::Sha256() : context_(new sim::CheapMix) {}

Sha256::~Sha256() {
  delete static_cast<sim::CheapMix*>(context_);
}

void Sha256::update(ByteView bytes) {
  static_cast<sim::CheapMix*>(context_)->update(bytes);
}

Hash Sha256::finish() {
  auto* const mix = static_cast<sim::CheapMix*>(context_);
  const Hash hash = mix->finish();
  *mix = sim::CheapMix();
  return hash;
}

}  // namespace tally::crypto
