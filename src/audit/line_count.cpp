// The postings of design/loyalty.md §3, counted over all receipts.
#include "audit/line_count.h"

#include <tally/base/check.h>
#include <tally/state/account.h>
#include <tally/state/programme_record.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace tally::audit {
namespace {

struct Posting {
  LineKind kind;
  Book from;
  Book to;
};

/// One row a kind of line, as the table of the design has them. A kind that moves nothing has none.
constexpr std::array kPostings = {
    Posting{LineKind::Earned, Book::Issued, Book::Available},
    Posting{LineKind::Pended, Book::Issued, Book::Pending},
    Posting{LineKind::Opened, Book::Issued, Book::Available},
    Posting{LineKind::AdjustedUp, Book::Issued, Book::Available},
    Posting{LineKind::AdjustedDown, Book::Available, Book::Issued},
    Posting{LineKind::Activated, Book::Pending, Book::Available},
    Posting{LineKind::Settled, Book::Available, Book::Debt},
    Posting{LineKind::Redeemed, Book::Available, Book::Redeemed},
    Posting{LineKind::Captured, Book::Held, Book::Redeemed},
    Posting{LineKind::Held, Book::Available, Book::Held},
    Posting{LineKind::Released, Book::Held, Book::Available},
    Posting{LineKind::GivenBack, Book::Redeemed, Book::Available},
    Posting{LineKind::ClawedPending, Book::Pending, Book::Clawed},
    Posting{LineKind::Clawed, Book::Available, Book::Clawed},
    Posting{LineKind::Owed, Book::Debt, Book::Clawed},
    Posting{LineKind::Expired, Book::Available, Book::Expired},
    Posting{LineKind::Reinstated, Book::Expired, Book::Available},
    Posting{LineKind::Fee, Book::Available, Book::Fees},
    Posting{LineKind::Forfeited, Book::Available, Book::Forfeited},
    Posting{LineKind::ForfeitedPending, Book::Pending, Book::Forfeited},
    Posting{LineKind::WrittenOff, Book::Clawed, Book::Debt},
    Posting{LineKind::Sent, Book::Available, Book::Transit},
    Posting{LineKind::Received, Book::Transit, Book::Available},
    Posting{LineKind::ExchangedOut, Book::Available, Book::ExchangedOut},
    Posting{LineKind::ExchangedIn, Book::ExchangedIn, Book::Available},
    Posting{LineKind::LeftAvailable, Book::Available, Book::Transit},
    Posting{LineKind::JoinedAvailable, Book::Transit, Book::Available},
    Posting{LineKind::LeftPending, Book::Pending, Book::Transit},
    Posting{LineKind::JoinedPending, Book::Transit, Book::Pending},
    Posting{LineKind::LeftDebt, Book::Transit, Book::Debt},
    Posting{LineKind::JoinedDebt, Book::Debt, Book::Transit},
};

std::int64_t& in(Balances& balances, Book book) {
  return balances[static_cast<std::size_t>(book)];
}
std::int64_t in(const Balances& balances, Book book) {
  return balances[static_cast<std::size_t>(book)];
}

Error fault(const std::string& whose, std::string_view what, std::int64_t counted,
            std::int64_t stored) {
  return Error{ErrorCode::Corrupt, whose + ": " + std::string(what) + " by its receipts is " +
                                       std::to_string(counted) + "; its record says " +
                                       std::to_string(stored)};
}

std::string name_of(MerchantId programme) {
  return "programme " + std::to_string(programme.value());
}

std::string name_of(const AccountId& id) {
  return "account of member " + to_hex(id.member.view()) + " in " + name_of(id.programme);
}

/// A sum as receipts give it, and as its record has it.
struct Sides {
  std::string_view what;
  std::int64_t counted = 0;
  Points stored;
};

template <typename Sums>
Result<void> require_same(const std::string& whose, const Sums& sums) {
  for (const Sides& sides : sums)
    if (sides.counted != sides.stored.value())
      return fault(whose, sides.what, sides.counted, sides.stored.value());
  return {};
}

Result<void> compare_head(const AccountId& id, const Balances& counted,
                          const state::AccountHead& head) {
  return require_same(name_of(id),
                      std::array{Sides{"available", in(counted, Book::Available), head.available},
                                 Sides{"held", in(counted, Book::Held), head.held},
                                 Sides{"pending", in(counted, Book::Pending), head.pending},
                                 Sides{"debt", -in(counted, Book::Debt), head.debt}});
}

}  // namespace

Result<void> LineCount::add(const Receipt& receipt) {
  const auto corrupt = [&](const char* what) {
    return Error{ErrorCode::Corrupt,
                 "receipt " + std::to_string(receipt.position.index) + ": " + what};
  };
  if (receipt.outcome != Outcome::Accepted && !receipt.lines.empty())
    return corrupt("what was refused moved points");
  std::set<MerchantId> touched;
  for (const ReceiptLine& line : receipt.lines) {
    post(line);
    touched.insert(line.account.programme);
  }
  for (const MerchantId programme : touched)
    if (in(programmes_[programme].balances, Book::Transit) != 0)
      return corrupt("what left one member is not what came to others");
  return {};
}

void LineCount::post(const ReceiptLine& line) {
  const std::int64_t points = line.points.value();
  Programme& programme = programmes_[line.account.programme];
  if (line.kind == LineKind::Unrecovered || line.kind == LineKind::WrittenOff)
    programme.unrecovered += points;
  if (line.kind == LineKind::Sent) programme.sent += points;
  const auto row = std::find_if(kPostings.begin(), kPostings.end(),
                                [&](const Posting& each) { return each.kind == line.kind; });
  if (row == kPostings.end()) return;
  for (Balances* const balances : {&accounts_[line.account], &programme.balances}) {
    in(*balances, row->from) -= points;
    in(*balances, row->to) += points;
  }
}

Result<void> LineCount::compare(const std::map<state::RecordKey, Bytes>& records) const {
  std::set<AccountId> known;
  for (const auto& [key, bytes] : records) {
    if (key.kind() != state::RecordKind::Account) continue;
    const std::optional<AccountId> id = state::account_of(key);
    CHECK(id.has_value());
    TRY(const state::AccountHead head, state::decode_account_head(bytes));
    const auto counted = accounts_.find(*id);
    TRY_VOID(compare_head(*id, counted == accounts_.end() ? Balances() : counted->second, head));
    known.insert(*id);
  }
  for (const auto& [id, counted] : accounts_)
    if (known.find(id) == known.end())
      return Error{ErrorCode::Corrupt, name_of(id) + ": has receipts, but no record"};

  for (const auto& [id, programme] : programmes_) {
    const auto record = records.find(state::totals_key(id));
    state::Totals t;
    if (record != records.end()) {
      TRY(t, state::decode_totals(record->second));
    }
    const auto sum = [&](Book book) { return in(programme.balances, book); };
    TRY_VOID(require_same(
        name_of(id), std::array{Sides{"issued", -sum(Book::Issued), t.issued},
                                Sides{"available", sum(Book::Available), t.available},
                                Sides{"held", sum(Book::Held), t.held},
                                Sides{"pending", sum(Book::Pending), t.pending},
                                Sides{"debt", -sum(Book::Debt), t.debt},
                                Sides{"redeemed", sum(Book::Redeemed), t.redeemed},
                                Sides{"expired", sum(Book::Expired), t.expired},
                                Sides{"fees", sum(Book::Fees), t.fees},
                                Sides{"clawed", sum(Book::Clawed), t.clawed},
                                Sides{"forfeited", sum(Book::Forfeited), t.forfeited},
                                Sides{"exchanged out", sum(Book::ExchangedOut), t.exchanged_out},
                                Sides{"exchanged in", -sum(Book::ExchangedIn), t.exchanged_in},
                                Sides{"unrecovered", programme.unrecovered, t.unrecovered},
                                Sides{"transferred", programme.sent, t.transferred}}));
  }
  return {};
}

}  // namespace tally::audit
