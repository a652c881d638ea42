// Transactions and receipts in words and numbers.
#include "property/property_story.h"

namespace tally::test {
namespace {

std::string name(const MemberId& member) {
  return " m" + std::to_string(member.array().back());
}
std::string bytes(const Bytes& id) {
  const std::string hex = to_hex(id);
  return " " + hex.substr(hex.size() - std::min<std::size_t>(6, hex.size()));
}
std::string number(const char* what, std::int64_t value) {
  return value == 0 ? std::string() : std::string(" ") + what + " " + std::to_string(value);
}
std::string time(const char* what, Timestamp t) {
  return std::string(" ") + what + " " +
         (t == Timestamp::never() ? "never" : std::to_string(t.milliseconds()));
}
std::string card(const std::optional<TokenId>& token) {
  return token.has_value() ? " card " + std::to_string(token->array().back()) : std::string();
}

std::string words(const Enrol& a) {
  return name(a.member) + card(a.token) +
         (a.commitment.has_value() ? " as " + to_hex(a.commitment->view()).substr(0, 4) : "") +
         (a.member_key.has_value() ? " with key" : "");
}
std::string words(const Earn& a) {
  return name(a.member) + card(a.token) + " total " + std::to_string(a.total.minor_units()) +
         number("tax", a.tax.minor_units()) + number("excluded", a.excluded.minor_units()) +
         number("paid", a.paid_by_points.minor_units()) + time("event", a.event_time);
}
std::string words(const Attest& a) {
  return name(a.member) + card(a.token) + " " + a.ref + time("event", a.event_time);
}
std::string words(const Redeem& a) {
  return name(a.member) + card(a.token) + (a.mode == RedeemMode::UpTo ? " up to " : " exactly ") +
         std::to_string(a.points.value()) + number("basket", a.basket.minor_units()) +
         number("excluded", a.excluded.minor_units());
}
std::string words(const Hold& a) {
  return words(a.redeem) + " ttl " + std::to_string(a.ttl.milliseconds());
}
std::string words(const Capture& a) {
  return bytes(a.hold) + " points " + std::to_string(a.points.value());
}
std::string words(const Void& a) {
  return bytes(a.hold);
}
std::string words(const Reverse& a) {
  return " order" + bytes(a.order) + number("total", a.total.minor_units()) +
         number("tax", a.tax.minor_units()) + number("excluded", a.excluded.minor_units());
}
std::string words(const Activate& a) {
  return " order" + bytes(a.order);
}
std::string words(const Transfer& a) {
  return name(a.from) + " to" + name(a.to) + number("points", a.points.value());
}
std::string words(const Pool& a) {
  return name(a.member) + (a.change == PoolChange::Join ? " joins " : " leaves ") +
         std::to_string(a.pool.array().back());
}
std::string words(const Adjust& a) {
  return name(a.member) + (a.direction == AdjustDirection::Credit ? " up" : " down") +
         number("", a.points.value());
}
std::string words(const AdjustBulk& a) {
  std::string all = a.direction == AdjustDirection::Credit ? " up" : " down";
  for (const AdjustedMember& each : a.members)
    all += name(each.member) + number("by", each.points.value());
  return all + number("settled", a.settled.value());
}
std::string words(const OpenLots& a) {
  std::string all;
  for (const OpeningLot& lot : a.lots)
    all += name(lot.member) + number("points", lot.points.value()) + time("from", lot.earned_at) +
           time("until", lot.expires_at) + " " + lot.ref + ";";
  return all;
}
std::string words(const Extend& a) {
  return name(a.member) + " lot " + std::to_string(a.lot.transaction.height.value()) + "/" +
         std::to_string(a.lot.transaction.index) + "/" + std::to_string(a.lot.entry) + " by " +
         std::to_string(a.months) + " rounding " + std::to_string(static_cast<int>(a.rounding));
}
std::string words(const Merge& a) {
  return name(a.source) + " into" + name(a.target);
}
std::string words(const Unmerge& a) {
  return name(a.source);
}
std::string key(const KeyId& id) {
  return " key " + to_hex(id.view()).substr(0, 4);
}
std::string words(const RegisterKey& a) {
  return name(*a.member) + key(a.key.id());
}
std::string words(const RevokeKey& a) {
  return key(a.key);
}
std::string words(const Recover& a) {
  constexpr const char* kSteps[] = {"?", " guardians", " approve", " execute", " cancel"};
  return name(a.member) + kSteps[static_cast<std::size_t>(a.step)] +
         (a.key.has_value() ? key(a.key->id()) : "") + number("needed", a.needed);
}
std::string words(const PublishSegment& a) {
  std::string all = " " + a.segment + " adds";
  for (const MemberId& each : a.add)
    all += name(each);
  all += " removes";
  for (const MemberId& each : a.remove)
    all += name(each);
  return all;
}
std::string from(Height height) {
  return height == Height() ? std::string(" at once") : " from " + std::to_string(height.value());
}
std::string words(const PublishProgramme& a) {
  const Programme& p = a.programme;
  std::string all = " version " + std::to_string(a.version) + from(a.active_from) + " base " +
                    p.earn.base + (p.earn.counts_tax ? " counts tax" : "");
  all += number("pending", static_cast<std::int64_t>(p.earn.pending.span.milliseconds())) +
         (p.earn.pending.by_event ? " by event" : "");
  for (const Cap& cap : p.earn.cap_points)
    all += number("cap", static_cast<std::int64_t>(cap.limit));
  for (const Campaign& campaign : p.campaigns)
    all += " " + campaign.id + "=" + std::to_string(static_cast<int>(campaign.state));
  all += number("minimum", p.redeem.minimum.value()) + number("step", p.redeem.step.value()) +
         number("price", p.redeem.price_points.value()) +
         number(":", p.redeem.price_money.minor_units()) + number("percent", p.redeem.max_percent) +
         (p.redeem.mixed ? "" : " points only");
  all += number("months", p.expiry.months) +
         number("rounding", static_cast<std::int64_t>(p.expiry.rounding)) +
         number("grace", p.expiry.grace_days) + number("min_days", p.expiry.min_days);
  return all + number("window", static_cast<std::int64_t>(p.returns.window.milliseconds())) +
         number("ttl", static_cast<std::int64_t>(p.hold.ttl.milliseconds()));
}
std::string words(const PublishCampaign& a) {
  constexpr const char* kChanges[] = {"?", " adds ", " pauses ", " resumes ", " ends "};
  return " version " + std::to_string(a.version) + from(a.active_from) +
         kChanges[static_cast<std::size_t>(a.change)] + a.id +
         (a.campaign.has_value() ? " when " + a.campaign->when + " award " + a.campaign->award
                                 : std::string());
}
std::string words(const LinkToken& a) {
  return name(a.member) + card(a.token);
}
std::string words(const BlockToken& a) {
  return card(a.token);
}
std::string words(const Freeze& a) {
  return name(a.member) + (a.kind == FreezeKind::Fraud ? " for fraud" : "");
}
template <typename Other>
std::string words(const Other& a) {
  if constexpr (requires { a.member; })
    if constexpr (std::is_same_v<decltype(a.member), MemberId>) return name(a.member);
  return {};
}

const char* name_of_line(LineKind kind) {
  constexpr const char* kNames[] = {
      "?",         "Earned",     "Redeemed",   "Sent",        "Received",   "Fee",
      "Expired",   "Pended",     "Activated",  "Settled",     "Held",       "Captured",
      "Released",  "GivenBack",  "ClawedP",    "Clawed",      "Owed",       "Unrecovered",
      "Forfeited", "ForfeitedP", "WrittenOff", "Reinstated",  "AdjustedUp", "AdjustedDown",
      "Opened",    "Extended",   "LeftAvail",  "JoinedAvail", "LeftPend",   "JoinedPend",
      "LeftDebt",  "JoinedDebt"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string story_of(const Transaction& transaction) {
  std::string text(name_of(kind_of(transaction.action)));
  text += std::visit([](const auto& action) { return words(action); }, transaction.action);
  text += " request" + bytes(transaction.request_id);
  if (transaction.order_id.has_value()) text += " order" + bytes(*transaction.order_id);
  if (!transaction.consents.empty())
    text += " consents " + std::to_string(transaction.consents.size());
  return text;
}

std::string story_of(const Receipt& receipt) {
  std::string text(name_of(receipt.kind));
  text += " " + std::to_string(receipt.position.height.value()) + "/" +
          std::to_string(receipt.position.index) + " " + std::string(name_of(receipt.outcome));
  for (const ReceiptLine& line : receipt.lines) {
    text += std::string(" [") + name_of_line(line.kind) + name(line.account.member) + " " +
            std::to_string(line.points.value());
    if (line.lot != LotId())
      text += " lot " + std::to_string(line.lot.transaction.height.value()) + "/" +
              std::to_string(line.lot.transaction.index) + "/" + std::to_string(line.lot.entry) +
              time("until", line.expires_at);
    text += "]";
  }
  return text;
}

}  // namespace tally::test
