// The list of kinds: their numbers, their names, and which decoder reads which.
#include <tally/base/check.h>
#include <tally/model/action.h>

#include <algorithm>
#include <array>

namespace tally {
namespace {

struct KindRow {
  ActionKind kind;
  std::string_view name;
  Action (*decode)(codec::Reader& in);
  bool in_place;  // whether the variant has these fields where the table has its row
};

template <typename Fields>
Action decode_fields(codec::Reader& in) {
  Fields fields;
  decode(in, fields);
  return fields;
}

template <std::size_t Place, typename Fields>
constexpr KindRow row(ActionKind kind, std::string_view name) {
  return {kind, name, decode_fields<Fields>,
          std::is_same_v<std::variant_alternative_t<Place, Action>, Fields>};
}

/// In the order of the variant, so that an action's index finds its row.
constexpr std::array kRows = {
    row<0, Enrol>(ActionKind::Enrol, "enrol"),
    row<1, RegisterKey>(ActionKind::RegisterKey, "register_key"),
    row<2, PublishSegment>(ActionKind::PublishSegment, "publish_segment"),
    row<3, LinkToken>(ActionKind::LinkToken, "link_token"),
    row<4, BlockToken>(ActionKind::BlockToken, "block_token"),
    row<5, Claim>(ActionKind::Claim, "claim"),
    row<6, RevokeKey>(ActionKind::RevokeKey, "revoke_key"),
    row<7, Freeze>(ActionKind::Freeze, "freeze"),
    row<8, Unfreeze>(ActionKind::Unfreeze, "unfreeze"),
    row<9, Merge>(ActionKind::Merge, "merge"),
    row<10, Unmerge>(ActionKind::Unmerge, "unmerge"),
    row<11, Close>(ActionKind::Close, "close"),
    row<12, Recover>(ActionKind::Recover, "recover"),
    row<13, AdvanceClock>(ActionKind::AdvanceClock, "advance_clock"),
    row<14, Earn>(ActionKind::Earn, "earn"),
    row<15, Redeem>(ActionKind::Redeem, "redeem"),
    row<16, Transfer>(ActionKind::Transfer, "transfer"),
    row<17, Attest>(ActionKind::Attest, "attest"),
    row<18, Activate>(ActionKind::Activate, "activate"),
    row<19, Hold>(ActionKind::Hold, "hold"),
    row<20, Capture>(ActionKind::Capture, "capture"),
    row<21, Void>(ActionKind::Void, "void"),
    row<22, Reverse>(ActionKind::Reverse, "reverse"),
    row<23, Pool>(ActionKind::Pool, "pool"),
    row<24, Adjust>(ActionKind::Adjust, "adjust"),
    row<25, AdjustBulk>(ActionKind::AdjustBulk, "adjust_bulk"),
    row<26, OpenLots>(ActionKind::OpenLots, "open_lots"),
    row<27, Extend>(ActionKind::Extend, "extend"),
    row<28, Reinstate>(ActionKind::Reinstate, "reinstate"),
    row<29, PublishProgramme>(ActionKind::PublishProgramme, "publish_programme"),
    row<30, PublishCampaign>(ActionKind::PublishCampaign, "publish_campaign"),
    row<31, PublishQuote>(ActionKind::PublishQuote, "publish_quote"),
    row<32, PublishRate>(ActionKind::PublishRate, "publish_rate"),
    row<33, ExchangePoints>(ActionKind::ExchangePoints, "exchange_points"),
    row<34, CloseCycle>(ActionKind::CloseCycle, "close_cycle"),
    row<35, ConfirmPayment>(ActionKind::ConfirmPayment, "confirm_payment"),
    row<36, DisputePayment>(ActionKind::DisputePayment, "dispute_payment"),
    row<37, ProposeChange>(ActionKind::ProposeChange, "propose_change"),
    row<38, ApproveChange>(ActionKind::ApproveChange, "approve_change"),
};
static_assert(kRows.size() == std::variant_size_v<Action>);
static_assert(std::all_of(kRows.begin(), kRows.end(), [](const KindRow& r) { return r.in_place; }));

/// nullptr for a number that nobody can send.
const KindRow* row_of(ActionKind kind) {
  const auto* const found =
      std::find_if(kRows.begin(), kRows.end(), [kind](const KindRow& r) { return r.kind == kind; });
  return found == kRows.end() ? nullptr : found;
}

}  // namespace

ActionKind kind_of(const Action& action) {
  return kRows.at(action.index()).kind;
}

std::string_view name_of(ActionKind kind) {
  if (kind == ActionKind::Due) return "due";
  const KindRow* found = row_of(kind);
  CHECK(found != nullptr);
  return found->name;
}

bool is_known(ActionKind kind) {
  return kind == ActionKind::Due || row_of(kind) != nullptr;
}

bool may_have_order(ActionKind kind) {
  return kind == ActionKind::Earn || kind == ActionKind::Redeem || kind == ActionKind::Hold;
}

void encode(codec::Writer& out, const Action& action) {
  out.u16(static_cast<std::uint16_t>(kind_of(action)));
  std::visit([&out](const auto& fields) { encode(out, fields); }, action);
}

Action decode_action(codec::Reader& in) {
  const std::uint16_t kind = in.u16();
  // Due is a receipt's kind: nobody sends it, and it has no row.
  if (const KindRow* found = row_of(static_cast<ActionKind>(kind))) return found->decode(in);
  in.fail("unknown kind of transaction " + std::to_string(kind));
  return {};
}

}  // namespace tally
