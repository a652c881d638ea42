// Field by field, as the page lists them.
#include "simulation/page_encoding.h"

#include <tally/codec/writer.h>
#include <tally/crypto/hash.h>

namespace tally::sim::page {
namespace {

using codec::Writer;

void write(Writer& out, const consensus::VoteStatement& statement) {
  out.fixed(statement.chain);
  out.number(statement.epoch);
  out.u8(static_cast<std::uint8_t>(statement.phase));
  out.number(statement.view);
  out.number(statement.height);
  out.fixed(statement.digest);
}

void write(Writer& out, const consensus::Certificate& certificate) {
  write(out, certificate.statement);
  out.u32(static_cast<std::uint32_t>(certificate.votes.size()));
  for (const consensus::VoteSignature& vote : certificate.votes) {
    out.number(vote.signer);
    out.fixed(vote.signature);
  }
}

void write(Writer& out, const consensus::Header& header) {
  out.u16(header.protocol);
  out.fixed(header.chain);
  out.number(header.epoch);
  out.number(header.height);
  out.fixed(header.parent);
  out.u64(header.time.milliseconds());
  out.u64(header.ledger_time.milliseconds());
  out.fixed(header.proposal);
  out.fixed(header.transactions_root);
  out.fixed(header.receipts_root);
  out.fixed(header.state_root);
  out.fixed(header.validators);
}

/// chain, epoch, view, signer: all three kinds begin so.
template <typename T>
void write_opening(Writer& out, std::string_view tag, const T& message) {
  out.text(tag);
  out.fixed(message.chain);
  out.number(message.epoch);
  out.number(message.view);
  out.number(message.signer);
}

void write_proofs(Writer& out, const consensus::ViewChange& change) {
  out.u8(change.stable.has_value() ? 1 : 0);
  if (change.stable.has_value()) {
    write(out, change.stable->header);
    write(out, change.stable->certificate);
  }
  out.u32(static_cast<std::uint32_t>(change.prepared.size()));
  for (const consensus::Certificate& prepared : change.prepared)
    write(out, prepared);
}

}  // namespace

std::size_t quorum(std::size_t nodes) {
  const std::size_t faulty = (nodes - 1) / 3;
  return (nodes + faulty + 2) / 2;
}

std::size_t weak_quorum(std::size_t nodes) {
  return (nodes - 1) / 3 + 1;
}

Bytes signed_bytes(const consensus::VoteStatement& statement) {
  Writer out;
  out.text("tally/vote/1");
  write(out, statement);
  return std::move(out).take();
}

Bytes signed_bytes(const consensus::ViewChange& change) {
  Writer out;
  write_opening(out, "tally/view-change/1", change);
  write_proofs(out, change);
  return std::move(out).take();
}

Bytes signed_bytes(const consensus::NewView& new_view) {
  Writer out;
  write_opening(out, "tally/new-view/1", new_view);
  out.u32(static_cast<std::uint32_t>(new_view.changes.size()));
  for (const consensus::ViewChange& change : new_view.changes) {
    out.fixed(change.chain);
    out.number(change.epoch);
    out.number(change.view);
    out.number(change.signer);
    write_proofs(out, change);
    out.fixed(change.signature);
  }
  return std::move(out).take();
}

Bytes signed_bytes(const consensus::Complaint& complaint) {
  Writer out;
  write_opening(out, "tally/complaint/1", complaint);
  out.number(complaint.stable);
  out.u8(static_cast<std::uint8_t>(complaint.reason));
  out.u8(static_cast<std::uint8_t>(complaint.rule));
  out.fixed(complaint.digest);
  return std::move(out).take();
}

Bytes encoding(const consensus::Certificate& certificate) {
  Writer out;
  write(out, certificate);
  return std::move(out).take();
}

consensus::Hash digest(const consensus::Header& header) {
  Writer out;
  write(out, header);
  return crypto::tagged_hash("header", out.view());
}

consensus::Hash digest(const consensus::Proposal& proposal) {
  Writer out;
  out.u8(1);  // version
  out.u8(static_cast<std::uint8_t>(proposal.kind));
  out.fixed(proposal.chain);
  out.number(proposal.epoch);
  out.number(proposal.height);
  out.u64(proposal.time.milliseconds());
  out.bytes(proposal.payload);
  return crypto::tagged_hash("proposal", out.view());
}

consensus::Hash null_digest(const consensus::Epoch& epoch, Height height) {
  consensus::Proposal proposal;
  proposal.kind = consensus::ProposalKind::Null;
  proposal.chain = epoch.chain;
  proposal.epoch = epoch.number;
  proposal.height = height;
  return digest(proposal);
}

consensus::VoteStatement block_statement(const consensus::Header& header) {
  return {header.chain, header.epoch,  consensus::Phase::Checkpoint,
          View(),       header.height, digest(header)};
}

}  // namespace tally::sim::page
