// Votes and certificates. Only this file's functions count votes.
#pragma once

#include <tally/base/ids.h>
#include <tally/base/result.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/consensus/epoch.h>
#include <tally/consensus/proposal.h>

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace tally::consensus {

/// FORMAT: signed, stored.
enum class Phase : std::uint8_t { Prepare = 1, Commit = 2, Checkpoint = 3 };

/// What a vote says. Prepare and commit are about a proposal's digest; a checkpoint is about the
/// executed header's, and has view 0, since an executed block belongs to no view.
struct VoteStatement {
  Hash chain;
  EpochNumber epoch;
  Phase phase = Phase::Prepare;
  View view;
  Height height;
  Hash digest;
  friend auto operator<=>(const VoteStatement&, const VoteStatement&) = default;
};

/// Tag "tally/vote/1" and the statement: the bytes under a vote's signature.
[[nodiscard]] Bytes signed_bytes(const VoteStatement& statement);

struct Vote {
  VoteStatement statement;
  NodeIndex signer;
  crypto::Signature signature;
  friend bool operator==(const Vote&, const Vote&) = default;
};

struct VoteSignature {
  NodeIndex signer;
  crypto::Signature signature;
  friend bool operator==(const VoteSignature&, const VoteSignature&) = default;
};

/// A quorum's votes for one statement: prepared (phase 1), commit (2) or block certificate (3).
/// Signers ascend strictly. FORMAT: stored.
struct Certificate {
  VoteStatement statement;
  std::vector<VoteSignature> votes;
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// A header with its block certificate.
struct CertifiedHeader {
  Header header;
  Certificate certificate;
  friend bool operator==(const CertifiedHeader&, const CertifiedHeader&) = default;
};

/// A certificate of those among `votes` that say `statement`; none if they are fewer than a
/// quorum. Takes the lowest signers, exactly q. REQUIRES: the votes' signatures were checked.
[[nodiscard]] std::optional<Certificate> assemble_certificate(const Epoch& epoch,
                                                              const VoteStatement& statement,
                                                              std::span<const Vote> votes);

/// That `certificate` proves its statement in `epoch`: its chain and epoch, at least q members,
/// strictly ascending, every signature good. Malformed or BadSignature.
[[nodiscard]] Result<void> check_certificate(const Epoch& epoch, const Certificate& certificate);
/// The same, and that it certifies `header` as a block.
[[nodiscard]] Result<void> check_block_certificate(const Epoch& epoch, const Header& header,
                                                   const Certificate& certificate);
/// That `signer` is a member and `signature` its own over `message`.
[[nodiscard]] Result<void> check_signature(const Epoch& epoch, ByteView message, NodeIndex signer,
                                           const crypto::Signature& signature);
/// Signer is a member, chain and epoch are the epoch's, the signature is good.
[[nodiscard]] Result<void> check_vote(const Epoch& epoch, const Vote& vote);

[[nodiscard]] VoteStatement checkpoint_statement(const Header& header);

void encode(codec::Writer& out, const VoteStatement& statement);
void decode(codec::Reader& in, VoteStatement& statement);
void encode(codec::Writer& out, const Vote& vote);
void decode(codec::Reader& in, Vote& vote);
void encode(codec::Writer& out, const Certificate& certificate);
void decode(codec::Reader& in, Certificate& certificate);
void encode(codec::Writer& out, const CertifiedHeader& certified);
void decode(codec::Reader& in, CertifiedHeader& certified);
[[nodiscard]] Bytes encode_certificate(const Certificate& certificate);
[[nodiscard]] Result<Certificate> decode_certificate(ByteView bytes);

}  // namespace tally::consensus
