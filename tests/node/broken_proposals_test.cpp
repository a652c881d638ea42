// Every way in which a proposal may be broken: none gets in; what its primary signed is a reason to
// complain of it, all else a mark against who brought it.
#include <functional>
#include <map>

#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using consensus::Refused;
using consensus::Rule;
using node::Inbound;
using node::InboundHint;

const Timestamp kNow = kStart.plus(kHour);

enum class Expect { Complaint, Mark };

struct Variant {
  PrePrepare message;
  Expect expect = Expect::Complaint;
};

Epoch the_epoch() {
  Epoch epoch = an_epoch(4);
  epoch.proposal_bytes_max = 4'096;
  epoch.proposal_transactions_max = 4;
  return epoch;
}

Proposal of_payload(Bytes payload, Timestamp time = kNow) {
  return a_proposal(the_epoch(), Height(1), time, std::move(payload));
}
Proposal holding(const std::vector<Bytes>& submissions, Timestamp time = kNow) {
  const std::vector<ByteView> views(submissions.begin(), submissions.end());
  return of_payload(encode_payload(views), time);
}
/// Signed by the primary as it stands.
PrePrepare proposed(const Proposal& proposal) {
  return a_pre_prepare(the_epoch(), proposal);
}
/// The primary signed `stated`.
PrePrepare stating(const VoteStatement& stated, const Proposal& proposal,
                   NodeIndex signer = node(0)) {
  return {a_vote(stated, signer), proposal};
}

Bytes with(Transaction transaction, const crypto::PrivateKey& key) {
  return seal_submission(the_epoch().chain, {std::move(transaction)}, key);
}

/// Payloads that break a rule, whoever proposes them.
void add_bad_payloads(std::map<std::string, Variant>& variants) {
  const Bytes good = a_submission(kCafe, 1);
  const Bytes other = a_submission(kBakery, 1);
  const auto add = [&](const std::string& name, const Proposal& proposal) {
    variants[name] = {proposed(proposal), Expect::Complaint};
  };
  for (const std::size_t from_end : {1U, 17U, 32U, 33U, 48U, 64U}) {
    Bytes forged = good;
    forged[forged.size() - from_end] ^= 1;
    add("signature, byte " + std::to_string(from_end), holding({forged}));
    add("signature of the second, byte " + std::to_string(from_end), holding({other, forged}));
  }
  for (std::size_t at = 0; at + 64 < good.size(); at += 16) {
    Bytes changed = good;
    changed[at] ^= 1;
    add("content, byte " + std::to_string(at), holding({changed}));
  }
  add("a submission twice", holding({good, good}));
  add("a submission twice, not side by side", holding({good, other, good}));
  add("a submission of no bytes", holding({Bytes()}));
  add("a submission cut off", holding({Bytes(good.begin(), good.end() - 1)}));
  Bytes longer = good;
  longer.push_back(0);
  add("a submission with a byte more", holding({longer}));
  add("bytes that are no submission", holding({id_bytes(1)}));
  add("a submission past its validity", holding({a_submission(kCafe, 1, kNow)}));
  add("one of two past its validity", holding({other, a_submission(kCafe, 1, kNow)}));
  add("a submission long past its validity", holding({a_submission(kCafe, 1, kStart)}));

  std::vector<Bytes> many;
  for (std::uint64_t i = 0; i < 5; ++i)
    many.push_back(a_submission(kCafe, i));
  add("too many transactions", holding(many));
  std::vector<Transaction> too_many(5, an_earn().valid_until(kNow.plus(kHour)).build());
  for (std::uint64_t i = 0; i < too_many.size(); ++i)
    too_many[i].request_id = id_bytes(i);
  add("too many in one submission",
      holding({seal_submission(the_epoch().chain, too_many, key_from_seed(1))}));
  Transaction large = a_publication().valid_until(kNow.plus(kHour)).build();
  std::vector<Bytes> bytes;
  for (std::uint64_t i = 0; i < 30; ++i)
    bytes.push_back(Bytes(200, static_cast<std::uint8_t>(i)));
  add("too many bytes", holding(bytes));
  add("another chain's", holding({seal_submission(fixed_of<Hash>(9), {large}, key_from_seed(1))}));
  Transaction consented = large;
  consented.consents.push_back({key_from_seed(2).public_key(), crypto::Signature()});
  add("a bad consent", holding({with(consented, key_from_seed(1))}));
}

void add_bad_encodings(std::map<std::string, Variant>& variants) {
  const std::vector<Bytes> submissions = {a_submission(kCafe, 1)};
  const Bytes payload = holding(submissions).payload;
  const auto add = [&](const std::string& name, Bytes bytes) {
    variants[name] = {proposed(of_payload(std::move(bytes))), Expect::Complaint};
  };
  add("a list cut off", Bytes(payload.begin(), payload.end() - 1));
  add("a list without its submission", Bytes(payload.begin(), payload.begin() + 4));
  Bytes longer = payload;
  longer.push_back(0);
  add("a list with a byte more", longer);
  for (const std::size_t at : {0U, 1U, 2U, 3U, 4U, 7U}) {
    Bytes changed = payload;
    changed[at] ^= 0x40;
    add("a length, byte " + std::to_string(at), changed);
  }
  add("an empty list that is written out", Bytes(4, 0));
  add("one byte", Bytes(1, 0));
}

/// What the primary did not sign as it stands, or not as a pre-prepare.
void add_bad_envelopes(std::map<std::string, Variant>& variants) {
  const Epoch epoch = the_epoch();
  const Proposal good = holding({a_submission(kCafe, 1)});
  const VoteStatement statement =
      a_statement(epoch, Phase::Prepare, Height(1), proposal_digest(good));
  const auto add = [&](const std::string& name, PrePrepare message) {
    variants[name] = {std::move(message), Expect::Mark};
  };
  const auto changed = [&](auto change) {
    Proposal proposal = good;
    change(proposal);
    return stating(statement, proposal);
  };
  add("another proposal than was signed", changed([](Proposal& p) { p.time = p.time.plus(kDay); }));
  add("another chain than was signed", changed([](Proposal& p) { p.chain = fixed_of<Hash>(9); }));
  add("another epoch than was signed", changed([](Proposal& p) { p.epoch = EpochNumber(1); }));
  add("another height than was signed", changed([](Proposal& p) { p.height = Height(2); }));
  Proposal null = good;
  null.kind = consensus::ProposalKind::Null;
  add("a null proposal", proposed(null));
  const auto restated = [&](auto change) {
    Proposal proposal = good;
    VoteStatement stated = statement;
    change(proposal, stated);
    stated.digest = proposal_digest(proposal);
    return stating(stated, proposal);
  };
  add("a vote on another chain",
      restated([](Proposal& p, VoteStatement& s) { p.chain = s.chain = fixed_of<Hash>(9); }));
  add("a vote in another epoch",
      restated([](Proposal& p, VoteStatement& s) { p.epoch = s.epoch = EpochNumber(1); }));
  add("a commit", restated([](Proposal&, VoteStatement& s) { s.phase = Phase::Commit; }));
  add("another view's primary", restated([](Proposal&, VoteStatement& s) { s.view = View(1); }));
  add("a backup", stating(statement, good, node(1)));
  add("nobody", {{statement, node(9), a_vote(statement, node(0)).signature}, good});
  PrePrepare forged = proposed(good);
  forged.vote.signature = {};
  add("no signature", forged);
}

TEST(BrokenProposals, NoneGetsInAndWhoSignedItIsComplainedOf) {
  std::map<std::string, Variant> variants;
  add_bad_payloads(variants);
  add_bad_encodings(variants);
  add_bad_envelopes(variants);
  ASSERT_GE(variants.size(), 40U);

  for (const auto& [name, variant] : variants) {
    Inbound inbound(the_epoch());
    const auto checked = inbound.message(encode_message(variant.message), node(2), InboundHint());
    if (variant.expect == Expect::Mark) {
      EXPECT_FALSE(checked.ok()) << name;
      continue;
    }
    ASSERT_TRUE(checked.ok() && checked->has_value()) << name;
    const auto* refused = std::get_if<Refused>(&**checked);
    ASSERT_NE(refused, nullptr) << name;
    EXPECT_EQ(refused->rule, Rule::Form) << name;
  }
  EXPECT_TRUE(std::holds_alternative<consensus::VerifiedMessage>(
      Inbound(the_epoch())
          .message(encode_message(proposed(holding({a_submission(kCafe, 1)}))), node(2),
                   InboundHint())
          .value()
          .value()))
      << "and the one they are made from is good";
}

}  // namespace
}  // namespace tally::test
