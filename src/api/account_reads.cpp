// Accounts: balance, lots page by page, and history along the receipts' chain.
#include <tally/base/limits.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/edge/translate.h>
#include <tally/execution/execute.h>
#include <tally/state/account.h>

#include "api/bounds.h"
#include "api/reads.h"
#include "api/visible.h"
#include "tally/v1/ledger.pb.h"

#include <algorithm>

namespace tally::api {
namespace {

/// An account at a height, with what is due at its ledger time taken as done.
struct AccountView {
  Height height;
  Timestamp ledger_time;
  state::AccountHead head;
  std::vector<state::Lot> lots;            ///< available ones, in FEFO order
  std::vector<state::PendingLot> pending;  ///< in the order in which they activate
  std::optional<Position> last_receipt;    ///< as stored: of no entry that was only taken as done
  [[nodiscard]] std::size_t size() const { return lots.size() + pending.size(); }
};

/// Where a list of lots goes on. The lots of a height are there as long as no receipt has touched
/// the account since.
struct LotsCursor {
  Height height;
  Timestamp ledger_time;
  std::optional<Position> last_receipt;
  std::uint64_t next = 0;
};

void encode_position(codec::Writer& out, const Position& position) {
  out.number(position.height);
  out.u32(position.index);
}

Position decode_position(codec::Reader& in) {
  Position position;
  position.height = in.number<Height>();
  position.index = in.u32();
  return position;
}

Bytes encode_cursor(const LotsCursor& cursor) {
  codec::Writer out;
  out.number(cursor.height);
  out.timestamp(cursor.ledger_time);
  out.optional(cursor.last_receipt, encode_position);
  out.u64(cursor.next);
  return std::move(out).take();
}

Result<LotsCursor> decode_lots_cursor(ByteView bytes) {
  codec::Reader in(bytes);
  LotsCursor cursor;
  cursor.height = in.number<Height>();
  cursor.ledger_time = in.timestamp();
  cursor.last_receipt = in.optional<Position>(decode_position);
  cursor.next = in.u64();
  TRY_VOID(in.finish("page token"));
  return cursor;
}

/// "lots" or "history" of which account: what a page token is bound to.
std::string query_of(std::string_view list, const AccountId& account) {
  return std::string(list) + " " + to_hex(account.member.view()) + " " +
         std::to_string(account.programme.value());
}

template <typename Request>
Reply<AccountId> account_of(const Caller& caller, const Request& request) {
  TRY(const MemberId member, edge::member_from_hex("member", request.member()));
  if (request.programme() == 0)
    return invalid("programme: got nothing; expected a programme's id, 1 or above");
  const AccountId account{member, MerchantId(request.programme())};
  if (!may_see(caller, account))
    return denied("NOT_OWN_ACCOUNT", "the caller's key has no right to this account");
  return account;
}

Reply<std::uint32_t> page_size_of(std::int32_t asked) {
  if (asked < 0)
    return invalid("page_size: got " + std::to_string(asked) + "; expected 0 (the default) to " +
                   std::to_string(limits::kPageSizeMax));
  if (asked == 0) return bounds::kPageSizeDefault;
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(static_cast<std::size_t>(asked), limits::kPageSizeMax));
}

Reply<state::Account> load_account(const state::StateView& view, const AccountId& id) {
  TRY(auto account, state::Account::load(view, id));
  if (account.has_value()) return std::move(*account);
  return Fault{grpc::StatusCode::NOT_FOUND, "UNKNOWN_MEMBER",
               "the member has no account in this programme"};
}

/// As of `ledger_time`: entries that are due but have not run yet are seen as done.
Reply<AccountView> view_of(const storage::Snapshot& snapshot, const AccountId& id,
                           Timestamp ledger_time) {
  AccountView view;
  view.height = snapshot.height();
  view.ledger_time = ledger_time;
  TRY(const state::Account stored, load_account(snapshot, id));
  view.last_receipt = stored.head.last_receipt;
  TRY(const consensus::Header header, snapshot.header(snapshot.height()));
  TRY(const state::StateDelta swept, execution::swept(id, header, ledger_time, snapshot));
  TRY(state::Account account, load_account(swept, id));
  view.head = account.head;
  TRY(view.lots, account.all_lots());
  TRY(view.pending, account.all_pending());
  return view;
}

v1::AccountState state_of(state::AccountState state) {
  return static_cast<v1::AccountState>(state);
}

void put(const AccountView& view, const AccountId& id, v1::Balance& message) {
  const state::AccountHead& head = view.head;
  message.set_height(view.height.value());
  message.set_ledger_time(view.ledger_time.milliseconds());
  message.set_member(to_hex(id.member.view()));
  message.set_programme(id.programme.value());
  message.set_available(head.available.value());
  message.set_held(head.held.value());
  message.set_pending(head.pending.value());
  message.set_debt(head.debt.value());
  message.set_state(state_of(head.state));
  if (head.alias_of.has_value()) message.set_merged_into(to_hex(head.alias_of->view()));
  for (const TokenId& token : head.tokens)
    message.add_tokens(to_hex(token.view()));
  if (head.pool.has_value()) message.set_pool(to_hex(head.pool->view()));
  for (const state::OpenHold& hold : head.holds) {
    v1::OpenHold& entry = *message.add_holds();
    entry.set_hold(to_hex(hold.hold.view()));
    entry.set_until(hold.deadline.milliseconds());
    entry.set_shared(hold.shared);
  }
  message.set_claimed(head.commitment.has_value());
  if (head.idle_at != Timestamp::never()) message.set_idle_at(head.idle_at.milliseconds());
}

/// Those from `first` to below `last` of all lots, the waiting ones after the others.
void put_lots(const AccountView& view, std::uint64_t first, std::uint64_t last,
              v1::GetLotsResponse& response) {
  for (std::uint64_t i = first; i < last; ++i) {
    if (i < view.lots.size())
      edge::to_proto(view.lots[i], *response.add_lots());
    else
      edge::to_proto(view.pending[i - view.lots.size()], *response.add_pending());
  }
}

Reply<Timestamp> ledger_time_of(const storage::Snapshot& snapshot) {
  TRY(const consensus::Header header, snapshot.header(snapshot.height()));
  return header.ledger_time;
}

}  // namespace

Check Reads::balance(const ReadContext& context, const v1::GetBalanceRequest& request,
                     v1::Balance& response) {
  TRY(const AccountId id, account_of(context.caller, request));
  TRY(const Timestamp now, ledger_time_of(context.snapshot));
  TRY(const AccountView view, view_of(context.snapshot, id, now));
  put(view, id, response);
  for (std::size_t i = 0; i < std::min(view.lots.size(), bounds::kNextToExpire); ++i)
    edge::to_proto(view.lots[i], *response.add_next_to_expire());
  for (std::size_t i = 0; i < std::min(view.pending.size(), bounds::kNextToExpire); ++i)
    edge::to_proto(view.pending[i], *response.add_next_to_activate());
  return passed();
}

Check Reads::lots(const ReadContext& context, const v1::GetLotsRequest& request,
                  v1::GetLotsResponse& response) {
  TRY(const AccountId id, account_of(context.caller, request));
  TRY(const std::uint32_t page_size, page_size_of(request.page_size()));
  const std::string query = query_of("lots", id);
  TRY(const Timestamp now, ledger_time_of(context.snapshot));
  LotsCursor cursor{context.snapshot.height(), now, std::nullopt, 0};
  if (!request.page_token().empty()) {
    TRY(const Bytes bytes, tokens_.open(query, request.page_token()));
    TRY(cursor, decode_lots_cursor(bytes));
  }
  TRY(AccountView view, view_of(context.snapshot, id, cursor.ledger_time));
  if (!request.page_token().empty() && cursor.last_receipt != view.last_receipt)
    return Fault{grpc::StatusCode::ABORTED, "CURSOR_STALE",
                 "the account has changed since the first page; start again"};
  cursor.last_receipt = view.last_receipt;
  view.height = cursor.height;

  put(view, id, *response.mutable_balance());
  response.set_page_size(page_size);
  const auto first = std::min<std::uint64_t>(cursor.next, view.size());
  const auto last = std::min<std::uint64_t>(first + page_size, view.size());
  put_lots(view, first, last, response);
  cursor.next = last;
  if (last < view.size()) response.set_next_page_token(tokens_.make(query, encode_cursor(cursor)));
  return passed();
}

Check Reads::history(const ReadContext& context, const v1::GetHistoryRequest& request,
                     v1::GetHistoryResponse& response) {
  TRY(const AccountId id, account_of(context.caller, request));
  TRY(const std::uint32_t page_size, page_size_of(request.page_size()));
  const std::string query = query_of("history", id);
  Height height = context.snapshot.height();
  std::optional<Position> next;
  if (request.page_token().empty()) {
    TRY(const state::Account account, load_account(context.snapshot, id));
    next = account.head.last_receipt;
  } else {
    TRY(const Bytes bytes, tokens_.open(query, request.page_token()));
    codec::Reader in(bytes);
    height = in.number<Height>();
    next = decode_position(in);
    TRY_VOID(in.finish("page token"));
  }
  response.set_height(height.value());
  response.set_page_size(page_size);
  std::size_t bytes = 0;
  while (next.has_value() && static_cast<std::uint32_t>(response.entries_size()) < page_size &&
         bytes < bounds::kBlockBytes) {
    TRY(Receipt receipt, context.snapshot.receipt(*next));
    TRY(const consensus::Header header, context.snapshot.header(next->height));
    next.reset();
    for (const PreviousReceipt& previous : receipt.previous)
      if (previous.account == id) next = previous.position;
    v1::HistoryEntry& entry = *response.add_entries();
    entry.set_ledger_time(header.ledger_time.milliseconds());
    const VisibleReceipt visible = visible_part(context.caller, std::move(receipt));
    edge::to_proto(visible.receipt, *entry.mutable_receipt());
    entry.mutable_receipt()->set_withheld(visible.withheld);
    bytes += entry.ByteSizeLong();
  }
  if (next.has_value()) {
    codec::Writer out;
    out.number(height);
    encode_position(out, *next);
    response.set_next_page_token(tokens_.make(query, out.view()));
  }
  return passed();
}

}  // namespace tally::api
