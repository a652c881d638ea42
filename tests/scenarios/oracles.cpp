// What no story may break, and what the chart and the liars learn from what nodes do.
#include "scenarios/world.h"

namespace tally::scenario {
namespace {

std::string at_height(Height height) {
  return " at height " + std::to_string(height.value());
}

}  // namespace

void World::break_oracle(std::string what) {
  if (broken_.has_value()) return;
  chart.tell(now_, "BROKEN: " + what);
  broken_ = std::move(what);
}

void World::note_promise(std::size_t i, std::map<View, Bytes>& known, View view, Bytes bytes) {
  const auto found = known.emplace(view, bytes);
  if (found.first->second != bytes)
    break_oracle("node " + std::to_string(i) + " signed two of one kind for view " +
                 std::to_string(view.value()));
}

void World::note_records(std::size_t i, const std::vector<consensus::VoteRecord>& records) {
  Machine& m = machines_[i];
  for (const consensus::VoteRecord& record : records) {
    if (const auto* changing = std::get_if<consensus::Changing>(&record))
      note_promise(i, m.changes, changing->own.view, encode_message(changing->own));
    if (const auto* entered = std::get_if<consensus::Entered>(&record))
      if (entered->proof.signer == test::node(i))
        note_promise(i, m.new_views, entered->proof.view, encode_message(entered->proof));
    if (const auto* voted = std::get_if<consensus::Voted>(&record)) {
      const VoteStatement& s = voted->vote.statement;
      const auto known = m.logged.emplace(Slot{s.height, s.phase, s.view}, s.digest);
      if (known.first->second != s.digest)
        break_oracle("node " + std::to_string(i) + " signed two digests for one slot" +
                     at_height(s.height) + ", view " + std::to_string(s.view.value()));
      if (s.phase != Phase::Checkpoint && !m.changes.empty() && s.view < m.changes.rbegin()->first)
        break_oracle("node " + std::to_string(i) + " voted in a view that it had left" +
                     at_height(s.height));
    }
  }
}

void World::expect_logged(std::size_t i, const Bytes& bytes) {
  const Result<Message> decoded = consensus::decode_message(bytes);
  if (!decoded.ok()) return break_oracle("node " + std::to_string(i) + " sends what is no message");
  const Message& message = *decoded;
  const std::map<View, Bytes>* promises = nullptr;
  View view;
  if (const auto* change = std::get_if<consensus::ViewChange>(&message))
    if (change->signer == test::node(i)) {
      promises = &machines_[i].changes;
      view = change->view;
    }
  if (const auto* new_view = std::get_if<consensus::NewView>(&message))
    if (new_view->signer == test::node(i)) {
      promises = &machines_[i].new_views;
      view = new_view->view;
    }
  if (promises != nullptr && (!promises->contains(view) || promises->at(view) != bytes))
    break_oracle("node " + std::to_string(i) + " sent a view change that its log lacks, view " +
                 std::to_string(view.value()));

  std::optional<Vote> vote;
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) vote = fresh->vote;
  if (const auto* plain = std::get_if<Vote>(&message)) vote = *plain;
  if (const auto* checkpoint = std::get_if<consensus::Checkpoint>(&message))
    vote =
        Vote{checkpoint_statement(checkpoint->header), checkpoint->signer, checkpoint->signature};
  if (!vote.has_value() || vote->signer != test::node(i)) return;
  const VoteStatement& s = vote->statement;
  const auto known = machines_[i].logged.find(Slot{s.height, s.phase, s.view});
  if (known == machines_[i].logged.end() || known->second != s.digest)
    break_oracle("node " + std::to_string(i) + " sent a vote that its log lacks" +
                 at_height(s.height));
}

void World::capture(std::size_t from, const Message& message, const Bytes& bytes) {
  const auto learn = [this](const Vote& vote) {
    votes_[vote.statement][vote.signer] = vote.signature;
  };
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) {
    learn(fresh->vote);
    const std::set<std::string> held = names_in(fresh->proposal.payload);
    std::string name;
    for (const std::string& each : held)
      name += (name.empty() ? "" : "+") + each;
    names.try_emplace(fresh->vote.statement.digest, name.empty() ? "(empty)" : name);
  }
  if (const auto* plain = std::get_if<Vote>(&message)) learn(*plain);
  if (const auto* checkpoint = std::get_if<consensus::Checkpoint>(&message))
    learn({checkpoint_statement(checkpoint->header), checkpoint->signer, checkpoint->signature});
  if (captured_.size() < 100'000) captured_.emplace_back(from, bytes);
}

void World::agree(std::size_t i, const CertifiedHeader& certified) {
  const Height height = certified.header.height;
  const auto known = certified_.emplace(height, certified);
  if (!beyond_f_ && known.first->second.header != certified.header)
    break_oracle("node " + std::to_string(i) + " has another certified header" + at_height(height));
}

void World::check_execution(std::size_t i, const Header& header) {
  if (beyond_f_ || machines_[i].executes_wrongly) return;
  const auto known = executed_.emplace(header.height, header);
  if (known.first->second != header)
    break_oracle("node " + std::to_string(i) + " executed another block" +
                 at_height(header.height));
}

void World::watch(std::size_t i) {
  Machine& m = machines_[i];
  if (m.replica->view() < m.view_max) break_oracle("node " + std::to_string(i) + "'s view fell");
  if (m.replica->stable() < m.stable_max)
    break_oracle("node " + std::to_string(i) + "'s stable height fell");
  // Whom the primary passed over is a matter between it and its view.
  if (m.replica->view() > m.view_max) m.passed_over = false;
  m.view_max = m.replica->view();
  m.stable_max = m.replica->stable();
  const std::string view = (m.replica->is_changing() ? "to v" : "v") +
                           std::to_string(m.replica->view().value()) +
                           (m.replica->learner().has_value() ? " L" : "");
  const std::string state = view + " e" + std::to_string(m.replica->executed().value()) + " s" +
                            std::to_string(m.replica->stable().value());
  if (state != m.seen) chart.note(now_, i, state);
  m.seen = state;
}

std::string World::label_of(const Traits& traits) const {
  std::string label(traits.kind);
  if (traits.view.has_value()) label += " v" + std::to_string(traits.view->value());
  if (traits.height.has_value()) label += " h" + std::to_string(traits.height->value());
  if (!traits.digest.has_value()) return label;
  const auto name = names.find(*traits.digest);
  return label + " " +
         (name == names.end() ? to_hex(traits.digest->view()).substr(0, 4) : name->second);
}

std::vector<std::size_t> World::nodes_of(const Who& who) const {
  if (!who.all) return who.nodes;
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (machines_[i].is_up() && !machines_[i].is_faulty()) nodes.push_back(i);
  return nodes;
}

std::string World::describe() const {
  std::string text;
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    const Machine& m = machines_[i];
    std::string line = "node " + std::to_string(i) + ": ";
    if (m.liar)
      line += "a liar";
    else if (!m.is_up())
      line += m.halted.has_value() ? "halted: " + *m.halted : "down";
    else
      line += "view " + std::to_string(m.replica->view().value()) + ", executed " +
              std::to_string(m.replica->executed().value()) + ", stable " +
              std::to_string(m.replica->stable().value()) + "; waits for " + m.replica->pending();
    text += line.substr(0, 100) + "\n";
    if (!m.facts.empty()) text += ("  last fact: " + m.facts.back()).substr(0, 100) + "\n";
  }
  return text;
}

}  // namespace tally::scenario
