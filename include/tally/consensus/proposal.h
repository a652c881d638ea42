// Proposal and Header: what is ordered, and what is certified once it was executed.
#pragma once

#include <tally/base/ids.h>
#include <tally/base/time.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/crypto/hash.h>

#include <cstdint>

namespace tally::consensus {

using crypto::Hash;

enum class ProposalKind : std::uint8_t { Ordinary = 1, Null = 2 };

/// Bytes that a primary orders, opaque here. No view stands in it, so a re-proposal keeps its
/// digest. FORMAT: hashed, stored; docs/formats.md.
struct Proposal {
  ProposalKind kind = ProposalKind::Ordinary;
  Hash chain;
  EpochNumber epoch;
  Height height;
  Timestamp time;  ///< by the primary's clock; 0 in a null proposal
  Bytes payload;   ///< empty in a null proposal
  friend bool operator==(const Proposal&, const Proposal&) = default;
};

[[nodiscard]] Bytes encode_proposal(const Proposal& proposal);
[[nodiscard]] Result<Proposal> decode_proposal(ByteView bytes);
[[nodiscard]] Hash proposal_digest(const Proposal& proposal);  ///< H("proposal": encoding)

/// A block after execution: order, results and state at once. FORMAT: hashed, stored.
struct Header {
  std::uint16_t protocol = 1;
  Hash chain;
  EpochNumber epoch;
  Height height;
  Hash parent;            ///< digest of the header before; zero in genesis
  Timestamp time;         ///< header time: what consensus agreed on, strictly rising
  Timestamp ledger_time;  ///< what points count by
  Hash proposal;          ///< digest of the proposal
  Hash transactions_root;
  Hash receipts_root;
  Hash state_root;
  Hash validators;  ///< of the set for the next height
  friend bool operator==(const Header&, const Header&) = default;
};

[[nodiscard]] Bytes encode_header(const Header& header);
[[nodiscard]] Result<Header> decode_header(ByteView bytes);
[[nodiscard]] Hash header_digest(const Header& header);  ///< H("header": encoding)

void encode(codec::Writer& out, const Header& header);
void decode(codec::Reader& in, Header& header);
void encode(codec::Writer& out, const Proposal& proposal);
void decode(codec::Reader& in, Proposal& proposal);

}  // namespace tally::consensus
