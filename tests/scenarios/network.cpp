// Names the kinds of messages and applies the story's rules to them.
#include "scenarios/network.h"

#include <algorithm>

namespace tally::scenario {
namespace {

using namespace consensus;  // NOLINT: the messages' names, in this file alone

bool contains(const Who& who, std::size_t node) {
  return who.all || std::find(who.nodes.begin(), who.nodes.end(), node) != who.nodes.end();
}

std::string_view kind_of(Phase phase) {
  if (phase == Phase::Prepare) return "prepare";
  return phase == Phase::Commit ? "commit" : "checkpoint";
}

Traits traits_of_statement(const VoteStatement& statement, std::string_view kind) {
  return {kind, statement.height, statement.view, statement.digest};
}

struct Describe {
  Traits operator()(const PrePrepare& m) const {
    return traits_of_statement(m.vote.statement, "pre-prepare");
  }
  Traits operator()(const Vote& m) const {
    return traits_of_statement(m.statement, kind_of(m.statement.phase));
  }
  Traits operator()(const Checkpoint& m) const {
    return {"checkpoint", m.header.height, std::nullopt, m.header.proposal};
  }
  Traits operator()(const ViewChange& m) const {
    return {"view-change", std::nullopt, m.view, std::nullopt};
  }
  Traits operator()(const NewView& m) const {
    return {"new-view", std::nullopt, m.view, std::nullopt};
  }
  Traits operator()(const Complaint& m) const {
    return {"complaint", m.stable, m.view, std::nullopt};
  }
  Traits operator()(const Answer& /*m*/) const {
    return {"answer", std::nullopt, std::nullopt, std::nullopt};
  }
  Traits operator()(const Status& m) const { return {"status", m.stable, m.view, std::nullopt}; }
  Traits operator()(const CertifiedHeader& m) const {
    return {"block-certificate", m.header.height, std::nullopt, m.header.proposal};
  }
  Traits operator()(const Certificate& m) const {
    return traits_of_statement(m.statement, "certificate");
  }
  Traits operator()(const FetchProposal& m) const {
    return {"fetch", m.height, std::nullopt, m.digest};
  }
  Traits operator()(const ProposalBody& m) const {
    return {"body", m.proposal.height, std::nullopt, proposal_digest(m.proposal)};
  }
  Traits operator()(const FetchBlocks& m) const {
    return {"fetch-blocks", m.first, std::nullopt, std::nullopt};
  }
  Traits operator()(const CertifiedBlocks& /*m*/) const {
    return {"blocks", std::nullopt, std::nullopt, std::nullopt};
  }
  Traits operator()(const SharedSubmission& /*m*/) const {
    return {"submission", std::nullopt, std::nullopt, std::nullopt};
  }
};

}  // namespace

Traits traits_of(const Message& message) {
  return std::visit(Describe(), message);
}

std::string detail_of(const Message& message) {
  const auto* complaint = std::get_if<Complaint>(&message);
  if (complaint == nullptr) return "";
  return "reason " + std::string(name_of(complaint->reason)) + ", rule " +
         std::string(name_of(complaint->rule));
}

const std::vector<std::string_view>& message_kinds() {
  static const std::vector<std::string_view> kKinds = {
      "pre-prepare", "prepare",           "commit",     "checkpoint", "status",
      "answer",      "view-change",       "new-view",   "complaint",  "fetch",
      "body",        "block-certificate", "certificate"};
  return kKinds;
}

bool Selector::matches(const Traits& traits, std::size_t from_node, std::size_t to_node) const {
  const bool is_kind =
      kinds.empty() || std::find(kinds.begin(), kinds.end(), traits.kind) != kinds.end();
  return is_kind && contains(from, from_node) && contains(to, to_node) &&
         (!height.has_value() || traits.height == height) &&
         (!view.has_value() || traits.view == view);
}

Selector read_selector(Words& words) {
  Selector selector;
  if (!words.take("everything")) {
    const auto is_kind = [&words](std::string_view kind) { return words.sees(kind); };
    do {
      selector.kinds.push_back(words.one_of(message_kinds()));
    } while (std::any_of(message_kinds().begin(), message_kinds().end(), is_kind));
  }
  if (words.take("height")) selector.height = Height(words.number("a height", 1'000'000));
  if (words.take("view")) selector.view = View(words.number("a view", 1'000'000));
  if (words.take("from")) selector.from = words.who("the senders");
  if (words.take("to")) selector.to = words.who("the receivers");
  return selector;
}

void Network::heal() {
  for (std::vector<bool>& row : cut_)
    row.assign(row.size(), false);
  rules_.clear();
}

Fate Network::fate_of(const Traits& traits, std::size_t from, std::size_t to) const {
  Fate fate;
  fate.lost = is_cut(from, to);
  for (const Rule& rule : rules_) {
    if (!rule.selector.matches(traits, from, to)) continue;
    if (rule.treatment == Treatment::Drop) fate.lost = true;
    if (rule.treatment == Treatment::Hold) fate.held = true;
    if (rule.treatment == Treatment::Repeat) fate.twice = true;
    if (rule.treatment == Treatment::Delay) fate.delay_ms += rule.delay_ms;
  }
  return fate;
}

}  // namespace tally::scenario
