// TLS of peer links, on OpenSSL.
#include "net/tls.h"

#include <algorithm>
#include <array>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <tally/crypto/hash.h>
#include <tally/crypto/signature.h>

namespace tally::net {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

/// ALPN's wire form: a length and the name.
constexpr std::array<unsigned char, 13> kProtocol = {12,  't', 'a', 'l', 'l', 'y', '-',
                                                     'p', 'e', 'e', 'r', '/', '1'};
constexpr std::array<unsigned char, 5> kName = {'t', 'a', 'l', 'l', 'y'};
constexpr std::string_view kExporterLabel = "EXPORTER-tally-peer-1";
/// A certificate of ours has some 300 bytes.
constexpr long kCertificateBytesMax = 16 << 10;
constexpr long kYear9999 = 253'402'300'799;

Owned<EVP_PKEY> read_key(const std::string& pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // Without a callback of ours OpenSSL would ask for a passphrase on the terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  return Owned<EVP_PKEY>(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
}

/// Self-signed, for TLS wants a certificate. Dates and names are not read by anybody, so they are
/// the same in all, and nothing expires that could stop all nodes in one night.
Owned<X509> make_certificate(EVP_PKEY* key) {
  Owned<X509> certificate(X509_new());
  if (certificate == nullptr) return nullptr;
  X509* x509 = certificate.get();
  X509_NAME* name = X509_get_subject_name(x509);
  const bool filled = X509_set_version(x509, X509_VERSION_3) == 1 &&
                      ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) == 1 &&
                      ASN1_TIME_set(X509_getm_notBefore(x509), 0) != nullptr &&
                      ASN1_TIME_set(X509_getm_notAfter(x509), kYear9999) != nullptr &&
                      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, kName.data(),
                                                 kName.size(), -1, 0) == 1 &&
                      X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, key) == 1;
  // Ed25519 signs the message itself and takes no digest.
  const EVP_MD* digest = EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  if (!filled || X509_sign(x509, key, digest) <= 0) return nullptr;
  return certificate;
}

/// The key's SHA-256 as pins have it, over the SPKI as it stands in the certificate.
KeyId key_in(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return {};
  const crypto::Hash hash = crypto::sha256(ByteView(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return KeyId::from_view(hash.view());
}

int presented_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

/// In place of OpenSSL's whole verification of chains: a pinned key, or nothing. That the peer
/// holds the key, TLS itself proves.
int verify_pin(X509_STORE_CTX* store, void* pins) {
  X509* certificate = X509_STORE_CTX_get0_cert(store);
  const KeyId key = certificate == nullptr ? KeyId() : key_in(certificate);
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (ssl != nullptr)
    if (auto* presented = static_cast<KeyId*>(SSL_get_ex_data(ssl, presented_index())))
      *presented = key;
  const auto& known = *static_cast<const std::vector<KeyId>*>(pins);
  const bool good = !key.is_zero() && std::find(known.begin(), known.end(), key) != known.end();
  X509_STORE_CTX_set_error(store, good ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
  return good ? 1 : 0;
}

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, size, kProtocol.data(), kProtocol.size(),
                                            offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool configure(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, kCertificateBytesMax);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") ==
             1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1 &&
         SSL_CTX_set1_sigalgs_list(context, "ed25519:ECDSA+SHA256") == 1 &&
         SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1 &&
         SSL_CTX_set_recv_max_early_data(context, 0) == 1 &&
         // This one call answers 0 for success.
         SSL_CTX_set_alpn_protos(context, kProtocol.data(), kProtocol.size()) == 0;
}

}  // namespace

Result<Tls> Tls::make(const std::string& key_pem, const consensus::Epoch& epoch, NodeIndex self) {
  TRY(const crypto::PrivateKey checked, crypto::PrivateKey::from_pem(key_pem));
  const consensus::Validator* validator = epoch.find(self);
  if (validator == nullptr || checked.public_key().id() != validator->peer_tls_key)
    return Error{ErrorCode::Conflict, "the peer TLS key is not the one pinned for node " +
                                          std::to_string(self.value()) + "; got " +
                                          to_hex(checked.public_key().id().view())};

  auto pins = std::make_unique<std::vector<KeyId>>();
  for (const consensus::Validator& each : epoch.validators)
    pins->push_back(each.peer_tls_key);
  const Owned<EVP_PKEY> key = read_key(key_pem);
  Owned<SSL_CTX> context(SSL_CTX_new(TLS_method()));
  if (key == nullptr || context == nullptr || !configure(context.get()))
    return Error{ErrorCode::Io, "OpenSSL refuses the settings of peer links"};
  const Owned<X509> certificate = make_certificate(key.get());
  if (certificate == nullptr || SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
    return Error{ErrorCode::Io, "OpenSSL refuses the peer TLS key"};
  SSL_CTX_set_cert_verify_callback(context.get(), verify_pin, pins.get());
  return Tls(boost::asio::ssl::context(context.release()), std::move(pins));
}

void Tls::watch(SSL* ssl, KeyId& presented) {
  CHECK(SSL_set_ex_data(ssl, presented_index(), &presented) == 1);
}

std::optional<NodeIndex> Tls::node_of(const KeyId& presented) const {
  const auto found = std::find(pins_->begin(), pins_->end(), presented);
  if (presented.is_zero() || found == pins_->end()) return std::nullopt;
  return NodeIndex(static_cast<std::uint16_t>(found - pins_->begin()));
}

bool speaks_peer_protocol(SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  const ByteView wanted = ByteView(kProtocol).subspan(1);
  return name != nullptr && std::equal(name, name + size, wanted.begin(), wanted.end());
}

Result<Exporter> exporter_of(SSL* ssl) {
  Exporter exporter;
  if (SSL_export_keying_material(ssl, exporter.array().data(), Exporter::kSize,
                                 kExporterLabel.data(), kExporterLabel.size(), nullptr, 0, 0) != 1)
    return Error{ErrorCode::Unavailable, "TLS exporter has no value"};
  return exporter;
}

void fill_random(std::span<std::uint8_t> bytes) {
  CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

}  // namespace tally::net
