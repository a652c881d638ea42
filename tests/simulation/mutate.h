// The liars' tools: sign again what was changed, and change what was signed.
#pragma once

#include <tally/consensus/message.h>

#include "simulation/strategy.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace tally::sim {

/// What a strategy does with one message: `group` is its parcels, side by side. An emptied frame
/// is not sent. What is added to `more` is sent too, and not looked at again.
using Edit = std::function<void(const consensus::Message& message, std::span<Parcel> group,
                                std::vector<Parcel>& more)>;
/// Decodes each run of equal frames once. Frames that do not decode pass.
void edit_each(std::vector<Parcel>& parcels, const Edit& edit);

[[nodiscard]] consensus::Vote sign_vote(const consensus::VoteStatement& statement, NodeIndex signer,
                                        const crypto::PrivateKey& key);
[[nodiscard]] consensus::Checkpoint sign_header(const consensus::Header& header, NodeIndex signer,
                                                const crypto::PrivateKey& key);
[[nodiscard]] consensus::ViewChange sign_change(consensus::ViewChange change, NodeIndex signer,
                                                const crypto::PrivateKey& key);
[[nodiscard]] consensus::NewView sign_new_view(consensus::NewView new_view, NodeIndex signer,
                                               const crypto::PrivateKey& key);
[[nodiscard]] consensus::Complaint sign_complaint(consensus::Complaint complaint, NodeIndex signer,
                                                  const crypto::PrivateKey& key);
/// `change` with less proof than there is, older proof, or proof that is none; not signed again.
[[nodiscard]] consensus::ViewChange false_change(consensus::ViewChange change, Random& random,
                                                 const StrategyContext& context);
/// The vote that `message` is or carries, a checkpoint's too; nullopt: none.
[[nodiscard]] std::optional<consensus::Vote> vote_in(const consensus::Message& message);
/// The height that a message is about; nullopt: none.
[[nodiscard]] std::optional<Height> height_of(const consensus::Message& message);

/// All nodes of the epoch but `context.self`, ascending.
[[nodiscard]] std::vector<NodeIndex> peers_of(const StrategyContext& context);
/// `message` for each of `peers`.
void send(const consensus::Message& message, const std::vector<NodeIndex>& peers,
          std::vector<Parcel>& more);

/// The same proposal with the lowest bit of its time flipped, so that a twin's twin is the first.
[[nodiscard]] consensus::Proposal twin_of(const consensus::Proposal& proposal);
/// `hash` with one bit flipped.
template <typename Fixed>
[[nodiscard]] Fixed flipped(Fixed hash, Random& random) {
  hash.array()[random.below(Fixed::kSize)] ^= static_cast<std::uint8_t>(1U << random.below(8));
  return hash;
}
/// One more or one less; never below 0.
template <typename Strong>
[[nodiscard]] Strong nudged(Strong number, Random& random) {
  if (number.value() > 0 && random.chance(50))
    return Strong(static_cast<typename Strong::Underlying>(number.value() - 1));
  return number.next();
}
/// A step off on view, height or epoch, or the digest of something earlier (ByzzFuzz).
[[nodiscard]] consensus::VoteStatement nudged_statement(consensus::VoteStatement statement,
                                                        Random& random, const Heard& heard);

/// Ways to forge a certificate, each of which check_certificate refuses.
enum class Forgery : std::uint8_t {
  TooFew,       ///< q−1 signers
  SignerTwice,  ///< q votes, two of one signer
  Unordered,    ///< q good votes that do not ascend
  Stranger,     ///< a signer that is no member
  OtherDigest,
  OtherView,
  OtherHeight,
  OtherEpoch,
  OtherChain,
  OtherPhase,
  BadSignature,
  Empty,
};
inline constexpr std::size_t kForgeries = 12;
/// `certificate` forged that way.
[[nodiscard]] consensus::Certificate forged(consensus::Certificate certificate, Forgery way,
                                            const consensus::Epoch& epoch, Random& random);

}  // namespace tally::sim
