// Catching up, and helping others to: what to ask of whom, and in which order the ledger gets the
// answers.
#include "node/block_sync.h"

#include <tally/base/check.h>
#include <tally/base/grouped.h>
#include <tally/base/limits.h>

#include <algorithm>

namespace tally::node {
namespace {

/// A peer that has not answered by then, or after two of the chain's timeouts where these are
/// shorter, is slow or gone; twice as long after each miss, up to four times, so that full answers
/// get through a thin line too and a healed network is not waited for in vain.
constexpr Duration kAnswerTime{3'000};
constexpr Duration kAnswerTimeMax{60'000};
constexpr unsigned kPatienceMax = 2;
/// Of the first patience, till a second peer is asked for what all else waits for.
constexpr std::uint64_t kUrgentShare = 6;
constexpr Duration kLeftFor{600'000};
/// Before a peer that was marked is asked again, should it come back early.
constexpr Duration kMarkRest{1'000};
/// Before a peer that had nothing is asked again; doubles with each time up to kMarkRest.
constexpr Duration kEmptyRest{50};
/// So often may a peer have nothing of what it claims: its answers are capped, too.
constexpr unsigned kBrokenMax = 8;
/// Three status ticks: whoever was not heard of since is probably not there.
constexpr Duration kClaimLasts{1'500};
/// Far enough to work on while one peer stalls.
constexpr std::uint64_t kAheadMax = 16 * limits::kFetchBlocksMax;
/// Answers that wait for their turn, and those that are asked for; one more where it is the next.
constexpr std::size_t kHeldBytesMax = 4 * limits::kFetchBytesMax;
/// Header, certificate and nodes of maps.
constexpr std::size_t kBesidePayload = 2'048;

std::size_t bytes_of(const consensus::CertifiedBlock& block) {
  return block.proposal.payload.size() + kBesidePayload;
}

std::size_t payload_bytes(const consensus::CertifiedBlocks& answer) {
  std::size_t bytes = 0;
  for (const consensus::CertifiedBlock& block : answer.blocks)
    bytes += block.proposal.payload.size();
  return bytes;
}

/// `by` heights above, or the last one that there is.
Height above(Height height, std::uint64_t by) {
  const std::uint64_t room = ~std::uint64_t{0} - height.value();
  return Height(height.value() + std::min(by, room));
}

}  // namespace

BlockSync::BlockSync(const consensus::Epoch& epoch, NodeIndex self, std::set<Height> uncertified)
    : self_(self),
      faulty_(epoch.quorum().faulty()),
      window_(epoch.window),
      proposal_bytes_max_(epoch.proposal_bytes_max),
      peers_(epoch.validators.size()),
      next_peer_(self.value()),
      stride_(limits::kFetchBlocksMax),
      first_patience_(std::min(kAnswerTime, Duration(2 * epoch.request_timeout.milliseconds()))),
      urgent_after_(first_patience_.milliseconds() / kUrgentShare),
      uncertified_(std::move(uncertified)) {
  CHECK(self.value() < peers_.size());
}

BlockSync::Step BlockSync::step(const Position& at, Timestamp now) {
  Step step;
  expire(now);
  forget_settled(at);
  note_lag(at);
  hand_over(at, step);
  const Height given(at.handed_over.value() + step.execute.size());
  const Position then{at.stable, at.executed, given};
  // Missed certificates come last: nothing waits for them.
  if (given < at.stable)
    ask_for_blocks(then, now, step);
  else
    ask_for_certificates(then, now, step);
  step.certificates = std::exchange(certificates_, {});
  step.facts = std::exchange(facts_, {});
  return step;
}

void BlockSync::expire(Timestamp now) {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    Peer& peer = peers_[i];
    if (!peer.asked.has_value() || now < peer.asked->deadline) continue;
    ++peer.late;
    patience_ = std::min(patience_ + 1, kPatienceMax);
    leave(NodeIndex(static_cast<std::uint16_t>(i)), "no answer in time", now);
  }
}

/// Consensus may have been faster, and the ledger goes on.
void BlockSync::forget_settled(const Position& at) {
  while (!kept_.empty() && kept_.begin()->first <= at.handed_over) {
    kept_bytes_ -= bytes_of(kept_.begin()->second);
    kept_.erase(kept_.begin());
  }
  while (!handed_.empty() && handed_.front().height <= at.executed) {
    handed_bytes_ -= handed_.front().bytes;
    handed_.pop_front();
  }
}

void BlockSync::note_lag(const Position& at) {
  const std::uint64_t lag = at.executed < at.stable ? at.stable.value() - at.executed.value() : 0;
  if (!far_behind_ && lag > limits::kFetchBlocksMax) {
    far_behind_ = true;
    facts_.push_back("catching_up executed=" + std::to_string(at.executed.value()) +
                     " stable=" + std::to_string(at.stable.value()));
  } else if (far_behind_ && lag <= window_) {
    far_behind_ = false;
    facts_.push_back("caught_up executed=" + std::to_string(at.executed.value()));
  }
}

/// As much as the ledger digests soon; the rest waits here, where it is counted.
void BlockSync::hand_over(const Position& at, Step& step) {
  Height next = at.handed_over.next();
  for (auto found = kept_.begin(); found != kept_.end() && found->first == next;
       found = kept_.begin()) {
    const std::size_t bytes = bytes_of(found->second);
    if (!handed_.empty() && (handed_.size() >= limits::kFetchBlocksMax ||
                             handed_bytes_ + bytes > limits::kFetchBytesMax))
      return;
    consensus::CertifiedBlock& block = found->second;
    step.execute.push_back(
        ExecuteTask{std::move(block.proposal),
                    std::nullopt,
                    consensus::CertifiedHeader{block.header, std::move(block.certificate)},
                    {}});
    handed_.push_back(Handed{next, bytes});
    handed_bytes_ += bytes;
    kept_bytes_ -= bytes;
    kept_.erase(found);
    next = next.next();
  }
}

void BlockSync::ask_for_blocks(const Position& at, Timestamp now, Step& step) {
  // One block behind is the normal case's: it often has the block, and the ledger works on it.
  const bool nearly_there = at.stable.value() - at.handed_over.value() <= window_;
  if (nearly_there && at.executed != at.handed_over) return;
  ask_another(at, now, step);
  while (const std::optional<Range> gap = next_gap(at)) {
    const bool is_next = gap->first == at.handed_over.next();
    if (!is_next && !may_hold_another()) return;
    const std::optional<NodeIndex> node = choose(gap->first, now, false);
    if (!node.has_value()) return;
    ask(*node, Question{*gap, {}, false, false, {}, false}, now, step);
  }
}

/// The next block holds all others up, and this node's vote on them: a question that was lost, or
/// went to a peer that is gone, must not cost a whole patience.
void BlockSync::ask_another(const Position& at, Timestamp now, Step& step) {
  const Height next = at.handed_over.next();
  for (Peer& peer : peers_) {
    if (!peer.asked.has_value() || peer.asked->for_certificates || peer.asked->doubled) continue;
    Question& slow = *peer.asked;
    if (next < slow.range.first || slow.range.last < next) continue;
    if (now < slow.asked_at.plus(urgent_after_)) continue;
    const std::optional<NodeIndex> node = choose(next, now, true);
    if (!node.has_value()) return;
    slow.doubled = true;
    return ask(*node, Question{slow.range, {}, false, false, {}, true}, now, step);
  }
}

/// Counts what was asked for as if it were full answers.
bool BlockSync::may_hold_another() const {
  const auto asked = static_cast<std::size_t>(std::ranges::count_if(
      peers_, [](const Peer& peer) { return peer.asked && !peer.asked->for_certificates; }));
  return (asked + 1) * limits::kFetchBytesMax + kept_bytes_ <= kHeldBytesMax;
}

/// The lowest heights that are neither here nor asked for, as many as one answer may bring.
std::optional<BlockSync::Range> BlockSync::next_gap(const Position& at) const {
  const Height end = std::min(at.stable, above(at.handed_over, kAheadMax));
  Height first = at.handed_over.next();
  while (first <= end) {
    if (const Question* question = question_about(first))
      first = question->range.last.next();
    else if (kept_.contains(first))
      first = first.next();
    else
      break;
  }
  if (first > end) return std::nullopt;
  Height last = first;
  while (last < end && last.value() - first.value() + 1 < stride_ && !kept_.contains(last.next()) &&
         question_about(last.next()) == nullptr)
    last = last.next();
  return Range{first, last};
}

const BlockSync::Question* BlockSync::question_about(Height height) const {
  for (const Peer& peer : peers_)
    if (peer.asked.has_value() && !peer.asked->for_certificates &&
        peer.asked->range.first <= height && height <= peer.asked->range.last)
      return &*peer.asked;
  return nullptr;
}

void BlockSync::ask_for_certificates(const Position& at, Timestamp now, Step& step) {
  if (uncertified_.empty()) return;
  for (const Peer& peer : peers_)
    if (peer.asked.has_value() && peer.asked->for_certificates) return;
  const Range range = next_uncertified();
  if (range.last > at.handed_over) return;
  const std::optional<NodeIndex> node = choose(range.first, now, false);
  if (!node.has_value()) return;
  asked_certificate_ = range.last;
  ask(*node, Question{range, {}, true, false, {}, false}, now, step);
}

/// In turn, so that one which no peer has does not hide the others.
BlockSync::Range BlockSync::next_uncertified() const {
  auto next = uncertified_.upper_bound(asked_certificate_);
  if (next == uncertified_.end()) next = uncertified_.begin();
  Range range{*next, *next};
  while (++next != uncertified_.end() && *next == range.last.next() &&
         range.last.value() - range.first.value() + 1 < stride_)
    range.last = *next;
  return range;
}

/// Whom to ask about `height`, in turn: who claims it; if nobody else does, whom we left longest
/// ago; then who was heard of, since claims lag behind a chain that grows; then the others.
/// `urgent`: one that claims it is slow already, so whoever was heard of comes next. nullopt:
/// nobody now.
std::optional<NodeIndex> BlockSync::choose(Height height, Timestamp now, bool urgent) {
  const auto is_left = [now](const Peer& peer) {
    return peer.left_at.has_value() && now < peer.left_at->plus(kLeftFor);
  };
  const auto is_free = [now](const Peer& peer) {
    return !peer.asked.has_value() && peer.rests_until <= now;
  };
  bool is_offered = false;
  std::optional<std::size_t> claims, left, heard, unheard;
  for (std::size_t turn = 1; turn <= peers_.size(); ++turn) {
    const std::size_t i = (next_peer_ + turn) % peers_.size();
    const Peer& peer = peers_[i];
    if (i == self_.value()) continue;
    const bool is_heard = peer.claim.has_value() && now < peer.claim->at.plus(kClaimLasts);
    const bool offers = is_heard && peer.claim->height >= height;
    if (is_left(peer)) {
      if (offers && is_free(peer) && (!left || peer.left_at < peers_[*left].left_at)) left = i;
      continue;
    }
    is_offered = is_offered || offers;
    if (!is_free(peer)) continue;
    if (offers && !claims) claims = i;
    if (is_heard && !heard) heard = i;
    if (!is_heard && !unheard) unheard = i;
  }
  std::optional<std::size_t> chosen = claims;
  if (!chosen && urgent) chosen = heard ? heard : unheard;
  if (!chosen && !urgent && !is_offered) chosen = left ? left : (heard ? heard : unheard);
  if (!chosen.has_value()) return std::nullopt;
  next_peer_ = *chosen;
  peers_[*chosen].left_at.reset();
  return NodeIndex(static_cast<std::uint16_t>(*chosen));
}

void BlockSync::ask(NodeIndex node, Question question, Timestamp now, Step& step) {
  Peer& peer = peers_.at(node.value());
  const Duration patience(first_patience_.milliseconds() << patience_);
  question.asked_at = now;
  question.deadline = now.plus(std::min(patience, kAnswerTimeMax));
  question.claimed = peer.claim.has_value() && peer.claim->height >= question.range.first;
  if (question.claimed) question.range.last = std::min(question.range.last, peer.claim->height);
  step.questions.push_back(consensus::Frame{node, consensus::encode_message(consensus::FetchBlocks{
                                                      question.range.first, question.range.last})});
  peer.asked = question;
}

void BlockSync::take(consensus::CertifiedBlocks&& answer, NodeIndex from, Timestamp now) {
  Peer& peer = peers_.at(from.value());
  const auto is_given_up = [&peer] {
    if (peer.late == 0) return false;
    --peer.late;
    return true;
  };
  if (!peer.asked.has_value()) {
    if (!is_given_up()) leave(from, "unasked blocks", now);
    return;
  }
  const Question question = *peer.asked;
  const Range& range = question.range;
  const std::size_t count = answer.blocks.size();
  if (count > 0 && (answer.blocks.front().header.height != range.first ||
                    count > range.last.value() - range.first.value() + 1)) {
    if (!is_given_up()) leave(from, "other blocks than asked for", now);
    return;
  }
  if (count > 1 && payload_bytes(answer) > limits::kFetchBytesMax)
    return leave(from, "an oversized answer", now);
  peer.asked.reset();
  if (count == 0) return rest(from, question, now);
  take_answer(std::move(answer), question, peer);
}

void BlockSync::take_answer(consensus::CertifiedBlocks&& answer, const Question& question,
                            Peer& peer) {
  peer.empty = peer.broken = 0;
  if (patience_ > 0) --patience_;
  const std::size_t count = answer.blocks.size();
  const bool is_whole = count > question.range.last.value() - question.range.first.value();
  if (is_whole)
    stride_ = std::min<std::uint64_t>(2 * stride_, limits::kFetchBlocksMax);
  else if (payload_bytes(answer) + proposal_bytes_max_ > limits::kFetchBytesMax)
    stride_ = count;  // the next block did not fit
  for (consensus::CertifiedBlock& block : answer.blocks) {
    const Height height = block.header.height;
    if (uncertified_.erase(height) > 0) {
      certificates_.push_back(std::move(block.certificate));
    } else if (!question.for_certificates) {
      const std::size_t bytes = bytes_of(block);
      if (kept_.emplace(height, std::move(block)).second) kept_bytes_ += bytes;
    }
  }
}

/// An answer may well be empty: the block is on its way, or the peer has served enough for now.
void BlockSync::rest(NodeIndex node, const Question& question, Timestamp now) {
  Peer& peer = peers_.at(node.value());
  if (question.claimed && !question.for_certificates && ++peer.broken >= kBrokenMax)
    return leave(node, "nothing of what it claims", now);
  const Duration doubled(kEmptyRest.milliseconds() << std::min(peer.empty++, 8U));
  peer.rests_until = now.plus(std::min(doubled, kMarkRest));
}

void BlockSync::take_bad_frame(NodeIndex from, Timestamp now) {
  if (peers_.at(from.value()).asked.has_value()) leave(from, "an answer that does not hold", now);
}

void BlockSync::take_claim(NodeIndex from, Height height, Timestamp now) {
  // One that falls is no lie by itself: statuses overtake each other where a link is replaced, and
  // a peer may have set its ledger aside.
  peers_.at(from.value()).claim = Claim{height, now};
}

void BlockSync::leave(NodeIndex node, const std::string& why, Timestamp now) {
  Peer& peer = peers_.at(node.value());
  peer.asked.reset();
  peer.empty = peer.broken = 0;
  // One line a second: a peer must not fill the log.
  if (peer.rests_until <= now)
    facts_.push_back("sync_leaves_peer node=" + std::to_string(node.value()) + " reason=\"" + why +
                     "\"");
  peer.rests_until = now.plus(kMarkRest);
  peer.left_at = now;

  std::size_t left = 0;
  Peer* longest = &peer;
  for (Peer& other : peers_) {
    if (!other.left_at.has_value()) continue;
    if (now >= other.left_at->plus(kLeftFor)) {
      other.left_at.reset();
      continue;
    }
    ++left;
    if (other.left_at < longest->left_at) longest = &other;
  }
  if (left > faulty_) longest->left_at.reset();
}

std::optional<std::string> BlockSync::progress(const Position& at) const {
  if (at.executed >= at.stable) return std::nullopt;
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < peers_.size(); ++i)
    if (peers_[i].asked.has_value()) nodes.push_back(i + 1);
  const bool is_far = at.stable.value() - at.executed.value() > window_;
  if (nodes.empty() && !is_far) return std::nullopt;

  // Rounded down, and in this order without overflow: heights stay far below 2^57.
  const std::uint64_t percent = at.executed.value() * 100 / at.stable.value();
  std::string text = "catching up: " + grouped(at.executed.value()) + " of " +
                     grouped(at.stable.value()) + " (" + std::to_string(percent) + " %)";
  if (nodes.empty() && kept_.empty() && handed_.empty()) return text + ", no node offers more now";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const char* const before_first = nodes.size() == 1 ? ", from node " : ", from nodes ";
    const char* const between = i + 1 == nodes.size() ? " and " : ", ";
    text += (i == 0 ? before_first : between) + std::to_string(nodes[i]);
  }
  return text;
}

Result<consensus::CertifiedBlocks> answer_fetch(const consensus::FetchBlocks& fetch,
                                                const storage::Snapshot& snapshot) {
  consensus::CertifiedBlocks answer;
  std::size_t bytes = 0;
  for (Height height = std::max(fetch.first, Height(1));
       height <= fetch.last && height <= snapshot.height() &&
       answer.blocks.size() < limits::kFetchBlocksMax;
       height = height.next()) {
    TRY(storage::StoredBlock block, snapshot.block(height));
    if (!block.certificate.has_value()) break;  // the newest: its certificate is on its way
    bytes += block.proposal.payload.size();
    if (bytes > limits::kFetchBytesMax && !answer.blocks.empty()) break;
    answer.blocks.push_back(consensus::CertifiedBlock{std::move(block.proposal), block.header,
                                                      std::move(*block.certificate)});
  }
  return answer;
}

}  // namespace tally::node
