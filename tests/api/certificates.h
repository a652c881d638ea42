// Certificates of tests: a CA, and what it issues to whom.
//
//   const TestAuthority authority("Café CA");
//   const TestIdentity till = authority.issue(CertificateUse::Client);
//   till.key.public_key().id()  // what the ledger knows it by
#pragma once

#include <tally/crypto/signature.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace tally::test {

enum class CertificateUse { Authority, Server, Client };

/// A key and its certificate.
struct TestIdentity {
  crypto::PrivateKey key;
  std::string certificate_pem;
  [[nodiscard]] KeyId id() const { return key.public_key().id(); }
};

namespace detail {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;

inline KeyPointer openssl_key(const crypto::PrivateKey& key) {
  const std::string pem = key.to_pem();
  const BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

inline void extend(X509* certificate, int what, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

inline std::string to_pem(X509* certificate) {
  const BioPointer bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(bio.get(), certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace detail

class TestAuthority {
 public:
  explicit TestAuthority(std::string name)
      : name_(std::move(name)), key_(crypto::PrivateKey::generate(crypto::KeyKind::P256)) {
    pem_ = sign(key_, name_, CertificateUse::Authority, 3'600);
  }

  [[nodiscard]] const std::string& pem() const { return pem_; }

  /// For localhost and 127.0.0.1 where it is a server's. `seconds`: below 0, it is expired.
  [[nodiscard]] TestIdentity issue(CertificateUse use, long seconds = 3'600) const {
    crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyKind::P256);
    std::string pem = sign(key, "holder", use, seconds);
    return {std::move(key), std::move(pem)};
  }

 private:
  [[nodiscard]] std::string sign(const crypto::PrivateKey& subject, const std::string& name,
                                 CertificateUse use, long seconds) const {
    const detail::X509Pointer certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -7'200);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
    const detail::KeyPointer public_part = detail::openssl_key(subject);
    X509_set_pubkey(certificate.get(), public_part.get());
    set_name(X509_get_subject_name(certificate.get()), name);
    set_name(X509_get_issuer_name(certificate.get()), name_);
    if (use == CertificateUse::Authority) {
      detail::extend(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
      detail::extend(certificate.get(), NID_key_usage, "critical,keyCertSign");
    } else if (use == CertificateUse::Server) {
      detail::extend(certificate.get(), NID_ext_key_usage, "serverAuth");
      detail::extend(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    } else {
      detail::extend(certificate.get(), NID_ext_key_usage, "clientAuth");
    }
    const detail::KeyPointer signer = detail::openssl_key(key_);
    X509_sign(certificate.get(), signer.get(), EVP_sha256());
    return detail::to_pem(certificate.get());
  }

  static void set_name(X509_NAME* name, const std::string& text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, as_bytes(text).data(),
                               static_cast<int>(text.size()), -1, 0);
  }

  std::string name_;
  crypto::PrivateKey key_;
  std::string pem_;
  mutable long serial_ = 0;
};

}  // namespace tally::test
