// Recovery from any prefix of a vote log: whatever a crash leaves, the node keeps every promise
// that it had made by then.
#include <gmock/gmock.h>

#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using consensus::Phase;

constexpr const char* kLog = "votes/0000000000000001.votes";

/// All four nodes' votes but this one's, which is node 2.
void vote(LoneOrdering& backup, Phase phase, const Proposal& proposal, View view) {
  for (const std::size_t signer : {0U, 1U, 3U})
    (void)backup.hear(
        a_vote(a_statement(backup.epoch, phase, proposal.height, proposal_digest(proposal), view),
               node(signer)),
        node(signer));
}

void leave_view(LoneOrdering& backup, View view, Height stable) {
  for (const std::size_t signer : {0U, 3U})
    (void)backup.hear(
        a_complaint(backup.epoch, view, node(signer), stable, consensus::Reason::NoProgress),
        node(signer));
}

/// Node 2's run: two heights, a third that it commits to in view 0, a view change, and the third
/// height again in view 1 to its end. `sizes`: of the log after each event.
struct LongRun {
  LoneOrdering backup{node(2)};
  std::vector<std::size_t> sizes{backup.files.bytes(kLog).size()};
  std::vector<Proposal> proposals;

  LongRun() {
    for (std::uint64_t request = 1; request <= 2; ++request) {
      proposals.push_back(backup.next({a_submission(kCafe, request)}));
      follow(proposals.back(), View(), true);
    }
    proposals.push_back(backup.next({a_submission(kCafe, 3)}));
    const Proposal& third = proposals.back();
    (void)backup.hear(a_pre_prepare(backup.epoch, third), node(0));
    mark();
    vote(backup, Phase::Prepare, third, View());
    mark();
    leave_view(backup, View(), Height(2));
    mark();
    const CertifiedHeader stable = certified(backup.epoch, backup.headers[2]);
    const Certificate prepared = certificate_of(
        backup.epoch, a_statement(backup.epoch, Phase::Prepare, Height(3), proposal_digest(third)));
    std::vector<consensus::ViewChange> changes;
    for (const std::size_t signer : {0U, 1U, 3U})
      changes.push_back(a_view_change(backup.epoch, View(1), node(signer), stable, {prepared}));
    (void)backup.hear(a_new_view(backup.epoch, View(1), changes), node(1));
    mark();
    follow(third, View(1), false);
  }

  void follow(const Proposal& proposal, View view, bool is_fresh) {
    if (is_fresh) (void)backup.hear(a_pre_prepare(backup.epoch, proposal, view), node(0));
    mark();
    vote(backup, Phase::Prepare, proposal, view);
    mark();
    vote(backup, Phase::Commit, proposal, view);
    mark();
    (void)backup.execute(proposal);
    mark();
    (void)backup.certify(backup.headers.back());
    mark();
  }
  void mark() { sizes.push_back(backup.files.bytes(kLog).size()); }
};

/// What this node says in answer to everything that could make it say the contrary.
std::vector<Vote> provoke(LoneOrdering& backup) {
  std::vector<Vote> said;
  const auto hear = [&](const Message& message, NodeIndex from) {
    (void)backup.hear(message, from);
    for (const Vote& own : backup.all<Vote>())
      if (own.signer == node(2)) said.push_back(own);
    for (const Checkpoint& own : backup.all<Checkpoint>())
      if (own.signer == node(2))
        said.push_back({checkpoint_statement(own.header), own.signer, own.signature});
  };
  for (const View view : {View(0), View(1)})
    for (std::uint64_t height = 1; height <= 4; ++height) {
      const Proposal other = a_proposal(backup.epoch, Height(height),
                                        backup.now.utc.plus(Duration(height)), encode_payload({}));
      hear(a_pre_prepare(backup.epoch, other, view), backup.epoch.primary(view));
      for (const Phase phase : {Phase::Prepare, Phase::Commit})
        for (const std::size_t signer : {0U, 1U, 3U})
          hear(
              a_vote(a_statement(backup.epoch, phase, Height(height), proposal_digest(other), view),
                     node(signer)),
              node(signer));
    }
  return said;
}

TEST(Recovery, FromAnyPrefixKeepsItsPromises) {
  LongRun whole;
  const Bytes log = whole.backup.disk().at(kLog);
  ASSERT_EQ(whole.backup.headers.size(), 4U) << "the run went to its end";
  std::size_t promises = 0;
  std::size_t provoked = 0;

  for (const std::size_t size : whole.sizes) {
    LoneOrdering again(node(2));
    again.headers = whole.backup.headers;
    again.now = whole.backup.now;
    const Bytes left(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(size));
    again.restart({{kLog, left}});
    const std::vector<consensus::VoteRecord> records = again.records();
    Height stable;
    View left_below;
    std::map<std::tuple<Height, Phase, View>, Hash> promised;
    for (const consensus::VoteRecord& record : records) {
      if (const auto* known = std::get_if<consensus::Stable>(&record))
        stable = known->certified.header.height;
      if (const auto* known = std::get_if<consensus::Changing>(&record))
        left_below = known->own.view;
      if (const auto* known = std::get_if<consensus::Voted>(&record)) {
        const VoteStatement& s = known->vote.statement;
        promised[{s.height, s.phase, s.view}] = s.digest;
        ++promises;
      }
    }

    for (const Vote& vote : provoke(again)) {
      const VoteStatement& s = vote.statement;
      ++provoked;
      ASSERT_GT(s.height, stable) << "cut at " << size;
      ASSERT_TRUE(s.phase == Phase::Checkpoint || s.view >= left_below) << "cut at " << size;
      const auto known = promised.find({s.height, s.phase, s.view});
      ASSERT_TRUE(known == promised.end() || known->second == s.digest) << "cut at " << size;
    }
  }
  EXPECT_GT(promises, 10U);
  EXPECT_GT(provoked, 10U) << "a mute node contradicts nothing";
}

}  // namespace
}  // namespace tally::test
