// Receipts as lines of JSON: each with its own transaction, and a file that is whole or not there.
#include "app/receipt_export.h"

#include <tally/model/submission.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/builders.h"

namespace tally::app {
namespace {

using nlohmann::json;
using test::an_earn;

Receipt receipt_of(ActionKind kind, std::uint32_t index) {
  Receipt receipt;
  receipt.position = {Height(1), index};
  receipt.kind = kind;
  return receipt;
}

class ReceiptExport : public testing::Test {
 protected:
  ReceiptExport() : path_(testing::TempDir() + "receipts-" + std::to_string(getpid())) {}
  ~ReceiptExport() override { std::filesystem::remove(path_); }

  /// One block with what fell due before `transactions`, and so many receipts of theirs.
  static audit::BlockSource block(const std::vector<Transaction>& transactions,
                                  std::uint32_t receipts) {
    storage::StoredBlock block;
    block.header.height = Height(1);
    block.header.ledger_time = Timestamp(1'234);
    const Bytes submission = seal_submission(ChainId(), transactions, test::key_from_seed(1));
    const ByteView view(submission);
    block.proposal.payload = encode_payload(std::span(&view, 1));
    block.receipts = {receipt_of(ActionKind::Due, 0)};
    for (std::uint32_t i = 1; i <= receipts; ++i)
      block.receipts.push_back(receipt_of(ActionKind::Earn, i));
    return [block](Height) -> Result<storage::StoredBlock> { return block; };
  }

  std::vector<json> lines() const {
    std::vector<json> found;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);)
      found.push_back(json::parse(line));
    return found;
  }

  std::string path_;
};

TEST_F(ReceiptExport, GivesEachReceiptItsTransactionAndWhatFellDueNone) {
  const Transaction first = an_earn().total(100).request(1).build();
  const Transaction second = an_earn().total(200).request(2).build();
  NewFile file(path_);
  ASSERT_TRUE(file.open().empty());

  const auto written = write_receipts(block({first, second}, 2), Height(1), file);

  ASSERT_TRUE(written.ok());
  EXPECT_TRUE(written->empty());
  const std::vector<json> found = lines();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_FALSE(found[0].contains("transaction"));
  EXPECT_EQ(found[0]["receipt"]["kind"], "due");
  EXPECT_EQ(found[1]["transaction"]["earn"]["total"], "100");
  EXPECT_EQ(found[2]["transaction"]["earn"]["total"], "200");
  EXPECT_EQ(found[2]["receipt"]["position"]["index"], 2);
  for (const json& line : found)
    EXPECT_EQ(line["ledger_time"], 1'234);
}

TEST_F(ReceiptExport, RefusesABlockWithMoreOrFewerReceiptsThanTransactions) {
  const Transaction earn = an_earn().total(100).request(1).build();

  for (const std::uint32_t receipts : {0U, 2U}) {
    NewFile file(path_);
    ASSERT_TRUE(file.open().empty());
    const auto written = write_receipts(block({earn}, receipts), Height(1), file);

    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().code, ErrorCode::Corrupt);
  }
  EXPECT_FALSE(std::filesystem::exists(path_)) << "a file that is not whole was left";
}

TEST_F(ReceiptExport, LeavesAFileAloneThatIsThere) {
  std::ofstream(path_) << "precious";
  {
    NewFile file(path_);

    EXPECT_FALSE(file.open().empty());
  }
  std::string text;
  std::ifstream(path_) >> text;
  EXPECT_EQ(text, "precious");
}

}  // namespace
}  // namespace tally::app
