// Certificates and key files: what is made is accepted, and what is wrong is said.
#include "app/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <filesystem>
#include <fstream>

#include "app/key_files.h"

namespace tally::app {
namespace {

using crypto::KeyKind;
using crypto::PrivateKey;
using testing::HasSubstr;

constexpr Timestamp kNow{1'790'000'000'000};
constexpr Duration kTenYears{10ULL * 365 * 86'400'000};

struct Door {
  PrivateKey authority_key = PrivateKey::generate(KeyKind::P256);
  PrivateKey key = PrivateKey::generate(KeyKind::P256);
  Authority authority{&authority_key, make_authority(authority_key, "grocer CA", kNow)};
  FrontDoor files{make_certificate(authority, key, "grocer", CertificateUse::Server, kNow), "c.crt",
                  authority.certificate_pem, "ca.pem", key.public_key()};
};

std::string fault_of(const FrontDoor& door, Timestamp now = kNow) {
  const Faults faults = check_front_door(door, now);
  EXPECT_LE(faults.size(), 1U);
  if (faults.empty()) return "";
  EXPECT_EQ(config::exit_code_of(faults), ExitCode::Keys);
  return config::line_of(faults.front());
}

TEST(Certificates, OfALocalNetworkAreAccepted) {
  const Door door;

  EXPECT_EQ(fault_of(door.files), "");
  EXPECT_EQ(days_left(door.files.certificate_pem, kNow), 3'650);
}

TEST(Certificates, HaveDates) {  // CFG-29
  const Door door;

  EXPECT_THAT(fault_of(door.files, kNow.plus(kTenYears).plus(kDay)), HasSubstr("E-KEY-011"));
  EXPECT_THAT(fault_of(door.files, kNow.minus(kDay).minus(kDay)), HasSubstr("E-KEY-011"));
}

TEST(Certificates, AreForTheKeyAndForServers) {  // CFG-28, CFG-33
  Door door;
  const Door other;
  FrontDoor wrong = door.files;
  wrong.key = other.key.public_key();
  EXPECT_THAT(fault_of(wrong), HasSubstr("E-KEY-010"));

  wrong = door.files;
  wrong.certificate_pem =
      make_certificate(door.authority, door.key, "grocer", CertificateUse::Client, kNow);
  EXPECT_THAT(fault_of(wrong), HasSubstr("E-KEY-013"));

  wrong = door.files;
  wrong.client_ca_pem = other.files.client_ca_pem;
  EXPECT_THAT(fault_of(wrong), HasSubstr("E-KEY-013"));

  wrong = door.files;
  wrong.certificate_pem = "";
  EXPECT_THAT(fault_of(wrong), HasSubstr("E-KEY-009"));
}

TEST(Certificates, OfABundleAreCasAlone) {  // CFG-32
  const Door door;
  FrontDoor wrong = door.files;
  wrong.client_ca_pem = "";
  EXPECT_THAT(fault_of(wrong), HasSubstr("E-KEY-012: bundle of CAs is not usable; got 0"));

  wrong.client_ca_pem = door.files.client_ca_pem + door.key.to_pem();
  EXPECT_THAT(fault_of(wrong), HasSubstr("a private key in it"));

  wrong.client_ca_pem = door.files.certificate_pem;
  EXPECT_THAT(fault_of(wrong), HasSubstr("a certificate that is no CA's"));

  wrong.client_ca_pem.clear();
  for (int i = 0; i < 65; ++i)
    wrong.client_ca_pem += door.files.client_ca_pem;
  EXPECT_THAT(fault_of(wrong), HasSubstr("got 65 certificates"));
}

class KeyFiles : public testing::Test {
 protected:
  KeyFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tally-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/keys/a.pem";
    EXPECT_TRUE(write_key(path_, key_).empty());
  }
  ~KeyFiles() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string fault() const {
    const OrFaults<PrivateKey> key = read_key(path_);
    return key ? "" : config::line_of(key.error().front());
  }
  void write(const std::string& text) const {
    std::ofstream(path_) << text;
    chmod(path_.c_str(), 0600);
  }

  PrivateKey key_ = PrivateKey::generate(KeyKind::Ed25519);
  std::string folder_;
  std::string path_;
};

TEST_F(KeyFiles, AreReadBackAndNeverOverwritten) {
  const OrFaults<PrivateKey> read = read_key(path_);

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->public_key(), key_.public_key());
  EXPECT_TRUE(check_key_folder(path_).empty());
  EXPECT_THAT(config::line_of(write_key(path_, key_).front()), HasSubstr("E-CLI-013"));
}

TEST_F(KeyFiles, AreTheOwnersAlone) {  // CFG-25
  chmod(path_.c_str(), 0640);
  EXPECT_THAT(fault(), testing::AllOf(HasSubstr("E-KEY-002"), HasSubstr("mode 0640"),
                                      HasSubstr("chmod 600 " + path_)));
  chmod((folder_ + "/keys").c_str(), 0711);
  EXPECT_THAT(config::line_of(check_key_folder(path_).front()), HasSubstr("E-KEY-003"));
}

TEST_F(KeyFiles, AreNoLinksAndNoFolders) {
  const std::string link = folder_ + "/link";
  std::filesystem::create_symlink(path_, link);
  path_ = link;
  EXPECT_THAT(fault(), testing::AllOf(HasSubstr("E-KEY-001"), HasSubstr("a symbolic link")));
  path_ = folder_;
  EXPECT_THAT(fault(), HasSubstr("E-KEY-001"));
  path_ = folder_ + "/none";
  EXPECT_THAT(fault(), HasSubstr("E-KEY-001"));
}

TEST_F(KeyFiles, HoldOnePlainPrivateKey) {  // CFG-26, CFG-27
  write("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
  EXPECT_THAT(fault(), HasSubstr("E-KEY-004: private key expected; got a public key"));
  write("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n");
  EXPECT_THAT(fault(), HasSubstr("E-KEY-005"));
  write("");
  EXPECT_THAT(fault(), HasSubstr("an empty file"));
  write(std::string(20'000, 'x'));
  EXPECT_THAT(fault(), HasSubstr("E-KEY-004"));
}

}  // namespace
}  // namespace tally::app
