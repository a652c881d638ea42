// Each way to break the rules of view changes, told to the oracle: it must see it.
#include "simulation/oracles_views.h"

#include <gtest/gtest.h>

#include "simulation/page_encoding.h"
#include "support/consensus_builders.h"

namespace tally::sim {
namespace {

using namespace tally::test;
using consensus::Changing;
using consensus::Entered;
using consensus::Reason;
using consensus::Voted;

class Views : public ::testing::Test {
 protected:
  Views() { epoch.rotation_heights = 3; }

  [[nodiscard]] std::string failed() const {
    return verdict.failure().has_value() ? verdict.failure()->oracle : "";
  }
  void call(std::size_t who, View view) {
    oracle.on_logged(node(who), Changing{a_view_change(epoch, view, node(who))});
  }
  void say(std::size_t who, View view) {
    oracle.on_send(node(who), a_view_change(epoch, view, node(who)));
  }
  void complain(std::size_t who, View view, Reason reason, Height stable = {},
                const Hash& digest = {}) {
    oracle.on_send(node(who), a_complaint(epoch, view, node(who), stable, reason,
                                          consensus::Rule::None, digest));
  }
  void vote(std::size_t who, Phase phase, View view, Height height, const Hash& digest) {
    oracle.on_logged(node(who),
                     Voted{a_vote(a_statement(epoch, phase, height, digest, view), node(who))});
  }
  [[nodiscard]] Certificate prepared(View view, Height height, const Hash& digest) const {
    return certificate_of(epoch, a_statement(epoch, Phase::Prepare, height, digest, view));
  }
  /// Node 1 enters view 1, whose new-view chooses `digest` at height 2 and, with it, stands on 1.
  void enter_view_1(const Hash& digest) {
    for (std::size_t i = 0; i < 3; ++i)
      call(i, View(1));
    const Header header = test::execute(genesis_of(epoch), a_proposal(epoch, Height(1), kStart));
    std::vector<ViewChange> changes = {
        a_view_change(epoch, View(1), node(0), certified(epoch, header)),
        a_view_change(epoch, View(1), node(1), certified(epoch, header),
                      {prepared(View(), Height(2), digest)}),
        a_view_change(epoch, View(1), node(2))};
    oracle.on_logged(node(1), Entered{a_new_view(epoch, View(1), std::move(changes))});
  }
  void execute_up_to(Height last) {
    Header header = genesis_of(epoch);
    for (Height height(1); height <= last; height = height.next()) {
      header = test::execute(header, a_proposal(epoch, height, kStart.plus(kHour)));
      oracle.on_header(header);
    }
  }

  Epoch epoch = an_epoch(4);
  Verdict verdict;
  ViewOracle oracle{epoch, genesis_of(epoch), std::vector<bool>(4, true), verdict};
  Hash chosen = fixed_of<Hash>(7);
  Hash other = fixed_of<Hash>(8);
};

TEST_F(Views, V1SeesAnotherProposalThanTheNewViewChose) {
  enter_view_1(chosen);
  vote(1, Phase::Prepare, View(1), Height(2), chosen);
  vote(1, Phase::Prepare, View(1), Height(3), other);
  EXPECT_EQ(failed(), "");

  vote(1, Phase::Prepare, View(1), Height(2), other);

  EXPECT_EQ(failed(), "V1");
}

TEST_F(Views, V1SeesAVoteBelowTheBase) {
  enter_view_1(chosen);

  vote(1, Phase::Prepare, View(1), Height(1), other);

  EXPECT_EQ(failed(), "V1");
}

TEST_F(Views, V1SeesAVoteInAViewThatWasNotEntered) {
  vote(1, Phase::Prepare, View(1), Height(1), other);

  EXPECT_EQ(failed(), "V1");
}

TEST_F(Views, V1FillsGapsWithNull) {
  for (std::size_t i = 0; i < 3; ++i)
    call(i, View(1));
  std::vector<ViewChange> changes = {
      a_view_change(epoch, View(1), node(0), {}, {prepared(View(), Height(2), chosen)}),
      a_view_change(epoch, View(1), node(1)), a_view_change(epoch, View(1), node(2))};
  oracle.on_logged(node(1), Entered{a_new_view(epoch, View(1), std::move(changes))});
  vote(1, Phase::Prepare, View(1), Height(1), page::null_digest(epoch, Height(1)));
  EXPECT_EQ(failed(), "");

  vote(1, Phase::Prepare, View(1), Height(1), other);

  EXPECT_EQ(failed(), "V1");
}

TEST_F(Views, V2SeesAViewChangeThatForgetsACommit) {
  vote(1, Phase::Commit, View(), Height(1), chosen);
  oracle.on_logged(node(1), Changing{a_view_change(epoch, View(1), node(1), {},
                                                   {prepared(View(), Height(1), chosen)})});
  EXPECT_EQ(failed(), "");

  call(1, View(2));

  EXPECT_EQ(failed(), "V2");
}

TEST_F(Views, V3SeesALeapOverAView) {
  call(0, View(1));
  call(1, View(2));
  EXPECT_EQ(failed(), "");

  call(2, View(4));

  EXPECT_EQ(failed(), "V3");
}

TEST_F(Views, V3SeesAViewThatNoCorrectNodeCalledFor) {
  oracle.on_logged(node(1), Entered{a_new_view(epoch, View(1), {})});

  EXPECT_EQ(failed(), "V3");
}

TEST_F(Views, V4SeesACallThatOneComplaintCaused) {
  complain(1, View(), Reason::NoProgress);
  say(1, View(1));

  EXPECT_EQ(failed(), "V4");
}

TEST_F(Views, V4AllowsACallThatTwoComplaintsCaused) {
  complain(1, View(), Reason::NoProgress);
  complain(2, View(), Reason::NoProgress);
  say(1, View(1));
  say(3, View(1));

  EXPECT_EQ(failed(), "");
}

TEST_F(Views, V4CountsWhoForgotAmongThoseThatMayHaveComplained) {
  oracle.on_wiped(node(3));
  say(1, View(1));

  EXPECT_EQ(failed(), "");
}

TEST_F(Views, V5SeesANewViewTimerThatRanTooEarly) {
  call(0, View(1));
  call(1, View(1));
  call(2, View(1));
  complain(0, View(1), Reason::NoNewView);
  EXPECT_EQ(failed(), "");

  call(0, View(2));
  complain(0, View(2), Reason::NoNewView);

  EXPECT_EQ(failed(), "V5");
}

TEST_F(Views, V5SeesAChosenProposalThatIsJudgedAgain) {
  enter_view_1(chosen);
  complain(1, View(1), Reason::Refused, Height(1), other);
  EXPECT_EQ(failed(), "");

  complain(1, View(1), Reason::Refused, Height(1), chosen);

  EXPECT_EQ(failed(), "V5");
}

TEST_F(Views, V5SeesARotationBeforeItsTime) {
  execute_up_to(Height(3));
  complain(1, View(), Reason::Rotation, Height(3));
  EXPECT_EQ(failed(), "");

  complain(1, View(), Reason::Rotation, Height(2));

  EXPECT_EQ(failed(), "V5");
}

TEST_F(Views, V6SeesAPrimaryThatStaysTooLong) {
  execute_up_to(Height(3));
  oracle.on_round_in(node(1), View(), Height(2));
  EXPECT_EQ(failed(), "");
  complain(1, View(), Reason::Rotation, Height(3));
  oracle.on_round_in(node(1), View(), Height(3));
  EXPECT_EQ(failed(), "");

  oracle.on_round_in(node(2), View(), Height(3));

  EXPECT_EQ(failed(), "V6");
}

}  // namespace
}  // namespace tally::sim
