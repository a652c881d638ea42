// The operating system's files, as the vote log uses them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <tally/storage/file.h>

#include "support/temp_folder.h"

namespace tally::storage {
namespace {

using test::TempFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

TEST(RealFileSystem, AppendsSyncsAndCuts) {
  const TempFolder folder;
  const auto files = real_file_system();
  const std::string path = folder / "log";

  {
    const auto file = files->open(path, true).value();
    ASSERT_TRUE(file->append(Bytes{1, 2, 3}).ok());
    ASSERT_TRUE(file->sync().ok());
  }
  const auto file = files->open(path, false).value();
  ASSERT_TRUE(file->truncate(2).ok());
  ASSERT_TRUE(file->append(Bytes{4, 5}).ok());
  ASSERT_TRUE(file->sync().ok());

  EXPECT_EQ(files->read(path, 4).value(), (Bytes{1, 2, 4, 5}));
  EXPECT_TRUE(files->sync_folder(folder.path()).ok());
}

TEST(RealFileSystem, KeepsFilesAndFoldersFromOthers) {
  const TempFolder folder;
  const auto files = real_file_system();

  ASSERT_TRUE(files->make_folder(folder / "votes").ok());
  ASSERT_TRUE(files->open(folder / "votes/log", true).ok());

  EXPECT_EQ(mode_of(folder / "votes"), 0700U);
  EXPECT_EQ(mode_of(folder / "votes/log"), 0600U);
}

TEST(RealFileSystem, ListsInOrderAndRemoves) {
  const TempFolder folder;
  const auto files = real_file_system();
  for (const char* name : {"b", "c", "a"})
    ASSERT_TRUE(files->open(folder / name, true).ok());

  ASSERT_TRUE(files->remove(folder / "b").ok());

  EXPECT_THAT(files->list(folder.path()).value(), ElementsAre("a", "c"));
}

TEST(RealFileSystem, RefusesWhatIsThereOrMissingAndNamesIt) {
  const TempFolder folder;
  const auto files = real_file_system();
  const std::string there = folder / "there";
  const std::string missing = folder / "missing";
  ASSERT_TRUE(files->open(there, true).ok());

  EXPECT_THAT(files->open(there, true).error().message,
              AllOf(HasSubstr(there), HasSubstr("exists")));
  EXPECT_THAT(files->make_folder(there).error().message, HasSubstr(there));
  EXPECT_EQ(files->open(missing, false).error().code, ErrorCode::NotFound);
  EXPECT_EQ(files->read(missing, 1).error().code, ErrorCode::NotFound);
  EXPECT_EQ(files->list(missing).error().code, ErrorCode::NotFound);
  EXPECT_EQ(files->remove(missing).error().code, ErrorCode::NotFound);
  EXPECT_THAT(files->sync_folder(missing).error().message, HasSubstr(missing));
}

TEST(RealFileSystem, RefusesMoreThanTheReaderWants) {
  const TempFolder folder;
  const auto files = real_file_system();
  ASSERT_TRUE(files->open(folder / "f", true).value()->append(Bytes(11)).ok());

  EXPECT_EQ(files->read(folder / "f", 10).error().code, ErrorCode::OutOfLimits);
  EXPECT_EQ(files->read(folder.path(), 10).error().code, ErrorCode::Io) << "a folder";
}

TEST(RealFileSystem, SaysWhenTheDiskIsFull) {
  const auto files = real_file_system();
  const auto file = files->open("/dev/full", false).value();

  const Result<void> appended = file->append(Bytes(10));

  ASSERT_FALSE(appended.ok());
  EXPECT_EQ(appended.error().code, ErrorCode::Io);
  EXPECT_THAT(appended.error().message,
              AllOf(HasSubstr("/dev/full"), HasSubstr("No space left on device")));
}

TEST(RealFileSystem, RenamesFilesAndFoldersAndReplacesNothing) {
  const test::TempFolder folder;
  const std::unique_ptr<FileSystem> files = real_file_system();
  ASSERT_TRUE(files->make_folder(folder / "votes").ok());
  ASSERT_TRUE(files->open(folder / "votes/one", true).ok());
  ASSERT_TRUE(files->open(folder / "other", true).ok());

  EXPECT_TRUE(files->rename(folder / "votes", folder / "votes.aside-1").ok());

  EXPECT_TRUE(files->read(folder / "votes.aside-1/one", 10).ok());
  EXPECT_EQ(files->rename(folder / "other", folder / "votes.aside-1").error().code,
            ErrorCode::Conflict);
  EXPECT_EQ(files->rename(folder / "votes", folder / "votes.aside-2").error().code,
            ErrorCode::NotFound);
  EXPECT_TRUE(files->read(folder / "other", 10).ok());
}

}  // namespace
}  // namespace tally::storage
