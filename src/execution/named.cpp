// Cards and aliases are resolved here, once, so that no kind needs to know of them.
#include "execution/named.h"

#include <tally/state/heads.h>
#include <tally/state/identity.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <type_traits>
#include <utility>

namespace tally::execution {
namespace {

using state::StateView;

/// Calls `visit(programme, member)` for each member that is to be resolved. Of a member's own keys,
/// recovery, enrolment and merges none is: they mean the very account.
template <typename Fields, typename Visit>
void for_each_member(Fields& fields, Visit visit) {
  using Kind = std::remove_const_t<Fields>;
  if constexpr (std::is_same_v<Kind, Transfer>) {
    visit(fields.programme, fields.from);
    visit(fields.programme, fields.to);
  } else if constexpr (std::is_same_v<Kind, Hold>) {
    visit(fields.redeem.programme, fields.redeem.member);
  } else if constexpr (std::is_same_v<Kind, AdjustBulk>) {
    for (auto& each : fields.members)
      visit(fields.programme, each.member);
  } else if constexpr (std::is_same_v<Kind, OpenLots>) {
    for (auto& lot : fields.lots)
      visit(fields.programme, lot.member);
  } else if constexpr (std::is_same_v<Kind, PublishSegment>) {
    for (auto& member : fields.add)
      visit(fields.programme, member);
    for (auto& member : fields.remove)
      visit(fields.programme, member);
  } else if constexpr (std::is_same_v<Kind, Enrol>) {
    if (fields.referrer.has_value()) visit(fields.programme, *fields.referrer);
  } else if constexpr (requires { fields.programme, fields.member; }) {
    visit(fields.programme, fields.member);
  }
}

struct Card {
  MerchantId programme;
  TokenId token;
};

/// The card that names the action's member.
std::optional<Card> card_of(const Action& action) {
  return std::visit(
      [](const auto& fields) -> std::optional<Card> {
        using Kind = std::remove_cvref_t<decltype(fields)>;
        if constexpr (std::is_same_v<Kind, Hold>) {
          if (fields.redeem.token.has_value())
            return Card{fields.redeem.programme, *fields.redeem.token};
        } else if constexpr (std::is_same_v<Kind, Earn> || std::is_same_v<Kind, Redeem> ||
                             std::is_same_v<Kind, Attest>) {
          if (fields.token.has_value()) return Card{fields.programme, *fields.token};
        }
        return std::nullopt;
      },
      action);
}

using Targets = std::map<AccountId, MemberId>;

/// Those members of `action` that name another one now.
Result<Targets> find_targets(const Action& action, const StateView& view) {
  Targets targets;
  Result<void> found;
  const auto note = [&](MerchantId programme, const MemberId& member) {
    if (!found.ok()) return;
    const Result<AccountId> now = state::account_now(view, {member, programme});
    if (!now.ok())
      found = now.error();
    else if (now->member != member)
      targets.emplace(AccountId{member, programme}, now->member);
  };
  std::visit([&](const auto& fields) { for_each_member(fields, note); }, action);
  if (!found.ok()) return found.error();
  return targets;
}

void sort_and_unite(std::vector<MemberId>& members) {
  std::ranges::sort(members);
  members.erase(std::ranges::unique(members).begin(), members.end());
}

/// Two that were named may be one by now: form asks for each once, and what follows relies on it.
Outcome unite(Transfer& transfer) {
  return transfer.from == transfer.to ? Outcome::NotPermitted : Outcome::Accepted;
}
/// Who would be added by one name and removed by another stands in both lists now.
Outcome unite(PublishSegment& segment) {
  sort_and_unite(segment.add);
  sort_and_unite(segment.remove);
  std::vector<MemberId> both;
  std::ranges::set_intersection(segment.add, segment.remove, std::back_inserter(both));
  return both.empty() ? Outcome::Accepted : Outcome::NotPermitted;
}
Outcome unite(AdjustBulk& bulk) {
  std::ranges::stable_sort(bulk.members, {}, &AdjustedMember::member);
  std::vector<AdjustedMember> each;
  for (const AdjustedMember& next : bulk.members) {
    if (each.empty() || each.back().member != next.member) {
      each.push_back(next);
      continue;
    }
    const auto both = checked_add(each.back().points, next.points);
    if (!both.has_value()) return Outcome::AmountOverflow;
    each.back().points = *both;
  }
  bulk.members = std::move(each);
  return Outcome::Accepted;
}
template <typename Kind>
Outcome unite(Kind&) {
  return Outcome::Accepted;
}

void set_member(Action& action, const MemberId& member) {
  std::visit(
      [&](auto& fields) { for_each_member(fields, [&](MerchantId, MemberId& m) { m = member; }); },
      action);
}

}  // namespace

Result<Named> resolve_names(const Action& action, const StateView& view) {
  Named named;
  if (const std::optional<Card> card = card_of(action)) {
    TRY(const auto token, state::find_token(view, card->programme, card->token));
    if (!token.has_value()) return Named{Outcome::UnknownToken, std::nullopt};
    if (token->blocked) return Named{Outcome::TokenBlocked, std::nullopt};
    named.changed = action;
    set_member(*named.changed, token->member);  // of a kind that has a card, it is the only one
  }
  TRY(const Targets targets,
      find_targets(named.changed.has_value() ? *named.changed : action, view));
  if (targets.empty()) return named;
  if (!named.changed.has_value()) named.changed = action;
  named.outcome = std::visit(
      [&](auto& fields) {
        for_each_member(fields, [&](MerchantId programme, MemberId& member) {
          const auto target = targets.find({member, programme});
          if (target != targets.end()) member = target->second;
        });
        return unite(fields);
      },
      *named.changed);
  return named;
}

}  // namespace tally::execution
