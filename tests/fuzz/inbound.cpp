// What peers and callers send, through the only place that lets it in: as it is, signed by the
// nodes' own keys whatever it says, and as proposals of good and bad submissions.
#include <tally/node/inbound.h>

#include "fuzz/forger.h"
#include "fuzz/fuzz.h"
#include "support/consensus_samples.h"

namespace tally::fuzz {
namespace {

constexpr std::uint8_t kFrame = 0;
constexpr std::uint8_t kSigned = 1;
constexpr std::uint8_t kProposed = 2;
constexpr std::uint8_t kSubmission = 3;
constexpr std::size_t kKinds = 4;

const Epoch& epoch() {
  static const Epoch four = [] {
    Epoch made = test::an_epoch(4);
    made.window = 4;
    made.proposal_transactions_max = 5;
    made.proposal_bytes_max = 2'000;
    return made;
  }();
  return four;
}

/// Six good submissions, of one to three transactions; the last is past its validity by then.
const std::vector<Bytes>& submissions() {
  static const std::vector<Bytes> all = [] {
    std::vector<Bytes> made;
    for (std::uint64_t i = 1; i <= 6; ++i) {
      std::vector<Transaction> transactions;
      const Timestamp until = test::kStart.plus(i == 6 ? Duration(1) : kDay);
      for (std::uint64_t j = 0; j <= i % 3; ++j)
        transactions.push_back(test::an_earn().request(10 * i + j).valid_until(until).build());
      made.push_back(seal_submission(ChainId(epoch().chain.array()), std::move(transactions),
                                     test::key_from_seed(i)));
    }
    return made;
  }();
  return all;
}

/// What of a checked frame is the message itself; of a refused new-view, nothing.
const VerifiedMessage* message_of(const node::Checked& checked) {
  if (const auto* good = std::get_if<VerifiedMessage>(&checked)) return good;
  if (const auto* refused = std::get_if<Refused>(&checked)) return &refused->message;
  return nullptr;
}

/// What is let in, refused proposals too, is what verify_message lets in, and says what came.
void deliver(node::Inbound& inbound, const Bytes& frame, NodeIndex from, Height stable) {
  node::InboundHint hint;
  hint.stable = stable;
  hint.asked = {NodeIndex(1)};
  if (const auto message = decode_message(frame); message.ok()) {
    if (const auto* body = std::get_if<ProposalBody>(&*message))
      hint.wanted = {proposal_digest(body->proposal)};
    if (const auto* answer = std::get_if<consensus::Answer>(&*message)) hint.nonce = answer->nonce;
  }
  const auto heard = inbound.message(frame, from, hint);
  if (!heard.ok()) {
    const ErrorCode code = heard.error().code;
    CHECK(code == ErrorCode::Malformed || code == ErrorCode::OutOfLimits ||
          code == ErrorCode::BadSignature || code == ErrorCode::Conflict);
    return;
  }
  if (!heard->has_value()) return;
  const VerifiedMessage* message = message_of(**heard);
  if (message == nullptr) return;
  CHECK(message->from() == from);
  // Of a pre-prepare that nobody would look at, the vote is left.
  const Message sent = decode_message(frame).value();
  if (const auto* vote = std::get_if<Vote>(&message->content()))
    if (const auto* fresh = std::get_if<PrePrepare>(&sent)) {
      CHECK(*vote == fresh->vote);
      CHECK(verify_message(*vote, from, epoch()).ok());
      return;
    }
  expect_same(frame, encode_message(message->content()));
  CHECK(verify_message(sent, from, epoch()).ok());
}

void run_signed(node::Inbound& inbound, Choices choices, Height stable) {
  Result<Message> message = decode_message(choices.rest());
  if (!message.ok()) return;
  Forger forger(epoch());
  forger.sign(*message);
  deliver(inbound, encode_message(*message), NodeIndex(1), stable);
}

/// A payload of good submissions and of pieces that are none, by the primary of its view.
void run_proposed(node::Inbound& inbound, Choices choices, Height stable) {
  const bool is_body = choices.one_in(2);
  const View view(choices.below(8));
  const Height height(choices.below(16));
  std::vector<ByteView> list;
  while (!choices.is_empty()) {
    const std::size_t chosen = choices.below(submissions().size() + 1);
    list.push_back(chosen < submissions().size() ? ByteView(submissions()[chosen])
                                                 : choices.piece());
  }
  const Proposal proposal =
      test::a_proposal(epoch(), height, test::kStart.plus(kHour), encode_payload(list));
  if (is_body) {
    return deliver(inbound, encode_message(ProposalBody{proposal}), NodeIndex(1), stable);
  }
  PrePrepare message{
      {test::a_statement(epoch(), Phase::Prepare, height, {}, view), epoch().primary(view), {}},
      proposal};
  Forger(epoch()).sign(message);
  deliver(inbound, encode_message(message), NodeIndex(1), stable);
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const std::size_t kind = choices.below(kKinds);
  const Height stable(choices.below(16));
  node::Inbound inbound(epoch());
  switch (kind) {
    case kFrame:
      return deliver(inbound, to_bytes(choices.rest()), NodeIndex(1), stable);
    case kSigned:
      return run_signed(inbound, choices, stable);
    case kProposed:
      return run_proposed(inbound, choices, stable);
    default:
      const ByteView bytes = choices.rest();
      const Result<VerifiedSubmission> verified = inbound.submission(bytes);
      if (verified.ok()) expect_same(bytes, verified->bytes());
      return;
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all{
      {kProposed, 0, 0, 0, 1, 0, 1, 2},
      {kProposed, 0, 1, 0, 1, 0, 1},
      {kProposed, 0, 0, 5, 6, 5, 3},
      {kProposed, 0, 0, 0, 1, 6, 0, 3, 1, 2, 3},
      after(kSubmission, after(0, submissions().front())),
  };
  for (const auto& [name, message] : test::sample_messages())
    for (const std::uint8_t kind : {kFrame, kSigned})
      all.push_back(after(kind, after(11, encode_message(message))));
  return all;
}

}  // namespace tally::fuzz
