// X.509 over OpenSSL.
#include "app/certificates.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>
#include <tally/crypto/hash.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <memory>
#include <vector>

namespace tally::app {
namespace {

constexpr std::size_t kAuthoritiesMax = 64;  // 16 merchants, each with some rotation
constexpr long kYearsOfLife = 10;
constexpr long kDaySeconds = 86'400;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Store = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>>;

Bio bio_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Key key_of(const crypto::PrivateKey& key) {
  const std::string pem = key.to_pem();
  Key read(PEM_read_bio_PrivateKey(bio_of(pem).get(), nullptr, nullptr, nullptr));
  CHECK(read != nullptr);
  return read;
}

std::vector<Certificate> certificates_in(const std::string& pem) {
  std::vector<Certificate> all;
  const Bio bio = bio_of(pem);
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    all.emplace_back(next);
  ERR_clear_error();  // the end of the text is an error to OpenSSL
  return all;
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

/// All but issuer, extensions and signature.
Certificate blank_certificate(EVP_PKEY* key, const std::string& name, Timestamp now) {
  Certificate certificate(X509_new());
  CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  std::uint64_t serial = 0;
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  CHECK(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial | 1U) == 1);
  const auto seconds = static_cast<time_t>(now.milliseconds() / 1'000);
  // A day back: clocks of other machines may be behind.
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), seconds - kDaySeconds);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), seconds + kYearsOfLife * 365 * kDaySeconds);
  CHECK(X509_set_pubkey(certificate.get(), key) == 1);
  set_name(X509_get_subject_name(certificate.get()), name);
  return certificate;
}

std::string signed_pem(X509* certificate, EVP_PKEY* issuer_key) {
  CHECK(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
  return pem_of(certificate);
}

KeyId key_id_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  CHECK(size > 0);
  const crypto::Hash hash = crypto::sha256(ByteView(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return KeyId::from_view(hash.view());
}

std::string text_of_time(const ASN1_TIME* time) {
  const Bio bio(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(bio.get(), time);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Faults check_bundle(const FrontDoor& door, const std::vector<Certificate>& bundle) {
  const std::string where = config::shown_path(door.client_ca_file);
  if (door.client_ca_pem.find("PRIVATE KEY") != std::string::npos)
    return {Fault{kCaBundle, "a private key in it", "certificates of CAs alone", where,
                  "take the key out, and replace that CA"}};
  if (bundle.empty() || bundle.size() > kAuthoritiesMax)
    return {Fault{kCaBundle, std::to_string(bundle.size()) + " certificates",
                  "1 to " + std::to_string(kAuthoritiesMax), where,
                  "bundle the CAs of all merchants: cat */ca.pem"}};
  for (const Certificate& authority : bundle)
    if (X509_check_ca(authority.get()) == 0)
      return {Fault{kCaBundle, "a certificate that is no CA's", "certificates of CAs alone", where,
                    "bundle the CAs of all merchants"}};
  return {};
}

Faults check_chain(const FrontDoor& door, const std::vector<Certificate>& chain,
                   const std::vector<Certificate>& bundle, Timestamp now) {
  const std::string where = config::shown_path(door.certificate_file);
  const Store store(X509_STORE_new());
  for (const Certificate& authority : bundle)
    X509_STORE_add_cert(store.get(), authority.get());
  STACK_OF(X509)* between = sk_X509_new_null();
  for (std::size_t i = 1; i < chain.size(); ++i)
    sk_X509_push(between, chain[i].get());
  const StoreContext context(X509_STORE_CTX_new());
  CHECK(X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), between) == 1);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
  X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(now.milliseconds() / 1'000));
  const bool good = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  sk_X509_free(between);
  ERR_clear_error();
  if (good) return {};
  if (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID)
    return {Fault{kCertificateDates,
                  "valid from " + text_of_time(X509_get0_notBefore(chain.front().get())) + " to " +
                      text_of_time(X509_get0_notAfter(chain.front().get())),
                  "valid at " + config::text_of(now) + ", the system's time", where,
                  "renew it, or set the clock"}};
  return {Fault{kCertificateChain, X509_verify_cert_error_string(error),
                "a server's certificate by a CA of the bundle", where,
                "add its merchant's CA to " + config::shown_path(door.client_ca_file)}};
}

}  // namespace

std::string make_authority(const crypto::PrivateKey& key, const std::string& name, Timestamp now) {
  const Key own = key_of(key);
  const Certificate certificate = blank_certificate(own.get(), name, now);
  CHECK(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1);
  add_extension(certificate.get(), certificate.get(), NID_basic_constraints,
                "critical,CA:TRUE,pathlen:0");
  add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign");
  add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
  return signed_pem(certificate.get(), own.get());
}

std::string make_certificate(const Authority& authority, const crypto::PrivateKey& subject,
                             const std::string& name, CertificateUse use, Timestamp now) {
  const std::vector<Certificate> issuers = certificates_in(authority.certificate_pem);
  CHECK(!issuers.empty());
  X509* issuer = issuers.front().get();
  const Certificate certificate = blank_certificate(key_of(subject).get(), name, now);
  CHECK(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1);
  add_extension(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), issuer, NID_key_usage, "critical,digitalSignature");
  const bool server = use == CertificateUse::Server;
  add_extension(certificate.get(), issuer, NID_ext_key_usage, server ? "serverAuth" : "clientAuth");
  if (server)
    add_extension(certificate.get(), issuer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid");
  return signed_pem(certificate.get(), key_of(*authority.key).get());
}

Faults check_front_door(const FrontDoor& door, Timestamp now) {
  const std::vector<Certificate> bundle = certificates_in(door.client_ca_pem);
  if (Faults faults = check_bundle(door, bundle); !faults.empty()) return faults;
  const std::vector<Certificate> chain = certificates_in(door.certificate_pem);
  const std::string where = config::shown_path(door.certificate_file);
  if (chain.empty())
    return {Fault{kCertificateUnreadable, "no certificate", "a certificate in PEM", where,
                  "put the front door's certificate there"}};
  const KeyId actual = key_id_of(chain.front().get());
  if (actual != door.key.id())
    return {Fault{kCertificateMismatch, "one for key " + to_hex(actual.view()),
                  "key " + to_hex(door.key.id().view()), where,
                  "put the certificate there that was made for this key"}};
  return check_chain(door, chain, bundle, now);
}

std::int64_t days_left(const std::string& pem, Timestamp now) {
  const std::vector<Certificate> chain = certificates_in(pem);
  CHECK(!chain.empty());
  const auto seconds = static_cast<time_t>(now.milliseconds() / 1'000);
  ASN1_TIME* today = ASN1_TIME_set(nullptr, seconds);
  int days = 0;
  int rest = 0;
  ASN1_TIME_diff(&days, &rest, today, X509_get0_notAfter(chain.front().get()));
  ASN1_TIME_free(today);
  return days;
}

}  // namespace tally::app
