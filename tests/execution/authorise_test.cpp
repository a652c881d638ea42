// Who may ask for what: every row of the table, and what keys are bound to.
#include "support/settlement_builders.h"
#include "support/test_ledger.h"

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::a_key_registration;
using test::a_publication;
using test::a_redeem;
using test::a_transfer;
using test::an_advance_clock;
using test::an_earn;
using test::an_enrol;
using test::kBakery;
using test::kCafe;
using test::member;
using test::TestLedger;

Programme a_transferring_programme() {
  Programme programme = test::a_programme();
  programme.transfer.enabled = true;
  programme.redeem.minimum = test::points(1);
  programme.redeem.step = test::points(1);
  return programme;
}

class Authorising : public testing::Test {
 protected:
  Authorising()
      : ledger_(a_transferring_programme()),
        till_(test::key_from_seed(10)),
        tls_till_(test::key_from_seed(11)),
        auditor_(test::key_from_seed(12)),
        member_(test::key_from_seed(13)),
        new_key_(test::key_from_seed(14)) {
    put_key(till_, Role::Terminal, Purpose::Sign, kCafe);
    put_key(tls_till_, Role::Terminal, Purpose::Tls, kCafe);
    put_key(auditor_, Role::Auditor, Purpose::Sign, kCafe);
    ledger_.run(valid(an_enrol()
                          .member_key(member_.public_key())
                          .consented_by(member_, ledger_.chain.id)
                          .request(100)));
    ledger_.enrol(2);
    ledger_.run(valid(an_earn().total(100'000).request(101)));
  }
  void put_key(const crypto::PrivateKey& key, Role role, Purpose purpose, MerchantId merchant,
               KeyLimits limits = {}, Timestamp until = Timestamp::never()) {
    state::StateDelta delta(ledger_.view);
    state::KeyRecord record;
    record.key = key.public_key();
    record.role = role;
    record.purpose = purpose;
    record.merchant = merchant;
    record.limits = limits;
    record.valid_until = until;
    EXPECT_TRUE(state::put_key(delta, record).ok());
    ledger_.view.commit(delta, ledger_.view.height());
  }
  template <typename Builder>
  Transaction valid(Builder builder) const {
    return builder.valid_until(ledger_.next_time().plus(kHour)).build();
  }
  template <typename Builder>
  Outcome ask(const crypto::PublicKey& signer, Builder builder) {
    return ledger_.run(signer, valid(builder.request(next_request_++))).outcome;
  }
  const crypto::PublicKey& an_operator() const { return ledger_.operator_of(kCafe); }
  const crypto::PublicKey& gateway() const { return ledger_.gateway_of(kCafe); }
  test::RegisterKeyBuilder a_new_key() {
    return a_key_registration().key(test::key_from_seed(900 + next_key_++).public_key());
  }

  TestLedger ledger_;
  crypto::PrivateKey till_;
  crypto::PrivateKey tls_till_;
  crypto::PrivateKey auditor_;
  crypto::PrivateKey member_;
  crypto::PrivateKey new_key_;
  std::uint64_t next_request_ = 1'000;
  std::uint64_t next_key_ = 0;
};

TEST_F(Authorising, LetsATerminalDoATillsWork) {
  const auto& till = till_.public_key();
  EXPECT_EQ(ask(till, an_earn()), Outcome::Accepted);
  EXPECT_EQ(ask(till, a_redeem()), Outcome::Accepted);
  EXPECT_EQ(ask(till, an_enrol().of(member(3))), Outcome::Accepted);
  EXPECT_EQ(ask(till, a_transfer()), Outcome::ConsentRequired);
  EXPECT_EQ(ask(till, a_transfer().consented_by(member_, ledger_.chain.id)), Outcome::Accepted);
  EXPECT_EQ(ask(till, a_publication().version(2)), Outcome::NotPermitted);
  EXPECT_EQ(ask(till, an_advance_clock()), Outcome::NotPermitted);
  EXPECT_EQ(ask(till, a_new_key()), Outcome::NotPermitted);
}

TEST_F(Authorising, LetsAnOperatorRunTheProgramme) {
  EXPECT_EQ(ask(an_operator(), an_earn()), Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), a_redeem()), Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), an_enrol().of(member(3))), Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), a_publication().version(2)), Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), an_advance_clock()), Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), a_new_key().role(Role::Terminal)), Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), a_new_key().role(Role::Auditor)), Outcome::ApprovalsMissing);
}

TEST_F(Authorising, LetsAMemberMoveTheirOwnAlone) {
  const auto& key = member_.public_key();
  EXPECT_EQ(ask(key, a_transfer()), Outcome::Accepted);
  EXPECT_EQ(ask(key, a_transfer().from(member(2)).to(member(1))), Outcome::NotPermitted);
  EXPECT_EQ(ask(key, a_new_key().of(member(1))), Outcome::Accepted);
  EXPECT_EQ(ask(key, a_new_key().of(member(2))), Outcome::NotPermitted);
  EXPECT_EQ(ask(key, a_new_key()), Outcome::NotPermitted);
  EXPECT_EQ(ask(key, an_earn()), Outcome::NotPermitted);
  EXPECT_EQ(ask(key, a_redeem()), Outcome::NotPermitted);
  EXPECT_EQ(ask(key, an_enrol().of(member(3))), Outcome::NotPermitted);
  EXPECT_EQ(ask(key, a_new_key().of(member(1)).by(MerchantId(99))), Outcome::UnknownMerchant);
}

TEST_F(Authorising, PassesOnAMembersWishForAnotherKey) {
  const auto wish = a_new_key().of(member(1));

  EXPECT_EQ(ask(till_.public_key(), wish), Outcome::ConsentRequired);
  EXPECT_EQ(ask(till_.public_key(),
                test::RegisterKeyBuilder(wish).consented_by(member_, ledger_.chain.id)),
            Outcome::Accepted);
}

TEST_F(Authorising, LetsAnAuditorAndAStrangerDoNothing) {
  for (const auto* key : {&auditor_.public_key(), &new_key_.public_key()}) {
    EXPECT_EQ(ask(*key, an_earn()), Outcome::NotPermitted);
    EXPECT_EQ(ask(*key, a_transfer()), Outcome::NotPermitted);
    EXPECT_EQ(ask(*key, a_publication().version(2)), Outcome::NotPermitted);
  }
}

TEST_F(Authorising, BindsAKeyToItsMerchant) {
  EXPECT_EQ(ask(till_.public_key(), an_earn().by(kBakery).at(kBakery)), Outcome::NotPermitted);
  EXPECT_EQ(ask(till_.public_key(), an_earn().by(kBakery)), Outcome::NotPermitted);
  EXPECT_EQ(ask(till_.public_key(), an_earn().at(kBakery)), Outcome::UnknownProgramme);
  EXPECT_EQ(ask(till_.public_key(), test::an_adjust().at(kBakery)), Outcome::NotPermitted);
  EXPECT_EQ(ask(an_operator(), test::an_adjust().at(kBakery)), Outcome::NotPermitted);
  EXPECT_EQ(ask(ledger_.operator_of(kBakery), an_earn().by(kBakery)), Outcome::NotPermitted)
      << "the bakery may not hand out the café's points";
  EXPECT_EQ(ask(ledger_.operator_of(kBakery), a_redeem().by(kBakery)), Outcome::RateNotAvailable)
      << "it may take them, once the café quotes";
  EXPECT_EQ(ask(ledger_.operator_of(kBakery), an_enrol().by(kBakery)), Outcome::NotPermitted);
  EXPECT_EQ(ask(member_.public_key(), a_transfer().by(kBakery)), Outcome::NotPermitted);
}

TEST_F(Authorising, TakesFromAGatewayWhatItsTerminalsAsk) {
  EXPECT_EQ(ask(gateway(), an_earn().asking(tls_till_.public_key().id())), Outcome::Accepted);
  EXPECT_EQ(ask(gateway(), an_earn().asking(till_.public_key().id())), Outcome::NotPermitted)
      << "what can sign signs";
  EXPECT_EQ(ask(gateway(), an_earn()), Outcome::NotPermitted) << "it asks for nothing itself";
  EXPECT_EQ(ask(gateway(), an_earn().asking(gateway().id())), Outcome::NotPermitted);
  EXPECT_EQ(ask(gateway(), an_earn().asking(new_key_.public_key().id())), Outcome::NotPermitted);
  EXPECT_EQ(ask(gateway(), a_transfer().asking(member_.public_key().id())), Outcome::NotPermitted)
      << "a member signs";
  EXPECT_EQ(ask(ledger_.gateway_of(kBakery), an_earn().asking(tls_till_.public_key().id())),
            Outcome::NotPermitted);
}

TEST_F(Authorising, LetsNobodyElseSpeakForAnother) {
  EXPECT_EQ(ask(till_.public_key(), an_earn().asking(till_.public_key().id())), Outcome::Accepted);
  EXPECT_EQ(ask(till_.public_key(), a_publication().version(2).asking(an_operator().id())),
            Outcome::NotPermitted);
  EXPECT_EQ(ask(tls_till_.public_key(), an_earn()), Outcome::NotPermitted)
      << "a key for TLS signs no submission";
}

// Else a stolen certificate, or a gateway's key, were the second of two operators.
TEST_F(Authorising, HearsNoOperatorWhereAKeyForTlsAsks) {
  const crypto::PrivateKey& first = ledger_.chain.keys[0].operator_key;
  const crypto::PrivateKey second = test::key_from_seed(15);
  put_key(second, Role::Operator, Purpose::Sign, kCafe);
  put_key(tls_till_, Role::Operator, Purpose::Tls, kCafe);
  const auto by_one = test::a_merge()
                          .source(member(2))
                          .into(member(1))
                          .asking(tls_till_.public_key().id())
                          .consented_by(first, ledger_.chain.id);
  const auto by_two = test::MergeBuilder(by_one).consented_by(second, ledger_.chain.id);

  EXPECT_EQ(ask(gateway(), by_one), Outcome::ApprovalsMissing);
  EXPECT_EQ(ask(gateway(), by_two), Outcome::Accepted);
}

// Else it would make one operator enough for any adjustment.
TEST_F(Authorising, LetsTwoRaiseWhatOneMayAdjustAlone) {
  Programme next = a_transferring_programme();
  next.adjust.alone_per_day = test::points(1'001);
  const auto raised = a_publication().version(2).programme(next);
  put_key(tls_till_, Role::Operator, Purpose::Tls, kCafe);
  EXPECT_EQ(ask(gateway(), test::PublicationBuilder(raised).asking(tls_till_.public_key().id())),
            Outcome::ApprovalsMissing)
      << "a certificate is no operator's word";
  const crypto::PrivateKey second = test::key_from_seed(15);
  auto an_operators = a_key_registration().key(second.public_key()).role(Role::Operator);
  ASSERT_EQ(ask(an_operator(), an_operators), Outcome::Accepted);

  EXPECT_EQ(ask(an_operator(), raised), Outcome::ApprovalsMissing);
  EXPECT_EQ(
      ask(an_operator(), test::PublicationBuilder(raised).consented_by(second, ledger_.chain.id)),
      Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), test::PublicationBuilder(raised).version(3)), Outcome::Accepted)
      << "nothing is raised any more";
}

// What they say others may ask to be paid.
TEST_F(Authorising, HearsNoQuoteOrRateWhereAKeyForTlsAsks) {
  put_key(tls_till_, Role::Operator, Purpose::Tls, kCafe);
  ASSERT_EQ(ask(ledger_.operator_of(kBakery), a_publication().by(kBakery)), Outcome::Accepted);
  const crypto::PrivateKey& theirs = ledger_.chain.keys[1].operator_key;
  const auto rate = test::a_rate()
                        .until(ledger_.next_time().plus(kDay))
                        .asking(tls_till_.public_key().id())
                        .consented_by(theirs, ledger_.chain.id);
  EXPECT_EQ(ask(gateway(), rate), Outcome::ApprovalsMissing);
  EXPECT_EQ(ask(gateway(), test::RateBuilder(rate).consented_by(ledger_.chain.keys[0].operator_key,
                                                                ledger_.chain.id)),
            Outcome::Accepted);
  const auto quote =
      test::a_quote().until(ledger_.next_time().plus(kDay)).asking(tls_till_.public_key().id());

  EXPECT_EQ(ask(gateway(), quote), Outcome::ApprovalsMissing);
  EXPECT_EQ(ask(gateway(), test::QuoteBuilder(quote).consented_by(
                               ledger_.chain.keys[0].operator_key, ledger_.chain.id)),
            Outcome::Accepted);
}

TEST_F(Authorising, LooksAtTheTimeOfAKey) {
  const Timestamp until = ledger_.next_time().plus(Duration(1));
  put_key(till_, Role::Terminal, Purpose::Sign, kCafe, {}, until);
  put_key(tls_till_, Role::Terminal, Purpose::Tls, kCafe, {}, until);
  EXPECT_EQ(ask(till_.public_key(), an_earn()), Outcome::Accepted);
  EXPECT_EQ(ask(till_.public_key(), an_earn()), Outcome::NotPermitted);
  EXPECT_EQ(ask(gateway(), an_earn().asking(tls_till_.public_key().id())), Outcome::NotPermitted);
}

TEST_F(Authorising, SeesAKeyThatItsOwnBlockRegistered) {
  const auto receipts = ledger_.run_block(
      {{&new_key_.public_key(), {valid(an_earn().request(600))}},
       {&an_operator(), {valid(a_key_registration().key(new_key_.public_key()).request(601))}},
       {&new_key_.public_key(), {valid(an_earn().request(602))}}});

  EXPECT_EQ(receipts[0].outcome, Outcome::NotPermitted);
  EXPECT_EQ(receipts[1].outcome, Outcome::Accepted);
  EXPECT_EQ(receipts[2].outcome, Outcome::Accepted);
}

// Each sees what those before it in the block did.
TEST_F(Authorising, LetsOneSecondOperatorThroughOfTwoInABlock) {
  const auto of_operator = [&](std::uint64_t request, const crypto::PrivateKey& key) {
    return valid(a_key_registration().key(key.public_key()).role(Role::Operator).request(request));
  };
  const crypto::PrivateKey other = test::key_from_seed(15);
  const auto receipts = ledger_.run_block({{&an_operator(), {of_operator(600, new_key_)}},
                                           {&an_operator(), {of_operator(601, other)}}});

  EXPECT_EQ(receipts[0].outcome, Outcome::Accepted);
  EXPECT_EQ(receipts[1].outcome, Outcome::ApprovalsMissing);
  EXPECT_EQ(ledger_.run(an_operator(), of_operator(600, new_key_)).outcome, Outcome::Replayed);
  EXPECT_EQ(ask(an_operator(), a_key_registration().key(new_key_.public_key())),
            Outcome::KeyAlreadyRegistered);
}

TEST_F(Authorising, NeverMakesOneOperatorTwo) {
  const auto of_operator = [&](std::uint64_t seed) {
    return a_key_registration().key(test::key_from_seed(seed).public_key()).role(Role::Operator);
  };
  const crypto::PrivateKey second = test::key_from_seed(800);
  const crypto::PrivateKey& first = ledger_.chain.keys[0].operator_key;
  const auto revocation = [&] { return test::a_key_revocation().key(second.public_key().id()); };
  ASSERT_EQ(ask(an_operator(), of_operator(800)), Outcome::Accepted);

  EXPECT_EQ(ask(an_operator(), of_operator(801)), Outcome::ApprovalsMissing);
  EXPECT_EQ(ask(an_operator(), revocation()), Outcome::ApprovalsMissing);
  EXPECT_EQ(ask(second.public_key(), revocation()), Outcome::ApprovalsMissing)
      << "its own, but then the first one would stand alone";
  EXPECT_EQ(ask(second.public_key(), revocation().consented_by(first, ledger_.chain.id)),
            Outcome::Accepted);
  EXPECT_EQ(ask(an_operator(), of_operator(802)), Outcome::ApprovalsMissing) << "once for ever";
  EXPECT_EQ(ask(an_operator(), of_operator(803).consented_by(second, ledger_.chain.id)),
            Outcome::ApprovalsMissing);
  EXPECT_EQ(ask(an_operator(), test::a_key_revocation().key(first.public_key().id())),
            Outcome::NotPermitted)
      << "the last one stays";
}

TEST_F(Authorising, SimulatesWhatTwoOperatorsSign) {
  const auto outcome = [&](const Transaction& transaction) {
    return simulate(transaction, an_operator().id(), ledger_.header, ledger_.view)
        .value()
        .receipt.outcome;
  };
  const crypto::PrivateKey second = test::key_from_seed(800);
  auto an_operators = a_key_registration().key(second.public_key()).role(Role::Operator);
  EXPECT_EQ(outcome(valid(an_operators)), Outcome::Accepted);
  ASSERT_EQ(ask(an_operator(), an_operators), Outcome::Accepted);

  auto an_auditors = a_new_key().role(Role::Auditor);
  EXPECT_EQ(outcome(valid(an_auditors)), Outcome::ApprovalsMissing);
  EXPECT_EQ(outcome(valid(an_auditors.consented_by(second, ledger_.chain.id))), Outcome::Accepted);
  auto an_end = test::a_key_revocation().key(auditor_.public_key().id());
  EXPECT_EQ(outcome(valid(an_end)), Outcome::ApprovalsMissing);
  EXPECT_EQ(outcome(valid(an_end.consented_by(second, ledger_.chain.id))), Outcome::Accepted);
}

/// Which roles a row lets through: T a terminal, O an operator, M the member that it is about.
struct Row {
  const char* may;
  Transaction transaction;
};

/// Rows of design/security.md §5, of members 1 (a key of their own) and 2 (in custody).
std::vector<Row> rows(const crypto::PublicKey& own_key, const crypto::PublicKey& till) {
  const PoolId pool = test::fixed_of<PoolId>(1);
  return {
      {"TO", test::a_hold().build()},
      {"TO", test::a_capture().build()},
      {"TO", test::a_void().build()},
      {"TO", test::an_activate().build()},
      {"TO", test::a_reverse().build()},
      {"TOM", a_transfer().build()},
      {"M", test::a_pool_change().join(pool).build()},
      {"O", test::an_adjust().build()},
      {"O", test::an_adjust_bulk().with(member(1), 5).build()},
      {"O", test::an_extend().build()},
      {"O", test::a_reinstate().build()},
      {"O", test::a_segment().add(member(1)).build()},
      {"O", test::a_freeze().build()},
      {"O", test::an_unfreeze().build()},
      {"OM", test::a_merge().source(member(1)).into(member(2)).build()},
      {"OM", test::a_merge().source(member(2)).into(member(1)).build()},
      {"O", test::a_merge().source(member(2)).into(member(3)).build()},
      {"OM", test::an_unmerge().source(member(1)).build()},
      {"O", test::an_unmerge().source(member(2)).build()},
      {"TOM", test::a_card_link().of(member(1)).build()},
      {"TO", test::a_card_link().of(member(2)).build()},
      {"TOM", test::a_claim().of(member(1)).build()},
      {"OM", test::a_close().of(member(1)).build()},
      {"O", test::a_close().of(member(2)).build()},
      {"M", test::a_key_revocation().key(own_key.id()).build()},
      {"O", test::a_key_revocation().key(till.id()).build()},
      {"TOM", test::an_exchange().of(member(1)).build()},
      {"TO", test::an_exchange().of(member(2)).build()},
      {"O", test::a_cycle_close().build()},
      {"O", test::a_confirmation().build()},
      {"O", test::a_dispute().build()},
      {"O", test::a_proposal().build()},
      {"O", test::an_approval().of(test::a_proposal().by(kBakery).build()).by(kCafe).build()},
      {"O", an_advance_clock().build()},
      {"O", a_publication().version(2).build()},
  };
}

TEST_F(Authorising, FollowsTheTableOfRoles) {
  const std::pair<char, KeyId> roles[] = {{'T', till_.public_key().id()},
                                          {'O', an_operator().id()},
                                          {'M', member_.public_key().id()},
                                          {'A', auditor_.public_key().id()}};
  for (Row& row : rows(member_.public_key(), till_.public_key())) {
    row.transaction.request_id = test::id_bytes(next_request_++);
    row.transaction.valid_until = ledger_.next_time().plus(kHour);
    for (const auto& [letter, key] : roles) {
      const auto simulated = simulate(row.transaction, key, ledger_.header, ledger_.view);
      ASSERT_TRUE(simulated.ok()) << simulated.error().message;
      const bool permitted = simulated->receipt.outcome != Outcome::NotPermitted;
      EXPECT_EQ(permitted, std::string_view(row.may).find(letter) != std::string_view::npos)
          << name_of(kind_of(row.transaction.action)) << " by " << letter << ": "
          << name_of(simulated->receipt.outcome);
    }
  }
}

TEST_F(Authorising, WantsTheMembersWordForTheirCardUnlessItKeepsTheirKey) {
  const auto card = [](std::uint64_t n) { return test::fixed_of<TokenId>(n); };
  const auto of_own = [&](std::uint64_t n) {
    return test::a_card_link().of(member(1)).card(card(n));
  };
  const auto in_custody = test::a_card_link().of(member(2)).card(card(9));

  EXPECT_EQ(ask(till_.public_key(), of_own(1)), Outcome::ConsentRequired);
  EXPECT_EQ(ask(an_operator(), of_own(1)), Outcome::ConsentRequired);
  EXPECT_EQ(ask(till_.public_key(), of_own(1).consented_by(member_, ledger_.chain.id)),
            Outcome::Accepted);
  EXPECT_EQ(ask(member_.public_key(), of_own(2)), Outcome::Accepted);
  EXPECT_EQ(ask(till_.public_key(), in_custody), Outcome::ConsentRequired);
  EXPECT_EQ(ask(an_operator(), in_custody), Outcome::Accepted);

  EXPECT_EQ(ask(till_.public_key(), test::a_card_block().card(card(1))), Outcome::ConsentRequired);
  EXPECT_EQ(ask(member_.public_key(), test::a_card_block().card(card(9))), Outcome::NotPermitted);
  EXPECT_EQ(ask(member_.public_key(), test::a_card_block().card(card(1))), Outcome::Accepted);
}

TEST_F(Authorising, CountsWhatAKeyMovesOnce) {
  put_key(till_, Role::Terminal, Purpose::Sign, kCafe, {test::points(100), Duration(), Points()});
  const auto& till = till_.public_key();
  const std::uint64_t hold = next_request_;
  ASSERT_EQ(ask(till, test::a_hold().exactly(100)), Outcome::Accepted);

  EXPECT_EQ(ask(till, test::a_capture().of_hold(hold).amount(60)), Outcome::Accepted)
      << "60 captured and 40 released are the 100 of the hold";
  EXPECT_EQ(ask(till, test::a_hold().exactly(101)), Outcome::NotPermitted);
}

TEST_F(Authorising, HoldsAKeyToItsLimitOfPoints) {
  put_key(till_, Role::Terminal, Purpose::Sign, kCafe, {test::points(100), Duration(), Points()});
  const auto& till = till_.public_key();

  EXPECT_EQ(ask(till, an_earn().total(10'000)), Outcome::Accepted);
  const std::int64_t before = ledger_.available(1);
  EXPECT_EQ(ask(till, an_earn().total(10'100)), Outcome::NotPermitted);
  EXPECT_EQ(ledger_.available(1), before) << "what was computed is thrown away";
  EXPECT_EQ(ask(till, a_redeem().exactly(100)), Outcome::Accepted);
  EXPECT_EQ(ask(till, a_redeem().exactly(101)), Outcome::NotPermitted);
  EXPECT_EQ(ask(till, a_redeem().exactly(5'000'000)), Outcome::NotPermitted)
      << "and tells nothing of the balance";
  EXPECT_EQ(ask(till, a_redeem().up_to(5'000).basket(100)), Outcome::Accepted);
  EXPECT_EQ(ask(till, a_redeem().up_to(5'000).basket(101)), Outcome::NotPermitted);
}

}  // namespace
}  // namespace tally::execution
