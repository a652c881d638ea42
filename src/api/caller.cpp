// From a verified client certificate to a role.
#include "api/caller.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace tally::api {
namespace {

using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;

Fault unauthenticated(std::string reason, std::string message) {
  return {grpc::StatusCode::UNAUTHENTICATED, std::move(reason), std::move(message)};
}

}  // namespace

Result<KeyId> key_of_certificate(std::string_view pem) {
  const BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  CHECK(bio != nullptr);
  const X509Pointer certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  ERR_clear_error();  // gRPC reads the same queue of this thread
  if (certificate == nullptr) return malformed("not a certificate in PEM");
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  if (size <= 0) return malformed("a certificate without a public key");
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned(
      der, [](unsigned char* bytes) { OPENSSL_free(bytes); });
  const ByteView spki(der, static_cast<std::size_t>(size));
  // One key may be written in two ways (a compressed point); the ledger's id is of one of them.
  const auto key = crypto::PublicKey::from_spki(spki);
  if (key.ok()) return key->id();
  return KeyId::from_view(crypto::sha256(spki).view());  // RSA, say: on no ledger, so unknown
}

Reply<Caller> find_caller(std::string_view certificate_pem, Method method,
                          const storage::Snapshot& snapshot, Timestamp ledger_time) {
  const Result<KeyId> key = key_of_certificate(certificate_pem);
  if (!key.ok())
    return unauthenticated("UNKNOWN_KEY", "client certificate: " + key.error().message);
  TRY(auto record, state::find_key(snapshot, *key));
  Caller caller{*key, std::move(record)};
  if (!caller.record.has_value()) {
    if (may_call(method, std::nullopt)) return caller;
    return unauthenticated("UNKNOWN_KEY", "the client certificate's key " + to_hex(key->view()) +
                                              " is not on the ledger; register it first");
  }
  if (caller.record->purpose != Purpose::Tls)
    return unauthenticated("WRONG_PURPOSE",
                           "the client certificate's key signs submissions; a "
                           "client needs one registered for TLS");
  if (!caller.record->in_force(ledger_time))
    return unauthenticated("KEY_REVOKED",
                           "the client certificate's key is not in force at ledger time " +
                               std::to_string(ledger_time.milliseconds()));
  TRY_VOID(check_role(caller, method));
  return caller;
}

Check check_role(const Caller& caller, Method method) {
  if (may_call(method, caller.role())) return passed();
  const std::string role(caller.record.has_value() ? name_of(caller.record->role)
                                                   : "key without a record");
  return denied("ROLE_NOT_ALLOWED",
                "a " + role + " may not call " + std::string(rule_of(method).name));
}

}  // namespace tally::api
