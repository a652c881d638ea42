// Key files.
#include "app/key_files.h"

#include <tally/config/text.h>

#include "app/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace tally::app {
namespace {

constexpr std::size_t kKeyBytesMax = 16 << 10;

std::string octal(mode_t mode) {
  std::string text = "0000";
  for (std::size_t i = 0; i < 4; ++i)
    text[3 - i] = static_cast<char>('0' + ((mode >> (3 * i)) & 7U));
  return text;
}

OrFaults<std::string> read_open(int descriptor, const std::string& path) {
  const std::string shown = config::shown_path(path);
  struct stat status {};
  if (fstat(descriptor, &status) != 0)
    return config::fail(Fault{kKeyUnreadable, std::strerror(errno), "", shown, ""});
  if (!S_ISREG(status.st_mode))
    return config::fail(Fault{kKeyUnreadable, "no regular file", "a regular file", shown, ""});
  if (status.st_uid != geteuid())
    return config::fail(Fault{kKeyOpenToOthers, "a file of user " + std::to_string(status.st_uid),
                              "a file of user " + std::to_string(geteuid()), shown,
                              "chown it to the user that runs this"});
  if ((status.st_mode & 077U) != 0)
    return config::fail(Fault{kKeyOpenToOthers, "mode " + octal(status.st_mode & 07777U),
                              "mode 0600", shown, "chmod 600 " + shown});
  std::string pem(kKeyBytesMax + 1, '\0');
  const ssize_t size = read(descriptor, pem.data(), pem.size());
  if (size < 0) return config::fail(Fault{kKeyUnreadable, std::strerror(errno), "", shown, ""});
  pem.resize(static_cast<std::size_t>(size));
  if (pem.size() > kKeyBytesMax)
    return config::fail(Fault{kNotAPrivateKey, "a file of over 16 KiB", "one key", shown, ""});
  return pem;
}

}  // namespace

Faults check_key_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(absolute_path(path)).parent_path().string();
  const std::string shown = config::shown_path(folder);
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) return {};  // opening the file will say it
  if ((status.st_mode & 077U) == 0 && status.st_uid == geteuid()) return {};
  return {Fault{kKeyFolderOpen, "mode " + octal(status.st_mode & 07777U),
                "mode 0700 and this user's", shown, "chmod 700 " + shown}};
}

OrFaults<std::string> read_key_pem(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) {
    const std::string why = errno == ELOOP ? "a symbolic link" : std::strerror(errno);
    return config::fail(Fault{kKeyUnreadable, why, "a private key in PKCS#8 PEM",
                              config::shown_path(path),
                              "check the path, or make one: tally keys new"});
  }
  OrFaults<std::string> pem = read_open(descriptor, path);
  close(descriptor);
  return pem;
}

OrFaults<crypto::PrivateKey> read_key(const std::string& path) {
  OrFaults<std::string> pem = read_key_pem(path);
  if (!pem) return config::fail(std::move(pem.error()));
  const std::string shown = config::shown_path(path);
  if (pem->find("ENCRYPTED") != std::string::npos)
    return config::fail(Fault{kKeyEncrypted, "an encrypted key", "one in plain PKCS#8", shown,
                              "openssl pkey -in FILE -out PLAIN; chmod 600 PLAIN"});
  Result<crypto::PrivateKey> key = crypto::PrivateKey::from_pem(*pem);
  if (key.ok()) return std::move(key).value();
  std::string got = "something else";
  if (pem->find("BEGIN PUBLIC KEY") != std::string::npos) got = "a public key";
  if (pem->find("BEGIN CERTIFICATE") != std::string::npos) got = "a certificate";
  if (pem->empty()) got = "an empty file";
  return config::fail(Fault{kNotAPrivateKey, got, "an Ed25519 or P-256 key in PKCS#8 PEM", shown,
                            "make one: tally keys new"});
}

Faults write_key(const std::string& path, const crypto::PrivateKey& key) {
  const std::string folder = std::filesystem::path(absolute_path(path)).parent_path().string();
  if (Faults faults = make_folder(folder); !faults.empty()) return faults;
  return write_new_file(path, key.to_pem(), 0600);
}

}  // namespace tally::app
