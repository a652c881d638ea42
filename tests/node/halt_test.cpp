// What a node leaves behind when it stops for safety: enough to prove what contradicted what.
#include <tally/node/halt.h>

#include <gmock/gmock.h>
#include <tally/node/node_loop.h>

#include <chrono>
#include <future>

#include "node/node_folder.h"
#include "support/log_salt.h"
#include "support/lying_files.h"

namespace tally::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr Timestamp kNow{1'763'776'800'000};

node::HaltContext context_of(const TestChain& chain) {
  return {"tallyd 9", kNow, {chain.id, chain.keys[0].consensus.public_key()}};
}

node::Halt a_halt(const TestChain& chain) {
  node::Halt halt;
  halt.reason = "own header of height 7 is not the certified one";
  halt.height = Height(7);
  consensus::Header own;
  own.chain = chain.id;
  own.height = Height(7);
  own.state_root = fixed_of<Hash>(1);
  halt.own = own;
  own.state_root = fixed_of<Hash>(2);
  halt.certified = own;
  halt.certificate = consensus::Certificate{checkpoint_statement(own), {{NodeIndex(2), {}}}};
  halt.proposal = consensus::Proposal();
  halt.receipts.resize(2);
  halt.changes[state::merchant_key(kCafe)] = {Bytes{1}, Bytes{2}};
  halt.message = {9, 9};
  return halt;
}

std::string text(LyingFiles& files, const std::string& path) {
  return std::string(as_text(files.bytes(path)));
}

TEST(Halt, BundleHoldsBothSidesAndTheBlock) {
  const TestChain chain = a_genesis(4);
  LyingFiles files;
  const node::Halt halt = a_halt(chain);

  const Result<node::HaltMarker> marker = node::write_halt(files, "d", halt, context_of(chain));

  ASSERT_TRUE(marker.ok()) << marker.error().message;
  EXPECT_EQ(marker->bundle, "bundles/halt-7-1763776800000");
  const std::string bundle = "d/" + marker->bundle;
  const std::string report = text(files, bundle + "/report.txt");
  EXPECT_THAT(report, HasSubstr("reason " + halt.reason));
  EXPECT_THAT(report, HasSubstr("program tallyd 9\n"));
  EXPECT_THAT(report, HasSubstr("header.state_root own=" + to_hex(fixed_of<Hash>(1).view()) +
                                " certified=" + to_hex(fixed_of<Hash>(2).view()) + " DIFFERS\n"));
  EXPECT_THAT(report, HasSubstr("header.height own=7 certified=7 same\n"));
  EXPECT_THAT(report, HasSubstr("certificate.vote node=2 "));
  EXPECT_THAT(text(files, bundle + "/records.txt"),
              HasSubstr(to_hex(state::merchant_key(kCafe).bytes) + " before=01 after=02\n"));
  EXPECT_EQ(consensus::decode_header(files.bytes(bundle + "/own-header.bin")).value(), *halt.own);
  EXPECT_EQ(consensus::decode_header(files.bytes(bundle + "/certified-header.bin")).value(),
            *halt.certified);
  EXPECT_EQ(consensus::decode_certificate(files.bytes(bundle + "/certificate.bin")).value(),
            *halt.certificate);
  EXPECT_EQ(consensus::decode_proposal(files.bytes(bundle + "/proposal.bin")).value(),
            *halt.proposal);
  EXPECT_EQ(files.bytes(bundle + "/message.bin"), halt.message);
}

TEST(Halt, BundleHoldsTheVotes) {
  const TestChain chain = a_genesis(4);
  LyingFiles files;
  const node::HaltContext context = context_of(chain);
  const consensus::VoteRecord record = consensus::ExecutedRecord{Height(6), fixed_of<Hash>(6)};
  ASSERT_TRUE(
      storage::VoteLog::create_after(files, "d/votes", context.log, a_log_salt(), {}, {record})
          .ok());

  const node::HaltMarker marker = node::write_halt(files, "d", a_halt(chain), context).value();

  EXPECT_THAT(text(files, "d/" + marker.bundle + "/votes.txt"),
              HasSubstr("record " + to_hex(encode_record(record)) + "\n"));
}

TEST(Halt, MarkerAndBundleSurviveAPowerCut) {
  const TestChain chain = a_genesis(4);
  LyingFiles files;
  const node::HaltMarker written =
      node::write_halt(files, "d", a_halt(chain), context_of(chain)).value();

  LyingFiles after = files.after_power_cut({});
  const std::optional<node::HaltMarker> read = node::read_halt(after, "d").value();

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->reason, written.reason);
  EXPECT_EQ(read->bundle, written.bundle);
  EXPECT_EQ(read->height, Height(7));
  EXPECT_EQ(read->certified, header_digest(*a_halt(chain).certified));
  EXPECT_FALSE(read->twin);
  EXPECT_EQ(text(after, "d/" + read->bundle + "/report.txt"),
            text(files, "d/" + read->bundle + "/report.txt"));
}

TEST(Halt, ThereIsAMarkerWhereTheBundleFails) {
  const TestChain chain = a_genesis(4);
  const TempFolder folder;  // without bundles/
  const auto files = storage::real_file_system();

  const auto marker = node::write_halt(*files, folder.path(), a_halt(chain), context_of(chain));

  ASSERT_TRUE(marker.ok());
  EXPECT_EQ(marker->bundle, "");
  EXPECT_TRUE(node::read_halt(*files, folder.path()).value().has_value());
}

TEST(Halt, SaysThatNothingIsOnDiskWhereNothingIs) {
  const TestChain chain = a_genesis(4);
  LyingFiles files;
  files.fail_after(0, "No space left on device");

  const auto marker = node::write_halt(files, "d", a_halt(chain), context_of(chain));

  ASSERT_FALSE(marker.ok());
  EXPECT_THAT(marker.error().message, HasSubstr("No space left on device"));
}

TEST(Halt, AnUnfinishedMarkerCountsAndTheFirstOneStays) {
  const TestChain chain = a_genesis(4);
  LyingFiles files;
  EXPECT_FALSE(node::read_halt(files, "d").value().has_value());
  files.put("d/HALTED", {});
  EXPECT_TRUE(node::read_halt(files, "d").value().has_value());
  files.put("d/HALTED", to_bytes(as_bytes("tally-halt 1\nreason the first\nheight 5\n")));

  ASSERT_TRUE(node::write_halt(files, "d", a_halt(chain), context_of(chain)).ok());

  EXPECT_EQ(node::read_halt(files, "d").value()->reason, "the first");
  EXPECT_EQ(node::read_halt(files, "d").value()->height, Height(5));
}

TEST(Checkpoint, DivergenceEndsTheNodeWithABundle) {
  NodeFolder folder;
  folder.run(2);
  folder.run_uncertified();
  node::NodeParts parts = folder.open().value();
  parts.program = "tallyd 9";
  std::promise<Error> stopped;
  node::Wakes wakes;
  wakes.frames = [] {};
  wakes.replies = [] {};
  wakes.stopped = [&stopped](const Error& why) { stopped.set_value(why); };
  auto loop = node::NodeLoop::start(std::move(parts), std::move(wakes)).value();
  consensus::Header other = folder.history.newest();
  other.state_root = fixed_of<Hash>(666);
  const consensus::CertifiedHeader theirs = folder.certified(other);

  ASSERT_TRUE(loop->on_frame(NodeIndex(1), encode_message(theirs)).ok());
  auto why = stopped.get_future();
  ASSERT_EQ(why.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  loop.reset();

  EXPECT_EQ(why.get().code, ErrorCode::Diverged);
  const auto files = storage::real_file_system();
  const std::optional<node::HaltMarker> marker = node::read_halt(*files, folder.path()).value();
  ASSERT_TRUE(marker.has_value());
  EXPECT_EQ(marker->height, Height(3));
  EXPECT_EQ(marker->certified, header_digest(other));
  const std::string bundle = folder / marker->bundle;
  const auto bytes = [&](const char* name) {
    return files->read(bundle + "/" + name, 1 << 20).value();
  };
  EXPECT_THAT(std::string(as_text(bytes("report.txt"))),
              AllOf(HasSubstr("program tallyd 9"), HasSubstr("header.parent own="),
                    HasSubstr(to_hex(fixed_of<Hash>(666).view()) + " DIFFERS")));
  EXPECT_EQ(consensus::decode_header(bytes("own-header.bin")).value(), folder.history.newest());
  EXPECT_EQ(consensus::decode_header(bytes("certified-header.bin")).value(), other);
  EXPECT_EQ(consensus::decode_certificate(bytes("certificate.bin")).value(), theirs.certificate);
  EXPECT_EQ(proposal_digest(consensus::decode_proposal(bytes("proposal.bin")).value()),
            folder.history.newest().proposal);
  EXPECT_EQ(bytes("message.bin"), encode_message(theirs));
  EXPECT_THAT(std::string(as_text(bytes("votes.txt"))), HasSubstr("record "));

  EXPECT_EQ(folder.open().error().code, ErrorCode::Diverged) << "it does not start again";
  EXPECT_EQ(folder.plan().ledger, node::LedgerState::Diverged);
  ASSERT_TRUE(
      node::recover(folder.path(), folder.owner(), folder.plan({.rebuild_ledger = true})).ok());
  EXPECT_TRUE(folder.open().ok());
}

TEST(Ledger, TellsAllOfADivergence) {
  NodeFolder folder;
  folder.run(2);
  folder.history.add({});
  const auto ledger = node::Ledger::open(folder.open().value().store).value();
  node::ExecuteTask task = folder.block(Height(3));
  task.expected->header.state_root = fixed_of<Hash>(666);

  const Result<node::LedgerEffects> refused = ledger->commit(task);

  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Diverged);
  const node::Halt halt = ledger->take_divergence();
  EXPECT_EQ(halt.height, Height(3));
  EXPECT_EQ(halt.own, folder.history.newest());
  EXPECT_EQ(halt.certified, task.expected->header);
  EXPECT_EQ(halt.certificate, task.expected->certificate);
  EXPECT_EQ(halt.proposal, task.proposal);
  EXPECT_FALSE(halt.changes.empty()) << "the log of receipts at least";
  EXPECT_EQ(ledger->newest().height, Height(2)) << "nothing was written";
}

TEST(Ledger, TellsOfACertificateThatIsNotForItsBlock) {
  NodeFolder folder;
  folder.run(2);
  const auto ledger = node::Ledger::open(folder.open().value().store).value();
  consensus::Header other = folder.history.newest();
  other.receipts_root = fixed_of<Hash>(666);

  const Result<void> refused =
      ledger->put_certificate(consensus::Certificate{checkpoint_statement(other), {}});

  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Diverged);
  const node::Halt halt = ledger->take_divergence();
  EXPECT_EQ(halt.own, folder.history.newest());
  EXPECT_EQ(halt.certificate->statement.digest, header_digest(other));
}

}  // namespace
}  // namespace tally::test
