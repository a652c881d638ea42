// Builds view-changes, new-views, complaints and answers under a liar's key.
#include "scenarios/view_change_lies.h"

namespace tally::scenario {
namespace {

using namespace consensus;  // NOLINT: the messages' names, in this file alone

constexpr std::uint64_t kNumberMax = 1'000'000;

/// `stable HEIGHT`: a block that is certified.
Result<std::optional<CertifiedHeader>> certified_at(const World& world, Height height) {
  if (height == Height()) return std::optional<CertifiedHeader>();
  const auto found = world.certified().find(height);
  if (found == world.certified().end())
    return Error{ErrorCode::NotFound,
                 "no block " + std::to_string(height.value()) + " is certified"};
  return std::optional(found->second);
}

/// The newest view-change of `signer` for `view` that was sent; a faulty node's key makes one.
Result<ViewChange> change_of(const World& world, std::size_t signer, View view) {
  for (auto sent = world.captured().rbegin(); sent != world.captured().rend(); ++sent) {
    const Message message = decode_message(sent->second).value();
    const auto* change = std::get_if<ViewChange>(&message);
    if (change != nullptr && change->signer == test::node(signer) && change->view == view)
      return *change;
  }
  if (world.machine(signer).is_faulty())
    return test::a_view_change(world.epoch(), view, test::node(signer));
  return Error{ErrorCode::NotFound, "node " + std::to_string(signer) +
                                        " sent no view-change for view " +
                                        std::to_string(view.value())};
}

}  // namespace

Recipe read_view_change(Words& words) {
  const View view(words.number("a view", kNumberMax));
  const Height stable(words.take("stable") ? words.number("a height", kNumberMax) : 0);
  std::vector<CertificatePlan> plans;
  while (words.take("proving"))
    plans.push_back(read_certificate_plan(words));
  return [view, stable, plans](const World& world, std::size_t self) -> Result<Bytes> {
    TRY(const std::optional<CertifiedHeader> base, certified_at(world, stable));
    std::vector<Certificate> prepared;
    for (const CertificatePlan& plan : plans) {
      TRY(Certificate certificate, make_certificate(world, plan));
      prepared.push_back(std::move(certificate));
    }
    return encode_message(
        test::a_view_change(world.epoch(), view, test::node(self), base, prepared));
  };
}

Recipe read_new_view(Words& words) {
  const View view(words.number("a view", kNumberMax));
  words.expect("from");
  const Who signers = words.who("the signers of its view-changes");
  return [view, signers](const World& world, std::size_t self) -> Result<Bytes> {
    NewView new_view{world.epoch().chain, world.epoch().number, view, test::node(self), {}, {}};
    for (const std::size_t signer : world.nodes_of(signers)) {
      TRY(ViewChange change, change_of(world, signer, view));
      new_view.changes.push_back(std::move(change));
    }
    new_view.signature = test::consensus_key(test::node(self)).sign(signed_bytes(new_view));
    return encode_message(new_view);
  };
}

Recipe read_complaint(Words& words) {
  const View view(words.number("the view complained of", kNumberMax));
  Reason reason = Reason::NoProgress;
  if (words.take("passed-over")) reason = Reason::PassedOver;
  if (words.take("rotation")) reason = Reason::Rotation;
  const Height stable(words.take("stable") ? words.number("a height", kNumberMax) : 0);
  return [view, reason, stable](const World& world, std::size_t self) -> Result<Bytes> {
    return encode_message(test::a_complaint(world.epoch(), view, test::node(self), stable, reason));
  };
}

Recipe read_answer(Words& words) {
  words.expect("stable");
  const Height stable(words.number("a height", kNumberMax));
  words.expect("for");
  const std::size_t asker = words.node("who asked");
  return [stable, asker](const World& world, std::size_t /*self*/) -> Result<Bytes> {
    Answer answer;
    for (const auto& [from, bytes] : world.captured()) {
      const Message message = decode_message(bytes).value();
      const auto* status = std::get_if<Status>(&message);
      if (from == asker && status != nullptr && status->nonce != 0) answer.nonce = status->nonce;
    }
    if (answer.nonce == 0)
      return Error{ErrorCode::NotFound, "node " + std::to_string(asker) + " asked for no answer"};
    TRY(std::optional<CertifiedHeader> certified, certified_at(world, stable));
    answer.stable = std::move(certified);
    return encode_message(answer);
  };
}

}  // namespace tally::scenario
