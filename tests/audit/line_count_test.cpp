// Receipts counted by the auditor's own table: it agrees with the books, and finds what lies.
#include "audit/line_count.h"

#include "support/posted_accounts.h"

#include <map>
#include <string>

#include <gmock/gmock.h>

namespace tally::audit {
namespace {

using state::Totals;
using test::points;
using testing::HasSubstr;

using Records = std::map<state::RecordKey, Bytes>;

/// What counting the receipts says of the records; empty: they agree.
std::string fault_of(const std::vector<Receipt>& receipts, const Records& records) {
  LineCount count;
  for (const Receipt& receipt : receipts)
    if (const auto added = count.add(receipt); !added.ok()) return added.error().message;
  const auto compared = count.compare(records);
  if (compared.ok()) return "";
  EXPECT_EQ(compared.error().code, ErrorCode::Corrupt);
  return compared.error().message;
}

class Lines : public test::PostedAccounts {
 protected:
  Lines() {
    enrol(1);
    enrol(2);
    post(1, [&](Account& a, Books& b) {
      earn(a, b, 60, Timestamp(5'000));
      earn(a, b, 40, Timestamp(6'000));
      pend(a, b, 30, Timestamp(4'000));
    });
    commit(a_hold());
  }
  std::string fault() const { return fault_of(receipts, view.records()); }
  /// Writes past the books: what the count says then.
  std::string fault_after(const std::function<void(state::AccountHead&, Totals&)>& change) {
    state::StateDelta delta(view);
    Totals sums = state::totals(delta, test::kCafe).value();
    auto account = Account::load(delta, account_id(1)).value();
    change(account->head, sums);
    EXPECT_TRUE(account->store(delta).ok());
    EXPECT_TRUE(state::put_totals(delta, test::kCafe, sums).ok());
    return fault_of(receipts, records_with(delta));
  }
};

TEST_F(Lines, AgreeWithTheBooks) {
  commit(a_release(state::HoldState::Voided));

  EXPECT_EQ(fault(), "");
}

TEST_F(Lines, FindASumThatNoReceiptMoved) {
  using Head = state::AccountHead;
  for (Points Head::*sum : {&Head::available, &Head::held, &Head::pending, &Head::debt})
    EXPECT_THAT(fault_after([&](Head& head, Totals&) { head.*sum = points(7); }),
                HasSubstr("by its receipts is"));
  for (Points Totals::*sum :
       {&Totals::issued, &Totals::available, &Totals::held, &Totals::pending, &Totals::debt,
        &Totals::redeemed, &Totals::expired, &Totals::fees, &Totals::clawed, &Totals::forfeited,
        &Totals::unrecovered, &Totals::transferred, &Totals::exchanged_out, &Totals::exchanged_in})
    EXPECT_THAT(fault_after([&](Head&, Totals& totals) { totals.*sum = points(7); }),
                HasSubstr("by its receipts is"));
}

TEST_F(Lines, FindAMissingReceipt) {
  receipts.pop_back();

  EXPECT_THAT(fault(), HasSubstr("available by its receipts is 100; its record says 50"));
}

TEST_F(Lines, FindPointsThatWereRefused) {
  receipts.back().outcome = Outcome::MemberFrozen;

  EXPECT_THAT(fault(), HasSubstr("what was refused moved points"));
}

TEST_F(Lines, FindPointsThatLeaveAndDoNotArrive) {
  post(1, [&](Account& account, Books& books) {
    EXPECT_TRUE(books.take(LineKind::Sent, account, points(5), 9).value().has_value());
  });

  EXPECT_THAT(fault(), HasSubstr("what left one member is not what came to others"));
}

TEST_F(Lines, FindAnAccountThatHasGone) {
  Records records = view.records();
  records.erase(state::account_key(account_id(1)));

  EXPECT_THAT(fault_of(receipts, records), HasSubstr("has receipts, but no record"));
}

/// What balances a line that moves points from or to another member.
std::optional<LineKind> counterpart_of(LineKind kind) {
  switch (kind) {
    case LineKind::Sent:
      return LineKind::Received;
    case LineKind::LeftAvailable:
      return LineKind::JoinedAvailable;
    case LineKind::LeftPending:
      return LineKind::JoinedPending;
    case LineKind::LeftDebt:
      return LineKind::JoinedDebt;
    default:
      return std::nullopt;
  }
}

/// An account and totals that were moved line by line, as execution moves them, and the receipt.
class LineByLine {
 public:
  explicit LineByLine(const AccountId& id) : id_(id) {}

  void move(LineKind kind, std::int64_t amount) {
    ReceiptLine line;
    line.kind = kind;
    line.account = id_;
    line.points = points(amount);
    receipt_.lines.push_back(line);
    EXPECT_TRUE(state::post(totals_, kind, line.points));
    const Movement by = movement_of(kind);
    move(head_.available, by.available * amount);
    move(head_.held, by.held * amount);
    move(head_.pending, by.pending * amount);
    move(head_.debt, by.debt * amount);
  }
  [[nodiscard]] const Receipt& receipt() const { return receipt_; }
  [[nodiscard]] Records records() const {
    test::MemoryView view;
    state::StateDelta delta(view);
    state::Account account = state::Account::open(delta, id_, Timestamp());
    account.head = head_;
    EXPECT_TRUE(account.store(delta).ok());
    EXPECT_TRUE(state::put_totals(delta, id_.programme, totals_).ok());
    view.commit(delta, Height());
    return view.records();
  }

 private:
  static void move(Points& sum, std::int64_t change) { sum = points(sum.value() + change); }

  AccountId id_;
  Receipt receipt_;
  Totals totals_;
  state::AccountHead head_;
};

// The table of the auditor and that of execution were written apart: each kind is the same in both.
TEST_F(Lines, MoveOfEachKindWhatExecutionMoves) {
  for (int number = 1; number <= static_cast<int>(LineKind::ExchangedIn); ++number) {
    const auto kind = static_cast<LineKind>(number);
    LineByLine posted(account_id(1));
    for (const LineKind first :
         {LineKind::Earned, LineKind::Earned, LineKind::Earned, LineKind::Earned, LineKind::Earned,
          LineKind::Pended, LineKind::Held, LineKind::Redeemed, LineKind::Expired, LineKind::Owed})
      posted.move(first, 100);
    const Records before = posted.records();
    posted.move(kind, 7);
    if (const auto counterpart = counterpart_of(kind)) posted.move(*counterpart, 7);

    const std::string said = fault_of({posted.receipt()}, posted.records());
    const bool arrives = kind == LineKind::Received || kind == LineKind::JoinedAvailable ||
                         kind == LineKind::JoinedPending || kind == LineKind::JoinedDebt;
    EXPECT_EQ(said.find("what left one member") != std::string::npos, arrives) << number;
    EXPECT_EQ(said.empty(), !arrives) << number << ": " << said;
    const bool stays =
        kind == LineKind::Extended || (counterpart_of(kind) && kind != LineKind::Sent);
    EXPECT_EQ(fault_of({posted.receipt()}, before).empty(), stays) << number;
  }
}

}  // namespace
}  // namespace tally::audit
