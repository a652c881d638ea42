// Stands before crypto::verify in this program; the linker's --wrap leads all calls here.
#include "node/verify_count.h"

#include <tally/crypto/signature.h>

#include <atomic>

#define TALLY_VERIFY                                                       \
  "_ZN5tally6crypto6verifyERKNS0_9PublicKeyESt4spanIKhLm18446744073709551" \
  "615EERKNS_10FixedBytesINS0_12SignatureTagELm64EEE"

namespace tally::test {
namespace {

std::atomic<std::size_t> verified = 0;

}  // namespace

bool real_verify(const crypto::PublicKey& key, ByteView message,
                 const crypto::Signature& signature) __asm__("__real_" TALLY_VERIFY);
bool counted_verify(const crypto::PublicKey& key, ByteView message,
                    const crypto::Signature& signature) __asm__("__wrap_" TALLY_VERIFY);

bool counted_verify(const crypto::PublicKey& key, ByteView message,
                    const crypto::Signature& signature) {
  ++verified;
  return real_verify(key, message, signature);
}

std::size_t signatures_verified() {
  return verified;
}

}  // namespace tally::test
