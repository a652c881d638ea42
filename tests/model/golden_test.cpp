// Golden vectors: the bytes and digests of one value of each kind. A difference is a change of
// protocol (tests/golden/model/README.md).
#include <tally/model/receipt.h>

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "support/builders.h"

namespace tally::test {
namespace {

const ChainId kChain = fixed_of<ChainId>(42);

/// The text of a golden file: the encoding, 32 bytes a line, and then a line for each digest.
class Golden {
 public:
  explicit Golden(ByteView encoding) {
    const std::string hex = to_hex(encoding);
    for (std::size_t i = 0; i < hex.size(); i += 64)
      text_.append(hex, i, 64).append("\n");
  }
  template <typename Fixed>
  Golden& digest(const std::string& name, const Fixed& value) {
    text_.append(name).append(" ").append(to_hex(value.view())).append("\n");
    return *this;
  }
  void expect_in(const std::string& file) const {
    std::ifstream in(TALLY_TESTS_DIR "/golden/model/" + file);
    std::stringstream stored;
    stored << in.rdbuf();
    EXPECT_TRUE(stored.str() == text_) << file << " should now hold:\n" << text_;
  }

 private:
  std::string text_;
};

void expect_golden(const Transaction& transaction, const std::string& file) {
  codec::Writer out;
  encode(out, transaction);
  Golden(out.view())
      .digest("request", request_digest(transaction))
      .digest("consent", consent_digest(kChain, transaction))
      .expect_in(file);
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

TEST(Golden, Redeem) {
  expect_golden(a_redeem().up_to(250).excluded(99).build(), "redeem.hex");
}

TEST(Golden, Transfer) {
  const crypto::PrivateKey key = key_from_seed(5);
  expect_golden(a_transfer().amount(40).consented_by(key, kChain).build(), "transfer.hex");
}

TEST(Golden, Enrol) {
  const crypto::PrivateKey key = key_from_seed(5);
  expect_golden(
      an_enrol().of(member(7)).member_key(key.public_key()).consented_by(key, kChain).build(),
      "enrol.hex");
}

TEST(Golden, RegisterKey) {
  expect_golden(a_key_registration()
                    .role(Role::Operator)
                    .points_max(5'000)
                    .backdate_max(kDay)
                    .valid(kStart, kStart.plus(kDay))
                    .asking(key_from_seed(2).public_key().id())
                    .build(),
                "register_key.hex");
}

TEST(Golden, AdvanceClock) {
  expect_golden(an_advance_clock().build(), "advance_clock.hex");
}

TEST(Golden, PublishProgramme) {
  Programme programme = a_programme("Café Points");
  programme.transfer = {true, points(1), 250, Duration(7 * kDay.milliseconds())};
  programme.utc_offsets = {{Timestamp(), 60}, {kStart, -300}};
  expect_golden(a_publication().programme(programme).version(3).active_from(Height(900)).build(),
                "publish_programme.hex");
}

TEST(Golden, Submission) {
  const Bytes bytes = seal_submission(
      kChain, {an_earn().request(1).build(), a_redeem().request(2).build()}, key_from_seed(1));

  Golden(bytes)
      .digest("submission", submission_digest(bytes))
      .digest("request-key", request_key(kCafe, id_bytes(1)))
      .digest("order-key", order_key(kCafe, id_bytes(1)))
      .expect_in("submission.hex");
}

TEST(Golden, Payload) {
  const Bytes bytes = seal_submission(kChain, {an_advance_clock().build()}, key_from_seed(1));
  const std::vector<ByteView> submissions = {bytes};

  Golden(encode_payload(submissions)).expect_in("payload.hex");
}

TEST(Golden, Receipt) {
  const AccountId account{member(7), kCafe};
  Receipt receipt;
  receipt.position = {Height(12), 3};
  receipt.request_key = request_key(kCafe, id_bytes(1));
  receipt.request_digest = request_digest(an_earn().build());
  receipt.kind = ActionKind::Earn;
  receipt.lines = {{LineKind::Earned,
                    account,
                    points(123),
                    {{Height(12), 3}, 1},
                    kStart,
                    kStart.plus(kDay),
                    2,
                    "base"}};
  receipt.value = money(5);
  receipt.refers_to = Position{Height(11), 0};
  receipt.conflict_field = "total";
  receipt.previous = {{account, Position{Height(9), 1}}, {{member(8), kCafe}, std::nullopt}};

  Golden(encode_receipt(receipt))
      .digest("receipt", receipt_digest(receipt))
      .digest("leaf", receipt_leaf(receipt))
      .expect_in("receipt.hex");
}

TEST(Golden, Genesis) {
  const TestChain chain = a_genesis(2);
  const Founder& founder = chain.genesis.content.founders[0];

  Golden(encode_genesis(chain.genesis))
      .digest("genesis", chain.id)
      .digest("founder", founder_digest(chain.id))
      .digest("possession", possession_digest("test", founder.merchant, founder.consensus_key))
      .digest("consensus-key-id", founder.consensus_key.id())
      .expect_in("genesis.hex");
}

}  // namespace
}  // namespace tally::test
