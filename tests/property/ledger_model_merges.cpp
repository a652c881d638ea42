// The model's merges, and how they are taken back.
#include <tally/base/check.h>
#include <tally/base/limits.h>

#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {
namespace {

constexpr Ms kTimeToUnmergeMs = 30 * 86'400'000ULL;

/// Moves those of `from` that `is_brought` says to `to`.
template <typename Each, typename IsBrought, typename Put>
void part(std::vector<Each>& from, IsBrought is_brought, Put put) {
  for (const Each& each : from)
    if (is_brought(each)) put(each);
  std::erase_if(from, is_brought);
}

}  // namespace

bool LedgerModel::has_open_holds(const MemberId& member) const {
  if (find(member) == nullptr) return false;
  if (held(member) > 0) return true;
  return std::any_of(holds_.begin(), holds_.end(), [&](const auto& each) {
    return each.second.state == ModelHoldState::Open && each.second.asker == member;
  });
}

void LedgerModel::judge(const Merge& merge, const ModelCall& call, ModelAnswer& answer) const {
  if (!two_operators(call) && !(signed_by(call, merge.source) && signed_by(call, merge.target)))
    answer.must.insert(Outcome::ApprovalsMissing);
  for (const MemberId& member : {merge.source, merge.target}) {
    const ModelAccount* account = find(member);
    if (account == nullptr) answer.must.insert(Outcome::UnknownMember);
    if (account != nullptr && (account->closed || account->alias.has_value()))
      answer.must.insert({Outcome::MemberClosed, Outcome::UnknownMember});
  }
  if (find(merge.source) != nullptr && find(merge.target) != nullptr) {
    std::set<std::string> both = accounts_.at(merge.source).segments;
    both.insert(accounts_.at(merge.target).segments.begin(),
                accounts_.at(merge.target).segments.end());
    const bool open =
        accounts_.at(merge.source).segments_open || accounts_.at(merge.target).segments_open;
    if (open)
      answer.may.insert(Outcome::TooManySegments);
    else if (both.size() > limits::kSegmentsMax)
      answer.must.insert(Outcome::TooManySegments);
  }
  if (has_open_holds(merge.source)) answer.must.insert(Outcome::HoldsOpen);
}

void LedgerModel::apply(const Merge& merge, const ModelCall& call) {
  ModelAccount& source = accounts_.at(merge.source);
  ModelAccount& target = accounts_.at(merge.target);
  ModelMerged merged;
  merged.target = merge.target;
  merged.at = call.now;
  merged.source_before = source;
  merged.target_before = target;
  for (const ModelLot& lot : source.lots)
    merged.lots.insert(lot.id);
  for (const ModelWaiting& waiting : source.waiting)
    merged.lots.insert(waiting.lot.id);
  for (const ModelLot& lot : source.expired)
    merged.lots.insert(lot.id);
  for (const auto& [id, whose] : tokens_)
    if (whose.first == merge.source) merged.tokens.insert(id);
  if (source.pool.has_value()) pools_.at(*source.pool).erase(merge.source);
  source.pool.reset();
  if (target.idle_at == kNeverMs || (source.idle_at != kNeverMs && source.idle_at > target.idle_at))
    target.idle_at = source.idle_at;
  for (const ModelLot& lot : source.lots)
    put(target, lot);
  for (const ModelWaiting& waiting : source.waiting)
    target.waiting.push_back(waiting);
  for (const ModelLot& lot : source.expired)
    target.expired.push_back(lot);
  target.debt += source.debt;
  const Amount settled = std::min(target.debt, available(merge.target));
  merged.settled = take({merge.target}, settled);
  // Who owes has no lots (I3): so those that pay are the other one's.
  for (ModelPiece& piece : merged.settled)
    piece.owner = source.debt > 0 ? merge.target : merge.source;
  target.debt -= settled;
  target.soft = target.soft || source.soft;
  target.fraud = target.fraud || source.fraud;
  for (const auto& [id, times] : source.campaign_times)
    target.campaign_times[id] += times;
  for (const auto& [key, use] : source.velocity) {
    ModelUse& there = target.velocity[key];
    if (use.place > there.place) there = use;
    if (use.place == there.place) {
      there.times = std::max(there.times, use.times);
      there.points = std::max(there.points, use.points);
    }
  }
  for (auto& [id, whose] : tokens_)
    if (whose.first == merge.source) whose.first = merge.target;
  if (source.commitment.has_value()) commitments_[*source.commitment] = merge.target;
  if (!target.commitment.has_value()) target.commitment = source.commitment;
  if (source.adjusted_day > target.adjusted_day) target.adjusted = 0;
  if (source.adjusted_day >= target.adjusted_day) {
    target.adjusted = std::max(target.adjusted, source.adjusted);
    target.adjusted_day = source.adjusted_day;
  }
  target.segments.insert(source.segments.begin(), source.segments.end());
  target.segments_open = target.segments_open || source.segments_open;
  source.segments.clear();
  source.lots.clear();
  source.waiting.clear();
  source.expired.clear();
  source.debt = 0;
  source.alias = merge.target;
  merges_[merge.source] = std::move(merged);
}

// --- Unmerge: design/loyalty.md §14, and docs/members.md where that leaves a thing open. ---

void LedgerModel::judge(const Unmerge& unmerge, const ModelCall& call, ModelAnswer& answer) const {
  if (find(unmerge.source) == nullptr) {
    answer.must.insert(Outcome::UnknownMember);
    return;
  }
  const auto merged = merges_.find(unmerge.source);
  if (merged == merges_.end()) {
    answer.must.insert(Outcome::TooLate);
    return;
  }
  const MemberId& target = merged->second.target;
  if (!two_operators(call) && !(signed_by(call, unmerge.source) && signed_by(call, target)))
    answer.must.insert(Outcome::ApprovalsMissing);
  if (call.now >= merged->second.at + kTimeToUnmergeMs) answer.must.insert(Outcome::TooLate);
  const ModelAccount& account = accounts_.at(target);
  if (account.closed || account.alias.has_value()) answer.must.insert(Outcome::MemberClosed);
  if (has_open_holds(target)) answer.must.insert(Outcome::HoldsOpen);
}

void LedgerModel::apply(const Unmerge& unmerge, const ModelCall& call) {
  const ModelMerged merged = merges_.at(unmerge.source);
  merges_.erase(unmerge.source);
  ModelAccount& source = accounts_.at(unmerge.source);
  ModelAccount& target = accounts_.at(merged.target);
  const ModelAccount now = target;
  const ModelAccount& after = merged.target_after;
  source.alias.reset();
  part_points(merged, source, target);
  part_debt(merged, source, target, call.now);
  part_names(merged, unmerge.source);

  // What changed since, changed for both: it did not mean the time before the merge.
  const bool same_state = now.soft == after.soft && now.fraud == after.fraud;
  source.soft = same_state ? merged.source_before.soft : now.soft;
  source.fraud = same_state ? merged.source_before.fraud : now.fraud;
  target.soft = same_state ? merged.target_before.soft : now.soft;
  target.fraud = same_state ? merged.target_before.fraud : now.fraud;
  source.velocity = merged.source_before.velocity;
  if (now.velocity == after.velocity) target.velocity = merged.target_before.velocity;
  if (now.adjusted_day == after.adjusted_day && now.adjusted == after.adjusted) {
    target.adjusted_day = merged.target_before.adjusted_day;
    target.adjusted = merged.target_before.adjusted;
  }
  // Segments united. Whether those that the source brought stay with a target of which something
  // else has changed since, the page does not say.
  source.segments = merged.source_before.segments;
  source.segments_open = merged.source_before.segments_open;
  if (now.touched == after.touched) {
    target.segments = merged.target_before.segments;
    target.segments_open = merged.target_before.segments_open;
  } else if (!merged.source_before.segments.empty()) {
    target.segments_open = true;
  }
  // Counts of a lifetime were added, and are taken off again.
  source.campaign_times = merged.source_before.campaign_times;
  for (const auto& [campaign, times] : merged.source_before.campaign_times) {
    target.campaign_times.at(campaign) -= times;
    if (target.campaign_times.at(campaign) == 0) target.campaign_times.erase(campaign);
  }
}

void LedgerModel::part_points(const ModelMerged& merged, ModelAccount& source,
                              ModelAccount& target) {
  // A date that moved since counts for both. What became available since must have one, too.
  const bool touched = target.touched != merged.target_after.touched;
  const Ms shared = target.idle_at;
  const bool moved = shared != merged.target_after.idle_at;
  const auto date_of = [&](Ms before) {
    return moved || (before == kNeverMs && touched) ? shared : before;
  };
  source.idle_at = date_of(merged.source_before.idle_at);
  target.idle_at = date_of(merged.target_before.idle_at);
  const auto is_brought = [&](const ModelLot& lot) { return merged.lots.contains(lot.id); };
  part(target.lots, is_brought, [&](const ModelLot& lot) { put(source, lot); });
  part(target.expired, is_brought, [&](const ModelLot& lot) { source.expired.push_back(lot); });
  part(
      target.waiting, [&](const ModelWaiting& waiting) { return is_brought(waiting.lot); },
      [&](const ModelWaiting& waiting) { source.waiting.push_back(waiting); });
}

/// Of a debt that nothing has paid what the source owed; and where nothing has touched the target
/// since, what paid a debt at the merge comes back, and so does that debt.
void LedgerModel::part_debt(const ModelMerged& merged, ModelAccount& source, ModelAccount& target,
                            Ms at) {
  const Amount unpaid = std::min(merged.source_before.debt, target.debt);
  target.debt -= unpaid;
  source.debt += unpaid;
  if (target.touched != merged.target_after.touched) return;
  for (const ModelPiece& piece : merged.settled) {
    const bool was_targets = piece.owner == merged.target;
    bring_back(was_targets ? target : source, piece.lot, piece.points, at, false);
  }
  for (const ModelPiece& piece : merged.settled)
    (piece.owner == merged.target ? source : target).debt += piece.points;
}

/// A card that was blocked in the meantime stays where it is; it names nobody any more.
void LedgerModel::part_names(const ModelMerged& merged, const MemberId& source) {
  for (const TokenId& token : merged.tokens) {
    auto& [whose, blocked] = tokens_.at(token);
    if (whose == merged.target && !blocked) whose = source;
  }
  const std::optional<Hash>& commitment = accounts_.at(source).commitment;
  if (!commitment.has_value()) return;
  commitments_[*commitment] = source;
  ModelAccount& target = accounts_.at(merged.target);
  if (target.commitment == commitment) target.commitment = merged.target_before.commitment;
}

}  // namespace tally::test
