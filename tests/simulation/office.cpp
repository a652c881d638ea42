// What an office asks for, and what it knows from its answers.
#include "simulation/office.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/rules/programme.h>

#include <algorithm>

namespace tally::sim {
namespace {

constexpr std::uint64_t kStream = 1'002;
constexpr std::uint64_t kFirstKey = 8'000;
constexpr std::size_t kLatest = 12;
constexpr Duration kRecoveryDelay(limits::kRecoverMsMin);
constexpr const char* kAttested = "shared";

std::uint64_t number_of(const MemberId& member) {
  return member.array().back();
}

template <typename T>
void forget(std::vector<T>& items, const T& item) {
  std::erase(items, item);
}

/// The newest are the likelier to be of use.
template <typename T>
void remember(std::vector<T>& items, T item) {
  forget(items, item);
  items.push_back(std::move(item));
  if (items.size() > kLatest) items.erase(items.begin());
}

/// Whether it is about another merchant's points than its sender's: the treasury's.
bool is_elsewhere(const Transaction& transaction) {
  const auto* const hold = std::get_if<Hold>(&transaction.action);
  const auto* const redeem =
      hold != nullptr ? &hold->redeem : std::get_if<Redeem>(&transaction.action);
  const auto* const earn = std::get_if<Earn>(&transaction.action);
  return (redeem != nullptr && redeem->programme != transaction.merchant) ||
         (earn != nullptr && earn->programme != transaction.merchant);
}

Campaign a_bonus(std::string id, Trigger trigger, RuleSource when) {
  Campaign campaign = test::a_campaign(std::move(id), "15");
  campaign.trigger = trigger;
  campaign.when = std::move(when);
  return campaign;
}

}  // namespace

Office::Office(bool is_open, std::uint64_t seed, std::uint64_t first_card_member)
    : random_(Random::stream(seed, kStream)),
      is_open_(is_open),
      first_card_member_(first_card_member) {
  if (!is_open_) return;
  for (std::uint64_t n = 1; n <= 2; ++n)
    guardians_.push_back(test::key_from_seed(kFirstKey + n));
  std::ranges::sort(guardians_, {}, [](const auto& key) { return key.public_key().id(); });
}

void Office::vary(Programme& programme) const {
  programme.expiry.reinstate = {365, 60};  // no jump of the clock is too far
  auto& campaigns = programme.campaigns;
  const auto place = std::ranges::lower_bound(campaigns, kAttested, {}, &Campaign::id);
  campaigns.insert(place, a_bonus(kAttested, Trigger::Attested, ""));
}

void Office::fill(Transaction& deed, const crypto::PublicKey& second_operator,
                  const Moment& moment) {
  Known& known = known_[deed.merchant];
  // Much that an office does takes two of them.
  if (!known.has_second_operator && random_.chance(50)) {
    RegisterKey second;
    second.key = second_operator;
    second.role = Role::Operator;
    deed.action = second;
    return;
  }
  deed.action = draw(deed, known, moment);
  // What a till's own key has signed counts until the key is revoked.
  if (std::holds_alternative<Attest>(deed.action) && !tills_.empty() && random_.chance(30))
    deed.asking_key =
        std::next(tills_.begin(), static_cast<std::ptrdiff_t>(random_.below(tills_.size())))->first;
}

Action Office::draw(const Transaction& sale, Known& known, const Moment& moment) {
  const MerchantId programme = sale.merchant;
  const std::uint64_t kind = random_.below(100);
  const bool is_published = known.version > 0;
  if (kind < 7 && is_published) return draw_publication(known);
  if (kind < 14 && is_published) return draw_campaign(known);
  if (kind < 18) return draw_segment(programme, known);
  if (kind < 22) return draw_worth(programme);
  if (kind < 38) return draw_card(sale, known);
  if (kind < 48) return draw_merge(programme, known);
  if (kind < 56) return draw_key(known);
  if (kind < 70) return draw_correction(programme, known);
  if (kind < 82) return draw_recovery(known, moment);
  return draw_answer(programme, known, moment);
}

/// 0: from the next block on.
Height Office::next_start() {
  return random_.chance(75) ? Height() : Height(height_.value() + random_.between(2, 12));
}

Action Office::draw_publication(const Known& known) {
  PublishProgramme publication;
  publication.version = known.version + 1;
  publication.active_from = next_start();
  publication.programme = known.programme;
  revise(publication.programme);
  return publication;
}

void Office::revise(Programme& programme) {
  switch (random_.below(5)) {
    case 0:
      programme.earn.base = test::base_rule(static_cast<std::int64_t>(random_.between(1, 3)), 100);
      return;
    case 1:
      if (programme.expiry.kind == ExpiryKind::Rolling)
        programme.expiry.months = static_cast<std::uint32_t>(random_.between(1, 24));
      return;
    case 2:
      programme.hold.ttl = Duration(random_.between(500, 60'000));
      return;
    case 3:
      programme.redeem.minimum =
          test::points(static_cast<std::int64_t>(10 * random_.between(1, 20)));
      return;
    default:
      // Dropped for good: its id never comes back.
      if (programme.campaigns.size() > 1)
        programme.campaigns.erase(
            programme.campaigns.begin() +
            static_cast<std::ptrdiff_t>(random_.below(programme.campaigns.size())));
      return;
  }
}

/// Prices that lie side by side, so that some rates close a circle that gains, and are refused.
Action Office::draw_worth(MerchantId programme) {
  constexpr std::uint64_t kDaysMax = 60;
  const Timestamp until = now_.plus(Duration(random_.between(1, kDaysMax) * kDay.milliseconds()));
  if (random_.chance(50)) {
    PublishRate rate;
    rate.programme = programme;
    rate.into = MerchantId(static_cast<std::uint32_t>(programme.value() % kProgrammes + 1));
    rate.points = 3;
    rate.points_into = static_cast<std::int64_t>(std::uint64_t{1} << random_.below(3));
    rate.valid_until = until;
    return rate;
  }
  PublishQuote quote;
  quote.programme = programme;
  quote.currency = test::currency("EUR");
  quote.bid = static_cast<std::int64_t>(random_.between(7'000, 9'000));
  quote.ask = quote.bid + static_cast<std::int64_t>(random_.between(0, 1'000));
  quote.acceptor_per_day = test::points(random_.chance(30) ? 10'000 : 0);
  quote.valid_until = until;
  return quote;
}

Action Office::draw_campaign(const Known& known) {
  PublishCampaign publication;
  publication.version = known.version + 1;
  publication.active_from = next_start();
  const auto& campaigns = known.programme.campaigns;
  if (campaigns.empty() || random_.chance(50)) {
    publication.id = "extra-" + std::to_string(next_number_++);
    publication.campaign = random_.chance(50)
                               ? a_bonus(publication.id, Trigger::Attested, "")
                               : a_bonus(publication.id, Trigger::Purchase, "\"staff\" in m.segs");
    return publication;
  }
  const Campaign& campaign = random_.pick(campaigns);
  publication.id = campaign.id;
  publication.change = random_.chance(70) ? CampaignChange::Pause : CampaignChange::End;
  if (campaign.state != CampaignState::Active) publication.change = CampaignChange::Resume;
  return publication;
}

Action Office::draw_segment(MerchantId programme, const Known& known) {
  PublishSegment segment;
  segment.programme = programme;
  segment.segment = random_.chance(70) ? "staff" : "vips";
  segment.add = some_members(known);
  if (segment.add.size() > 1 && random_.chance(50)) {
    segment.remove.push_back(segment.add.back());
    segment.add.pop_back();
  }
  return segment;
}

/// Members who come by a card alone, claim their account later, lose their cards, and buy with
/// them.
Action Office::draw_card(const Transaction& sale, const Known& known) {
  const MerchantId programme = sale.merchant;
  const std::uint64_t kind = random_.below(100);
  const TokenId lost = known.cards.empty() ? test::card(999) : random_.pick(known.cards);
  if (kind < 15) return BlockToken{programme, lost};
  if (kind < 30 && !known.unclaimed.empty()) {
    const MemberId member = random_.pick(known.unclaimed);
    return Claim{programme, member, crypto::sha256(member.view())};
  }
  if (const auto* const earn = std::get_if<Earn>(&sale.action); earn != nullptr && kind < 55) {
    Earn by_card = *earn;
    by_card.member = MemberId();
    by_card.token = lost;
    return by_card;
  }
  const TokenId fresh = test::card(1'000 + next_number_++);
  if (kind < 80) {
    Enrol enrol;
    enrol.programme = programme;
    enrol.member = test::member(first_card_member_ + kCardMembers * (programme.value() - 1) +
                                random_.below(kCardMembers));
    enrol.token = fresh;
    return enrol;
  }
  return LinkToken{programme, any_member(known), fresh};
}

Action Office::draw_merge(MerchantId programme, const Known& known) {
  if (!known.merged.empty() && random_.chance(60)) return Unmerge{programme, known.merged.back()};
  const MemberId source = !known.by_card.empty() && random_.chance(60) ? random_.pick(known.by_card)
                                                                       : any_member(known);
  MemberId target = any_member(known);
  if (target == source) target = test::member(number_of(source) % 2 + 1);
  return Merge{programme, source, target};
}

Action Office::draw_key(const Known& known) {
  if (!known.keys.empty() && random_.chance(50)) return RevokeKey{random_.pick(known.keys)};
  crypto::PrivateKey key = test::key_from_seed(kFirstKey + 1'000 + next_number_++);
  RegisterKey registration;
  registration.key = key.public_key();
  if (random_.chance(50)) {
    registration.role = Role::Member;
    registration.member = any_member(known);
    return registration;
  }
  tills_.emplace(registration.key.id(), std::move(key));
  return registration;
}

Action Office::draw_correction(MerchantId programme, const Known& known) {
  if (!known.expired.empty() && random_.chance(60))
    return Reinstate{programme, random_.pick(known.expired)};
  if (random_.chance(20)) return open_lots(programme, known);
  if (!known.lots.empty() && random_.chance(50)) {
    const auto& [member, lot] = random_.pick(known.lots);
    return Extend{programme, member, lot, static_cast<std::uint32_t>(random_.between(1, 6)),
                  MonthRounding::None};
  }
  AdjustBulk bulk;
  bulk.programme = programme;
  bulk.direction = random_.chance(70) ? AdjustDirection::Credit : AdjustDirection::Debit;
  bulk.reason = "goodwill";
  std::int64_t moved = 0;
  for (const MemberId& member : some_members(known)) {
    const auto points = static_cast<std::int64_t>(random_.between(1, 60));
    bulk.members.push_back({member, test::points(points)});
    moved += points;
  }
  // Of nobody in debt; else the totals differ.
  bulk.moved = test::points(moved);
  return bulk;
}

/// Points of the old system that soon expire, so that there is something to bring back.
OpenLots Office::open_lots(MerchantId programme, const Known& known) {
  const Timestamp expires_at = now_.plus(Duration(random_.between(1, 60) * kHour.milliseconds()));
  return {programme,
          {{any_member(known), test::points(50), test::kStart, expires_at,
            "office:" + std::to_string(next_number_++)}}};
}

/// What tills and members wait for: a hold's end, points that pend, a return; and actions that
/// somebody vouches for.
Action Office::draw_answer(MerchantId programme, const Known& known, const Moment& moment) {
  const std::uint64_t kind = random_.below(100);
  if (kind < 50 && !known.holds.empty()) {
    const Bytes& hold = known.holds.back();
    if (kind < 25) return Void{programme, hold};
    return Capture{programme, hold, test::points(10)};
  }
  if (kind < 65 && !known.waiting.empty()) return Activate{programme, random_.pick(known.waiting)};
  if (kind < 80 && !known.orders.empty()) {
    Reverse reverse;
    reverse.programme = programme;
    reverse.order = random_.pick(known.orders);
    reverse.total = test::money(static_cast<std::int64_t>(random_.between(1, 2'000)));
    return reverse;
  }
  return attest(programme, moment);
}

/// The next step of one of few, so that some come to their end.
Action Office::draw_recovery(const Known& known, const Moment& moment) {
  const bool by_custodian = !known.by_card.empty() && random_.chance(50);
  const MemberId member =
      by_custodian ? known.by_card.front() : test::member(random_.between(1, 2));
  const Recovery& recovery = recoveries_[member];
  if (!by_custodian && !recovery.guarded_from.has_value()) return set_guardians(member);
  const bool is_approved = recovery.ready_at.has_value();
  Recover step;
  step.member = member;
  step.step = is_approved ? RecoverStep::Execute : RecoverStep::Approve;
  step.key = new_key(member).public_key();
  const Timestamp delay_ends =
      is_approved ? *recovery.ready_at : recovery.guarded_from.value_or(Timestamp());
  if (now_ >= delay_ends) return step;
  if (is_approved && random_.chance(25))
    return Recover{member, RecoverStep::Cancel, {}, 0, {}, std::nullopt};
  // Where development time may not go on, it is too early.
  return moment.may_move_clock ? Action(AdvanceClock{delay_ends.plus(kHour).since(now_)}) : step;
}

crypto::PrivateKey Office::new_key(const MemberId& member) const {
  const auto found = recoveries_.find(member);
  const std::uint64_t round = found == recoveries_.end() ? 0 : found->second.round;
  return test::key_from_seed(kFirstKey + 100'000 + 100 * number_of(member) + round);
}

Action Office::set_guardians(const MemberId& member) {
  Recover step;
  step.member = member;
  step.step = RecoverStep::SetGuardians;
  for (const crypto::PrivateKey& guardian : guardians_)
    step.guardians.push_back(guardian.public_key());
  step.needed = static_cast<std::uint8_t>(random_.between(1, guardians_.size()));
  step.delay = kRecoveryDelay;
  return step;
}

Attest Office::attest(MerchantId programme, const Moment& moment) {
  Attest attest;
  attest.programme = programme;
  attest.member = any_member(known_.at(programme));
  attest.event_time = moment.event_time;
  // Once in a while again, which does not count.
  attest.ref = "share:" + std::to_string(random_.chance(80) ? next_number_++ : next_number_ / 2);
  return attest;
}

/// One who has an account, as far as the office knows.
MemberId Office::any_member(const Known& known) {
  if (known.members.empty()) return test::member(1);
  return *std::next(known.members.begin(),
                    static_cast<std::ptrdiff_t>(random_.below(known.members.size())));
}

/// One to three, ascending.
std::vector<MemberId> Office::some_members(const Known& known) {
  std::set<MemberId> some;
  for (std::uint64_t count = random_.between(1, 3); count > 0; --count)
    some.insert(any_member(known));
  return {some.begin(), some.end()};
}

void Office::sent(const Transaction& transaction) {
  if (!is_open_) return;
  CHECK(check_form(transaction).ok());  // no node would let it in, and the run would wait for it
  sent_.emplace(request_digest(transaction), transaction);
}

void Office::learn(const Receipt& receipt, Timestamp ledger_time) {
  if (!is_open_) return;
  now_ = ledger_time;
  height_ = receipt.position.height;
  if (receipt.outcome != Outcome::Accepted) return;
  for (const PreviousReceipt& previous : receipt.previous)
    known_[previous.account.programme].members.insert(previous.account.member);
  learn_lines(receipt);
  const auto found = sent_.find(receipt.request_digest);
  if (found == sent_.end()) return;
  Known& known = known_[found->second.merchant];
  learn_order(found->second, receipt, known);
  learn_action(found->second.action, known);
}

void Office::learn_lines(const Receipt& receipt) {
  for (const ReceiptLine& line : receipt.lines) {
    if (line.kind == LineKind::Expired)
      remember(known_[line.account.programme].expired, line.account.member);
    const bool is_new = line.kind == LineKind::Earned || line.kind == LineKind::AdjustedUp ||
                        line.kind == LineKind::Activated || line.kind == LineKind::JoinedAvailable;
    if (!is_new || line.idle || line.expires_at == Timestamp::never()) continue;
    remember(known_[line.account.programme].lots, OwnedLot(line.account.member, line.lot));
  }
}

void Office::learn_order(const Transaction& transaction, const Receipt& receipt, Known& known) {
  const Bytes& id = transaction.request_id;
  if (is_elsewhere(transaction)) return;
  if (std::holds_alternative<Hold>(transaction.action)) remember(known.holds, id);
  if (!std::holds_alternative<Earn>(transaction.action) &&
      !std::holds_alternative<Redeem>(transaction.action))
    return;
  remember(known.orders, id);
  if (std::ranges::any_of(receipt.lines,
                          [](const auto& line) { return line.kind == LineKind::Pended; }))
    remember(known.waiting, id);
}

void Office::learn_action(const Action& action, Known& known) {
  if (const auto* publication = std::get_if<PublishProgramme>(&action)) {
    known.version = publication->version;
    known.programme = publication->programme;
  } else if (const auto* change = std::get_if<PublishCampaign>(&action)) {
    known.version = change->version;
    CHECK(rules::change_campaign(known.programme, *change) == Outcome::Accepted);
  } else if (const auto* enrol = std::get_if<Enrol>(&action)) {
    if (enrol->token.has_value()) remember(known.cards, *enrol->token);
    if (!enrol->commitment.has_value()) remember(known.unclaimed, enrol->member);
    if (!enrol->commitment.has_value()) remember(known.by_card, enrol->member);
  } else if (const auto* capture = std::get_if<Capture>(&action)) {
    forget(known.holds, capture->hold);
  } else if (const auto* ended = std::get_if<Void>(&action)) {
    forget(known.holds, ended->hold);
  } else if (const auto* activation = std::get_if<Activate>(&action)) {
    forget(known.waiting, activation->order);
  } else if (const auto* claim = std::get_if<Claim>(&action)) {
    forget(known.unclaimed, claim->member);
  } else if (const auto* link = std::get_if<LinkToken>(&action)) {
    remember(known.cards, link->token);
  } else if (const auto* merge = std::get_if<Merge>(&action)) {
    remember(known.merged, merge->source);
  } else if (const auto* unmerge = std::get_if<Unmerge>(&action)) {
    forget(known.merged, unmerge->source);
  } else if (const auto* registration = std::get_if<RegisterKey>(&action)) {
    const bool is_second = registration->role == Role::Operator;
    known.has_second_operator = known.has_second_operator || is_second;
    if (!is_second) remember(known.keys, registration->key.id());
  } else if (const auto* revocation = std::get_if<RevokeKey>(&action)) {
    forget(known.keys, revocation->key);
  } else if (const auto* step = std::get_if<Recover>(&action)) {
    learn_recovery(*step, known);
  }
}

void Office::learn_recovery(const Recover& step, Known& known) {
  Recovery& recovery = recoveries_[step.member];
  switch (step.step) {
    case RecoverStep::SetGuardians:
      recovery.guarded_from = now_.plus(kRecoveryDelay);
      return;
    case RecoverStep::Approve:
      recovery.ready_at = now_.plus(kRecoveryDelay);
      return;
    case RecoverStep::Execute:
      recovered_.insert_or_assign(number_of(step.member), new_key(step.member));
      forget(known.by_card, step.member);
      break;
    case RecoverStep::Cancel:
      break;
  }
  recovery.ready_at.reset();
  ++recovery.round;
}

const crypto::PrivateKey* Office::till(const KeyId& id) const {
  const auto found = tills_.find(id);
  return found == tills_.end() ? nullptr : &found->second;
}

const crypto::PrivateKey* Office::recovered(std::uint64_t n) const {
  const auto found = recovered_.find(n);
  return found == recovered_.end() ? nullptr : &found->second;
}

}  // namespace tally::sim
