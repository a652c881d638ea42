// Certificates of the front door: made for local networks, checked at every start of a node. The
// links between nodes use none of these: there a pinned key is the identity.
#pragma once

#include "app/fault_kinds.h"

#include <tally/base/time.h>
#include <tally/crypto/signature.h>

#include <string>

namespace tally::app {

/// A CA that signs certificates: its key and its own certificate in PEM.
struct Authority {
  const crypto::PrivateKey* key = nullptr;
  std::string certificate_pem;
};

/// A self-signed CA of `name`, good from a day before `now` for ten years, for one level.
[[nodiscard]] std::string make_authority(const crypto::PrivateKey& key, const std::string& name,
                                         Timestamp now);

enum class CertificateUse { Server, Client };
/// A certificate of `subject`; a server's is for DNS:localhost and IP:127.0.0.1.
[[nodiscard]] std::string make_certificate(const Authority& authority,
                                           const crypto::PrivateKey& subject,
                                           const std::string& name, CertificateUse use,
                                           Timestamp now);

/// The front door's files as they were read, and their names.
struct FrontDoor {
  std::string certificate_pem;
  std::string certificate_file;
  std::string client_ca_pem;
  std::string client_ca_file;
  crypto::PublicKey key;
};

/// KEY-009 to KEY-013: the bundle holds CAs and no secret, the certificate is for the key, valid
/// now, for servers, and signed by one of the bundle.
[[nodiscard]] Faults check_front_door(const FrontDoor& door, Timestamp now);
/// Days until the first certificate of `pem` expires. REQUIRES: check_front_door passed it.
[[nodiscard]] std::int64_t days_left(const std::string& pem, Timestamp now);

}  // namespace tally::app
