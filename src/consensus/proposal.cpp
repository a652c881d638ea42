// The bytes of proposals and headers. FORMAT: hashed, stored; docs/formats.md.
#include <tally/consensus/proposal.h>

#include <tally/base/limits.h>

namespace tally::consensus {
namespace {

constexpr std::uint8_t kProposalVersion = 1;

bool is_known(ProposalKind kind) {
  return kind == ProposalKind::Ordinary || kind == ProposalKind::Null;
}

}  // namespace

void encode(codec::Writer& out, const Proposal& proposal) {
  out.u8(kProposalVersion);
  out.u8(static_cast<std::uint8_t>(proposal.kind));
  out.fixed(proposal.chain);
  out.number(proposal.epoch);
  out.number(proposal.height);
  out.timestamp(proposal.time);
  out.bytes(proposal.payload);
}

void decode(codec::Reader& in, Proposal& proposal) {
  if (in.u8() != kProposalVersion) in.fail("unknown version of a proposal");
  proposal.kind = in.enumeration_u8<ProposalKind>(is_known);
  proposal.chain = in.fixed<Hash>();
  proposal.epoch = in.number<EpochNumber>();
  proposal.height = in.number<Height>();
  proposal.time = in.timestamp();
  proposal.payload = to_bytes(in.bytes(limits::kProposalBytesMax));
  // A null proposal is what every node can build from (chain, epoch, height) alone.
  if (proposal.kind == ProposalKind::Null &&
      (proposal.time != Timestamp() || !proposal.payload.empty()))
    in.fail("a null proposal has no time and no payload");
}

Bytes encode_proposal(const Proposal& proposal) {
  codec::Writer out;
  encode(out, proposal);
  return std::move(out).take();
}

Result<Proposal> decode_proposal(ByteView bytes) {
  codec::Reader in(bytes);
  Proposal proposal;
  decode(in, proposal);
  TRY_VOID(in.finish("proposal"));
  return proposal;
}

Hash proposal_digest(const Proposal& proposal) {
  return crypto::tagged_hash("proposal", encode_proposal(proposal));
}

void encode(codec::Writer& out, const Header& header) {
  out.u16(header.protocol);
  out.fixed(header.chain);
  out.number(header.epoch);
  out.number(header.height);
  out.fixed(header.parent);
  out.timestamp(header.time);
  out.timestamp(header.ledger_time);
  out.fixed(header.proposal);
  out.fixed(header.transactions_root);
  out.fixed(header.receipts_root);
  out.fixed(header.state_root);
  out.fixed(header.validators);
}

void decode(codec::Reader& in, Header& header) {
  header.protocol = in.u16();
  header.chain = in.fixed<Hash>();
  header.epoch = in.number<EpochNumber>();
  header.height = in.number<Height>();
  header.parent = in.fixed<Hash>();
  header.time = in.timestamp();
  header.ledger_time = in.timestamp();
  header.proposal = in.fixed<Hash>();
  header.transactions_root = in.fixed<Hash>();
  header.receipts_root = in.fixed<Hash>();
  header.state_root = in.fixed<Hash>();
  header.validators = in.fixed<Hash>();
}

Bytes encode_header(const Header& header) {
  codec::Writer out;
  encode(out, header);
  return std::move(out).take();
}

Result<Header> decode_header(ByteView bytes) {
  codec::Reader in(bytes);
  Header header;
  decode(in, header);
  TRY_VOID(in.finish("header"));
  return header;
}

Hash header_digest(const Header& header) {
  return crypto::tagged_hash("header", encode_header(header));
}

}  // namespace tally::consensus
