// What one peer can make a node check: bounds by the count of signatures, not by time.
#include <algorithm>

#include "node/lone_ordering.h"
#include "node/verify_count.h"

namespace tally::test {
namespace {

using consensus::Answer;
using consensus::NewView;
using consensus::Refused;
using consensus::RefusedNewView;
using consensus::VerifiedMessage;
using node::Inbound;
using node::InboundHint;

const Timestamp kNow = kStart.plus(kHour);

/// By a key of its own; `consents` a multiple of the most that a transaction may hold.
Bytes with_consents(const Epoch& epoch, std::uint64_t n, std::size_t consents,
                    MerchantId merchant = kCafe) {
  const crypto::PrivateKey member = key_from_seed(77);
  std::vector<Transaction> transactions;
  for (std::size_t i = 0; i < consents / limits::kConsentsMax; ++i) {
    Transaction transaction =
        an_earn().by(merchant).request(n * 1'000 + i).valid_until(kNow.plus(kDay)).build();
    const auto digest = consent_digest(epoch.chain, transaction);
    transaction.consents.assign(limits::kConsentsMax,
                                {member.public_key(), member.sign(digest.view())});
    transactions.push_back(std::move(transaction));
  }
  return seal_submission(epoch.chain, std::move(transactions), key_from_seed(100 + n));
}

/// Enough full ones to pass what one proposal may hold.
std::vector<Bytes> too_many_signatures(const Epoch& epoch) {
  std::vector<Bytes> submissions;
  for (std::size_t held = 0; held <= limits::kProposalSignaturesMax;
       held += limits::kSubmissionConsentsMax + 1)
    submissions.push_back(with_consents(epoch, submissions.size(), limits::kSubmissionConsentsMax));
  return submissions;
}

Epoch a_wide_epoch() {
  Epoch epoch = an_epoch(4);
  epoch.proposal_bytes_max = 4 << 20;
  epoch.proposal_transactions_max = limits::kProposalTransactionsMax;
  return epoch;
}

Proposal holding(const Epoch& epoch, const std::vector<Bytes>& submissions) {
  const std::vector<ByteView> views(submissions.begin(), submissions.end());
  return a_proposal(epoch, Height(1), kNow, encode_payload(views));
}

template <typename T>
bool holds_message(const Result<std::optional<node::Checked>>& checked) {
  const auto* message = std::get_if<VerifiedMessage>(&checked.value().value());
  return message != nullptr && std::holds_alternative<T>(message->content());
}

TEST(InboundBudget, APrimaryOfAnotherViewMakesNobodyCheckItsPayload) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Proposal proposal = holding(epoch, {with_consents(epoch, 1, 64)});
  InboundHint hint;
  hint.view = View(10);

  for (const View view : {View(6), View(8), View(9), View(12), View(13), View(14), View(1'000)}) {
    const Bytes frame = encode_message(a_pre_prepare(epoch, proposal, view));
    std::optional<Result<std::optional<node::Checked>>> checked;
    const std::size_t cost = signatures_verified_by(
        [&] { checked = inbound.message(frame, epoch.primary(view), hint); });
    EXPECT_TRUE(holds_message<Vote>(*checked)) << view.value();
    EXPECT_LE(cost, 1U) << view.value();
  }
}

TEST(InboundBudget, EachPrimaryHasOneCheckAHeight) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  InboundHint hint;
  hint.view = View(10);
  std::size_t cost = 0;

  for (std::uint64_t n = 0; n < 8; ++n)
    for (std::uint64_t view = 6; view < 16; ++view) {
      const Proposal proposal = holding(epoch, {with_consents(epoch, n * 16 + view, 64)});
      const Bytes frame = encode_message(a_pre_prepare(epoch, proposal, View(view)));
      cost += signatures_verified_by(
          [&] { (void)inbound.message(frame, epoch.primary(View(view)), hint); });
    }

  // Each one's vote, twice at most, and the payload of the first in each of two views.
  EXPECT_LE(cost, 2 * 8 * 10 + 2 * 65U);
}

TEST(InboundBudget, AProposalHoldsNoMoreSignaturesThanItsLimit) {
  const Epoch epoch = a_wide_epoch();
  const std::vector<Bytes> submissions = too_many_signatures(epoch);
  const Bytes frame = encode_message(a_pre_prepare(epoch, holding(epoch, submissions)));
  Inbound inbound(epoch);

  std::optional<Result<std::optional<node::Checked>>> checked;
  const std::size_t cost =
      signatures_verified_by([&] { checked = inbound.message(frame, node(0), InboundHint()); });

  EXPECT_TRUE(std::holds_alternative<Refused>(checked->value().value()));
  EXPECT_LE(cost, limits::kProposalSignaturesMax + limits::kSubmissionConsentsMax + 2)
      << "not one submission beyond the first that is too much";
}

TEST(InboundBudget, APrimaryFillsAsMuchAsOthersTakeAndNoMore) {
  const Epoch epoch = a_wide_epoch();
  LoneOrdering primary(node(0), epoch);
  const std::vector<Bytes> submissions = too_many_signatures(epoch);
  for (std::size_t i = 0; i < submissions.size(); ++i)
    (void)primary.share(submissions[i], node(1 + i % 3));

  (void)primary.tick();

  const auto fresh = primary.all<PrePrepare>();
  ASSERT_EQ(fresh.size(), 1U);
  EXPECT_EQ(decode_payload(fresh[0].proposal.payload)->size(), submissions.size() - 1);
  const auto checked = Inbound(epoch).message(encode_message(fresh[0]), node(0), InboundHint());
  EXPECT_TRUE(holds_message<PrePrepare>(checked));
}

TEST(PassedOver, ABlockFullOfSignaturesHadNoRoom) {
  const Epoch epoch = a_wide_epoch();
  LoneOrdering backup(node(1), epoch);
  const auto order = [&](const std::vector<Bytes>& submissions) {
    (void)backup.tick(Duration(100));
    backup.finish(backup.next(submissions));
  };
  std::vector<Bytes> full = too_many_signatures(epoch);
  full.pop_back();
  (void)backup.submit(with_consents(epoch, 50, limits::kSubmissionConsentsMax, kBakery));
  for (std::uint64_t passed = 0; passed <= epoch.passed_over.milliseconds(); passed += 500)
    (void)backup.tick();

  order(full);

  EXPECT_FALSE(backup.status().passed_over) << "a correct primary could not take it";
  order({with_consents(epoch, 51, 8)});
  EXPECT_TRUE(backup.status().passed_over) << "this one had room";
}

TEST(InboundBudget, ASubmissionIsVerifiedOnce) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Bytes bytes = with_consents(epoch, 1, 64);
  const VerifiedSubmission first = inbound.submission(bytes).value();

  const std::size_t cost = signatures_verified_by([&] {
    for (int i = 0; i < 10; ++i) {
      const VerifiedSubmission again = inbound.submission(bytes).value();
      EXPECT_EQ(again.content(), first.content());
      EXPECT_EQ(again.digest(), first.digest());
    }
  });

  EXPECT_EQ(cost, 0U);
}

TEST(InboundBudget, AnAnswerThatNobodyAskedForIsNotChecked) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Proposal proposal = holding(epoch, {});
  Answer answer{7, {}, {}, {}, {}};
  for (std::uint64_t height = 1; height <= 64; ++height)
    answer.votes.push_back(
        a_vote(epoch, Phase::Commit, Height(height), proposal_digest(proposal), node(1)));
  const Bytes frame = encode_message(answer);
  InboundHint asking;
  asking.nonce = 7;
  InboundHint asking_anew;
  asking_anew.nonce = 8;

  const std::size_t cost = signatures_verified_by([&] {
    EXPECT_FALSE(inbound.message(frame, node(2), InboundHint())->has_value());
    EXPECT_FALSE(inbound.message(frame, node(2), asking_anew)->has_value());
  });

  EXPECT_EQ(cost, 0U);
  EXPECT_TRUE(holds_message<Answer>(inbound.message(frame, node(2), asking)));
}

TEST(InboundBudget, ANodeAsksUntilEnoughHaveAnswered) {
  LoneOrdering node_one(node(1));
  EXPECT_EQ(node_one.hint().nonce, 0U) << "all answered at its start";

  // Its own vote, which its log lacks: it asks again.
  (void)node_one.hear(a_vote(node_one.epoch, Phase::Commit, Height(1), consensus::Hash(), node(1)),
                      node(2));

  const auto statuses = node_one.all<consensus::Status>();
  ASSERT_FALSE(statuses.empty());
  EXPECT_NE(node_one.hint().nonce, 0U);
  EXPECT_EQ(node_one.hint().nonce, statuses.back().nonce);
}

TEST(InboundBudget, ABadNewViewIsCheckedOnce) {
  const Epoch epoch = an_epoch(16);
  Inbound inbound(epoch);
  std::vector<consensus::ViewChange> changes;
  for (std::uint16_t i = 0; i < 16; ++i)
    changes.push_back(a_view_change(epoch, View(15), node(i)));
  changes.back().signature = {};
  const Bytes frame = encode_message(a_new_view(epoch, View(15), changes));
  ASSERT_TRUE(std::holds_alternative<RefusedNewView>(
      inbound.message(frame, node(15), InboundHint()).value().value()));

  const std::size_t cost = signatures_verified_by([&] {
    for (std::uint16_t from = 1; from < 16; ++from) {
      const auto again = inbound.message(frame, node(from), InboundHint());
      ASSERT_TRUE(std::holds_alternative<RefusedNewView>(again.value().value()));
      EXPECT_EQ(std::get<RefusedNewView>(again.value().value()).view, View(15));
    }
  });

  EXPECT_EQ(cost, 0U);
}

TEST(InboundBudget, AGoodNewViewAfterABadOneOfTheSameViewIsTaken) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  std::vector<consensus::ViewChange> changes;
  for (std::uint16_t i = 0; i < 3; ++i)
    changes.push_back(a_view_change(epoch, View(1), node(i)));
  const NewView good = a_new_view(epoch, View(1), changes);
  changes.back().signature = {};
  const NewView bad = a_new_view(epoch, View(1), changes);

  EXPECT_FALSE(
      holds_message<NewView>(inbound.message(encode_message(bad), node(1), InboundHint())));
  EXPECT_TRUE(
      holds_message<NewView>(inbound.message(encode_message(good), node(1), InboundHint())));
}

}  // namespace
}  // namespace tally::test
