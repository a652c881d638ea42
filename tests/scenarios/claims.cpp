// Reads each kind of claim, and looks at the nodes that it is about.
#include "scenarios/claims.h"

#include <algorithm>

namespace tally::scenario {
namespace {

/// What one node is found to be, and whether that is what was claimed.
struct Found {
  bool holds = false;
  std::string what;
};
using Look = std::function<Found(const World&, std::size_t)>;

constexpr std::uint64_t kNumberMax = 1'000'000;

std::string text(std::uint64_t number) {
  return std::to_string(number);
}

/// All of `who` must bear `look` out; in a negated claim, none may.
Claim each(Who who, Look look, bool negated = false) {
  return [who = std::move(who), look = std::move(look),
          negated](const World& world) -> std::optional<std::string> {
    const std::vector<std::size_t> nodes = world.nodes_of(who);
    if (nodes.empty()) return "no correct node is up";
    for (const std::size_t i : nodes) {
      const Found found = look(world, i);
      if (found.holds == negated) return "node " + text(i) + ": " + found.what;
    }
    return std::nullopt;
  };
}

/// A look at a node's replica, which a node that is down does not bear out.
Look at_replica(std::function<Found(const consensus::Replica&)> look) {
  return [look = std::move(look)](const World& world, std::size_t i) -> Found {
    const Machine& m = world.machine(i);
    if (m.replica == nullptr) return {false, m.liar ? "a liar" : "down"};
    return look(*m.replica);
  };
}

Who read_at(Words& words) {
  words.expect("at");
  return words.who("nodes");
}

Claim read_view_state(Words& words, bool changing) {
  const View view(words.number("a view", kNumberMax));
  return each(read_at(words), at_replica([view, changing](const consensus::Replica& replica) {
                const std::string now = replica.is_changing() ? "changing to " : "in ";
                return Found{replica.view() == view && replica.is_changing() == changing,
                             now + "view " + text(replica.view().value())};
              }));
}

std::string name_of(const std::optional<consensus::Learner>& learner) {
  if (!learner.has_value()) return "no learner";
  switch (learner->stage) {
    case consensus::LearnerStage::Asking:
      return "asking";
    case consensus::LearnerStage::Following:
      return "following";
    case consensus::LearnerStage::Returning:
      return "returning";
    case consensus::LearnerStage::Back:
      break;
  }
  return "back";
}

Claim read_learner(Words& words, bool negated) {
  std::string stage;
  if (!negated && !words.sees("at")) stage = words.one_of({"asking", "following", "returning"});
  return each(
      read_at(words), at_replica([stage](const consensus::Replica& replica) {
        const std::string found = name_of(replica.learner());
        return Found{replica.learner().has_value() && (stage.empty() || stage == found), found};
      }),
      negated);
}

Claim read_voting(Words& words, bool negated) {
  return each(read_at(words), at_replica([](const consensus::Replica& replica) {
                return Found{replica.is_voting(), replica.is_voting() ? "votes" : "does not vote"};
              }),
              negated);
}

/// Whether it signed a view-change, or one for this view.
Claim read_left(Words& words, bool negated) {
  std::optional<View> view;
  if (!words.sees("by")) view = View(words.number("a view", kNumberMax));
  words.expect("by");
  const auto look = [view](const World& world, std::size_t i) -> Found {
    const std::map<View, Bytes>& changes = world.machine(i).changes;
    if (changes.empty()) return {false, "signed no view-change"};
    return {!view.has_value() || changes.contains(*view),
            "last signed one for view " + text(changes.rbegin()->first.value())};
  };
  return each(words.who("nodes"), look, negated);
}

Claim read_height(Words& words, bool stable) {
  const bool at_least = words.take("at-least");
  const Height height(words.number("a height", kNumberMax));
  return each(
      read_at(words), at_replica([height, at_least, stable](const consensus::Replica& replica) {
        const Height found = stable ? replica.stable() : replica.executed();
        const std::string what = stable ? "stable " : "executed ";
        return Found{at_least ? found >= height : found == height, what + text(found.value())};
      }));
}

/// Executed and certified, it or a later one.
Claim read_settled(Words& words) {
  const Height height(words.number("a height", kNumberMax));
  return each(read_at(words), at_replica([height](const consensus::Replica& replica) {
                return Found{replica.stable() >= height && replica.executed() >= height,
                             "executed " + text(replica.executed().value()) + ", stable " +
                                 text(replica.stable().value())};
              }));
}

Claim read_primary(Words& words) {
  const NodeIndex primary = test::node(words.node("a primary"));
  return each(read_at(words), [primary](const World& world, std::size_t i) -> Found {
    const Machine& m = world.machine(i);
    if (m.replica == nullptr) return {false, "down"};
    const NodeIndex found = world.epoch().primary(m.replica->view());
    return {found == primary, "primary " + text(found.value())};
  });
}

Claim read_same_header(Words& words) {
  words.expect("header");
  const std::uint64_t height = words.number("a height", kNumberMax);
  const Who who = read_at(words);
  return [height, who](const World& world) -> std::optional<std::string> {
    std::set<Hash> digests;
    for (const std::size_t i : world.nodes_of(who)) {
      const std::vector<Header>& ledger = world.machine(i).ledger;
      if (ledger.size() <= height) return "node " + text(i) + " has not executed it";
      digests.insert(header_digest(ledger[height]));
    }
    if (digests.size() == 1) return std::nullopt;
    return text(digests.size()) + " different headers";
  };
}

std::string describe(const Proposal& block) {
  if (block.kind == consensus::ProposalKind::Null) return "a null block";
  const std::set<std::string> names = names_in(block.payload);
  if (names.empty()) return "an empty block";
  std::string what = "holds";
  for (const std::string& name : names)
    what += " " + name;
  return what;
}

Claim read_block(Words& words) {
  const std::uint64_t height = words.number("a height", kNumberMax);
  std::string expected =
      words.take("is")
          ? (words.one_of({"null", "empty"}) == "null" ? "a null block" : "an empty block")
          : "";
  if (expected.empty()) {
    words.expect("holds");
    std::set<std::string> names;
    do {
      names.insert(words.word("a submission"));
    } while (!words.done() && !words.sees("at"));
    expected = "holds";
    for (const std::string& name : names)
      expected += " " + name;
  }
  return each(read_at(words), [height, expected](const World& world, std::size_t i) -> Found {
    const std::vector<Proposal>& blocks = world.machine(i).blocks;
    if (blocks.size() <= height) return {false, "has not executed it"};
    return {describe(blocks[height]) == expected, describe(blocks[height])};
  });
}

Claim read_waits(Words& words) {
  const std::string wanted = words.quoted("what is waited for");
  return each(read_at(words), at_replica([wanted](const consensus::Replica& replica) {
                const std::string found = replica.pending();
                return Found{found.find(wanted) != std::string::npos, "waits for " + found};
              }));
}

Claim read_fact(Words& words, bool negated) {
  const std::string wanted = words.quoted("part of a fact");
  const auto look = [wanted](const World& world, std::size_t i) -> Found {
    const std::deque<std::string>& facts = world.machine(i).facts;
    for (const std::string& fact : facts)
      if (fact.find(wanted) != std::string::npos) return {true, "said " + fact};
    return {false, facts.empty() ? "said nothing" : "last said " + facts.back()};
  };
  return each(read_at(words), look, negated);
}

std::optional<Hash> digest_of(const World& world, const std::string& name) {
  const auto proposal = world.proposals.find(name);
  if (proposal != world.proposals.end()) return proposal_digest(proposal->second);
  const auto header = world.headers.find(name);
  if (header != world.headers.end()) return header_digest(header->second);
  return std::nullopt;
}

/// PHASE [PROPOSAL or HEADER] [height H] [view V] by WHO: what a node signed and logged.
Claim read_vote(Words& words, Phase phase, bool negated) {
  std::optional<std::string> name;
  std::optional<Height> height;
  std::optional<View> view;
  if (!words.sees("height") && !words.sees("view") && !words.sees("by"))
    name = words.word("a proposal");
  if (words.take("height")) height = Height(words.number("a height", kNumberMax));
  if (words.take("view")) view = View(words.number("a view", kNumberMax));
  words.expect("by");
  const auto look = [name, height, view, phase](const World& world, std::size_t i) -> Found {
    const std::optional<Hash> digest = name.has_value() ? digest_of(world, *name) : std::nullopt;
    std::string others;
    for (const auto& [slot, voted] : world.machine(i).logged) {
      const auto& [slot_height, slot_phase, slot_view] = slot;
      if (slot_phase != phase) continue;
      const auto known = world.names.find(voted);
      const std::string what =
          "v" + text(slot_view.value()) + " h" + text(slot_height.value()) + " " +
          (known == world.names.end() ? to_hex(voted.view()).substr(0, 4) : known->second);
      if ((!digest.has_value() || voted == *digest) &&
          (!height.has_value() || slot_height == *height) &&
          (!view.has_value() || slot_view == *view))
        return {true, "signed " + what};
      others = "; last signed " + what;
    }
    return {false, "signed no such vote" + others};
  };
  Claim claim = each(words.who("nodes"), look, negated);
  return [name, claim](const World& world) -> std::optional<std::string> {
    // Or a claim that something was not signed would hold for a name that nothing has.
    if (name.has_value() && !digest_of(world, *name).has_value())
      return "nothing is called " + *name;
    return claim(world);
  };
}

/// Whether such a message was sent, since the story last forgot what was.
Claim read_sent(Words& words, bool negated) {
  Selector selector = read_selector(words);
  std::string detail;
  if (words.take("saying")) detail = words.quoted("what it says");
  return [selector, detail, negated](const World& world) -> std::optional<std::string> {
    std::size_t of_kind = 0;
    for (const Sent& sent : world.sent()) {
      if (!selector.matches(sent.traits, sent.from, sent.to)) continue;
      ++of_kind;
      if (sent.detail.find(detail) == std::string::npos) continue;
      if (!negated) return std::nullopt;
      return "node " + text(sent.from) + " sent one to " + text(sent.to) +
             (sent.detail.empty() ? "" : ", " + sent.detail);
    }
    if (negated) return std::nullopt;
    return detail.empty() ? "none was" : text(of_kind) + " were, none of them saying so";
  };
}

Claim read_halted(Words& words) {
  const std::size_t i = words.node("a node");
  const std::string wanted = words.quoted("part of its reason");
  return [i, wanted](const World& world) -> std::optional<std::string> {
    const std::optional<std::string>& halted = world.machine(i).halted;
    if (!halted.has_value()) return "node " + text(i) + " runs";
    if (halted->find(wanted) == std::string::npos) return "halted: " + *halted;
    return std::nullopt;
  };
}

/// Whether a node turned down bytes that another brought.
Claim read_refusal(Words& words, bool negated) {
  words.expect("of");
  const std::size_t from = words.node("a node");
  const auto look = [from](const World& world, std::size_t i) -> Found {
    const auto& refused = world.machine(i).refused;
    const auto found = refused.find(from);
    const std::size_t count = found == refused.end() ? 0 : found->second;
    return {count > 0, "refused " + text(count) + " messages of node " + text(from)};
  };
  return each(read_at(words), look, negated);
}

}  // namespace

Claim read_claim(Words& words) {
  if (words.take("view")) return read_view_state(words, false);
  if (words.take("changing")) return read_view_state(words, true);
  if (words.take("executed")) return read_height(words, false);
  if (words.take("stable")) return read_height(words, true);
  if (words.take("settled")) return read_settled(words);
  if (words.take("primary")) return read_primary(words);
  if (words.take("same")) return read_same_header(words);
  if (words.take("block")) return read_block(words);
  if (words.take("waits")) return read_waits(words);
  if (words.take("halted")) return read_halted(words);
  const bool negated = words.take("no");
  if (words.take("fact")) return read_fact(words, negated);
  if (words.take("learner")) return read_learner(words, negated);
  if (words.take("voting")) return read_voting(words, negated);
  if (words.take("view-change")) return read_left(words, negated);
  if (words.take("prepare")) return read_vote(words, Phase::Prepare, negated);
  if (words.take("commit")) return read_vote(words, Phase::Commit, negated);
  if (words.take("checkpoint")) return read_vote(words, Phase::Checkpoint, negated);
  if (words.take("sent")) return read_sent(words, negated);
  if (words.take("refusal")) return read_refusal(words, negated);
  words.fail(
      "a claim: view, changing, executed, stable, settled, primary, same header, block, waits, "
      "halted, or "
      "[no] fact, learner, voting, view-change, prepare, commit, checkpoint, sent, refusal");
  return [](const World&) -> std::optional<std::string> { return "no claim"; };
}

}  // namespace tally::scenario
