// Each duty neglected, told to the oracle: it must see it.
#include "simulation/oracles_duties.h"

#include <gtest/gtest.h>

#include "support/consensus_builders.h"

namespace tally::sim {
namespace {

using namespace tally::test;
using consensus::Reason;
using consensus::Voted;

class Duties : public ::testing::Test {
 protected:
  Duties() {
    status.self = self;
    oracle.on_start(self, status, now);
  }

  [[nodiscard]] std::string failed() const {
    return verdict.failure().has_value() ? verdict.failure()->oracle : "";
  }
  void begin_round(Duration later = Duration(10), bool drained = true) {
    now = now.plus(later);
    oracle.on_step(self, now, drained);
  }
  void end_round(View highest = View()) { oracle.on_round(self, status, highest); }
  void complain(Reason reason, DutyOracle& to) {
    to.on_send(self, a_complaint(epoch, status.view, self, status.stable, reason));
  }
  void log_vote(Phase phase, Height height) {
    const auto statement = a_statement(epoch, phase, height, fixed_of<Hash>(1), status.view);
    oracle.on_logged(self, Voted{a_vote(statement, self)});
  }
  void offer(Height height) {
    const Proposal proposal = a_proposal(epoch, height, kStart.plus(kHour));
    oracle.on_offered(self, a_pre_prepare(epoch, proposal).vote);
  }

  Epoch epoch = an_epoch(4);
  NodeIndex self = test::node(1);
  Verdict verdict;
  DutyOracle oracle{epoch, false, verdict};
  tally::node::NodeStatus status;
  Timestamp now{1'000'000};
};

TEST_F(Duties, A1SeesAProposalThatIsNeitherPreparedNorRefused) {
  offer(Height(1));
  begin_round(Duration(10), false);
  end_round();
  EXPECT_EQ(failed(), "") << "it may wait in the queue";

  begin_round();
  end_round();

  EXPECT_EQ(failed(), "A1");
}

TEST_F(Duties, A1AllowsEitherAnswer) {
  offer(Height(1));
  begin_round();
  log_vote(Phase::Prepare, Height(1));
  end_round();
  status.stable = Height(1);
  offer(Height(2));
  begin_round();
  complain(Reason::Refused, oracle);
  end_round();

  EXPECT_EQ(failed(), "");
}

TEST_F(Duties, A1ExcusesWhoDoesNotVoteAndWhereAViewAboveWasCalledFor) {
  offer(Height(1));
  begin_round();
  end_round(View(1));
  status.voting = false;
  end_round();

  EXPECT_EQ(failed(), "");
}

TEST_F(Duties, A2SeesAnExecutedHeaderWithoutAVote) {
  oracle.on_executed(self, Height(1));
  end_round();
  EXPECT_EQ(failed(), "") << "ordering has not heard of it";
  begin_round();
  log_vote(Phase::Checkpoint, Height(1));
  end_round();
  EXPECT_EQ(failed(), "");

  oracle.on_executed(self, Height(2));
  begin_round();
  end_round();

  EXPECT_EQ(failed(), "A2");
}

TEST_F(Duties, T1SeesATimerThatProgressDidNotStop) {
  begin_round(epoch.request_timeout);
  complain(Reason::NoProgress, oracle);
  EXPECT_EQ(failed(), "");
  status.stable = Height(1);
  end_round();

  begin_round(Duration(epoch.request_timeout.milliseconds() - 1));
  complain(Reason::NoProgress, oracle);

  EXPECT_EQ(failed(), "T1");
}

TEST_F(Duties, T1SeesATimerThatANewViewDidNotStop) {
  begin_round(epoch.request_timeout);
  status.view = View(1);
  end_round();

  begin_round();
  complain(Reason::NoProgress, oracle);

  EXPECT_EQ(failed(), "T1");
}

TEST_F(Duties, C1SeesAComplaintInACalmWorldAndAllowsRotation) {
  DutyOracle calm(epoch, true, verdict);
  calm.on_start(self, status, now);
  complain(Reason::Rotation, calm);
  EXPECT_EQ(failed(), "");

  complain(Reason::PassedOver, calm);

  EXPECT_EQ(failed(), "C1");
}

TEST_F(Duties, C1IsSilentAfterTheTurn) {
  DutyOracle calm(epoch, true, verdict);
  calm.on_start(self, status, now);
  calm.on_turn();

  complain(Reason::PassedOver, calm);

  EXPECT_EQ(failed(), "");
}

TEST_F(Duties, O13SeesSlotsThatOnlyGrow) {
  status.open_heights = 2 * epoch.window;
  end_round();
  EXPECT_EQ(failed(), "");
  ++status.open_heights;

  end_round();

  EXPECT_EQ(failed(), "O13");
}

}  // namespace
}  // namespace tally::sim
