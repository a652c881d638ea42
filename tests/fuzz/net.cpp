// What comes over a peer link before consensus sees it: frames out of pieces, and handshakes.
#include "fuzz/fuzz.h"
#include "net/framing.h"
#include "net/handshake.h"
#include "support/consensus_builders.h"

namespace tally::fuzz {
namespace {

using namespace tally::net;

constexpr std::uint8_t kFrames = 0;
constexpr std::uint8_t kHandshake = 1;
constexpr std::uint8_t kSealed = 2;
constexpr std::size_t kKinds = 3;

constexpr NodeIndex kPeer{1};
constexpr std::size_t kFrameBytesMax = 4'096;
constexpr std::size_t kSignatureAt = 1 + 2 + 2 + 4 + 32 + 2 + 2 + 8 + 16 + 32;

const consensus::Epoch& epoch() {
  static const consensus::Epoch four = test::an_epoch(4);
  return four;
}
const Exporter kExporter = test::fixed_of<Exporter>(5);

/// The frames in `stream` up to the first that is too large, each `piece` bytes at a time.
std::vector<Bytes> frames_of(ByteView stream, std::size_t piece) {
  std::vector<Bytes> frames;
  FrameAssembler assembler(kFrameBytesMax);
  while (!stream.empty()) {
    ByteView input = stream.first(std::min(piece, stream.size()));
    stream = stream.subspan(input.size());
    while (!input.empty()) {
      const auto frame = assembler.take(input);
      if (!frame.ok()) {
        CHECK(frame.error().code == ErrorCode::OutOfLimits);
        return frames;
      }
      if (!frame->has_value())
        CHECK(input.empty());
      else
        frames.push_back(to_bytes(**frame));
    }
  }
  return frames;
}

/// The same frames in whatever pieces they come, and written again they are the stream.
void run_frames(Choices choices) {
  const std::size_t piece = 1 + choices.below(64);
  const ByteView stream = choices.rest();
  const std::vector<Bytes> frames = frames_of(stream, piece);
  CHECK(frames == frames_of(stream, stream.size()));
  Bytes written;
  for (const Bytes& frame : frames) {
    const auto length = frame_length(frame.size());
    written.insert(written.end(), length.begin(), length.end());
    written.insert(written.end(), frame.begin(), frame.end());
  }
  CHECK(written.size() <= stream.size());
  expect_same(stream.first(written.size()), written);
}

void run_handshake(ByteView frame) {
  (void)open_handshake(frame, net::Role::Dialer, kExporter, epoch(), kPeer);
}

/// A handshake that its sender signed, whatever it says: seen as what it is, or refused.
void run_sealed(Choices choices) {
  const crypto::PrivateKey key = test::consensus_key(NodeIndex(choices.one_in(4) ? 2 : 1));
  const net::Role role = choices.one_in(4) ? net::Role::Acceptor : net::Role::Dialer;
  Handshake said;
  said.node = NodeIndex(choices.one_in(4) ? choices.u16() : kPeer.value());
  said.merchant = MerchantId(choices.one_in(4) ? choices.byte() : 2);
  said.chain = choices.one_in(4) ? test::fixed_of<Hash>(choices.byte()) : epoch().chain;
  said.protocol_min = choices.byte();
  said.protocol_max = choices.byte();
  said.features = choices.u16();
  Bytes frame = seal_handshake(said, role, kExporter, key);
  CHECK(frame.size() == kSignatureAt + crypto::Signature::kSize);

  const Result<Handshake> heard =
      open_handshake(frame, net::Role::Dialer, kExporter, epoch(), kPeer);
  const bool is_honest = key.public_key() == epoch().find(kPeer)->key &&
                         role == net::Role::Dialer && said.node == kPeer &&
                         said.merchant == MerchantId(2) && said.chain == epoch().chain &&
                         said.protocol_min <= kProtocolMax && said.protocol_max >= kProtocolMin;
  CHECK(heard.ok() == is_honest);
  if (heard.ok()) CHECK(heard->features == said.features);
  // One changed byte anywhere, and nobody said it.
  const std::size_t at = choices.below(256);
  if (at >= frame.size()) return;
  frame[at] ^= static_cast<std::uint8_t>(1U << choices.below(8));
  CHECK(!open_handshake(frame, net::Role::Dialer, kExporter, epoch(), kPeer).ok());
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  switch (choices.below(kKinds)) {
    case kFrames:
      return run_frames(choices);
    case kHandshake:
      return run_handshake(choices.rest());
    default:
      return run_sealed(choices);
  }
}

std::vector<Bytes> seeds() {
  Handshake said;
  said.node = kPeer;
  said.merchant = MerchantId(2);
  said.chain = epoch().chain;
  const Bytes frame =
      seal_handshake(said, net::Role::Dialer, kExporter, test::consensus_key(kPeer));
  Bytes stream;
  for (const std::size_t size : {std::size_t{0}, frame.size(), std::size_t{3}}) {
    const auto length = frame_length(size);
    stream.insert(stream.end(), length.begin(), length.end());
    stream.insert(stream.end(), frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return {
      after(kFrames, after(6, stream)),
      after(kHandshake, frame),
      after(kSealed, Bytes{0, 0, 0, 0, 0, 1, 1, 0, 0, 200}),
      after(kSealed, Bytes{3, 3, 3, 0, 1, 3, 9, 3, 7, 2, 1, 0, 0, 17, 3}),
  };
}

}  // namespace tally::fuzz
