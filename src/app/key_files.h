// Key files: PKCS#8 PEM, mode 0600, in a folder of mode 0700 (design/security.md §2).
#pragma once

#include "app/fault_kinds.h"

#include <tally/crypto/signature.h>

#include <string>

namespace tally::app {

/// The PEM text of a key file: a regular file, no link, of this user, open to nobody else, checked
/// on the open descriptor. Faults are KEY-001 and KEY-002.
[[nodiscard]] OrFaults<std::string> read_key_pem(const std::string& path);

/// KEY-003 where others can enter the folder that `path` stands in; asked of a node's keys.
[[nodiscard]] Faults check_key_folder(const std::string& path);

/// The key of such a file; KEY-004 and KEY-005 beside those. What is in it is never shown.
[[nodiscard]] OrFaults<crypto::PrivateKey> read_key(const std::string& path);

/// A new key file of mode 0600; its folder is made 0700 where there is none.
[[nodiscard]] Faults write_key(const std::string& path, const crypto::PrivateKey& key);

}  // namespace tally::app
