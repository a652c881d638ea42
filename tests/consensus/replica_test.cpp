// The replica as a whole: hostile input, any order, restarts in every phase.
#include <algorithm>
#include <random>

#include "support/consensus_samples.h"
#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::decode_message;
using consensus::FetchProposal;
using consensus::ProposalBody;
using consensus::verify_message;

constexpr std::uint64_t kSeed = 20'240'101;

/// A frame of one of the kinds, mostly about heights that are open.
Bytes a_frame(std::mt19937_64& random, const LoneReplica& replica) {
  const Epoch& epoch = replica.epoch;
  const auto below = [&random](std::uint64_t bound) { return random() % bound; };
  const NodeIndex liar = node(2 + below(2));
  const Height height(below(10) == 0 ? random() : below(5));
  const Hash digest = fixed_of<Hash>(below(3));
  Header header = test::execute(replica.ledger.back(), a_proposal(epoch, height, kStart));
  header.state_root = digest;
  switch (below(8)) {
    case 0:
      return encode_message(
          a_vote(a_statement(epoch, below(2) == 0 ? Phase::Prepare : Phase::Commit, height, digest,
                             View(below(3) * random())),
                 liar));
    case 1:
      return encode_message(a_checkpoint(header, liar));
    case 2:
      return encode_message(FetchProposal{height, digest});
    case 3:
      return encode_message(ProposalBody{a_proposal(epoch, height, Timestamp(random()))});
    case 4:
      return encode_message(consensus::FetchBlocks{height, Height(random())});
    case 5: {
      consensus::Status status;
      status.view = View(below(3));
      status.stable = height;
      status.slots.resize(below(4),
                          {Height(below(4)), below(2) == 0, below(2) == 0, 0, 0xaaaa, 0x5555});
      return encode_message(status);
    }
    default: {
      const auto samples = sample_messages();
      return encode_message(samples[below(samples.size())].second);
    }
  }
}

void mutate(std::mt19937_64& random, Bytes& frame) {
  switch (random() % 5) {
    case 0:
      frame[random() % frame.size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
      break;
    case 1:
      frame.resize(random() % (frame.size() + 1));
      break;
    case 2:
      frame.insert(frame.end(), random() % 9, static_cast<std::uint8_t>(random()));
      break;
    case 3:
      std::fill_n(frame.begin(), random() % frame.size(), std::uint8_t{0xff});
      break;
    default:
      break;  // as it is
  }
}

bool holds_certificate(const Message& message) {
  return std::holds_alternative<Certificate>(message) ||
         std::holds_alternative<CertifiedHeader>(message) ||
         std::holds_alternative<NewView>(message) ||
         std::holds_alternative<consensus::Answer>(message) ||
         std::holds_alternative<ViewChange>(message) || std::holds_alternative<Complaint>(message);
}

TEST(Replica, SurvivesHostileBytes) {
  LoneReplica replica(4, node(1));
  std::mt19937_64 random(kSeed);
  std::size_t heard = 0;

  for (int i = 0; i < 4'000; ++i) {
    Bytes frame = a_frame(random, replica);
    mutate(random, frame);
    const Result<Message> message = decode_message(frame);
    if (!message.ok()) continue;
    EXPECT_EQ(encode_message(*message), frame) << "one value has one encoding";
    auto verified = verify_message(*message, node(2 + random() % 2), replica.epoch);
    // What a quorum, or a third node, has truly signed is no lie.
    if (!verified.ok() || holds_certificate(*message)) continue;
    ++heard;
    const Said said = replica.step(std::move(verified).value());
    ASSERT_EQ(said.halt, std::nullopt) << "seed " << kSeed << " round " << i;
    if (i % 50 != 0) continue;
    ASSERT_EQ(replica.tick().halt, std::nullopt);
  }

  EXPECT_GT(heard, 1'000U);
  EXPECT_EQ(replica.replica().view(), View());
  EXPECT_EQ(replica.replica().stable(), Height());
  EXPECT_EQ(replica.log.history().size(), 0U) << "two liars of four make it promise nothing";
}

/// All that node 1 hears of height 1, each from one peer.
std::vector<Message> messages_of(const LoneReplica& replica, const Proposal& proposal,
                                 bool body_alone) {
  const Header header = test::execute(replica.ledger.back(), proposal);
  const auto vote = [&](Phase phase, std::size_t signer) {
    return a_vote(replica.epoch, phase, Height(1), proposal_digest(proposal), node(signer));
  };
  std::vector<Message> messages = {vote(Phase::Prepare, 2), vote(Phase::Commit, 2),
                                   vote(Phase::Commit, 3), a_checkpoint(header, node(0)),
                                   a_checkpoint(header, node(3))};
  if (body_alone)
    messages.emplace_back(vote(Phase::Prepare, 0));
  else
    messages.emplace_back(a_pre_prepare(replica.epoch, proposal));
  return messages;
}

/// Hears `messages`; the ledger and the fetched body come last, or as soon as they are asked for.
void expect_stable(LoneReplica& replica, const std::vector<Message>& messages,
                   const Proposal& proposal, bool ledger_last) {
  bool to_execute = false;
  for (const Message& message : messages) {
    to_execute |= !replica.hear(message, node(3)).execute.empty();
    if (!to_execute || ledger_last) continue;
    to_execute = false;
    (void)replica.execute(proposal);
  }
  const auto asked = replica.tick().all<FetchProposal>();
  if (!asked.empty()) to_execute |= !replica.hear(ProposalBody{proposal}, node(3)).execute.empty();
  if (to_execute) (void)replica.execute(proposal);
  EXPECT_EQ(replica.replica().stable(), Height(1)) << replica.replica().pending();
}

TEST(Replica, MovesOnWhateverComesLast) {
  for (const bool body_alone : {false, true}) {
    std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5};
    do {
      LoneReplica replica(4, node(1));
      const Proposal proposal = replica.next(id_bytes(1));
      const std::vector<Message> messages = messages_of(replica, proposal, body_alone);
      std::vector<Message> permuted;
      for (const std::size_t i : order)
        permuted.push_back(messages[i]);
      expect_stable(replica, permuted, proposal, order[0] % 2 == 0);
      ASSERT_FALSE(HasFailure());
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(Replica, GoesOnAfterARestartBetweenAnyTwoMessages) {
  for (std::size_t restart_at = 0; restart_at <= 6; ++restart_at) {
    LoneReplica replica(4, node(1));
    const Proposal proposal = replica.next(id_bytes(1));
    std::vector<Message> messages = messages_of(replica, proposal, false);
    std::rotate(messages.begin(), messages.end() - 1, messages.end());
    bool executed = false;
    const auto run = [&](const Said& said) {
      if (said.execute.empty() || executed) return;
      executed = true;
      (void)replica.execute(proposal);
    };
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (i == restart_at) replica.restart_answered();
      run(replica.hear(messages[i], node(3)));
    }
    if (restart_at == messages.size()) replica.restart_answered();

    // What came before the crash and was not logged comes again, as status brings it.
    for (const Message& message : messages)
      run(replica.hear(message, node(3)));
    run(replica.tick());
    EXPECT_EQ(replica.replica().stable(), Height(1))
        << "restarted before message " << restart_at << ", waits for "
        << replica.replica().pending();
  }
}

TEST(Replica, HandsACommittedProposalToTheLedgerAgainAfterARestart) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  std::size_t handed_over = 0;
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  for (const Phase phase : {Phase::Prepare, Phase::Commit})
    for (const std::size_t signer : {0U, 2U, 3U})
      handed_over += replica.hear_vote(phase, proposal, signer).execute.size();
  EXPECT_EQ(handed_over, 1U);

  replica.restart();

  EXPECT_EQ(replica.tick().execute.size(), 1U);
  EXPECT_EQ(replica.tick().execute.size(), 0U);
}

TEST(Replica, TellsWhatItWaitsFor) {
  LoneReplica replica(4, node(1));
  EXPECT_EQ(replica.replica().pending(), "a proposal of the primary at height 1");
  const Proposal proposal = replica.next(id_bytes(1));

  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));

  EXPECT_EQ(replica.replica().pending(), "prepares (2 of 3) at height 1");
}

}  // namespace
}  // namespace tally::test
