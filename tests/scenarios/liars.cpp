// Builds what liars send, from their keys and from what went over the network.
#include "scenarios/liars.h"

#include "scenarios/view_change_lies.h"

#include <algorithm>

namespace tally::scenario {
namespace {

using namespace consensus;  // NOLINT: the messages' names, in this file alone

constexpr std::uint64_t kNumberMax = 1'000'000;

Result<Bytes> said(const Message& message) {
  return encode_message(message);
}

View read_view_option(Words& words) {
  return View(words.take("view") ? words.number("a view", kNumberMax) : 0);
}

Recipe read_pre_prepare(Words& words) {
  const std::string name = words.word("a proposal");
  const View view = read_view_option(words);
  return [name, view](const World& world, std::size_t self) -> Result<Bytes> {
    TRY(const Proposal proposal, proposal_called(world, name));
    const VoteStatement statement = test::a_statement(
        world.epoch(), Phase::Prepare, proposal.height, proposal_digest(proposal), view);
    return said(PrePrepare{test::a_vote(statement, test::node(self)), proposal});
  };
}

Recipe read_vote(Words& words, Phase phase) {
  const std::string name = words.word("a proposal");
  const View view = read_view_option(words);
  return [name, view, phase](const World& world, std::size_t self) -> Result<Bytes> {
    TRY(const Proposal proposal, proposal_called(world, name));
    const VoteStatement statement =
        test::a_statement(world.epoch(), phase, proposal.height, proposal_digest(proposal), view);
    return said(test::a_vote(statement, test::node(self)));
  };
}

Recipe read_checkpoint(Words& words) {
  const std::string name = words.word("a header");
  return [name](const World& world, std::size_t self) -> Result<Bytes> {
    TRY(const Header header, header_called(world, name));
    return said(test::a_checkpoint(header, test::node(self)));
  };
}

Recipe read_body(Words& words) {
  const std::string name = words.word("a proposal");
  return [name](const World& world, std::size_t /*self*/) -> Result<Bytes> {
    TRY(const Proposal proposal, proposal_called(world, name));
    return said(ProposalBody{proposal});
  };
}

Recipe read_certificate_message(Words& words) {
  const CertificatePlan plan = read_certificate_plan(words);
  return [plan](const World& world, std::size_t /*self*/) -> Result<Bytes> {
    TRY(const Certificate certificate, make_certificate(world, plan));
    return said(certificate);
  };
}

Recipe read_block_certificate(Words& words) {
  const std::string name = words.word("a header");
  const Flaw flaw = read_flaw(words);
  return [name, flaw](const World& world, std::size_t /*self*/) -> Result<Bytes> {
    TRY(const Header header, header_called(world, name));
    TRY(const Certificate certificate, make_certificate(world, checkpoint_statement(header), flaw));
    return said(CertifiedHeader{header, certificate});
  };
}

Recipe read_status(Words& words) {
  Status status;
  status.view = read_view_option(words);
  if (words.take("stable")) status.stable = Height(words.number("a height", kNumberMax));
  status.executed = status.stable;
  status.changing = words.take("changing");
  return [status](const World& /*world*/, std::size_t /*self*/) { return said(status); };
}

Recipe read_garbage(Words& /*words*/) {
  return [](const World& /*world*/, std::size_t /*self*/) -> Result<Bytes> {
    return Bytes{0xff, 0x00, 0x01};
  };
}

Recipe read_recipe(Words& words) {
  if (words.take("pre-prepare")) return read_pre_prepare(words);
  if (words.take("prepare")) return read_vote(words, Phase::Prepare);
  if (words.take("commit")) return read_vote(words, Phase::Commit);
  if (words.take("checkpoint")) return read_checkpoint(words);
  if (words.take("body")) return read_body(words);
  if (words.take("certificate")) return read_certificate_message(words);
  if (words.take("block-certificate")) return read_block_certificate(words);
  if (words.take("status")) return read_status(words);
  if (words.take("view-change")) return read_view_change(words);
  if (words.take("new-view")) return read_new_view(words);
  if (words.take("complaint")) return read_complaint(words);
  if (words.take("answer")) return read_answer(words);
  if (words.take("garbage")) return read_garbage(words);
  words.fail(
      "what a liar sends: pre-prepare, prepare, commit, checkpoint, body, certificate, "
      "block-certificate, status, view-change, new-view, complaint, answer or garbage");
  return nullptr;
}

Outcome send_to(World& world, std::size_t self, const Who& to, const Bytes& bytes) {
  if (to.all) {
    world.lie(self, std::nullopt, bytes);
    return std::nullopt;
  }
  for (const std::size_t node : to.nodes)
    world.lie(self, node, bytes);
  return std::nullopt;
}

/// What others said before, once more, and now by this liar.
Action read_replay(Words& words, std::size_t self) {
  Selector selector = read_selector(words);
  // `to` belongs to this sentence: where the copies go, not where the first ones went.
  const Who to = std::exchange(selector.to, Who{true, {}});
  return [self, selector, to](World& world) -> Outcome {
    if (!world.machine(self).is_faulty()) return "node " + std::to_string(self) + " is no liar";
    std::vector<Bytes> copies;
    for (const auto& [from, bytes] : world.captured())
      if (selector.matches(traits_of(decode_message(bytes).value()), from, self))
        copies.push_back(bytes);
    if (copies.empty()) return "no such message was sent yet";
    for (const Bytes& bytes : copies)
      (void)send_to(world, self, to, bytes);
    return std::nullopt;
  };
}

Result<Header> false_header(Header header) {
  header.state_root = crypto::sha256({header.state_root.view(), as_bytes("a lie")});
  return header;
}

Action let_header(Words& words, std::string name, bool is_false) {
  words.expect("height");
  const std::uint64_t height = words.number("a height", kNumberMax);
  return [name, is_false, height](World& world) -> Outcome {
    for (std::size_t i = 0; i < world.size(); ++i) {
      const Machine& m = world.machine(i);
      if (m.is_faulty() || m.ledger.size() <= height) continue;
      Header header = m.ledger[height];
      if (is_false) header = false_header(header).value();
      world.names[header_digest(header)] = name;
      world.headers[name] = header;
      return std::nullopt;
    }
    return "no correct node has executed height " + std::to_string(height);
  };
}

/// What a node proposed, so that the story can speak of it.
Action let_proposed(Words& words, std::string name) {
  Selector selector;
  selector.kinds = {"pre-prepare"};
  words.expect("height");
  selector.height = Height(words.number("a height", kNumberMax));
  if (words.take("view")) selector.view = View(words.number("a view", kNumberMax));
  return [name, selector](World& world) -> Outcome {
    for (const auto& [from, bytes] : world.captured()) {
      const Message message = decode_message(bytes).value();
      if (!selector.matches(traits_of(message), from, from)) continue;
      world.proposals[name] = std::get<PrePrepare>(message).proposal;
      return std::nullopt;
    }
    return "nothing was proposed there";
  };
}

Action let_proposal(Words& words, std::string name, ProposalKind kind) {
  std::vector<std::string> held;
  while (kind == ProposalKind::Ordinary && !words.done() && !words.sees("height"))
    held.push_back(words.word("a submission"));
  words.expect("height");
  const Height height(words.number("a height", kNumberMax));
  const std::int64_t shift = words.take("time") ? words.shift("a time from now") : 0;
  return [name, held, kind, height, shift](World& world) -> Outcome {
    const std::int64_t now =
        static_cast<std::int64_t>(test::kStart.milliseconds() + 60'000 + world.now());
    Proposal proposal =
        test::a_proposal(world.epoch(), height, Timestamp(static_cast<std::uint64_t>(now + shift)),
                         payload_of(held));
    proposal.kind = kind;
    if (kind == ProposalKind::Null) proposal.time = Timestamp();
    world.names[proposal_digest(proposal)] = name;
    world.proposals[name] = std::move(proposal);
    return std::nullopt;
  };
}

}  // namespace

Action read_let(Words& words) {
  const std::string name = words.word("a name");
  words.expect("be");
  const std::string kind =
      words.one_of({"proposal", "null", "malformed", "proposed", "header", "false-header"});
  if (kind == "proposed") return let_proposed(words, name);
  if (kind == "header" || kind == "false-header")
    return let_header(words, name, kind == "false-header");
  return let_proposal(words, name, kind == "null" ? ProposalKind::Null : ProposalKind::Ordinary);
}

Action read_lie(Words& words) {
  const std::size_t self = words.node("a liar");
  if (words.take("replays")) return read_replay(words, self);
  words.expect("sends");
  const Recipe recipe = words.done() ? nullptr : read_recipe(words);
  words.expect("to");
  const Who to = words.who("the receivers");
  return [self, recipe, to](World& world) -> Outcome {
    if (!world.machine(self).is_faulty()) return "node " + std::to_string(self) + " is no liar";
    const Result<Bytes> bytes = recipe(world, self);
    if (!bytes.ok()) return bytes.error().message;
    return send_to(world, self, to, *bytes);
  };
}

}  // namespace tally::scenario
