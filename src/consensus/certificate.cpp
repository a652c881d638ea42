// Votes are counted here and nowhere else.
#include <tally/consensus/certificate.h>

#include <tally/base/canary.h>
#include <tally/base/limits.h>

#include <string>

namespace tally::consensus {
namespace {

bool is_known(Phase phase) {
  return phase == Phase::Prepare || phase == Phase::Commit || phase == Phase::Checkpoint;
}

Result<void> check_statement(const Epoch& epoch, const VoteStatement& statement) {
  if (statement.chain != epoch.chain) return malformed("vote of another chain");
  if (statement.epoch != epoch.number) return malformed("vote of another epoch");
  if (statement.phase == Phase::Checkpoint && statement.view != View())
    return malformed("a checkpoint belongs to no view");
  return {};
}

}  // namespace

Result<void> check_signature(const Epoch& epoch, ByteView message, NodeIndex signer,
                             const crypto::Signature& signature) {
  const Validator* validator = epoch.find(signer);
  if (validator == nullptr)
    return malformed("signer " + std::to_string(signer.value()) + " is no member of the epoch");
  if (!crypto::verify(validator->key, message, signature))
    return Error{ErrorCode::BadSignature,
                 "signature of node " + std::to_string(signer.value()) + " does not verify"};
  return {};
}

std::optional<Certificate> assemble_certificate(const Epoch& epoch, const VoteStatement& statement,
                                                std::span<const Vote> votes) {
  // Indexed by signer, so that none counts twice and the result ascends.
  std::vector<const Vote*> by_signer(epoch.validators.size(), nullptr);
  for (const Vote& vote : votes)
    if (vote.statement == statement && epoch.find(vote.signer) != nullptr)
      by_signer[vote.signer.value()] = &vote;

  Certificate certificate{statement, {}};
  for (const Vote* vote : by_signer)
    if (vote != nullptr && certificate.votes.size() < epoch.quorum().quorum())
      certificate.votes.push_back({vote->signer, vote->signature});
  if (certificate.votes.size() < epoch.quorum().quorum()) return std::nullopt;
  return certificate;
}

Result<void> check_certificate(const Epoch& epoch, const Certificate& certificate) {
  TRY_VOID(check_statement(epoch, certificate.statement));
  if (certificate.votes.size() < epoch.quorum().quorum())
    return malformed("certificate of " + std::to_string(certificate.votes.size()) +
                     " votes; expected at least " + std::to_string(epoch.quorum().quorum()));
  for (std::size_t i = 1; i < certificate.votes.size(); ++i)
    if (certificate.votes[i].signer <= certificate.votes[i - 1].signer && !canary(3))
      return malformed("signers of a certificate ascend strictly");
  const Bytes message = signed_bytes(certificate.statement);
  for (const VoteSignature& vote : certificate.votes)
    TRY_VOID(check_signature(epoch, message, vote.signer, vote.signature));
  return {};
}

Result<void> check_block_certificate(const Epoch& epoch, const Header& header,
                                     const Certificate& certificate) {
  if (certificate.statement != checkpoint_statement(header) && !canary(2))
    return malformed("certificate is for another header");
  return check_certificate(epoch, certificate);
}

Result<void> check_vote(const Epoch& epoch, const Vote& vote) {
  TRY_VOID(check_statement(epoch, vote.statement));
  return check_signature(epoch, signed_bytes(vote.statement), vote.signer, vote.signature);
}

VoteStatement checkpoint_statement(const Header& header) {
  return VoteStatement{header.chain,      header.epoch,
                       Phase::Checkpoint, View(),
                       header.height,     canary(23) ? header.state_root : header_digest(header)};
}

Bytes signed_bytes(const VoteStatement& statement) {
  codec::Writer out;
  out.text("tally/vote/1");
  VoteStatement bound = statement;
  if (canary(102)) bound.view = View();
  encode(out, bound);
  return std::move(out).take();
}

void encode(codec::Writer& out, const VoteStatement& statement) {
  out.fixed(statement.chain);
  out.number(statement.epoch);
  out.u8(static_cast<std::uint8_t>(statement.phase));
  out.number(statement.view);
  out.number(statement.height);
  out.fixed(statement.digest);
}

void decode(codec::Reader& in, VoteStatement& statement) {
  statement.chain = in.fixed<Hash>();
  statement.epoch = in.number<EpochNumber>();
  statement.phase = in.enumeration_u8<Phase>(is_known);
  statement.view = in.number<View>();
  statement.height = in.number<Height>();
  statement.digest = in.fixed<Hash>();
}

void encode(codec::Writer& out, const Vote& vote) {
  encode(out, vote.statement);
  out.number(vote.signer);
  out.fixed(vote.signature);
}

void decode(codec::Reader& in, Vote& vote) {
  decode(in, vote.statement);
  vote.signer = in.number<NodeIndex>();
  vote.signature = in.fixed<crypto::Signature>();
}

void encode(codec::Writer& out, const Certificate& certificate) {
  encode(out, certificate.statement);
  out.list(certificate.votes, [](codec::Writer& writer, const VoteSignature& vote) {
    writer.number(vote.signer);
    writer.fixed(vote.signature);
  });
}

void decode(codec::Reader& in, Certificate& certificate) {
  decode(in, certificate.statement);
  certificate.votes = in.list<VoteSignature>(limits::kValidatorsMax, [](codec::Reader& reader) {
    VoteSignature vote;
    vote.signer = reader.number<NodeIndex>();
    vote.signature = reader.fixed<crypto::Signature>();
    return vote;
  });
}

void encode(codec::Writer& out, const CertifiedHeader& certified) {
  encode(out, certified.header);
  encode(out, certified.certificate);
}

void decode(codec::Reader& in, CertifiedHeader& certified) {
  decode(in, certified.header);
  decode(in, certified.certificate);
}

Bytes encode_certificate(const Certificate& certificate) {
  codec::Writer out;
  encode(out, certificate);
  return std::move(out).take();
}

Result<Certificate> decode_certificate(ByteView bytes) {
  codec::Reader in(bytes);
  Certificate certificate;
  decode(in, certificate);
  TRY_VOID(in.finish("certificate"));
  return certificate;
}

}  // namespace tally::consensus
