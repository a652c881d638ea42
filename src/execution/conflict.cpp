// The first field in which two transactions under one request id differ.
#include <tally/execution/conflict.h>

#include <variant>

namespace tally::execution {
namespace {

template <typename Fields, typename Value>
struct Field {
  const char* name;
  Value Fields::*place;
};
template <typename Fields, typename Value>
Field(const char*, Value Fields::*) -> Field<Fields, Value>;  // clang 16 deduces none by itself

/// The name of the first of `each` that differs; nullptr: none does.
template <typename Fields, typename... Value>
const char* first_of(const Fields& a, const Fields& b, Field<Fields, Value>... each) {
  const char* found = nullptr;
  const auto look = [&](const auto& field) {
    if (found == nullptr && a.*field.place != b.*field.place) found = field.name;
  };
  (look(each), ...);
  return found;
}

const char* differing(const Enrol& a, const Enrol& b) {
  return first_of(a, b, Field{"programme", &Enrol::programme}, Field{"member", &Enrol::member},
                  Field{"commitment", &Enrol::commitment}, Field{"token", &Enrol::token},
                  Field{"member_key", &Enrol::member_key}, Field{"referrer", &Enrol::referrer});
}
const char* differing(const RegisterKey& a, const RegisterKey& b) {
  return first_of(a, b, Field{"key", &RegisterKey::key}, Field{"role", &RegisterKey::role},
                  Field{"purpose", &RegisterKey::purpose}, Field{"member", &RegisterKey::member},
                  Field{"name", &RegisterKey::name}, Field{"limits", &RegisterKey::limits},
                  Field{"valid_from", &RegisterKey::valid_from},
                  Field{"valid_until", &RegisterKey::valid_until});
}
const char* differing(const PublishSegment& a, const PublishSegment& b) {
  return first_of(a, b, Field{"programme", &PublishSegment::programme},
                  Field{"segment", &PublishSegment::segment}, Field{"add", &PublishSegment::add},
                  Field{"remove", &PublishSegment::remove});
}
const char* differing(const LinkToken& a, const LinkToken& b) {
  return first_of(a, b, Field{"programme", &LinkToken::programme},
                  Field{"member", &LinkToken::member}, Field{"token", &LinkToken::token});
}
const char* differing(const BlockToken& a, const BlockToken& b) {
  return first_of(a, b, Field{"programme", &BlockToken::programme},
                  Field{"token", &BlockToken::token});
}
const char* differing(const Claim& a, const Claim& b) {
  return first_of(a, b, Field{"programme", &Claim::programme}, Field{"member", &Claim::member},
                  Field{"commitment", &Claim::commitment});
}
const char* differing(const RevokeKey& a, const RevokeKey& b) {
  return first_of(a, b, Field{"key", &RevokeKey::key});
}
const char* differing(const Freeze& a, const Freeze& b) {
  return first_of(a, b, Field{"programme", &Freeze::programme}, Field{"member", &Freeze::member},
                  Field{"kind", &Freeze::kind});
}
const char* differing(const Unfreeze& a, const Unfreeze& b) {
  return first_of(a, b, Field{"programme", &Unfreeze::programme},
                  Field{"member", &Unfreeze::member});
}
const char* differing(const Merge& a, const Merge& b) {
  return first_of(a, b, Field{"programme", &Merge::programme}, Field{"source", &Merge::source},
                  Field{"target", &Merge::target});
}
const char* differing(const Unmerge& a, const Unmerge& b) {
  return first_of(a, b, Field{"programme", &Unmerge::programme}, Field{"source", &Unmerge::source});
}
const char* differing(const Close& a, const Close& b) {
  return first_of(a, b, Field{"programme", &Close::programme}, Field{"member", &Close::member});
}
const char* differing(const Recover& a, const Recover& b) {
  return first_of(a, b, Field{"member", &Recover::member}, Field{"step", &Recover::step},
                  Field{"guardians", &Recover::guardians}, Field{"needed", &Recover::needed},
                  Field{"delay", &Recover::delay}, Field{"key", &Recover::key});
}
const char* differing(const AdvanceClock& a, const AdvanceClock& b) {
  return first_of(a, b, Field{"by", &AdvanceClock::by});
}
const char* differing(const Earn& a, const Earn& b) {
  return first_of(a, b, Field{"programme", &Earn::programme}, Field{"member", &Earn::member},
                  Field{"token", &Earn::token}, Field{"currency", &Earn::currency},
                  Field{"total", &Earn::total}, Field{"tax", &Earn::tax},
                  Field{"excluded", &Earn::excluded},
                  Field{"paid_by_points", &Earn::paid_by_points},
                  Field{"event_time", &Earn::event_time}, Field{"channel", &Earn::channel},
                  Field{"store", &Earn::store}, Field{"pay_methods", &Earn::pay_methods},
                  Field{"ref", &Earn::ref}, Field{"lines", &Earn::lines});
}
const char* differing(const Redeem& a, const Redeem& b) {
  return first_of(a, b, Field{"programme", &Redeem::programme}, Field{"member", &Redeem::member},
                  Field{"token", &Redeem::token}, Field{"currency", &Redeem::currency},
                  Field{"basket", &Redeem::basket}, Field{"excluded", &Redeem::excluded},
                  Field{"mode", &Redeem::mode}, Field{"points", &Redeem::points});
}
const char* differing(const Transfer& a, const Transfer& b) {
  return first_of(a, b, Field{"programme", &Transfer::programme}, Field{"from", &Transfer::from},
                  Field{"to", &Transfer::to}, Field{"points", &Transfer::points});
}
const char* differing(const Attest& a, const Attest& b) {
  return first_of(a, b, Field{"programme", &Attest::programme}, Field{"member", &Attest::member},
                  Field{"token", &Attest::token}, Field{"event_time", &Attest::event_time},
                  Field{"channel", &Attest::channel}, Field{"store", &Attest::store},
                  Field{"ref", &Attest::ref});
}
const char* differing(const Activate& a, const Activate& b) {
  return first_of(a, b, Field{"programme", &Activate::programme}, Field{"order", &Activate::order});
}
const char* differing(const Capture& a, const Capture& b) {
  return first_of(a, b, Field{"programme", &Capture::programme}, Field{"hold", &Capture::hold},
                  Field{"points", &Capture::points});
}
const char* differing(const Void& a, const Void& b) {
  return first_of(a, b, Field{"programme", &Void::programme}, Field{"hold", &Void::hold});
}
const char* differing(const Reverse& a, const Reverse& b) {
  return first_of(a, b, Field{"programme", &Reverse::programme}, Field{"order", &Reverse::order},
                  Field{"lines", &Reverse::lines}, Field{"total", &Reverse::total},
                  Field{"tax", &Reverse::tax}, Field{"excluded", &Reverse::excluded});
}
const char* differing(const Pool& a, const Pool& b) {
  return first_of(a, b, Field{"programme", &Pool::programme}, Field{"member", &Pool::member},
                  Field{"change", &Pool::change}, Field{"pool", &Pool::pool});
}
const char* differing(const Adjust& a, const Adjust& b) {
  return first_of(a, b, Field{"programme", &Adjust::programme}, Field{"member", &Adjust::member},
                  Field{"direction", &Adjust::direction}, Field{"points", &Adjust::points},
                  Field{"reason", &Adjust::reason});
}
const char* differing(const AdjustBulk& a, const AdjustBulk& b) {
  return first_of(a, b, Field{"programme", &AdjustBulk::programme},
                  Field{"direction", &AdjustBulk::direction}, Field{"reason", &AdjustBulk::reason},
                  Field{"members", &AdjustBulk::members}, Field{"moved", &AdjustBulk::moved},
                  Field{"settled", &AdjustBulk::settled});
}
const char* differing(const OpenLots& a, const OpenLots& b) {
  return first_of(a, b, Field{"programme", &OpenLots::programme}, Field{"lots", &OpenLots::lots});
}
const char* differing(const Extend& a, const Extend& b) {
  return first_of(a, b, Field{"programme", &Extend::programme}, Field{"member", &Extend::member},
                  Field{"lot", &Extend::lot}, Field{"months", &Extend::months},
                  Field{"rounding", &Extend::rounding});
}
const char* differing(const Reinstate& a, const Reinstate& b) {
  return first_of(a, b, Field{"programme", &Reinstate::programme},
                  Field{"member", &Reinstate::member});
}
const char* differing(const PublishProgramme& a, const PublishProgramme& b) {
  return first_of(a, b, Field{"version", &PublishProgramme::version},
                  Field{"active_from", &PublishProgramme::active_from},
                  Field{"programme", &PublishProgramme::programme});
}
const char* differing(const PublishCampaign& a, const PublishCampaign& b) {
  return first_of(a, b, Field{"version", &PublishCampaign::version},
                  Field{"active_from", &PublishCampaign::active_from},
                  Field{"change", &PublishCampaign::change}, Field{"id", &PublishCampaign::id},
                  Field{"campaign", &PublishCampaign::campaign});
}
const char* differing(const PublishQuote& a, const PublishQuote& b) {
  return first_of(a, b, Field{"programme", &PublishQuote::programme},
                  Field{"currency", &PublishQuote::currency}, Field{"bid", &PublishQuote::bid},
                  Field{"ask", &PublishQuote::ask},
                  Field{"acceptor_per_day", &PublishQuote::acceptor_per_day},
                  Field{"valid_from", &PublishQuote::valid_from},
                  Field{"valid_until", &PublishQuote::valid_until});
}
const char* differing(const PublishRate& a, const PublishRate& b) {
  return first_of(a, b, Field{"programme", &PublishRate::programme},
                  Field{"into", &PublishRate::into}, Field{"points", &PublishRate::points},
                  Field{"points_into", &PublishRate::points_into},
                  Field{"valid_until", &PublishRate::valid_until});
}
const char* differing(const ExchangePoints& a, const ExchangePoints& b) {
  return first_of(a, b, Field{"programme", &ExchangePoints::programme},
                  Field{"into", &ExchangePoints::into}, Field{"member", &ExchangePoints::member},
                  Field{"mode", &ExchangePoints::mode}, Field{"points", &ExchangePoints::points});
}
const char* differing(const CloseCycle& a, const CloseCycle& b) {
  return first_of(a, b, Field{"cycle", &CloseCycle::cycle});
}
const char* differing(const ConfirmPayment& a, const ConfirmPayment& b) {
  return first_of(a, b, Field{"cycle", &ConfirmPayment::cycle},
                  Field{"currency", &ConfirmPayment::currency},
                  Field{"debtor", &ConfirmPayment::debtor});
}
const char* differing(const DisputePayment& a, const DisputePayment& b) {
  return first_of(a, b, Field{"cycle", &DisputePayment::cycle},
                  Field{"currency", &DisputePayment::currency},
                  Field{"creditor", &DisputePayment::creditor},
                  Field{"bank_reference", &DisputePayment::bank_reference});
}
const char* differing(const ProposeChange& a, const ProposeChange& b) {
  return first_of(a, b, Field{"active_from", &ProposeChange::active_from},
                  Field{"change", &ProposeChange::change});
}
const char* differing(const ApproveChange& a, const ApproveChange& b) {
  return first_of(a, b, Field{"proposer", &ApproveChange::proposer},
                  Field{"proposal", &ApproveChange::proposal});
}
const char* differing(const Hold& a, const Hold& b) {
  const char* const in_redeem = differing(a.redeem, b.redeem);
  return in_redeem != nullptr ? in_redeem : first_of(a, b, Field{"ttl", &Hold::ttl});
}

}  // namespace

const char* first_difference(const Transaction& known, const Transaction& other) {
  if (known.action.index() != other.action.index()) return "kind";
  if (known.order_id != other.order_id) return "order_id";
  const char* const field = std::visit(
      [&](const auto& action) {
        return differing(action, std::get<std::remove_cvref_t<decltype(action)>>(other.action));
      },
      known.action);
  return field != nullptr ? field : "action";
}

std::string conflict_field(const std::optional<state::Past>& known, const Transaction& other) {
  return known.has_value() ? first_difference(known->transaction, other) : "action";
}

}  // namespace tally::execution
