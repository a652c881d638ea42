// A publication's rules, checked as the ledger will check them.
#include "api/publications.h"

#include <tally/rules/programme.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

namespace tally::api {
namespace {

Fault fault_of(const rules::Mistake& mistake, std::size_t more) {
  std::string message = mistake.field;
  if (mistake.line > 0)
    message += ":" + std::to_string(mistake.line) + ":" + std::to_string(mistake.column);
  message += ": got " + mistake.got + "; expected " + mistake.expected;
  if (!mistake.fix.empty()) message += "; fix: " + mistake.fix;
  if (more > 0) message += " (and " + std::to_string(more) + " more)";
  return {grpc::StatusCode::INVALID_ARGUMENT, std::string(name_of(mistake.reason)), message};
}

Check check(const Programme& programme) {
  const auto compiled = rules::compile(programme);
  if (compiled) return passed();
  return fault_of(compiled.error().front(), compiled.error().size() - 1);
}

/// The programme that the change would make; where there is none, the ledger says why.
Check check(const PublishCampaign& action, MerchantId merchant, const state::StateView& view) {
  TRY(const auto record, state::find_merchant(view, merchant));
  if (!record.has_value() || record->programme_version == 0) return passed();
  TRY(auto last, state::find_version(view, merchant, record->programme_version));
  if (!last.has_value()) return passed();
  Programme& programme = last->rules.programme;
  if (rules::change_campaign(programme, action) != Outcome::Accepted) return passed();
  return check(programme);
}

}  // namespace

Check check_publication(const Transaction& transaction, const state::StateView& view) {
  if (const auto* whole = std::get_if<PublishProgramme>(&transaction.action))
    return check(whole->programme);
  if (const auto* one = std::get_if<PublishCampaign>(&transaction.action))
    return check(*one, transaction.merchant, view);
  return passed();
}

}  // namespace tally::api
