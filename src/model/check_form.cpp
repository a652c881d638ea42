// check_form: what a transaction's own text shows to be wrong.
#include <tally/base/limits.h>
#include <tally/model/transaction.h>

#include "model/check_fields.h"

namespace tally {

Result<void> check_programme_id(MerchantId programme) {
  return require(programme.value() != 0, "programme", 0, "a programme: 0 names none");
}

Result<void> check_member(std::string_view field, const MemberId& member) {
  if (!member.is_zero()) return {};
  return fault(field, "zeros", "the id of a member");
}

Result<void> check_account(MerchantId programme, const MemberId& member) {
  TRY_VOID(check_programme_id(programme));
  return check_member("member", member);
}

Result<void> check_who(const MemberId& member, const std::optional<TokenId>& token) {
  if (!token.has_value()) return check_member("member", member);
  if (member.is_zero()) return {};
  return fault("token", "one beside a member", "a member or a token");
}

Result<void> check_currency(const Currency& currency) {
  for (const std::uint8_t letter : currency.array())
    if (letter < 'A' || letter > 'Z')
      return fault("currency", printable(as_text(currency.view())),
                   "three upper-case letters of ISO 4217");
  return {};
}

Result<void> check_part(std::string_view field, Money part, Money total) {
  if (part <= total) return {};
  return fault(field, std::to_string(part.minor_units()),
               "at most the total of which it is a part, " + std::to_string(total.minor_units()));
}

Result<void> check_points(std::string_view field, Points points) {
  return require(!points.is_zero(), field, 0, "above 0");
}

Result<void> check_id_size(std::string_view field, const Bytes& id) {
  return require_range(field, id.size(), limits::kRequestIdBytesMin, limits::kRequestIdBytesMax);
}

Result<void> check_short_id(std::string_view field, std::string_view id) {
  TRY_VOID(require_range(field, id.size(), 1, limits::kShortNameBytesMax));
  for (const char c : id)
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-')
      return fault(field, "a character outside of the alphabet", "a to z, 0 to 9 and -");
  return {};
}

Result<void> check_ref(std::string_view field, std::string_view ref) {
  TRY_VOID(check_name(field, ref, limits::kRefBytesMax));
  const bool has_letter = std::any_of(ref.begin(), ref.end(), [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
  });
  if (!has_letter) return fault(field, "digits alone", "a letter in it, no PERSONAL_DATA");
  return check_no_personal_data(field, ref);
}

Result<void> check_sums(const Totals& told, std::uint64_t net, std::uint64_t tax) {
  const auto total = static_cast<std::uint64_t>(told.total.minor_units());
  TRY_VOID(require(net + tax == total, "total", total,
                   "the lines' net and tax, " + std::to_string(net + tax)));
  const auto told_tax = static_cast<std::uint64_t>(told.tax.minor_units());
  TRY_VOID(require(told_tax == tax, "tax", told_tax, "the lines' tax, " + std::to_string(tax)));
  const auto excluded = static_cast<std::uint64_t>(told.excluded.minor_units());
  return require(excluded == 0, "excluded", excluded,
                 "0: with lines the programme says what is excluded");
}

namespace {

/// A short text that may be left out.
Result<void> check_tag(std::string_view field, std::string_view text, std::size_t size_max) {
  if (text.empty()) return {};
  TRY_VOID(check_name(field, text, size_max));
  return check_no_personal_data(field, text);
}

Result<void> check_words(std::string_view field, const std::vector<std::string>& words,
                         std::size_t count_max, std::size_t size_max) {
  TRY_VOID(require_range(field, words.size(), 0, count_max));
  for (const std::string& word : words) {
    TRY_VOID(check_name(field, word, size_max));
    TRY_VOID(check_no_personal_data(field, word));
  }
  return {};
}

Result<void> check_basket_line(const std::string& field, const BasketLine& line) {
  if (!line.sku.empty())  // long numbers are usual in it, and no PERSONAL_DATA
    TRY_VOID(check_name(field + ".sku", line.sku, limits::kShortNameBytesMax));
  TRY_VOID(check_tag(field + ".brand", line.brand, limits::kShortNameBytesMax));
  TRY_VOID(
      check_words(field + ".cats", line.cats, limits::kCategoriesMax, limits::kShortNameBytesMax));
  if (line.quantity < 1 || line.quantity > kPointsMax)
    return fault(field + ".quantity", std::to_string(line.quantity), "1 to 2^53 - 1");
  return {};
}

/// With lines, the totals are theirs (design/loyalty.md §6).
Result<void> check_basket(const Earn& earn) {
  if (earn.lines.empty()) return {};
  TRY_VOID(require_range("lines", earn.lines.size(), 1, limits::kLinesMax));
  std::uint64_t net = 0;  // at most a hundred amounts below 2^53
  std::uint64_t tax = 0;
  for (std::size_t i = 0; i < earn.lines.size(); ++i) {
    TRY_VOID(check_basket_line("lines[" + std::to_string(i) + "]", earn.lines[i]));
    net += static_cast<std::uint64_t>(earn.lines[i].net.minor_units());
    tax += static_cast<std::uint64_t>(earn.lines[i].tax.minor_units());
  }
  return check_sums({earn.total, earn.tax, earn.excluded}, net, tax);
}

Result<void> check_marks(const Earn& earn) {
  TRY_VOID(check_tag("channel", earn.channel, limits::kChannelBytesMax));
  TRY_VOID(check_tag("store", earn.store, limits::kShortNameBytesMax));
  TRY_VOID(check_words("pay_methods", earn.pay_methods, limits::kPayMethodsMax,
                       limits::kChannelBytesMax));
  return earn.ref.empty() ? Result<void>() : check_ref("ref", earn.ref);
}

/// How old a purchase is and whether its sum overflows is for execution; a total of 0 is an answer.
Result<void> check_fields(const Earn& earn) {
  TRY_VOID(check_programme_id(earn.programme));
  TRY_VOID(check_who(earn.member, earn.token));
  TRY_VOID(check_currency(earn.currency));
  TRY_VOID(check_part("tax", earn.tax, earn.total));
  TRY_VOID(check_part("excluded", earn.excluded, earn.total));
  TRY_VOID(check_part("paid_by_points", earn.paid_by_points, earn.total));
  TRY_VOID(check_marks(earn));
  return check_basket(earn);
}

Result<void> check_fields(const Transfer& transfer) {
  TRY_VOID(check_programme_id(transfer.programme));
  TRY_VOID(check_member("from", transfer.from));
  TRY_VOID(check_member("to", transfer.to));
  TRY_VOID(check_points("points", transfer.points));
  if (transfer.from == transfer.to)
    return fault("to", "the sender, " + to_hex(transfer.to.view()), "another member");
  return {};
}

Result<void> check_fields(const AdvanceClock& action) {
  return require_range("by", action.by.milliseconds(), 1, limits::kClockAdvanceMsMax);
}

Result<void> check_programme_text(const Programme& programme) {
  TRY_VOID(check_name("name", programme.name, limits::kTextBytesMax));
  return check_no_personal_data("name", programme.name);
}

/// Names that people read in receipts and reports; an empty one is the rules' business.
Result<void> check_names(const std::string& field, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.empty()) continue;
    TRY_VOID(check_name(field, name, limits::kNameBytesMax));
    TRY_VOID(check_no_personal_data(field, name));
  }
  return {};
}

Result<void> check_campaign_text(const std::string& field, const Campaign& campaign) {
  TRY_VOID(check_short_id(field + "id", campaign.id));
  TRY_VOID(check_names(field + "stores", campaign.stores));
  TRY_VOID(check_names(field + "channels", campaign.channels));
  for (const FunderShare& share : campaign.funders)
    TRY_VOID(check_names(field + "funders", {share.who.name}));
  if (!campaign.attestor.empty()) TRY_VOID(check_short_id(field + "attestor", campaign.attestor));
  if (campaign.title.empty()) return {};
  TRY_VOID(check_name(field + "title", campaign.title, limits::kTextBytesMax));
  return check_no_personal_data(field + "title", campaign.title);
}

/// What its rules come to is for the check of rules; here stands what a ledger may hold at all.
Result<void> check_fields(const PublishProgramme& action) {
  const Programme& programme = action.programme;
  TRY_VOID(require(action.version >= 1, "version", action.version, "1 or above"));
  TRY_VOID(check_programme_text(programme));
  for (const Tier& tier : programme.tiers.tiers)
    TRY_VOID(check_names("tiers", {tier.name}));
  TRY_VOID(check_names("earn.excluded_cats", programme.earn.excluded_cats));
  TRY_VOID(check_currency(programme.currency));
  for (std::size_t i = 0; i < programme.campaigns.size(); ++i)
    TRY_VOID(check_campaign_text("campaigns[" + std::to_string(i) + "].", programme.campaigns[i]));
  return {};
}

Result<void> check_fields(const PublishCampaign& action) {
  TRY_VOID(require(action.version >= 1, "version", action.version, "1 or above"));
  TRY_VOID(check_short_id("id", action.id));
  const bool adds = action.change == CampaignChange::Add;
  if (action.campaign.has_value() != adds)
    return fault("campaign", adds ? "none" : "one", adds ? "the campaign to add" : "none: its id");
  if (!adds) return {};
  TRY_VOID(check_campaign_text("campaign.", *action.campaign));
  if (action.campaign->id != action.id)
    return fault("campaign.id", action.campaign->id, "the publication's id, " + action.id);
  return {};
}

Result<void> check_fields(const PublishSegment& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_short_id("segment", action.segment));
  TRY_VOID(require_range("add and remove", action.add.size() + action.remove.size(), 1,
                         limits::kSegmentMembersMax));
  TRY_VOID(check_ascending("add", action.add, std::identity()));
  TRY_VOID(check_ascending("remove", action.remove, std::identity()));
  for (const MemberId& member : action.add)
    if (std::binary_search(action.remove.begin(), action.remove.end(), member))
      return fault("remove", "a member that is added too", "each member once");
  return {};
}

Result<void> check_fields(const Attest& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_who(action.member, action.token));
  TRY_VOID(check_tag("channel", action.channel, limits::kChannelBytesMax));
  TRY_VOID(check_tag("store", action.store, limits::kShortNameBytesMax));
  if (action.ref.empty()) return fault("ref", "none", "what the action was, 1 to 64 bytes");
  return check_ref("ref", action.ref);
}

Result<void> check_terms(const std::string& field, const ConsentTerms& terms) {
  TRY_VOID(check_member(field + ".member", terms.member));
  TRY_VOID(
      require(terms.programme.value() != 0, field + ".programme", 0, "a programme: 0 names none"));
  TRY_VOID(
      require(terms.acceptor.value() != 0, field + ".acceptor", 0, "a merchant: 0 names none"));
  TRY_VOID(require(terms.acceptor != terms.programme, field + ".acceptor", terms.acceptor.value(),
                   "another merchant than the one whose points they are"));
  return check_points(field + ".points_max", terms.points_max);
}

/// Nobody confirms to themselves, and what is frozen for others is not frozen for long.
Result<void> check_sender(const Transaction& transaction) {
  const auto not_sender = [&](std::string_view field, MerchantId merchant) {
    return require(merchant != transaction.merchant, field, merchant.value(),
                   "another merchant than the sender");
  };
  const Action& action = transaction.action;
  if (const auto* confirm = std::get_if<ConfirmPayment>(&action))
    return not_sender("debtor", confirm->debtor);
  if (const auto* dispute = std::get_if<DisputePayment>(&action))
    return not_sender("creditor", dispute->creditor);
  if (const auto* approval = std::get_if<ApproveChange>(&action))
    return not_sender("proposer", approval->proposer);
  const auto* const hold = std::get_if<Hold>(&action);
  if (hold == nullptr || hold->redeem.programme == transaction.merchant) return {};
  return require_range("ttl", hold->ttl.milliseconds(), 0, limits::kHoldElsewhereMsMax);
}

/// What stands around the action. The decoder refuses most of this too, but at the door a
/// transaction comes from other text than its encoding.
Result<void> check_frame(const Transaction& transaction) {
  TRY_VOID(require(transaction.merchant.value() != 0, "merchant", 0, "a merchant: 0 names none"));
  TRY_VOID(check_id_size("request_id", transaction.request_id));
  if (transaction.order_id.has_value()) {
    const ActionKind kind = kind_of(transaction.action);
    if (!may_have_order(kind))
      return fault("order_id", "one in " + std::string(name_of(kind)),
                   "none: only earn, redeem and hold have one");
    TRY_VOID(check_id_size("order_id", *transaction.order_id));
  }
  TRY_VOID(require_range("consents", transaction.consents.size(), 0, limits::kConsentsMax));
  for (std::size_t i = 0; i < transaction.consents.size(); ++i)
    if (const auto& terms = transaction.consents[i].terms; terms.has_value())
      TRY_VOID(check_terms("consents[" + std::to_string(i) + "]", *terms));
  return {};
}

}  // namespace

Result<void> check_form(const Transaction& transaction) {
  TRY_VOID(check_frame(transaction));
  TRY_VOID(std::visit([](const auto& fields) { return check_fields(fields); }, transaction.action));
  return check_sender(transaction);
}

}  // namespace tally
