// Complaints, timers and rotation: when a node wants to leave its view, and when it does.
#include <gmock/gmock.h>

#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::Reason;
using consensus::Rule;
using consensus::Work;

Complaint no_progress(const LoneReplica& replica, std::size_t signer, Height stable = Height(),
                      View view = View()) {
  return a_complaint(replica.epoch, view, node(signer), stable, Reason::NoProgress);
}

TEST(Complaint, OneNodeCannotChangeTheView) {
  LoneReplica replica(4, node(1));
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(replica.hear(no_progress(replica, 3), node(3)).all<ViewChange>().empty());
  EXPECT_TRUE(
      replica.hear(no_progress(replica, 2, Height(), View(4)), node(2)).all<ViewChange>().empty())
      << "against another view";

  const Said said = replica.hear(no_progress(replica, 2), node(2));

  ASSERT_EQ(said.all<ViewChange>().size(), 1U);
  EXPECT_EQ(said.all<ViewChange>()[0].view, View(1));
  EXPECT_EQ(said.all<Complaint>().size(), 2U) << "passed on once, so that all leave together";
}

TEST(Complaint, IsVoidAfterProgress) {
  LoneReplica replica(4, node(1));
  (void)replica.hear(no_progress(replica, 3), node(3));
  replica.finish(replica.next(id_bytes(1)));

  EXPECT_TRUE(replica.hear(no_progress(replica, 2), node(2)).all<ViewChange>().empty());
  EXPECT_TRUE(replica.hear(no_progress(replica, 2, Height(1)), node(2)).all<ViewChange>().empty())
      << "node 3's was about height 1, which is done";
  EXPECT_EQ(replica.hear(no_progress(replica, 3, Height(1)), node(3)).all<ViewChange>().size(), 1U);
}

TEST(Complaint, NamesTheBrokenRule) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  const auto refused = [&](Message message, NodeIndex from) {
    return replica.step(consensus::Refused{
        consensus::verify_message(std::move(message), from, replica.epoch).value(), Rule::Form});
  };
  EXPECT_TRUE(refused(consensus::ProposalBody{proposal}, node(2)).all<Complaint>().empty())
      << "no word of the primary's: one liar must not stage complaints";

  const auto complaints = refused(a_pre_prepare(replica.epoch, proposal), node(0)).all<Complaint>();

  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].reason, Reason::Refused);
  EXPECT_EQ(complaints[0].rule, Rule::Form);
  EXPECT_EQ(complaints[0].digest, proposal_digest(proposal));
  EXPECT_EQ(replica.tick().all<Complaint>().size(), 1U) << "again while the cause lasts";
}

TEST(Complaint, OfWhatWasPassedOver) {
  LoneReplica replica(4, node(1));
  const auto complaints = replica.step(Work{true, true}).all<Complaint>();

  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].reason, Reason::PassedOver);
}

/// Ticks until the replica complains; the time it took.
Duration time_to_complain(LoneReplica& replica, Duration most) {
  Duration waited;
  while (waited < most) {
    const Duration step(10);
    waited = Duration(waited.milliseconds() + step.milliseconds());
    if (!replica.tick(step).all<Complaint>().empty()) return waited;
  }
  return waited;
}

TEST(Timer, RunsWhileThereIsWork) {
  LoneReplica replica(4, node(1));
  replica.finish(replica.next(id_bytes(1)));
  EXPECT_EQ(time_to_complain(replica, Duration(900)), Duration(900)) << "nothing to order";

  (void)replica.step(Work{true});

  EXPECT_EQ(time_to_complain(replica, Duration(9'000)), Duration(1'500));
}

TEST(Timer, IsArmedAnewWhenAHeightIsCertified) {
  LoneReplica replica(4, node(1));
  replica.finish(replica.next(id_bytes(1)));
  (void)replica.step(Work{true});
  EXPECT_EQ(time_to_complain(replica, Duration(900)), Duration(900));

  const Header second = execute(replica.ledger.back(), replica.next(id_bytes(2)));
  (void)replica.hear(certified(replica.epoch, second), node(2));

  EXPECT_EQ(time_to_complain(replica, Duration(9'000)), Duration(1'500));
}

TEST(Timer, AnIdleBlockThatIsDueIsWork) {
  LoneReplica replica(4, node(1));
  replica.finish(replica.next(id_bytes(1)));

  EXPECT_EQ(time_to_complain(replica, Duration(9'000)), Duration(1'000 + 1'500));
}

/// Leaves its view by two complaints, and enters the next by its primary's new-view.
void fail_a_view(LoneReplica& replica) {
  const View view = replica.replica().view();
  const View next = view.next();
  const Height stable = replica.replica().stable();
  (void)replica.hear(no_progress(replica, 2, stable, view), node(2));
  (void)replica.hear(no_progress(replica, 3, stable, view), node(3));
  ASSERT_EQ(replica.replica().view(), next);
  if (replica.epoch.primary(next) == node(1)) return;
  const auto change = [&](std::size_t i) { return a_view_change(replica.epoch, next, node(i)); };
  (void)replica.hear(a_new_view(replica.epoch, next, {change(0), change(2), change(3)}), node(2));
}

TEST(Timer, BackOffIsCappedNeedsProgress) {
  LoneReplica replica(4, node(1));
  replica.epoch.timeout_max = Duration(6'000);
  replica.restart_answered();
  (void)replica.step(Work{true});
  const Duration first = time_to_complain(replica, Duration(99'000));
  std::vector<std::uint64_t> waited;
  for (int i = 0; i < 8; ++i) {
    fail_a_view(replica);
    if (replica.replica().is_changing()) continue;  // its own turn, and nobody follows
    waited.push_back(time_to_complain(replica, Duration(99'000)).milliseconds() - 1'000);
  }

  EXPECT_EQ(first, Duration(1'000 + 1'500)) << "the first block may wait for slow starters";
  EXPECT_THAT(waited, ::testing::ElementsAre(6'000, 6'000, 6'000, 6'000, 6'000, 6'000))
      << "views 2, 3, 4, 6, 7, 8: entering one does not reset it";
}

TEST(Timer, NewViewTimerWaitsForQuorum) {
  LoneReplica replica(4, node(0));
  (void)replica.hear(a_view_change(replica.epoch, View(1), node(2)), node(2));
  (void)replica.hear(a_view_change(replica.epoch, View(2), node(3)), node(3));
  ASSERT_TRUE(replica.replica().is_changing());
  ASSERT_EQ(replica.replica().view(), View(1));
  // Its own, node 2's, and node 3's, which has left for a view above.
  EXPECT_EQ(time_to_complain(replica, Duration(99'000)), Duration(3'000)) << "T(1)";

  LoneReplica alone(7, node(0));
  for (const std::size_t peer : {2U, 3U, 4U})
    (void)alone.hear(a_view_change(alone.epoch, View(1), node(peer)), node(peer));
  ASSERT_TRUE(alone.replica().is_changing());
  EXPECT_EQ(time_to_complain(alone, Duration(9'000)), Duration(9'000)) << "four of five";
}

TEST(Rotation, MovesACalmNetworkToo) {
  LoneReplica replica(4, node(1));
  replica.epoch.rotation_heights = 2;
  replica.restart_answered();
  replica.finish(replica.next(id_bytes(1)));
  EXPECT_TRUE(replica.tick().all<Complaint>().empty());

  replica.finish(replica.next(id_bytes(2)));

  const auto complaints = replica.tick().all<Complaint>();
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].reason, Reason::Rotation);
}

TEST(Rotation, ComesByHeaderTimeToo) {
  LoneReplica replica(4, node(1));
  replica.epoch.rotation = Duration(2 * kHour.milliseconds());
  replica.restart_answered();
  replica.finish(replica.next(id_bytes(1)));
  EXPECT_TRUE(replica.tick().all<Complaint>().empty());
  replica.pass(kHour);

  replica.finish(replica.next(id_bytes(2)));

  EXPECT_EQ(replica.tick().all<Complaint>().size(), 1U);
}

}  // namespace
}  // namespace tally::test
