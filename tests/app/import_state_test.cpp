// What an import remembers, and the ids that come from it.
#include "app/import_state.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace tally::app {
namespace {

class ImportStateFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/tally-import-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/log.tally"; }

  std::string folder_;
};

TEST_F(ImportStateFile, ComesBackAsItWasWritten) {
  ImportState state = new_import_state();
  state.logs.push_back(ImportedLog{crypto::sha256({}), -31});

  ASSERT_TRUE(write_import_state(path(), state).empty());
  const auto read = read_import_state(path());

  ASSERT_TRUE(read && read->has_value());
  EXPECT_EQ((*read)->secret, state.secret);
  EXPECT_EQ((*read)->logs, state.logs);
  const auto mode = std::filesystem::status(path()).permissions();
  EXPECT_EQ(mode & std::filesystem::perms(077), std::filesystem::perms::none);
}

TEST_F(ImportStateFile, IsNotThereAtFirst) {
  const auto read = read_import_state(path());

  ASSERT_TRUE(read);
  EXPECT_FALSE(read->has_value());
}

TEST_F(ImportStateFile, RefusesWhatItDidNotWrite) {
  for (const char* text :
       {"", "{}", "[]", R"({"format":2,"secret":"","logs":[]})",
        R"({"format":1,"secret":"00","logs":[]})", R"({"format":1,"logs":[{"digest":"x"}]})"}) {
    std::ofstream(path()) << text;
    EXPECT_FALSE(read_import_state(path())) << text;
  }
}

TEST(ImportedMember, IsTheSameForTheSameSecretAndAnotherElsewhere) {
  const Hash secret = crypto::sha256({});
  const ImportedMember one = imported_member(secret, MerchantId(1), "00001");

  EXPECT_EQ(one.member, imported_member(secret, MerchantId(1), "00001").member);
  EXPECT_NE(one.member, imported_member(secret, MerchantId(2), "00001").member);
  EXPECT_NE(one.member, imported_member(secret, MerchantId(1), "00002").member);
  EXPECT_NE(one.member, imported_member(new_import_state().secret, MerchantId(1), "00001").member);
  EXPECT_NE(to_bytes(one.commitment.view()), one.request_id);
}

TEST(RowRequestId, DiffersByRowAndByLog) {
  const Hash log = crypto::sha256({});

  EXPECT_EQ(row_request_id(log, 1), row_request_id(log, 1));
  EXPECT_NE(row_request_id(log, 1), row_request_id(log, 2));
  EXPECT_NE(row_request_id(log, 1), row_request_id(Hash(), 1));
  EXPECT_EQ(row_request_id(log, 1).size(), 32U);
}

}  // namespace
}  // namespace tally::app
