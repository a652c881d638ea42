// gRPC says nothing of a bad certificate until a client fails, so they are looked at here.
#include "api/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace tally::api {
namespace {

using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;
using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

BioPointer open(std::string_view pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

X509Pointer first_certificate(std::string_view pem) {
  const BioPointer bio = open(pem);
  X509Pointer certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  ERR_clear_error();  // gRPC reads the same queue of this thread
  return certificate;
}

/// A passphrase is never asked for on a terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Result<void> check_tls(const ApiSettings& settings) {
  const X509Pointer certificate = first_certificate(settings.certificate_pem);
  if (certificate == nullptr) return malformed("front door certificate: not a certificate in PEM");
  const BioPointer bio = open(settings.key_pem);
  const KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr),
                       EVP_PKEY_free);
  ERR_clear_error();
  if (key == nullptr) return malformed("front door key: not an unencrypted private key in PEM");
  const bool match = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!match) return malformed("front door key: does not match the certificate");
  if (settings.client_ca_pem.find("PRIVATE KEY") != std::string::npos)
    return malformed("client CA bundle: holds a private key; expected certificates alone");
  if (first_certificate(settings.client_ca_pem) == nullptr)
    return malformed("client CA bundle: holds no certificate in PEM");
  return {};
}

}  // namespace tally::api
