// The vault: one person, one member; and what is left once a person is erased.
#include "app/vault.h"

#include "support/temp_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace tally::app {
namespace {

class VaultFile : public testing::Test {
 protected:
  [[nodiscard]] Vault open() const { return Vault::open(path_, true).value(); }
  [[nodiscard]] Known add(const std::string& identity) const {
    Vault vault = open();
    const Known known = vault.find_or_add(identity);
    EXPECT_TRUE(vault.save().empty());
    return known;
  }
  [[nodiscard]] std::string text() const {
    std::stringstream all;
    all << std::ifstream(path_).rdbuf();
    return all.str();
  }

  test::TempFolder folder_;
  std::string path_ = folder_ / "vault.json";
};

TEST_F(VaultFile, KnowsAPersonAgain) {
  const Known ann = add("ann baker");
  const Known bob = add("bob cook");

  EXPECT_EQ(open().find("ann baker"), ann);
  EXPECT_EQ(add("ann baker"), ann);
  EXPECT_NE(ann.member, bob.member);
  EXPECT_NE(ann.commitment, bob.commitment);
  EXPECT_EQ(open().find("carol"), std::nullopt);
}

TEST_F(VaultFile, HasNoIdentityAndNoCommitmentInIt) {
  const Known ann = add("ann baker");

  EXPECT_EQ(text().find("ann"), std::string::npos);
  EXPECT_EQ(text().find(to_hex(ann.commitment.view())), std::string::npos);
}

TEST_F(VaultFile, IsItsOwnersAlone) {
  (void)add("ann baker");
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);

  ASSERT_EQ(chmod(path_.c_str(), 0640), 0);
  const auto refused = Vault::open(path_, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().front().kind.number, "KEY-002");
}

TEST_F(VaultFile, ForgetsWhomItErases_M05) {
  const Known ann = add("ann baker");
  const Known bob = add("bob cook");
  {
    Vault vault = open();
    EXPECT_EQ(vault.erase("ann baker"), ann.member);
    EXPECT_EQ(vault.erase("ann baker"), std::nullopt);
    EXPECT_TRUE(vault.save().empty());
  }

  EXPECT_EQ(open().find("ann baker"), std::nullopt);
  EXPECT_EQ(text().find(to_hex(ann.member.view())), std::string::npos);
  EXPECT_EQ(open().find("bob cook"), bob);
  const Known again = add("ann baker");
  EXPECT_NE(again.member, ann.member);
  EXPECT_NE(again.commitment, ann.commitment);
}

TEST_F(VaultFile, GivesACardOneToken) {
  (void)add("ann baker");

  const TokenId token = open().token("27501234");

  EXPECT_EQ(open().token("27501234"), token);
  EXPECT_NE(open().token("27501235"), token);
}

TEST_F(VaultFile, RefusesWhatItDidNotWrite) {
  for (const char* wrong :
       {"", "{}", "[]", R"({"format":2,"key":"","people":[]})",
        R"({"format":1,"key":"00","people":[]})", R"({"format":1,"people":[]})"}) {
    std::ofstream(path_) << wrong;
    ASSERT_EQ(chmod(path_.c_str(), 0600), 0);
    EXPECT_FALSE(Vault::open(path_, true)) << wrong;
  }
}

TEST_F(VaultFile, IsMadeByWhoMayAlone) {
  const auto none = Vault::open(path_, false);

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().front().kind.number, "NET-004");
}

TEST(Identity, IsComparedWithoutCaseAndBlanks) {
  EXPECT_EQ(normalised_identity("  Ann   BAKER,\t1987-04-12\n").value(), "ann baker, 1987-04-12");
  EXPECT_EQ(normalised_identity("Zoë").value(), "zoë");
  EXPECT_FALSE(normalised_identity(" \n"));
  EXPECT_FALSE(normalised_identity("a\x01"));
}

TEST(CardNumber, IsComparedWithoutBlanksAndHyphens) {
  EXPECT_EQ(normalised_card(" 2750 1234-5678\n").value(), "275012345678");
  EXPECT_FALSE(normalised_card(" - "));
}

}  // namespace
}  // namespace tally::app
