// Steps of keys and segments into transactions.
#include "property/property_writer.h"
#include "support/builders.h"

#include <algorithm>

namespace tally::test {
namespace {

constexpr std::uint64_t kMembers = 6;
/// The spares before this one are guardians, the others members' next keys.
constexpr std::size_t kGuardians = 3;
constexpr Ms kHourMs = 3'600'000;

}  // namespace

const crypto::PublicKey* StepWriter::present_key(const MemberId& whose) const {
  const auto known = model_->accounts().find(whose);
  const auto is_theirs = [&](const crypto::PublicKey& key) {
    return known != model_->accounts().end() && known->second.keys.contains(key.id());
  };
  for (const auto* keys : {&cast_->members, &cast_->spares}) {
    const auto found = std::find_if(keys->begin(), keys->end(), is_theirs);
    if (found != keys->end()) return &*found;
  }
  for (std::uint64_t n = 1; n <= cast_->members.size(); ++n)
    if (whose == member(n)) return &cast_->members[n - 1];
  return nullptr;
}

Action StepWriter::register_key(const Step& step) const {
  RegisterKey action;
  action.member = member(1 + step.a % kMembers);
  action.role = Role::Member;
  action.key = cast_->spares[kGuardians + step.d % (cast_->spares.size() - kGuardians)];
  return action;
}

/// One of the member's, where there is one; now and then a key that nobody has.
Action StepWriter::revoke_key(const Step& step) const {
  const crypto::PublicKey* key = present_key(member(1 + step.a % kMembers));
  if (key == nullptr || step.d % 8 == 0) key = &cast_->spares[step.d / 8 % cast_->spares.size()];
  return RevokeKey{key->id()};
}

Action StepWriter::recover(const Step& step) const {
  Recover action;
  // Few at a time, so that their steps follow each other.
  action.member = member(step.a % 4 == 0 ? 1 + step.a / 4 % kMembers : 3 + step.a % 4);
  const std::size_t next = cast_->spares.size() - kGuardians;
  switch (step.d % 8) {
    case 0:
    case 1:
      action.step = RecoverStep::SetGuardians;
      for (std::size_t i = 0; i < kGuardians; ++i)
        action.guardians.push_back(cast_->spares[i]);
      std::sort(action.guardians.begin(), action.guardians.end(),
                [](const auto& a, const auto& b) { return a.id() < b.id(); });
      action.needed = static_cast<std::uint8_t>(1 + step.b % 3);
      action.delay = Duration((48 + step.b % 5 * 30) * kHourMs);
      return action;
    case 2:
      action.step = RecoverStep::Cancel;
      return action;
    case 3:
    case 4:
    case 5:
      action.step = RecoverStep::Approve;
      break;
    default:
      action.step = RecoverStep::Execute;
  }
  // Of those that nobody has, mostly the first: a recovery goes on.
  for (std::size_t i = 0; i < next; ++i) {
    action.key = cast_->spares[kGuardians + (step.c % 4 == 0 ? step.c / 4 + i : i) % next];
    if (!model_->is_known(*action.key)) break;
  }
  return action;
}

Action StepWriter::publish_segment(const Step& step) const {
  PublishSegment action;
  action.programme = kCafe;
  action.segment = "s" + std::to_string(step.b % 4);
  for (std::uint64_t n = 1; n <= kMembers; ++n) {
    if ((step.a >> n & 3U) == 1) action.add.push_back(member(n));
    if ((step.a >> n & 3U) == 2) action.remove.push_back(member(n));
  }
  if (action.add.empty() && action.remove.empty()) action.add = {member(1 + step.a % kMembers)};
  if (step.d % 16 == 1) action.add.push_back(member(kMembers + 1));
  return action;
}

Sent StepWriter::first_segment(std::uint64_t n, Ms now) {
  PublishSegment action;
  action.programme = kCafe;
  action.segment = "first-" + std::to_string(n);
  action.add = {member(1)};
  Transaction transaction;
  transaction.merchant = kCafe;
  transaction.request_id = id_bytes(next_request_++);
  transaction.valid_until = Timestamp(now + kHourMs);
  transaction.action = action;
  return {transaction, &cast_->first_operator};
}

}  // namespace tally::test
