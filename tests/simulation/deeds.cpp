// What members and operators do beside buying and redeeming.
#include "simulation/deeds.h"

#include <tally/state/account.h>
#include <tally/state/programme_record.h>

#include <algorithm>

namespace tally::sim {
namespace {

constexpr std::uint64_t kStream = 1'001;
constexpr std::uint64_t kFirstKey = 7'000;
constexpr std::uint32_t kMerchants = 3;
constexpr std::uint64_t kLatest = 12;

Duration days(std::uint64_t count) {
  return Duration(count * kDay.milliseconds());
}

bool takes_consents(ActionKind kind) {
  return kind == ActionKind::Enrol || kind == ActionKind::Transfer || kind == ActionKind::Pool ||
         kind == ActionKind::Merge || kind == ActionKind::OpenLots ||
         kind == ActionKind::LinkToken || kind == ActionKind::Close ||
         kind == ActionKind::BlockToken || kind == ActionKind::Claim ||
         kind == ActionKind::RegisterKey || kind == ActionKind::RevokeKey ||
         kind == ActionKind::Unmerge || kind == ActionKind::Recover ||
         kind == ActionKind::AdjustBulk || kind == ActionKind::PublishRate;
}

bool is_approval(const Action& action) {
  const auto* const recovery = std::get_if<Recover>(&action);
  return recovery != nullptr && recovery->step == RecoverStep::Approve;
}

}  // namespace

Deeds::Deeds(std::uint64_t seed, bool has_office, const test::TestChain& consortium)
    : random_(Random::stream(seed, kStream)),
      consortium_(consortium),
      office_(has_office, seed, kMembers + 2),
      treasury_(has_office, seed, consortium.keys.size()) {
  if (seed % 2 != 0 && !has_office) return;
  for (std::uint64_t n = 1; n <= kMembers; ++n)
    keys_.push_back(test::key_from_seed(kFirstKey + n));
  for (std::uint64_t n = 1; n <= kMerchants; ++n)
    operators_.push_back(test::key_from_seed(kFirstKey + 100 + n));
}

void Deeds::vary(Programme& programme) {
  const std::uint64_t wait = random_.below(4);
  if (wait == 1) programme.earn.pending = {false, days(14)};
  if (wait == 2) programme.earn.pending = {true, days(30)};
  if (random_.chance(30)) programme.expiry.kind = ExpiryKind::Inactivity;
  if (random_.chance(30)) programme.expiry.grace_days = 20;
  if (random_.chance(30)) programme.expiry.reinstate = {30, 60};
  programme.returns.clawback = static_cast<Clawback>(random_.between(1, 3));
  programme.returns.debt_limit.reset();
  if (programme.returns.clawback != Clawback::Unlimited || random_.chance(50))
    programme.returns.debt_limit =
        test::points(programme.returns.clawback == Clawback::Unlimited ? 100 : 0);
  programme.transfer = {true, test::points(2), 500, random_.chance(30) ? 3U : 0U, Duration()};
  programme.pool = {true, 4};
  programme.redeem.minimum = test::points(10);
  if (random_.chance(30))
    programme.velocity = {{VelocityWhat::Earn, Period::Day, 5, Points(), random_.chance(50)}};
  if (office_.is_open()) office_.vary(programme);
  if (treasury_.is_open()) treasury_.vary(programme);
}

std::optional<Transaction> Deeds::in_place_of(const Transaction& sale, const Moment& moment) {
  if (!are_on()) return std::nullopt;
  if (std::holds_alternative<Earn>(sale.action) || std::holds_alternative<Redeem>(sale.action))
    orders_.push_back(sale.request_id);
  const bool is_clock = std::holds_alternative<AdvanceClock>(sale.action);
  if (is_clock) return std::nullopt;
  const bool is_between = treasury_.takes_turn();
  if (!is_between && !random_.chance(50)) return std::nullopt;
  Transaction deed = sale;
  deed.order_id.reset();
  deed.consents.clear();
  if (is_between) {
    fill_between(deed, moment);
    return deed;
  }
  if (office_.takes_turn()) {
    office_.fill(deed, operators_.at(sale.merchant.value() - 1).public_key(), moment);
    return deed;
  }
  deed.action = draw(sale);
  if (std::holds_alternative<Hold>(deed.action)) {
    holds_.push_back(deed.request_id);
    orders_.push_back(deed.request_id);
  }
  return deed;
}

Action Deeds::draw(const Transaction& sale) {
  const MerchantId programme = sale.merchant;
  const std::uint64_t kind = random_.below(100);
  const Points some = test::points(static_cast<std::int64_t>(10 * random_.between(1, 12)));
  if (kind < 20) {
    Hold hold;
    hold.redeem.programme = programme;
    hold.redeem.member = any_member();
    hold.redeem.currency = test::currency("EUR");
    hold.redeem.basket = test::money(20'000);
    hold.redeem.points = some;
    if (random_.chance(50)) hold.ttl = Duration(random_.between(500, 8'000));
    return hold;
  }
  if (kind < 34) return Capture{programme, any_of(holds_), some};
  if (kind < 40) return Void{programme, any_of(holds_)};
  if (kind < 58) {
    Reverse reverse;
    reverse.programme = programme;
    reverse.order = any_of(orders_);
    reverse.total = test::money(static_cast<std::int64_t>(random_.between(1, 20'000)));
    return reverse;
  }
  if (kind < 63) return Activate{programme, any_of(orders_)};
  if (kind < 72) {
    const std::uint64_t from = random_.below(kMembers);
    const std::uint64_t to = (from + random_.between(1, kMembers - 1)) % kMembers;
    return Transfer{programme, test::member(from + 1), test::member(to + 1), some};
  }
  return kind < 88 ? draw_account(programme) : draw_correction(programme);
}

Action Deeds::draw_account(MerchantId programme) {
  const MemberId member = any_member();
  switch (random_.below(8)) {
    case 0:
    case 1:
      return Pool{programme, member, PoolChange::Join,
                  test::fixed_of<PoolId>(random_.between(1, 2))};
    case 2:
      return Pool{programme, member, PoolChange::Leave,
                  test::fixed_of<PoolId>(random_.between(1, 2))};
    case 3:
      return Freeze{programme, member, random_.chance(50) ? FreezeKind::Soft : FreezeKind::Fraud};
    case 4:
      return Unfreeze{programme, member};
    case 5:
      return LinkToken{programme, member, test::fixed_of<TokenId>(random_.between(1, 8))};
    case 6:
      if (random_.chance(70)) return Unfreeze{programme, member};
      return Close{programme, member};
    default: {
      const std::uint64_t source = random_.between(1, kMembers - 1);
      return Merge{programme, test::member(source), test::member(source + 1)};
    }
  }
}

Action Deeds::draw_correction(MerchantId programme) {
  const MemberId member = any_member();
  const Points some = test::points(static_cast<std::int64_t>(random_.between(1, 300)));
  switch (random_.below(4)) {
    case 0:
      return draw_key(programme);
    case 1: {
      const std::string ref = "old:" + std::to_string(random_.below(40));
      return OpenLots{programme, {{member, some, test::kStart, Timestamp::never(), ref}}};
    }
    case 2:
      return Reinstate{programme, member};
    default:
      return Adjust{programme, member,
                    random_.chance(70) ? AdjustDirection::Credit : AdjustDirection::Debit, some,
                    "goodwill"};
  }
}

Action Deeds::draw_key(MerchantId programme) {
  const crypto::PublicKey third =
      test::key_from_seed(kFirstKey + 200 + programme.value()).public_key();
  const std::uint64_t kind = random_.below(4);
  if (kind == 3) return RevokeKey{third.id()};
  RegisterKey key;
  key.key = kind == 2 ? third : operators_.at(programme.value() - 1).public_key();
  key.role = Role::Operator;
  return key;
}

Bytes Deeds::any_of(const std::vector<Bytes>& ids) {
  if (ids.empty()) return test::id_bytes(999'999'999);
  return ids[ids.size() - 1 - random_.below(std::min<std::uint64_t>(ids.size(), kLatest))];
}

void Deeds::fill_between(Transaction& deed, const Moment& moment) {
  const auto token = treasury_.fill(deed, moment);
  if (!token.has_value()) return;
  const std::uint64_t n = token->terms.member.array().back();
  const crypto::PrivateKey& key =
      token->by_custodian ? treasury_.custodian(token->terms.programme) : key_of(n);
  const Hash digest = token_digest(consortium_.id, token->terms);
  deed.consents.push_back({key.public_key(), key.sign(digest.view()), token->terms});
}

void Deeds::sign_between(Transaction& transaction) const {
  const Hash digest = consent_digest(consortium_.id, transaction);
  const auto consent = [&](const crypto::PrivateKey& key) {
    transaction.consents.push_back({key.public_key(), key.sign(digest.view())});
  };
  const auto consent_of = [&](const MemberId& member) {
    const std::uint64_t n = member.array().back();
    if (transaction.consents.empty() && 1 <= n && n <= keys_.size()) consent(key_of(n));
  };
  const auto* const hold = std::get_if<Hold>(&transaction.action);
  const auto* const redeem =
      hold != nullptr ? &hold->redeem : std::get_if<Redeem>(&transaction.action);
  if (redeem != nullptr && redeem->programme != transaction.merchant) consent_of(redeem->member);
  if (const auto* const exchange = std::get_if<ExchangePoints>(&transaction.action))
    consent_of(exchange->member);
  const ActionKind kind = kind_of(transaction.action);
  const bool is_publication =
      kind == ActionKind::PublishProgramme || kind == ActionKind::PublishCampaign;
  if (!is_publication || !Treasury::names_others(transaction.merchant)) return;
  for (std::uint32_t id = 1; id <= consortium_.keys.size(); ++id)
    if (MerchantId(id) != transaction.merchant) consent(consortium_.keys[id - 1].operator_key);
}

void Deeds::sign(Transaction& transaction) const {
  if (treasury_.is_open()) sign_between(transaction);
  if (!are_on() || !takes_consents(kind_of(transaction.action))) return;
  if (auto* const enrol = std::get_if<Enrol>(&transaction.action)) {
    const std::uint64_t n = enrol->member.array().back();
    if (n < 1 || n > keys_.size()) return;
    enrol->member_key = key_of(n).public_key();
  }
  const Hash digest = consent_digest(consortium_.id, transaction);
  const auto consent = [&](const crypto::PrivateKey& key) {
    transaction.consents.push_back({key.public_key(), key.sign(digest.view())});
  };
  if (const auto* const rate = std::get_if<PublishRate>(&transaction.action)) {
    consent(operators_.at(rate->into.value() - 1));
    return;
  }
  if (is_approval(transaction.action))
    std::ranges::for_each(office_.guardians(), consent);
  else
    for (std::uint64_t n = 1; n <= keys_.size(); ++n)
      consent(key_of(n));
  const std::size_t merchant = transaction.merchant.value() - 1;
  if (merchant >= operators_.size()) return;
  consent(operators_[merchant]);
}

const crypto::PrivateKey& Deeds::key_of(std::uint64_t n) const {
  const crypto::PrivateKey* const recovered = office_.recovered(n);
  return recovered != nullptr ? *recovered : keys_.at(n - 1);
}

const crypto::PrivateKey* Deeds::sender_of(const Transaction& transaction) const {
  if (!are_on()) return nullptr;
  const auto* const pool = std::get_if<Pool>(&transaction.action);
  return pool != nullptr ? &key_of(pool->member.array().back())
                         : office_.till(transaction.asking_key);
}

std::optional<std::string> broken_conservation(const state::StateView& view,
                                               std::uint32_t merchants) {
  for (std::uint32_t id = 1; id <= merchants; ++id) {
    const MerchantId programme(id);
    const state::Totals totals = state::totals(view, programme).value();
    std::int64_t available = 0;
    std::int64_t held = 0;
    std::int64_t pending = 0;
    std::int64_t debt = 0;
    for (std::uint64_t n = 1; n <= Deeds::kMembersEver; ++n) {
      const auto record = view.find(state::account_key({test::member(n), programme})).value();
      if (!record.has_value()) continue;
      const state::AccountHead head = state::decode_account_head(*record).value();
      available += head.available.value();
      held += head.held.value();
      pending += head.pending.value();
      debt += head.debt.value();
    }
    const std::int64_t gone = totals.redeemed.value() + totals.expired.value() +
                              totals.fees.value() + totals.clawed.value() +
                              totals.forfeited.value() + totals.exchanged_out.value();
    const std::int64_t come = totals.issued.value() + totals.exchanged_in.value();
    const bool accounts_agree = available == totals.available.value() &&
                                held == totals.held.value() && pending == totals.pending.value() &&
                                debt == totals.debt.value();
    if (accounts_agree && available + held + pending - debt + gone == come) continue;
    return "programme " + std::to_string(id) + ": " + std::to_string(come) +
           " came; its members have " + std::to_string(available) + " available, " +
           std::to_string(held) + " held, " + std::to_string(pending) + " pending, owe " +
           std::to_string(debt) + "; " + std::to_string(gone) + " are gone";
  }
  return std::nullopt;
}

}  // namespace tally::sim
