// Builders of what tests speak of: keys, transactions, programmes, and a chain to put them on.
//
//   const Transaction earn = an_earn().of(member(7)).at(kCafe).total(1234).request(1).build();
//   const TestChain chain = a_genesis(4);
//   const Bytes bytes = seal_submission(chain.id, {earn}, chain.keys[0].gateway);
//
// All is the same in each run: keys come from seeds, ids from numbers.
#pragma once

#include <tally/model/genesis.h>
#include <tally/model/rule_set.h>
#include <tally/model/submission.h>

#include "support/account_builders.h"
#include "support/correction_builders.h"
#include "support/exchange_builders.h"
#include "support/redemption_builders.h"
#include "support/settlement_builders.h"

#include <string>
#include <utility>
#include <vector>

namespace tally::test {

/// The Ed25519 key whose seed is `n`, never to be used outside of tests.
[[nodiscard]] inline crypto::PrivateKey key_from_seed(std::uint64_t n) {
  return crypto::PrivateKey::ed25519_from_seed(fixed_of<Hash>(n).view()).value();
}

/// The name by which test chains know a merchant.
[[nodiscard]] inline std::string name_of_merchant(MerchantId merchant) {
  return "merchant-" + std::to_string(merchant.value());
}

/// `points` for each full `per` minor units of the eligible amount.
[[nodiscard]] inline RuleSource base_rule(std::int64_t points, std::int64_t per) {
  return "muldiv(tx.eligible, " + std::to_string(points) + ", " + std::to_string(per) + ")";
}

/// So many months, rounded.
[[nodiscard]] inline ExpiryRule rolling(std::uint32_t months, MonthRounding rounding) {
  ExpiryRule rule;
  rule.kind = ExpiryKind::Rolling;
  rule.months = months;
  rule.rounding = rounding;
  return rule;
}

/// 1 point for each full euro; 100 points pay 1 euro; a year to spend them; no transfers.
[[nodiscard]] inline Programme a_programme(std::string name = "Test Points",
                                           MerchantId merchant = kCafe) {
  Programme programme;
  programme.id = "points-" + std::to_string(merchant.value());
  programme.merchant = name_of_merchant(merchant);
  programme.name = std::move(name);
  programme.currency = currency("EUR");
  programme.earn.base = base_rule(1, 100);
  programme.earn.counts_tax = true;
  programme.expiry = rolling(12, MonthRounding::EndOfMonth);
  programme.redeem = {.price_points = points(100),
                      .price_money = money(100),
                      .minimum = points(100),
                      .step = points(10),
                      .max_percent = 100,
                      .mixed = true,
                      .consent_above = points(kPointsMax),
                      .excluded_cats = {}};
  programme.adjust.alone_per_day = points(1'000);
  programme.hold = {.ttl = Duration(900'000), .ttl_max = Duration(7 * kDay.milliseconds())};
  programme.returns.window = Duration(90 * kDay.milliseconds());
  programme.returns.debt_limit = Points();
  programme.offline_window = Duration(72 * kHour.milliseconds());
  programme.utc_offsets = {{Timestamp(), 60}};
  return programme;
}

/// A version's content without its trees: for what stores it and does not run it.
[[nodiscard]] inline RuleSet without_trees(Programme programme) {
  RuleSet rules;
  rules.programme = std::move(programme);
  return rules;
}

class EarnBuilder : public TransactionBuilder<EarnBuilder, Earn> {
 public:
  EarnBuilder() { at(kCafe).of(member(1)).in("EUR").total(1000).event_time(kStart); }
  EarnBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  EarnBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  /// A card in the member's place.
  EarnBuilder& by_card(const TokenId& token) {
    return fields_.member = MemberId(), fields_.token = token, *this;
  }
  EarnBuilder& in(std::string_view code) { return fields_.currency = currency(code), *this; }
  EarnBuilder& total(std::int64_t minor) { return fields_.total = money(minor), *this; }
  EarnBuilder& tax(std::int64_t minor) { return fields_.tax = money(minor), *this; }
  EarnBuilder& excluded(std::int64_t minor) { return fields_.excluded = money(minor), *this; }
  EarnBuilder& paid_by_points(std::int64_t minor) {
    return fields_.paid_by_points = money(minor), *this;
  }
  EarnBuilder& event_time(Timestamp t) { return fields_.event_time = t, *this; }
  EarnBuilder& channel(std::string name) { return fields_.channel = std::move(name), *this; }
  EarnBuilder& store(std::string name) { return fields_.store = std::move(name), *this; }
  EarnBuilder& ref(std::string text) { return fields_.ref = std::move(text), *this; }
  /// Adds a line; total and tax follow.
  EarnBuilder& line(BasketLine line) {
    if (fields_.lines.empty()) fields_.total = fields_.tax = Money();
    fields_.total =
        money(fields_.total.minor_units() + line.net.minor_units() + line.tax.minor_units());
    fields_.tax = money(fields_.tax.minor_units() + line.tax.minor_units());
    return fields_.lines.push_back(std::move(line)), *this;
  }
};

class TransferBuilder : public TransactionBuilder<TransferBuilder, Transfer> {
 public:
  TransferBuilder() { at(kCafe).from(member(1)).to(member(2)).amount(100); }
  TransferBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  TransferBuilder& from(const MemberId& member) { return fields_.from = member, *this; }
  TransferBuilder& to(const MemberId& member) { return fields_.to = member, *this; }
  TransferBuilder& amount(std::int64_t n) { return fields_.points = points(n), *this; }
};

class EnrolBuilder : public TransactionBuilder<EnrolBuilder, Enrol> {
 public:
  EnrolBuilder() { at(kCafe).of(member(1)); }
  EnrolBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  /// The commitment becomes one of this member's own.
  EnrolBuilder& of(const MemberId& member) {
    fields_.member = member;
    return fields_.commitment = crypto::sha256(member.view()), *this;
  }
  EnrolBuilder& without_identity() { return fields_.commitment = std::nullopt, *this; }
  EnrolBuilder& with_card(const TokenId& token) { return fields_.token = token, *this; }
  EnrolBuilder& commitment(const Hash& hash) { return fields_.commitment = hash, *this; }
  EnrolBuilder& member_key(const crypto::PublicKey& key) { return fields_.member_key = key, *this; }
  EnrolBuilder& referred_by(const MemberId& member) { return fields_.referrer = member, *this; }
};

class RegisterKeyBuilder : public TransactionBuilder<RegisterKeyBuilder, RegisterKey> {
 public:
  RegisterKeyBuilder() { key(key_from_seed(1).public_key()); }
  RegisterKeyBuilder& key(const crypto::PublicKey& key) { return fields_.key = key, *this; }
  RegisterKeyBuilder& role(Role role) { return fields_.role = role, *this; }
  RegisterKeyBuilder& purpose(Purpose purpose) { return fields_.purpose = purpose, *this; }
  /// A key of this member: the role Member too.
  RegisterKeyBuilder& of(const MemberId& member) {
    return fields_.member = member, role(Role::Member);
  }
  RegisterKeyBuilder& named(std::string name) { return fields_.name = std::move(name), *this; }
  RegisterKeyBuilder& points_max(std::int64_t n) {
    return fields_.limits.points_max = points(n), *this;
  }
  RegisterKeyBuilder& backdate_max(Duration age) {
    return fields_.limits.backdate_max = age, *this;
  }
  RegisterKeyBuilder& consent_max(std::int64_t n) {
    return fields_.limits.consent_max = points(n), *this;
  }
  RegisterKeyBuilder& valid(Timestamp from, Timestamp until) {
    return fields_.valid_from = from, fields_.valid_until = until, *this;
  }
};

class AdvanceClockBuilder : public TransactionBuilder<AdvanceClockBuilder, AdvanceClock> {
 public:
  AdvanceClockBuilder() { by_time(kHour); }
  AdvanceClockBuilder& by_time(Duration span) { return fields_.by = span, *this; }
};

class PublicationBuilder : public TransactionBuilder<PublicationBuilder, PublishProgramme> {
 public:
  PublicationBuilder() { programme(a_programme()); }
  /// The programme becomes that merchant's, too.
  PublicationBuilder& by(MerchantId merchant) {
    fields_.programme.merchant = name_of_merchant(merchant);
    return TransactionBuilder::by(merchant);
  }
  PublicationBuilder& programme(Programme p) { return fields_.programme = std::move(p), *this; }
  PublicationBuilder& version(std::uint32_t n) { return fields_.version = n, *this; }
  PublicationBuilder& active_from(Height height) { return fields_.active_from = height, *this; }
};

class CampaignBuilder : public TransactionBuilder<CampaignBuilder, PublishCampaign> {
 public:
  CampaignBuilder& version(std::uint32_t n) { return fields_.version = n, *this; }
  CampaignBuilder& active_from(Height height) { return fields_.active_from = height, *this; }
  CampaignBuilder& add(Campaign campaign) {
    fields_.change = CampaignChange::Add;
    fields_.id = campaign.id;
    return fields_.campaign = std::move(campaign), *this;
  }
  CampaignBuilder& change(CampaignChange what, std::string id) {
    fields_.change = what;
    return fields_.id = std::move(id), *this;
  }
};

class AttestBuilder : public TransactionBuilder<AttestBuilder, Attest> {
 public:
  AttestBuilder() { at(kCafe).of(member(1)).ref("share:1").event_time(kStart); }
  AttestBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  AttestBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  /// A card in the member's place.
  AttestBuilder& by_card(const TokenId& token) {
    return fields_.member = MemberId(), fields_.token = token, *this;
  }
  AttestBuilder& ref(std::string text) { return fields_.ref = std::move(text), *this; }
  AttestBuilder& channel(std::string name) { return fields_.channel = std::move(name), *this; }
  AttestBuilder& event_time(Timestamp t) { return fields_.event_time = t, *this; }
};

class SegmentBuilder : public TransactionBuilder<SegmentBuilder, PublishSegment> {
 public:
  SegmentBuilder() { at(kCafe).named("staff"); }
  SegmentBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  SegmentBuilder& named(std::string name) { return fields_.segment = std::move(name), *this; }
  SegmentBuilder& add(const MemberId& member) { return fields_.add.push_back(member), *this; }
  SegmentBuilder& remove(const MemberId& member) { return fields_.remove.push_back(member), *this; }
};

[[nodiscard]] inline EarnBuilder an_earn() {
  return {};
}
[[nodiscard]] inline TransferBuilder a_transfer() {
  return {};
}
[[nodiscard]] inline EnrolBuilder an_enrol() {
  return {};
}
[[nodiscard]] inline RegisterKeyBuilder a_key_registration() {
  return {};
}
[[nodiscard]] inline AdvanceClockBuilder an_advance_clock() {
  return {};
}
[[nodiscard]] inline PublicationBuilder a_publication() {
  return {};
}
[[nodiscard]] inline CampaignBuilder a_campaign_change() {
  return {};
}
[[nodiscard]] inline AttestBuilder an_attest() {
  return {};
}
[[nodiscard]] inline SegmentBuilder a_segment() {
  return {};
}

/// 10 points for each purchase, by the issuer, without limits.
[[nodiscard]] inline Campaign a_campaign(std::string id = "ten", RuleSource award = "10") {
  Campaign campaign;
  campaign.id = std::move(id);
  campaign.award = std::move(award);
  campaign.funders = {FunderShare{}};
  return campaign;
}

/// A founder's private keys.
struct FounderKeys {
  crypto::PrivateKey consensus;
  crypto::PrivateKey peer_tls;
  crypto::PrivateKey gateway;
  crypto::PrivateKey operator_key;
};

/// A development chain with the keys of all its founders: merchants 1 … n, node i merchant i + 1.
struct TestChain {
  SignedGenesis genesis;
  ChainId id;
  std::vector<FounderKeys> keys;
};

/// Seeds 1,000 + 10 · merchant and the three after it.
[[nodiscard]] inline FounderKeys founder_keys(MerchantId merchant) {
  const std::uint64_t seed = 1'000 + 10 * std::uint64_t{merchant.value()};
  return {key_from_seed(seed), key_from_seed(seed + 1), key_from_seed(seed + 2),
          key_from_seed(seed + 3)};
}

/// Signs `chain`'s content again, after a change: the proofs of possession, id and signatures.
inline void sign_again(TestChain& chain) {
  Genesis& content = chain.genesis.content;
  for (std::size_t i = 0; i < content.founders.size(); ++i) {
    Founder& founder = content.founders[i];
    const Hash digest =
        possession_digest(content.chain_name, founder.merchant, founder.consensus_key);
    founder.possession = chain.keys[i].consensus.sign(digest.view());
  }
  chain.id = genesis_hash(content);
  chain.genesis.signatures.clear();
  for (const FounderKeys& keys : chain.keys)
    chain.genesis.signatures.push_back(keys.operator_key.sign(founder_digest(chain.id).view()));
}

[[nodiscard]] inline TestChain a_genesis(std::uint32_t founders) {
  TestChain chain;
  Genesis& content = chain.genesis.content;
  content.chain_name = "test";
  content.time = kStart;
  content.development = true;
  content.parameters.idle_block = Duration(1'000);
  content.parameters.state_buckets = 1'024;
  content.currencies = {{currency("EUR"), 2}};
  for (std::uint32_t id = 1; id <= founders; ++id) {
    FounderKeys keys = founder_keys(MerchantId(id));
    Founder founder;
    founder.merchant = MerchantId(id);
    founder.name = name_of_merchant(MerchantId(id));
    founder.consensus_key = keys.consensus.public_key();
    founder.peer_tls_key = keys.peer_tls.public_key().id();
    founder.gateway_key = keys.gateway.public_key();
    founder.operator_key = keys.operator_key.public_key();
    content.founders.push_back(std::move(founder));
    chain.keys.push_back(std::move(keys));
  }
  sign_again(chain);
  return chain;
}

}  // namespace tally::test
