// The bytes of messages, and the check that lets one in. FORMAT: wire; docs/formats.md.
#include <tally/consensus/message.h>

#include <tally/base/canary.h>
#include <tally/base/limits.h>

#include <type_traits>

namespace tally::consensus {
namespace {

enum class MessageType : std::uint8_t {
  PrePrepare = 1,
  Vote = 2,
  Checkpoint = 3,
  ViewChange = 4,
  NewView = 5,
  Complaint = 6,
  Status = 7,
  CertifiedHeader = 8,
  Certificate = 9,
  FetchProposal = 10,
  ProposalBody = 11,
  FetchBlocks = 12,
  CertifiedBlocks = 13,
  SharedSubmission = 14,
  Answer = 15,
};

constexpr std::size_t kSlotsMax = 2 * limits::kWindowMax;
/// Of an answer: two phases at each height that may have slots.
constexpr std::size_t kAnswerVotesMax = 2 * kSlotsMax;

void write(codec::Writer& out, const PrePrepare& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::PrePrepare));
  encode(out, message.vote);
  encode(out, message.proposal);
}

void write(codec::Writer& out, const Vote& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::Vote));
  encode(out, message);
}

void encode(codec::Writer& out, const Checkpoint& checkpoint) {
  encode(out, checkpoint.header);
  out.number(checkpoint.signer);
  out.fixed(checkpoint.signature);
}

void decode(codec::Reader& in, Checkpoint& checkpoint) {
  decode(in, checkpoint.header);
  checkpoint.signer = in.number<NodeIndex>();
  checkpoint.signature = in.fixed<crypto::Signature>();
}

void write(codec::Writer& out, const Checkpoint& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::Checkpoint));
  encode(out, message);
}

void write(codec::Writer& out, const ViewChange& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::ViewChange));
  encode(out, message);
}

void write(codec::Writer& out, const NewView& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::NewView));
  encode(out, message);
}

void write(codec::Writer& out, const Complaint& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::Complaint));
  encode(out, message);
}

void write(codec::Writer& out, const Status& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::Status));
  out.number(message.epoch);
  out.number(message.view);
  out.boolean(message.changing);
  out.number(message.stable);
  out.number(message.executed);
  out.list(message.slots, [](codec::Writer& writer, const SlotStatus& slot) {
    writer.number(slot.height);
    writer.boolean(slot.has_body);
    writer.boolean(slot.is_committed);
    writer.u16(slot.prepares);
    writer.u16(slot.commits);
    writer.u16(slot.checkpoints);
  });
  out.u16(message.view_changes);
  out.u16(message.complaints);
  out.u64(message.nonce);
}

void write(codec::Writer& out, const CertifiedHeader& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::CertifiedHeader));
  encode(out, message);
}

void write(codec::Writer& out, const Certificate& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::Certificate));
  encode(out, message);
}

void write(codec::Writer& out, const FetchProposal& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::FetchProposal));
  out.number(message.height);
  out.fixed(message.digest);
}

void write(codec::Writer& out, const ProposalBody& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::ProposalBody));
  encode(out, message.proposal);
}

void write(codec::Writer& out, const FetchBlocks& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::FetchBlocks));
  out.number(message.first);
  out.number(message.last);
}

void write(codec::Writer& out, const CertifiedBlocks& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::CertifiedBlocks));
  out.list(message.blocks, [](codec::Writer& writer, const CertifiedBlock& block) {
    encode(writer, block.proposal);
    encode(writer, block.header);
    encode(writer, block.certificate);
  });
}

void write(codec::Writer& out, const SharedSubmission& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::SharedSubmission));
  out.bytes(message.bytes);
}

void write(codec::Writer& out, const Answer& message) {
  out.u8(static_cast<std::uint8_t>(MessageType::Answer));
  out.u64(message.nonce);
  const auto write_one = [](codec::Writer& writer, const auto& item) { encode(writer, item); };
  out.optional(message.stable, write_one);
  out.list(message.votes, write_one);
  out.list(message.checkpoints, write_one);
  out.optional(message.view_change, write_one);
}

template <typename T>
T read_one(codec::Reader& in) {
  T message;
  decode(in, message);
  return message;
}

Status read_status(codec::Reader& in) {
  Status status;
  status.epoch = in.number<EpochNumber>();
  status.view = in.number<View>();
  status.changing = in.boolean();
  status.stable = in.number<Height>();
  status.executed = in.number<Height>();
  status.slots = in.list<SlotStatus>(kSlotsMax, [](codec::Reader& reader) {
    SlotStatus slot;
    slot.height = reader.number<Height>();
    slot.has_body = reader.boolean();
    slot.is_committed = reader.boolean();
    slot.prepares = reader.u16();
    slot.commits = reader.u16();
    slot.checkpoints = reader.u16();
    return slot;
  });
  status.view_changes = in.u16();
  status.complaints = in.u16();
  status.nonce = in.u64();
  return status;
}

CertifiedBlock read_block(codec::Reader& in) {
  CertifiedBlock block;
  decode(in, block.proposal);
  decode(in, block.header);
  decode(in, block.certificate);
  return block;
}

Answer read_answer(codec::Reader& in) {
  Answer answer;
  answer.nonce = in.u64();
  answer.stable = in.optional<CertifiedHeader>(read_one<CertifiedHeader>);
  answer.votes = in.list<Vote>(kAnswerVotesMax, read_one<Vote>);
  answer.checkpoints = in.list<Checkpoint>(kSlotsMax, read_one<Checkpoint>);
  answer.view_change = in.optional<ViewChange>(read_one<ViewChange>);
  return answer;
}

Message read_message(MessageType type, codec::Reader& in) {
  // Braces fix the order of reading: members are initialised as they are written.
  switch (type) {
    case MessageType::PrePrepare:
      return PrePrepare{read_one<Vote>(in), read_one<Proposal>(in)};
    case MessageType::Vote:
      return read_one<Vote>(in);
    case MessageType::Checkpoint:
      return read_one<Checkpoint>(in);
    case MessageType::ViewChange:
      return read_one<ViewChange>(in);
    case MessageType::NewView:
      return read_one<NewView>(in);
    case MessageType::Complaint:
      return read_one<Complaint>(in);
    case MessageType::Status:
      return read_status(in);
    case MessageType::CertifiedHeader:
      return read_one<CertifiedHeader>(in);
    case MessageType::Certificate:
      return read_one<Certificate>(in);
    case MessageType::FetchProposal:
      return FetchProposal{in.number<Height>(), in.fixed<Hash>()};
    case MessageType::ProposalBody:
      return ProposalBody{read_one<Proposal>(in)};
    case MessageType::FetchBlocks:
      return FetchBlocks{in.number<Height>(), in.number<Height>()};
    case MessageType::CertifiedBlocks:
      return CertifiedBlocks{in.list<CertifiedBlock>(limits::kFetchBlocksMax, read_block)};
    case MessageType::SharedSubmission:
      return SharedSubmission{to_bytes(in.bytes(limits::kSubmissionBytesMax))};
    case MessageType::Answer:
      return read_answer(in);
  }
  in.fail("unknown type of message");
  return Status{};
}

Result<void> check(const PrePrepare& message, const Epoch& epoch) {
  const VoteStatement& statement = message.vote.statement;
  const Proposal& proposal = message.proposal;
  if (statement.phase != Phase::Prepare) return malformed("a pre-prepare is a prepare vote");
  if (proposal.kind != ProposalKind::Ordinary)
    return malformed("a null proposal comes out of a view change only");
  if (proposal.chain != statement.chain || proposal.epoch != statement.epoch ||
      proposal.height != statement.height)
    return malformed("a proposal's chain, epoch and height are its vote's");
  if (message.vote.signer != epoch.primary(statement.view))
    return malformed("a pre-prepare comes from its view's primary");
  if (proposal_digest(proposal) != statement.digest)
    return malformed("a pre-prepare's digest is its proposal's");
  return check_vote(epoch, message.vote);
}

Result<void> check(const Vote& message, const Epoch& epoch) {
  // A checkpoint vote travels with its header, since nobody can certify a digest alone.
  if (message.statement.phase == Phase::Checkpoint)
    return malformed("a checkpoint vote travels with its header");
  return check_vote(epoch, message);
}

Result<void> check(const Checkpoint& message, const Epoch& epoch) {
  return check_vote(epoch,
                    Vote{checkpoint_statement(message.header), message.signer, message.signature});
}

Result<void> check(const CertifiedHeader& message, const Epoch& epoch) {
  return check_block_certificate(epoch, message.header, message.certificate);
}

Result<void> check(const Certificate& message, const Epoch& epoch) {
  if (message.statement.phase != Phase::Commit)
    return malformed("only a commit certificate travels alone");
  return check_certificate(epoch, message);
}

Result<void> check(const ProposalBody& message, const Epoch& epoch) {
  if (message.proposal.chain != epoch.chain || message.proposal.epoch != epoch.number)
    return malformed("proposal of another chain or epoch");
  return {};
}

Result<void> check(const CertifiedBlocks& message, const Epoch& epoch) {
  if (canary(25)) return {};
  for (std::size_t i = 0; i < message.blocks.size(); ++i) {
    const CertifiedBlock& block = message.blocks[i];
    if (block.header.height != block.proposal.height)
      return malformed("a block's header and proposal have one height");
    if (i > 0 && block.header.height != message.blocks[i - 1].header.height.next())
      return malformed("blocks of an answer ascend by one");
    if (proposal_digest(block.proposal) != block.header.proposal)
      return malformed("a block's header names its proposal's digest");
    TRY_VOID(check_block_certificate(epoch, block.header, block.certificate));
  }
  return {};
}

Result<void> check(const ViewChange& message, const Epoch& epoch) {
  if (canary(4))  // kept first, and checked when it is chosen from
    return check_signature(epoch, signed_bytes(message), message.signer, message.signature);
  return check_view_change(epoch, message);
}

Result<void> check(const NewView& message, const Epoch& epoch) {
  return check_new_view(epoch, message);
}

Result<void> check(const Complaint& message, const Epoch& epoch) {
  return check_complaint(epoch, message);
}

Result<void> check(const Answer& message, const Epoch& epoch) {
  if (message.stable.has_value())
    TRY_VOID(check_block_certificate(epoch, message.stable->header, message.stable->certificate));
  for (const Vote& vote : message.votes)
    TRY_VOID(check(vote, epoch));
  for (const Checkpoint& checkpoint : message.checkpoints)
    TRY_VOID(check(checkpoint, epoch));
  if (message.view_change.has_value()) return check_view_change(epoch, *message.view_change);
  return {};
}

// Hints, questions, and submissions that the caller judges by their own signature.
Result<void> check(const Status&, const Epoch&) {
  return {};
}
Result<void> check(const FetchProposal&, const Epoch&) {
  return {};
}
Result<void> check(const FetchBlocks&, const Epoch&) {
  return {};
}
Result<void> check(const SharedSubmission&, const Epoch&) {
  return {};
}

}  // namespace

Bytes encode_message(const Message& message) {
  codec::Writer out;
  std::visit([&out](const auto& content) { write(out, content); }, message);
  return std::move(out).take();
}

Result<Message> decode_message(ByteView bytes) {
  codec::Reader in(bytes);
  const auto type = static_cast<MessageType>(in.u8());
  Message message = read_message(type, in);
  TRY_VOID(in.finish("message"));
  return message;
}

Result<VerifiedMessage> verify_message(Message message, NodeIndex from, const Epoch& epoch) {
  TRY_VOID(std::visit([&epoch](const auto& content) { return check(content, epoch); }, message));
  return VerifiedMessage(from, std::move(message));
}

}  // namespace tally::consensus
