// What offices ask of each other, and what they know from the answers.
#include "simulation/treasury.h"

#include <tally/base/limits.h>
#include <tally/consensus/epoch.h>
#include <tally/state/settlement.h>

#include <algorithm>

namespace tally::sim {
namespace {

constexpr std::uint64_t kStream = 1'003;
constexpr std::uint64_t kFirstKey = 9'000;
constexpr std::uint64_t kProgrammes = Office::kProgrammes;
constexpr std::uint64_t kMembers = 6;   ///< who have keys
constexpr std::uint64_t kSpenders = 3;  ///< of them
constexpr std::size_t kLatest = 12;
constexpr MerchantId kFirst{1};
constexpr MerchantId kSecond{2};
constexpr MerchantId kAcceptor{4};  ///< it has no programme
const char* const kFunded = "funded";

Currency euro() {
  return test::currency("EUR");
}

template <typename T>
void remember(std::vector<T>& items, T item) {
  items.push_back(std::move(item));
  if (items.size() > kLatest) items.erase(items.begin());
}

Campaign funded_by(MerchantId merchant, bool with_issuer) {
  Campaign campaign = test::a_campaign(kFunded, "11");
  const Funder who{FunderKind::Merchant, test::name_of_merchant(merchant)};
  campaign.funders = {{who, 1, 1}};
  if (with_issuer) campaign.funders = {{who, 1, 2}, {Funder{}, 1, 2}};
  return campaign;
}

Redeem& redeem_of(Action& action) {
  auto* const hold = std::get_if<Hold>(&action);
  return hold != nullptr ? hold->redeem : std::get<Redeem>(action);
}

}  // namespace

Treasury::Treasury(bool is_open, std::uint64_t seed, std::size_t merchants)
    : random_(Random::stream(seed, kStream)),
      is_open_(is_open && merchants >= kAcceptor.value()),
      share_(seed % 16 == 4 ? 20 : 60),
      merchants_(merchants),
      voices_needed_(consensus::Quorum(std::max<std::size_t>(merchants, 1)).quorum()) {
  if (!is_open_) return;
  for (std::uint32_t id = 1; id <= kProgrammes; ++id)
    custodians_.emplace(MerchantId(id), test::key_from_seed(kFirstKey + id));
}

bool Treasury::names_others(MerchantId programme) {
  return programme == kFirst || programme == kSecond;
}

void Treasury::vary(Programme& programme) const {
  programme.adjust.alone_per_day = test::points(100'000);
  const bool is_first = programme.merchant == test::name_of_merchant(kFirst);
  if (!is_first && programme.merchant != test::name_of_merchant(kSecond)) return;
  programme.exchange = {true, static_cast<std::uint16_t>(is_first ? 150 : 0)};
  const MerchantId other = is_first ? kSecond : kFirst;
  programme.partners = {{test::name_of_merchant(other), false, Points()},
                        {test::name_of_merchant(kAcceptor), true, test::points(2'000)}};
  auto& campaigns = programme.campaigns;
  const auto place = std::ranges::lower_bound(campaigns, kFunded, {}, &Campaign::id);
  campaigns.insert(place, funded_by(is_first ? other : kAcceptor, !is_first));
}

std::optional<Treasury::Token> Treasury::fill(Transaction& deed, const Moment& moment) {
  std::optional<Token> token;
  deed.action = draw(deed, moment, token);
  return token;
}

Action Treasury::draw(Transaction& deed, const Moment& moment, std::optional<Token>& token) {
  ++turn_;
  // Nothing is owed without quotes and caps, and nothing decided without voices.
  std::optional<Action> first;
  if (random_.chance(70)) first = draw_condition(deed);
  if (!first.has_value() && random_.chance(10)) first = draw_jump(moment);
  if (!first.has_value() && random_.chance(40)) first = draw_settling(deed);
  if (first.has_value()) return std::move(*first);
  const std::uint64_t kind = random_.below(100);
  if (kind < (disputed_.empty() && suspended_.empty() ? 5 : 20)) return draw_change(deed);
  if (kind < 23) return register_custodian(deed);
  if (kind < 52) return draw_spending(deed, token);
  if (kind < 68) return draw_sequel(deed);
  if (kind < 86) return draw_exchange(deed);
  return earn_at_partner(deed, moment);
}

bool Treasury::may_ask(Asked what, std::uint64_t which) {
  constexpr std::uint64_t kPatience = 15;
  const auto [place, is_first] = asked_.emplace(std::pair(what, which), turn_);
  if (!is_first && turn_ - place->second < kPatience) return false;
  place->second = turn_;
  return true;
}

// What all else needs.

std::optional<Action> Treasury::draw_condition(Transaction& deed) {
  std::erase_if(proposed_, [&](const auto& each) {
    return now_ >= each.second.at.plus(Duration(limits::kProposalMs));
  });
  for (const auto& [proposer, proposed] : proposed_)
    if (auto voice = approve(deed, proposer)) return voice;
  if (auto quote = draw_quote(deed)) return quote;
  return draw_cap(deed);
}

std::optional<Action> Treasury::draw_quote(Transaction& deed) {
  for (std::uint32_t id = 1; id <= kProgrammes; ++id) {
    const MerchantId programme(id);
    if (quoted_until_[programme] > now_ || !may_ask(Asked::Quote, id)) continue;
    deed.merchant = programme;
    PublishQuote quote;
    quote.programme = programme;
    quote.currency = euro();
    quote.bid = static_cast<std::int64_t>(random_.between(7'000, 9'000));
    quote.ask = quote.bid + static_cast<std::int64_t>(random_.between(0, 1'000));
    quote.valid_until = now_.plus(Duration(random_.between(30, 300) * kDay.milliseconds()));
    return quote;
  }
  return std::nullopt;
}

std::optional<Action> Treasury::draw_cap(Transaction& deed) {
  for (std::uint32_t id = 1; id <= kAcceptor.value(); ++id) {
    const MerchantId debtor(id);
    // Time is short: the first two owe the most.
    if (has_cap_.contains(debtor) || (id > kSecond.value() && !random_.chance(30))) continue;
    if (!may_ask(Asked::Cap, id)) continue;
    deed.merchant = any_merchant();
    const Money most = test::money(static_cast<std::int64_t>(random_.between(1'000, 50'000)));
    if (random_.chance(50)) return ProposeChange{{}, SetCap{debtor, euro(), most}};
    return ProposeChange{{}, SetCollateral{debtor, euro(), most}};
  }
  return std::nullopt;
}

Action Treasury::draw_change(Transaction& deed) {
  deed.merchant = any_merchant();
  return ProposeChange{{}, any_change()};
}

Change Treasury::any_change() {
  const std::uint64_t kind = random_.below(100);
  const MerchantId debtor(static_cast<std::uint32_t>(random_.between(1, kAcceptor.value())));
  if (kind < 30 && !disputed_.empty()) {
    DecidePayment decision = random_.pick(disputed_);
    decision.paid = random_.chance(50);
    return decision;
  }
  if (kind < 60 && !suspended_.empty()) return ResumeIssuer{*suspended_.begin()};
  if (kind < 66) return ResumeIssuer{debtor};
  // The third, whom no other programme names.
  if (kind < 74) return EndIssuer{MerchantId(kProgrammes), Duration(limits::kNoticeMsMin)};
  const Money most = test::money(static_cast<std::int64_t>(random_.between(100, 20'000)));
  if (kind < 84) return SetCollateral{debtor, euro(), most};
  return SetCap{debtor, euro(), random_.chance(70) ? std::optional(most) : std::nullopt};
}

std::optional<Action> Treasury::approve(Transaction& deed, MerchantId proposer) {
  const Proposed& proposed = proposed_.at(proposer);
  const MerchantId voice = another(proposer, merchants_);
  const std::uint64_t which = proposer.value() * merchants_ + voice.value();
  if (proposed.voices.contains(voice) || !may_ask(Asked::Voice, which)) return std::nullopt;
  deed.merchant = voice;
  return ApproveChange{proposer, proposal_digest(proposed.proposal)};
}

// Cycles.

std::optional<Action> Treasury::draw_settling(Transaction& deed) {
  const bool is_due = !open_.empty() && state::start_of_cycle(open_.begin()->first + 1) <= now_;
  if (is_due && may_ask(Asked::Close, open_.begin()->first)) {
    deed.merchant = any_merchant();
    return CloseCycle{open_.begin()->first};
  }
  if (closed_.empty()) return std::nullopt;
  return draw_payment(deed);
}

Action Treasury::draw_payment(Transaction& deed) {
  const std::uint64_t back = random_.below(std::min<std::size_t>(closed_.size(), 3));
  Closed& closed = closed_[closed_.size() - 1 - back];
  const MerchantId debtor = closed.debtors.empty() ? any_merchant() : random_.pick(closed.debtors);
  const MerchantId creditor =
      closed.creditors.empty() ? another(debtor, merchants_) : random_.pick(closed.creditors);
  if (random_.chance(35)) {
    deed.merchant = debtor;
    return DisputePayment{closed.cycle, euro(), creditor, "RF18-" + std::to_string(next_number_++)};
  }
  deed.merchant = creditor;
  return ConfirmPayment{closed.cycle, euro(), debtor};
}

/// To where something falls due: a cycle's end, a call day, the end of a dispute.
std::optional<Action> Treasury::draw_jump(const Moment& moment) {
  if (!moment.may_move_clock) return std::nullopt;
  std::vector<Timestamp> targets;
  if (!open_.empty()) targets.push_back(state::start_of_cycle(open_.begin()->first + 1));
  for (const Closed& closed : closed_) {
    targets.push_back(closed.at.plus(Duration(limits::kCallDayMs)));
    targets.push_back(closed.at.plus(Duration(limits::kCallDayMs + limits::kDisputeMs)));
  }
  if (third_ends_.has_value()) targets.push_back(*third_ends_);
  std::erase_if(targets, [&](Timestamp t) { return t <= now_; });
  if (targets.empty()) return std::nullopt;
  return AdvanceClock{random_.pick(targets).since(now_)};
}

// Points elsewhere.

/// Few, so that each has an account wherever points are spent, and points in it.
MemberId Treasury::any_member() {
  return test::member(random_.between(1, kSpenders));
}

std::optional<Action> Treasury::prepare(Transaction& deed, const AccountId& account) {
  constexpr std::int64_t kEnough = 150;
  const auto found = available_.find(account);
  if (found != available_.end() && found->second >= kEnough) return std::nullopt;
  if (random_.chance(15)) return std::nullopt;
  deed.merchant = account.programme;
  if (found == available_.end()) {
    Enrol enrol;
    enrol.programme = account.programme;
    enrol.member = account.member;
    enrol.commitment = crypto::sha256(account.member.view());
    return enrol;
  }
  return Adjust{account.programme, account.member, AdjustDirection::Credit, test::points(400),
                "goodwill"};
}

Redeem Treasury::redeem_elsewhere(Transaction& deed) {
  Redeem redeem;
  redeem.programme = any_programme();
  deed.merchant = another(redeem.programme, kAcceptor.value());
  redeem.member = any_member();
  redeem.currency = euro();
  redeem.basket = test::money(20'000);
  const std::uint64_t mode = random_.below(100);
  redeem.mode = mode < 50 ? RedeemMode::UpTo : RedeemMode::Exactly;
  redeem.points = test::points(static_cast<std::int64_t>(10 * random_.between(1, 30)));
  if (mode < 80 || deed.merchant == kAcceptor) return redeem;
  redeem.mode = RedeemMode::Reward;
  redeem.points = test::points(static_cast<std::int64_t>(random_.between(5, 200)));
  redeem.basket = test::money(500);
  return redeem;
}

Action Treasury::draw_spending(Transaction& deed, std::optional<Token>& token) {
  const Redeem redeem = redeem_elsewhere(deed);
  if (auto before = prepare(deed, {redeem.member, redeem.programme})) return std::move(*before);
  Action action = redeem;
  if (random_.chance(35)) {
    Hold hold;
    hold.redeem = redeem;
    if (random_.chance(50)) hold.ttl = Duration(random_.between(500, 60'000));
    action = hold;
  }
  if (!random_.chance(35)) return action;
  Redeem& asked = redeem_of(action);
  if (last_token_.has_value() && random_.chance(25)) {  // it counts once
    token = last_token_;
    asked.programme = token->terms.programme;
    asked.member = token->terms.member;
    deed.merchant = token->terms.acceptor;
    return action;
  }
  if (has_custodian_.contains(asked.programme) && random_.chance(60))
    asked.member =
        test::member(kMembers + 2 + Office::kCardMembers * (asked.programme.value() - 1) +
                     random_.below(Office::kCardMembers));
  last_token_ = token = token_for(asked, deed.merchant);
  return action;
}

Treasury::Token Treasury::token_for(const Redeem& redeem, MerchantId acceptor) {
  Token token;
  token.terms.member = redeem.member;
  token.terms.programme = redeem.programme;
  token.terms.acceptor = acceptor;
  token.terms.points_max = test::points(random_.chance(90) ? 1'000 : 20);
  token.terms.until = now_.plus(Duration(random_.between(1, 20) * kHour.milliseconds()));
  token.terms.nonce = test::fixed_of<ConsentNonce>(next_number_++);
  token.by_custodian = redeem.member.array().back() > kMembers;
  return token;
}

/// What comes after a hold, an order.
Action Treasury::draw_sequel(Transaction& deed) {
  if (!holds_.empty() && random_.chance(60)) {
    const Placed& hold =
        holds_[holds_.size() - 1 - random_.below(std::min<std::size_t>(holds_.size(), 3))];
    deed.merchant = hold.merchant;
    if (random_.chance(25)) return Void{hold.programme, hold.id};
    const auto points = static_cast<std::int64_t>(random_.between(1, 60));
    return Capture{hold.programme, hold.id, test::points(points)};
  }
  if (orders_.empty()) {
    std::optional<Token> no_token;
    return draw_spending(deed, no_token);
  }
  const Placed& order = random_.pick(orders_);
  deed.merchant = order.merchant;
  Reverse reverse;
  reverse.programme = order.programme;
  reverse.order = order.id;
  reverse.total = test::money(static_cast<std::int64_t>(random_.between(1, 20'000)));
  return reverse;
}

Action Treasury::draw_exchange(Transaction& deed) {
  ExchangePoints exchange;
  exchange.programme = random_.chance(50) ? kFirst : kSecond;
  exchange.into = exchange.programme == kFirst ? kSecond : kFirst;
  if (random_.chance(5)) exchange.into = MerchantId(kProgrammes);  // which exchanges nothing
  exchange.member = any_member();
  for (const MerchantId programme : {exchange.programme, exchange.into})
    if (auto before = prepare(deed, {exchange.member, programme})) return std::move(*before);
  exchange.mode = random_.chance(50) ? ExchangeMode::In : ExchangeMode::Out;
  exchange.points = test::points(static_cast<std::int64_t>(random_.between(1, 150)));
  deed.merchant = random_.chance(50) ? exchange.programme : exchange.into;
  return exchange;
}

Action Treasury::earn_at_partner(Transaction& deed, const Moment& moment) {
  Earn earn;
  earn.programme = random_.chance(50) ? kFirst : kSecond;
  deed.merchant = random_.chance(70) ? (earn.programme == kFirst ? kSecond : kFirst) : kAcceptor;
  earn.member = any_member();
  earn.currency = euro();
  earn.total = test::money(static_cast<std::int64_t>(random_.between(100, 30'000)));
  earn.event_time = moment.event_time;
  return earn;
}

/// Whose word counts for members in custody. It takes two operators.
Action Treasury::register_custodian(Transaction& deed) const {
  RegisterKey registration;
  registration.role = Role::Operator;
  if (deed.merchant.value() > kProgrammes) deed.merchant = kFirst;
  registration.key = custodians_.at(deed.merchant).public_key();
  registration.limits.consent_max = test::points(1'000);
  return registration;
}

MerchantId Treasury::any_merchant() {
  return MerchantId(static_cast<std::uint32_t>(random_.between(1, merchants_)));
}

MerchantId Treasury::any_programme() {
  return MerchantId(static_cast<std::uint32_t>(random_.between(1, kProgrammes)));
}

MerchantId Treasury::another(MerchantId merchant, std::uint64_t among) {
  const std::uint64_t next = merchant.value() - 1 + random_.between(1, among - 1);
  return MerchantId(static_cast<std::uint32_t>(next % among + 1));
}

// What it knows.

void Treasury::sent(const Transaction& transaction) {
  if (is_open_) sent_.emplace(request_digest(transaction), transaction);
}

void Treasury::learn(const Receipt& receipt, Timestamp ledger_time) {
  if (!is_open_) return;
  now_ = ledger_time;
  learn_owed(receipt);
  for (const ReceiptLine& line : receipt.lines)
    available_[line.account] += movement_of(line.kind).available * line.points.value();
  const auto found = sent_.find(receipt.request_digest);
  if (found == sent_.end()) return;
  if (receipt.outcome == Outcome::Accepted) return learn_action(found->second);
  if (receipt.outcome != Outcome::IssuerSuspended) return;
  if (const auto* const redeem = std::get_if<Redeem>(&found->second.action))
    suspended_.insert(redeem->programme);
  if (const auto* const exchange = std::get_if<ExchangePoints>(&found->second.action))
    suspended_.insert(exchange->programme);
}

void Treasury::learn_owed(const Receipt& receipt) {
  for (const Obligation& obligation : receipt.obligations)
    open_[state::cycle_of(now_)][{obligation.debtor, obligation.creditor}] +=
        obligation.amount.value();
  if (receipt.kind == ActionKind::CloseCycle && receipt.outcome == Outcome::Accepted)
    learn_closed(receipt.cycle.value());
}

/// Who pays whom, as far as one can tell without the carries.
void Treasury::learn_closed(std::uint32_t cycle) {
  std::map<MerchantId, std::int64_t> nets;
  for (const auto& [pair, amount] : open_[cycle]) {
    nets[pair.first] -= amount;
    nets[pair.second] += amount;
  }
  Closed closed;
  closed.cycle = cycle;
  closed.at = now_;
  for (const auto& [merchant, net] : nets)
    (net < 0 ? closed.debtors : closed.creditors).push_back(merchant);
  remember(closed_, std::move(closed));
  open_.erase(open_.begin(), open_.upper_bound(cycle));
}

void Treasury::learn_action(const Transaction& transaction) {
  const MerchantId merchant = transaction.merchant;
  const auto place = [&](std::vector<Placed>& places, MerchantId programme) {
    if (programme != merchant)
      remember(places, Placed{merchant, programme, transaction.request_id});
  };
  if (const auto* const enrol = std::get_if<Enrol>(&transaction.action)) {
    available_.try_emplace(AccountId{enrol->member, enrol->programme});
  } else if (const auto* const quote = std::get_if<PublishQuote>(&transaction.action)) {
    quoted_until_[quote->programme] = quote->valid_until;
  } else if (const auto* const redeem = std::get_if<Redeem>(&transaction.action)) {
    place(orders_, redeem->programme);
  } else if (const auto* const hold = std::get_if<Hold>(&transaction.action)) {
    place(holds_, hold->redeem.programme);
  } else if (const auto* const capture = std::get_if<Capture>(&transaction.action)) {
    const Placed placed{merchant, capture->programme, capture->hold};
    if (std::erase(holds_, placed) > 0) remember(orders_, placed);
  } else if (const auto* const ended = std::get_if<Void>(&transaction.action)) {
    std::erase(holds_, Placed{merchant, ended->programme, ended->hold});
  } else if (const auto* const earn = std::get_if<Earn>(&transaction.action)) {
    place(orders_, earn->programme);
  } else if (const auto* const key = std::get_if<RegisterKey>(&transaction.action)) {
    if (!key->limits.consent_max.is_zero()) has_custodian_.insert(merchant);
  } else if (const auto* const dispute = std::get_if<DisputePayment>(&transaction.action)) {
    remember(disputed_,
             DecidePayment{dispute->cycle, dispute->currency, merchant, dispute->creditor, false});
  } else if (const auto* const proposal = std::get_if<ProposeChange>(&transaction.action)) {
    proposed_.insert_or_assign(merchant, Proposed{*proposal, now_, {merchant}});
    for (std::uint64_t voice = 1; voice <= merchants_; ++voice)
      asked_.erase({Asked::Voice, merchant.value() * merchants_ + voice});
  } else if (const auto* const approval = std::get_if<ApproveChange>(&transaction.action)) {
    learn_voice(approval->proposer, merchant);
  }
}

void Treasury::learn_voice(MerchantId proposer, MerchantId voice) {
  const auto found = proposed_.find(proposer);
  if (found == proposed_.end()) return;
  found->second.voices.insert(voice);
  if (found->second.voices.size() < voices_needed_) return;
  learn_decided(found->second.proposal.change);
  proposed_.erase(found);
}

void Treasury::learn_decided(const Change& change) {
  if (const auto* const cap = std::get_if<SetCap>(&change)) {
    has_cap_.insert(cap->debtor);
  } else if (const auto* const collateral = std::get_if<SetCollateral>(&change)) {
    has_cap_.insert(collateral->debtor);
  } else if (const auto* const resumed = std::get_if<ResumeIssuer>(&change)) {
    suspended_.erase(resumed->issuer);
  } else if (const auto* const end = std::get_if<EndIssuer>(&change)) {
    // By the clock of the next block, which is close enough.
    if (!third_ends_.has_value()) third_ends_ = now_.plus(end->notice).plus(kHour);
  } else if (const auto* const decision = std::get_if<DecidePayment>(&change)) {
    std::erase_if(disputed_, [&](const DecidePayment& each) {
      return each.cycle == decision->cycle && each.debtor == decision->debtor &&
             each.creditor == decision->creditor;
    });
  }
}

}  // namespace tally::sim
