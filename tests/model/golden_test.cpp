// Golden vectors: the bytes and digests of one value of each kind. A difference is a change of
// protocol (tests/golden/model/README.md).
#include <tally/model/receipt.h>

#include <gmock/gmock.h>

#include "support/full_programme.h"
#include "support/golden.h"

namespace tally::test {
namespace {

const ChainId kChain = fixed_of<ChainId>(42);

void expect_golden(const Transaction& transaction, const std::string& file) {
  codec::Writer out;
  encode(out, transaction);
  Golden(out.view())
      .digest("request", request_digest(transaction))
      .digest("consent", consent_digest(kChain, transaction))
      .expect_in("model/" + file);
}

TEST(Golden, Earn) {
  expect_golden(an_earn()
                    .of(member(7))
                    .total(12'345)
                    .tax(1'971)
                    .excluded(500)
                    .paid_by_points(200)
                    .request(0x0102)
                    .order(0x0304)
                    .build(),
                "earn.hex");
}

TEST(Golden, EarnWithLines) {
  const BasketLine milk{"4006381333931", "own", {"dairy", "fresh"}, 2, money(500), money(35)};
  const BasketLine other{"", "", {}, 1, money(200), money(0)};
  Transaction earn = an_earn()
                         .of(member(7))
                         .channel("app")
                         .store("Köln 7")
                         .ref("birthday")
                         .line(milk)
                         .line(other)
                         .build();
  std::get<Earn>(earn.action).pay_methods = {"cash", "card"};
  expect_golden(earn, "earn_with_lines.hex");
}

TEST(Golden, Attest) {
  Transaction attest = an_attest().of(member(7)).channel("social").ref("share:1").build();
  std::get<Attest>(attest.action).store = "online";
  expect_golden(attest, "attest.hex");
}

TEST(Golden, PublishSegment) {
  expect_golden(a_segment().add(member(1)).add(member(2)).remove(member(3)).build(),
                "publish_segment.hex");
}

TEST(Golden, Redeem) {
  expect_golden(a_redeem().up_to(250).excluded(99).build(), "redeem.hex");
}

TEST(Golden, Transfer) {
  const crypto::PrivateKey key = key_from_seed(5);
  expect_golden(a_transfer().amount(40).consented_by(key, kChain).build(), "transfer.hex");
}

TEST(Golden, Enrol) {
  const crypto::PrivateKey key = key_from_seed(5);
  expect_golden(an_enrol()
                    .of(member(7))
                    .member_key(key.public_key())
                    .referred_by(member(9))
                    .consented_by(key, kChain)
                    .build(),
                "enrol.hex");
}

TEST(Golden, RegisterKey) {
  expect_golden(a_key_registration()
                    .role(Role::Operator)
                    .named("grocer-social")
                    .points_max(5'000)
                    .backdate_max(kDay)
                    .consent_max(700)
                    .valid(kStart, kStart.plus(kDay))
                    .asking(key_from_seed(2).public_key().id())
                    .build(),
                "register_key.hex");
}

TEST(Golden, AdvanceClock) {
  expect_golden(an_advance_clock().build(), "advance_clock.hex");
}

TEST(Golden, PublishProgramme) {
  expect_golden(
      a_publication().programme(a_full_programme()).version(3).active_from(Height(900)).build(),
      "publish_programme.hex");
}

TEST(Golden, PublishCampaign) {
  expect_golden(
      a_campaign_change().add(a_full_campaign()).version(4).active_from(Height(901)).build(),
      "publish_campaign.hex");
}

TEST(Golden, EndOfACampaign) {
  expect_golden(a_campaign_change().change(CampaignChange::End, "ten").version(5).build(),
                "end_campaign.hex");
}

TEST(Golden, RuleSet) {
  codec::Writer out;
  encode(out, a_full_rule_set());
  Golden(out.view())
      .digest("rule", rule_id(an_expression()))
      .digest("no-rule", rule_id(Expression()))
      .expect_in("model/rule_set.hex");
}

TEST(Golden, Standing) {
  codec::Writer out;
  encode(out, a_full_standing());
  Golden(out.view()).expect_in("model/standing.hex");
}

TEST(Golden, Submission) {
  const Bytes bytes = seal_submission(
      kChain, {an_earn().request(1).build(), a_redeem().request(2).build()}, key_from_seed(1));

  Golden(bytes)
      .digest("submission", submission_digest(bytes))
      .digest("request-key", request_key(kCafe, id_bytes(1)))
      .digest("order-key", order_key(kCafe, id_bytes(1)))
      .expect_in("model/submission.hex");
}

TEST(Golden, Payload) {
  const Bytes bytes = seal_submission(kChain, {an_advance_clock().build()}, key_from_seed(1));
  const std::vector<ByteView> submissions = {bytes};

  Golden(encode_payload(submissions)).expect_in("model/payload.hex");
}

Receipt a_receipt() {
  const AccountId account{member(7), kCafe};
  Receipt receipt;
  receipt.position = {Height(12), 3};
  receipt.request_key = request_key(kCafe, id_bytes(1));
  receipt.request_digest = request_digest(an_earn().build());
  receipt.kind = ActionKind::Earn;
  ReceiptLine line;
  line.kind = LineKind::Earned;
  line.account = account;
  line.points = points(123);
  line.lot = {{Height(12), 3}, 1};
  line.earned_at = kStart;
  line.available_at = kStart.plus(kHour);
  line.expires_at = kStart.plus(kDay);
  line.first_owner = member(6);
  line.original = points(150);
  line.late_date = true;
  line.idle = true;
  line.programme_version = 2;
  line.source = "base";
  line.funder = {FunderKind::Brand, "milk"};
  receipt.lines = {line};
  receipt.value = money(5);
  receipt.hold = request_key(kCafe, id_bytes(2));
  receipt.hold_until = kStart.plus(kHour);
  receipt.refers_to = Position{Height(11), 0};
  receipt.conflict_field = "total";
  receipt.previous = {{account, Position{Height(9), 1}}, {{member(8), kCafe}, std::nullopt}};
  return receipt;
}

void expect_golden(const Receipt& receipt, const std::string& file) {
  Golden(encode_receipt(receipt))
      .digest("receipt", receipt_digest(receipt))
      .digest("leaf", receipt_leaf(receipt))
      .expect_in("model/" + file);
}

TEST(Golden, Receipt) {
  expect_golden(a_receipt(), "receipt.hex");
}

TEST(Golden, ReceiptWithRules) {
  Receipt receipt = a_receipt();
  receipt.rules = full_rule_results();
  receipt.facts = full_rule_facts();
  expect_golden(receipt, "receipt_with_rules.hex");
}

TEST(Golden, ReceiptWithObligations) {
  Receipt receipt = a_receipt();
  const MicroUnits taken = MicroUnits::from(800'000).value();
  receipt.obligations = {
      {kCafe, kBakery, currency("EUR"), taken, ObligationReason::Redeemed, std::nullopt},
      {kBakery, kCafe, currency("SEK"), taken.negated(), ObligationReason::Funded,
       Position{Height(9), 1}}};
  receipt.funded_at = PointPrice{currency("EUR"), 8'400};
  receipt.cycle = kFirstCycle;
  expect_golden(receipt, "receipt_with_obligations.hex");
}

TEST(Golden, Genesis) {
  const TestChain chain = a_genesis(2);
  const Founder& founder = chain.genesis.content.founders[0];

  Golden(encode_genesis(chain.genesis))
      .digest("genesis", chain.id)
      .digest("founder", founder_digest(chain.id))
      .digest("possession", possession_digest("test", founder.merchant, founder.consensus_key))
      .digest("consensus-key-id", founder.consensus_key.id())
      .expect_in("model/genesis.hex");
}

}  // namespace
}  // namespace tally::test
