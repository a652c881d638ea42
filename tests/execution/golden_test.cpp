// A small fixed chain, block by block. A diff in its golden file is a change of protocol: nodes
// with and without it would part at that height. The file is tests/golden/execution/chain.txt.
#include "support/places.h"
#include "support/test_ledger.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::an_earn;
using test::kBakery;
using test::kCafe;
using test::member;
using test::TestLedger;

Programme the_programme() {
  Programme programme = test::a_programme("Beans");
  programme.expiry = test::rolling(1, MonthRounding::EndOfMonth);
  programme.transfer = {.enabled = true,
                        .fee_min = test::points(1),
                        .fee_basis_points = 500,
                        .per_day = 0,
                        .cooling_off = Duration()};
  return programme;
}

/// One line a receipt, one a header.
class Story {
 public:
  Story() : ledger_(test::a_genesis(4)), key_(test::key_from_seed(10)) { tell_header(); }

  template <typename... Builders>
  void block(const crypto::PublicKey& signer, Builders... builders) {
    TestLedger::Signed submission{&signer, {valid(builders)...}};
    tell(ledger_.run_block({submission}));
  }
  void empty_block() { tell(ledger_.run_block({})); }

  TestLedger& ledger() { return ledger_; }
  const crypto::PrivateKey& key() const { return key_; }
  const std::string& text() const { return text_; }

 private:
  template <typename Builder>
  Transaction valid(Builder builder) {
    return builder.request(++requests_).valid_until(ledger_.next_time().plus(kHour)).build();
  }
  void tell(const std::vector<Receipt>& receipts) {
    for (const Receipt& receipt : receipts)
      text_ += "  " + std::string(name_of(receipt.kind)) + " " +
               std::string(name_of(receipt.outcome)) + " " +
               to_hex(receipt_digest(receipt).view()) + "\n";
    tell_header();
  }
  void tell_header() {
    const Header& header = ledger_.header;
    text_ += "height " + std::to_string(header.height.value()) + "\n  receipts " +
             to_hex(header.receipts_root.view()) + "\n  state    " +
             to_hex(header.state_root.view()) + "\n  header   " +
             to_hex(consensus::header_digest(header).view()) + "\n";
  }

  TestLedger ledger_;
  crypto::PrivateKey key_;
  std::uint64_t requests_ = 0;
  std::string text_;
};

std::string tell_story() {
  Story story;
  TestLedger& ledger = story.ledger();
  const auto& cafe = ledger.operator_of(kCafe);
  const crypto::PrivateKey till = test::key_from_seed(11);
  story.block(cafe, test::a_publication().programme(the_programme()),
              test::a_key_registration().key(till.public_key()).purpose(Purpose::Tls));
  story.block(cafe,
              test::an_enrol()
                  .member_key(story.key().public_key())
                  .consented_by(story.key(), ledger.chain.id),
              test::an_enrol().of(member(2)), test::an_enrol().of(member(2)));
  story.block(ledger.gateway_of(kCafe),
              an_earn().total(50'000).tax(5'000).asking(till.public_key().id()),
              an_earn().total(0).of(member(2)).order(7).asking(till.public_key().id()),
              an_earn().total(100).of(member(2)).order(7).asking(till.public_key().id()),
              an_earn().in("USD").asking(till.public_key().id()));
  story.block(cafe, test::a_redeem().exactly(110).basket(5'000),
              test::a_redeem().up_to(5'000).basket(100), test::a_redeem().exactly(90));
  story.block(story.key().public_key(), test::a_transfer().amount(99),
              test::a_transfer().from(member(2)).to(member(1)));
  story.block(ledger.operator_of(kBakery), an_earn().by(kBakery), an_earn());
  story.block(cafe, test::an_advance_clock().by_time(Duration(70 * kDay.milliseconds())));
  story.empty_block();
  return story.text();
}

TEST(Golden, ChainIsTheSameToTheLastBit) {
  std::ifstream in(test::tests_folder() + "/golden/execution/chain.txt");
  const std::string golden{std::istreambuf_iterator<char>(in), {}};

  EXPECT_EQ(tell_story(), golden);
}

}  // namespace
}  // namespace tally::execution
