// An audit finds every single changed byte, and says where.
#include <tally/audit/audit.h>

#include <gtest/gtest.h>

#include "support/builders.h"
#include "support/certified_ledger.h"

namespace tally::audit {
namespace {

using test::a_genesis;
using test::an_earn;
using test::an_enrol;
using test::CertifiedLedger;
using test::kCafe;
using test::member;
using test::TestChain;

const Progress kSilent = [](Height) {};

/// Four merchants; a programme, two members, earns, a redemption, a transfer, an expiry.
class Audit : public ::testing::Test {
 protected:
  Audit() : chain_(a_genesis(4)), ledger_(chain_) {
    const Timestamp far = test::kStart.plus(Duration(kDay.milliseconds()));
    Programme programme = test::a_programme();
    programme.transfer.enabled = true;
    ledger_.add({test::a_publication().programme(programme).request(1).valid_until(far).build()});
    ledger_.add({an_enrol()
                     .of(member(1))
                     .member_key(member_key_.public_key())
                     .request(2)
                     .valid_until(far)
                     .consented_by(member_key_, chain_.id)
                     .build(),
                 an_enrol().of(member(2)).request(3).valid_until(far).build()});
    const auto earned = ledger_.add(
        {an_earn().of(member(1)).total(50'000).order(9).request(4).valid_until(far).build(),
         an_earn().of(member(2)).total(1'000).request(5).valid_until(far).build()});
    EXPECT_EQ(earned.front().outcome, Outcome::Accepted);
    const auto spent = ledger_.add({test::a_redeem()
                                        .of(member(1))
                                        .basket(5'000)
                                        .exactly(200)
                                        .request(6)
                                        .valid_until(far)
                                        .build(),
                                    test::a_transfer()
                                        .from(member(1))
                                        .to(member(2))
                                        .amount(100)
                                        .request(7)
                                        .valid_until(far)
                                        .consented_by(member_key_, chain_.id)
                                        .build()});
    EXPECT_EQ(spent.front().outcome, Outcome::Accepted);
    EXPECT_EQ(spent.back().outcome, Outcome::Accepted);
    ledger_.add({});
  }

  /// The audit's error where the block of `height` is read as `changed`; empty if it passes.
  std::string fault_with(Height height, const Result<storage::StoredBlock>& changed) {
    const auto snapshot = ledger_.snapshot();
    const BlockSource source = [&](Height wanted) {
      return wanted == height ? changed : snapshot->block(wanted);
    };
    const auto report = audit_blocks(chain_.genesis, source, snapshot->height(), kSilent);
    return report.ok() ? "" : report.error().message;
  }

  /// Flips each byte of a part's encoding and expects a fault at `height`. What does not decode is
  /// what a store would report.
  template <typename T, typename Decode, typename Put>
  void expect_each_flip_found(Height height, const Bytes& bytes, Decode decode, Put put) {
    const storage::StoredBlock block = ledger_.snapshot()->block(height).value();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      Bytes flipped = bytes;
      flipped[i] ^= 0x01;
      Result<T> part = decode(flipped);
      Result<storage::StoredBlock> changed = block;
      if (part.ok())
        put(*changed, std::move(part).value());
      else
        changed = part.error();
      const std::string fault = fault_with(height, changed);
      ASSERT_TRUE(fault.starts_with("height " + std::to_string(height.value()) + ": "))
          << "byte " << i << ": \"" << fault << "\"";
    }
  }

  const crypto::PrivateKey member_key_ = test::key_from_seed(77);
  const TestChain chain_;
  CertifiedLedger ledger_;
};

TEST_F(Audit, ReportsWhatEachProgrammeCameTo) {
  const auto snapshot = ledger_.snapshot();

  const auto report = audit_ledger(chain_.genesis, *snapshot, kSilent);

  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->height, Height(5));
  EXPECT_EQ(report->state_root, ledger_.newest().state_root);
  EXPECT_EQ(report->transactions, 7U);
  EXPECT_EQ(report->accepted, 7U);
  EXPECT_TRUE(report->newest_is_certified);
  ASSERT_EQ(report->programmes.size(), 1U);
  const ProgrammeReport& cafe = report->programmes.front();
  EXPECT_EQ(cafe.merchant, kCafe);
  EXPECT_EQ(cafe.issued.value(), 510);
  EXPECT_EQ(cafe.redeemed.value(), 200);
  EXPECT_EQ(cafe.transferred.value(), 100);
  EXPECT_EQ(cafe.outstanding.value(), 310);
  EXPECT_EQ(cafe.members, 2U);
}

TEST_F(Audit, CountsWhatIsHeldOwedAndTakenBack) {
  const Timestamp far = test::kStart.plus(Duration(kDay.milliseconds()));
  const auto report_after = [&](const Transaction& transaction) {
    EXPECT_EQ(ledger_.add({transaction}).front().outcome, Outcome::Accepted);
    const auto report = audit_ledger(chain_.genesis, *ledger_.snapshot(), kSilent);
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report->programmes.front();
  };

  ProgrammeReport cafe = report_after(
      test::a_hold().of(member(1)).basket(5'000).exactly(100).request(8).valid_until(far).build());
  EXPECT_EQ(cafe.outstanding.value(), 310);
  EXPECT_EQ(cafe.redeemed.value(), 200);

  // Of 500 points 100 are left, and as many are held: they may be owed.
  cafe = report_after(
      test::a_reverse().of_order(9).total(50'000).request(10).valid_until(far).build());
  EXPECT_EQ(cafe.outstanding.value(), 210);
  EXPECT_EQ(cafe.clawed.value(), 200);
  EXPECT_EQ(cafe.debt.value(), 100);
  EXPECT_EQ(cafe.unrecovered.value(), 300);

  cafe = report_after(test::a_capture().of_hold(8).amount(40).request(11).valid_until(far).build());
  EXPECT_EQ(cafe.outstanding.value(), 110);
  EXPECT_EQ(cafe.redeemed.value(), 240);
  EXPECT_EQ(cafe.debt.value(), 40);
}

TEST_F(Audit, FindsEachFlippedByteOfAHeader) {
  const auto header = ledger_.snapshot()->header(Height(3)).value();

  expect_each_flip_found<consensus::Header>(
      Height(3), consensus::encode_header(header), consensus::decode_header,
      [](storage::StoredBlock& block, consensus::Header part) { block.header = part; });
}

TEST_F(Audit, FindsEachFlippedByteOfAProposal) {
  const auto block = ledger_.snapshot()->block(Height(4)).value();

  expect_each_flip_found<consensus::Proposal>(
      Height(4), consensus::encode_proposal(block.proposal), consensus::decode_proposal,
      [](storage::StoredBlock& stored, consensus::Proposal part) { stored.proposal = part; });
}

TEST_F(Audit, FindsEachFlippedByteOfAReceipt) {
  const auto block = ledger_.snapshot()->block(Height(4)).value();

  expect_each_flip_found<Receipt>(
      Height(4), encode_receipt(block.receipts.at(1)), decode_receipt,
      [](storage::StoredBlock& stored, Receipt part) { stored.receipts.at(1) = part; });
}

TEST_F(Audit, FindsEachFlippedByteOfACertificate) {
  const auto block = ledger_.snapshot()->block(Height(2)).value();

  expect_each_flip_found<consensus::Certificate>(
      Height(2), consensus::encode_certificate(*block.certificate), consensus::decode_certificate,
      [](storage::StoredBlock& stored, consensus::Certificate part) { stored.certificate = part; });
  expect_each_flip_found<consensus::Certificate>(
      Height(2), consensus::encode_certificate(*block.commit), consensus::decode_certificate,
      [](storage::StoredBlock& stored, consensus::Certificate part) { stored.commit = part; });
}

TEST_F(Audit, RefusesAMissingCertificateBelowTheNewest) {
  Result<storage::StoredBlock> block = ledger_.snapshot()->block(Height(2));
  block->certificate.reset();

  EXPECT_EQ(fault_with(Height(2), block), "height 2: block certificate is missing");
}

TEST_F(Audit, RefusesAMissingOrExtraReceipt) {
  Result<storage::StoredBlock> missing = ledger_.snapshot()->block(Height(3));
  missing->receipts.pop_back();
  Result<storage::StoredBlock> extra = ledger_.snapshot()->block(Height(3));
  extra->receipts.push_back(extra->receipts.back());

  EXPECT_EQ(fault_with(Height(3), missing), "height 3: got 1 receipts; expected 2");
  EXPECT_EQ(fault_with(Height(3), extra), "height 3: got 3 receipts; expected 2");
}

/// A ledger whose record number `record` has one byte flipped, or is left out.
class ChangedRecords final : public storage::Snapshot {
 public:
  ChangedRecords(const storage::Snapshot& base, std::size_t record, std::optional<std::size_t> byte)
      : base_(base), record_(record), byte_(byte) {}

  Height height() const override { return base_.height(); }
  Result<std::optional<Bytes>> find(const state::RecordKey& key) const override {
    return base_.find(key);
  }
  Result<std::optional<state::RequestRecord>> find_request(const RequestKey& key) const override {
    return base_.find_request(key);
  }
  Result<std::optional<state::OrderRecord>> find_order(const OrderKey& key) const override {
    return base_.find_order(key);
  }
  Result<std::vector<state::DueEntry>> due(state::DueClass which, Timestamp until,
                                           std::size_t most) const override {
    return base_.due(which, until, most);
  }
  Result<std::vector<AccountId>> accounts_after(const std::optional<AccountId>& last,
                                                std::size_t most) const override {
    return base_.accounts_after(last, most);
  }
  Result<std::optional<state::Past>> find_past(const Position& position) const override {
    Result<std::optional<state::Past>> past = base_.find_past(position);
    if (position == misplaced_) past->reset();
    return past;
  }
  Result<consensus::Header> header(Height at) const override { return base_.header(at); }
  Result<storage::StoredBlock> block(Height at) const override { return base_.block(at); }
  Result<std::optional<consensus::Certificate>> certificate(Height at) const override {
    return base_.certificate(at);
  }
  Result<Receipt> receipt(Position position) const override { return base_.receipt(position); }
  Result<std::vector<SubmissionDigest>> submissions(Height at) const override {
    return base_.submissions(at);
  }
  Result<void> for_each_record(
      const std::function<bool(const state::RecordKey&, ByteView)>& visit) const override {
    std::size_t number = 0;
    return base_.for_each_record([&](const state::RecordKey& key, ByteView bytes) {
      if (number++ != record_) return visit(key, bytes);
      if (!byte_.has_value()) return true;
      Bytes flipped = to_bytes(bytes);
      flipped.at(*byte_) ^= 0x80;
      return visit(key, flipped);
    });
  }
  Result<void> for_each_request(
      const std::function<bool(const RequestKey&, const state::RequestRecord&)>& visit)
      const override {
    return base_.for_each_request(visit);
  }
  Result<void> for_each_order(
      const std::function<bool(const OrderKey&, const state::OrderRecord&)>& visit) const override {
    return base_.for_each_order(visit);
  }
  Result<void> for_each_due(
      const std::function<bool(state::DueClass, const state::DueEntry&)>& visit) const override {
    return base_.for_each_due(visit);
  }

  /// Does not find the transaction there any more.
  void misplace(const Position& position) { misplaced_ = position; }

 private:
  const storage::Snapshot& base_;
  std::optional<Position> misplaced_;
  std::size_t record_;
  std::optional<std::size_t> byte_;
};

TEST_F(Audit, FindsAFlippedByteOfEachRecord) {
  const auto snapshot = ledger_.snapshot();
  std::vector<std::size_t> sizes;
  ASSERT_TRUE(snapshot
                  ->for_each_record([&sizes](const state::RecordKey&, ByteView bytes) {
                    sizes.push_back(bytes.size());
                    return true;
                  })
                  .ok());
  ASSERT_GT(sizes.size(), 10U);

  for (std::size_t record = 0; record < sizes.size(); ++record)
    for (const std::size_t byte : {std::size_t{0}, sizes[record] / 2, sizes[record] - 1}) {
      const ChangedRecords changed(*snapshot, record, byte);
      const auto report = audit_ledger(chain_.genesis, changed, kSilent);
      ASSERT_FALSE(report.ok()) << "record " << record << " byte " << byte;
      EXPECT_TRUE(report.error().message.starts_with("height ")) << report.error().message;
      EXPECT_NE(report.error().message.find("is not what the blocks come to"), std::string::npos);
    }
}

TEST_F(Audit, FindsATransactionThatStandsAtAnotherPlace) {
  const auto snapshot = ledger_.snapshot();
  ChangedRecords changed(*snapshot, ~std::size_t{0}, std::nullopt);
  changed.misplace({Height(3), 1});

  const auto report = audit_ledger(chain_.genesis, changed, kSilent);

  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().message, "height 3: the place of receipt 1 is not where it stands");
}

TEST_F(Audit, FindsAMissingRecord) {
  const auto snapshot = ledger_.snapshot();
  const ChangedRecords changed(*snapshot, 3, std::nullopt);

  const auto report = audit_ledger(chain_.genesis, changed, kSilent);

  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message.find("is missing"), std::string::npos);
}

TEST_F(Audit, RefusesAnotherGenesis) {
  TestChain other = a_genesis(4);
  other.genesis.content.time = test::kStart.plus(Duration(1));
  test::sign_again(other);
  const auto snapshot = ledger_.snapshot();

  const auto report = audit_ledger(other.genesis, *snapshot, kSilent);

  ASSERT_FALSE(report.ok());
  EXPECT_TRUE(report.error().message.starts_with("height 0: ")) << report.error().message;
}

}  // namespace
}  // namespace tally::audit
