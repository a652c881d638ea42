// The handshake frame, written and checked.
#include "net/handshake.h"

#include <string>
#include <utility>

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>

namespace tally::net {
namespace {

void encode(codec::Writer& out, const Handshake& handshake) {
  out.u8(kHandshakeType);
  out.u16(kHandshakeVersion);
  out.number(handshake.node);
  out.number(handshake.merchant);
  out.fixed(handshake.chain);
  out.u16(handshake.protocol_min);
  out.u16(handshake.protocol_max);
  out.u64(handshake.features);
  out.fixed(handshake.instance);
  out.fixed(handshake.nonce);
}

/// The exporter binds the signature to this connection, so nobody can lend it to another one; the
/// role keeps it from being sent back to its signer.
Bytes signed_bytes(const Handshake& handshake, Role role, const Exporter& exporter) {
  codec::Writer out;
  out.text("tally/handshake/1");
  encode(out, handshake);
  out.u8(static_cast<std::uint8_t>(role));
  out.fixed(exporter);
  return std::move(out).take();
}

std::string range(std::uint16_t first, std::uint16_t last) {
  return std::to_string(first) + "-" + std::to_string(last);
}

/// What each of the frame's claims must be. Cheap before dear: the signature comes after it.
Result<void> check_claims(const Handshake& handshake, const consensus::Epoch& epoch,
                          NodeIndex pinned) {
  if (handshake.chain != epoch.chain)
    return Error{ErrorCode::Conflict, "GENESIS_MISMATCH ours=" + to_hex(epoch.chain.view()) +
                                          " theirs=" + to_hex(handshake.chain.view())};
  if (handshake.protocol_max < kProtocolMin || handshake.protocol_min > kProtocolMax)
    return Error{ErrorCode::Conflict,
                 "VERSION ours=" + range(kProtocolMin, kProtocolMax) +
                     " theirs=" + range(handshake.protocol_min, handshake.protocol_max)};
  const consensus::Validator* validator = epoch.find(pinned);
  CHECK(validator != nullptr);
  if (handshake.node != pinned || handshake.merchant != validator->merchant)
    return Error{ErrorCode::Conflict,
                 "WRONG_NODE tls_key_of=" + std::to_string(pinned.value()) +
                     " claims=" + std::to_string(handshake.node.value()) +
                     " claims_merchant=" + std::to_string(handshake.merchant.value())};
  return {};
}

}  // namespace

Bytes seal_handshake(const Handshake& handshake, Role own, const Exporter& exporter,
                     const crypto::PrivateKey& consensus_key) {
  codec::Writer out;
  encode(out, handshake);
  out.fixed(consensus_key.sign(signed_bytes(handshake, own, exporter)));
  return std::move(out).take();
}

Result<Handshake> open_handshake(ByteView frame, Role peer, const Exporter& exporter,
                                 const consensus::Epoch& epoch, NodeIndex pinned) {
  codec::Reader in(frame);
  if (in.u8() != kHandshakeType) in.fail("not of the handshake's type");
  const std::uint16_t version = in.u16();
  if (!in.failed() && version != kHandshakeVersion)
    return Error{ErrorCode::Conflict, "VERSION ours=" + std::to_string(kHandshakeVersion) +
                                          " theirs=" + std::to_string(version) + " of=handshake"};
  Handshake handshake;
  handshake.node = in.number<NodeIndex>();
  handshake.merchant = in.number<MerchantId>();
  handshake.chain = in.fixed<consensus::Hash>();
  handshake.protocol_min = in.u16();
  handshake.protocol_max = in.u16();
  handshake.features = in.u64();
  handshake.instance = in.fixed<InstanceId>();
  handshake.nonce = in.fixed<Nonce>();
  const auto signature = in.fixed<crypto::Signature>();
  const Result<void> read = in.finish("handshake");
  if (!read.ok()) return with_context("MALFORMED_HANDSHAKE", read.error());

  TRY_VOID(check_claims(handshake, epoch, pinned));
  const consensus::Validator* validator = epoch.find(pinned);
  if (!crypto::verify(validator->key, signed_bytes(handshake, peer, exporter), signature))
    return Error{ErrorCode::BadSignature, "BAD_SIGNATURE"};
  return handshake;
}

}  // namespace tally::net
