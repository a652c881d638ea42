// Owners for OpenSSL's objects, and a fence around its queue of errors.
#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace tally::crypto {

template <auto kFree>
struct OpenSslFree {
  template <typename Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};

template <typename Object, auto kFree>
using OpenSslPtr = std::unique_ptr<Object, OpenSslFree<kFree>>;

using BigNumber = OpenSslPtr<BIGNUM, BN_free>;
using BigNumberContext = OpenSslPtr<BN_CTX, BN_CTX_free>;
using Bio = OpenSslPtr<BIO, BIO_free_all>;
using CurvePoint = OpenSslPtr<EC_POINT, EC_POINT_free>;
using DigestContext = OpenSslPtr<EVP_MD_CTX, EVP_MD_CTX_free>;
using EcdsaSignature = OpenSslPtr<ECDSA_SIG, ECDSA_SIG_free>;
using Key = OpenSslPtr<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = OpenSslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Pkcs8 = OpenSslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

/// Drops the errors that OpenSSL queues for this thread while it lives: a refused signature must
/// not look like a fault of the TLS link that the thread serves next.
class ErrorFence {
 public:
  ErrorFence() { ERR_set_mark(); }
  ~ErrorFence() { ERR_pop_to_mark(); }
  ErrorFence(const ErrorFence&) = delete;
  ErrorFence& operator=(const ErrorFence&) = delete;
};

}  // namespace tally::crypto
