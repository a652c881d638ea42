// PublishProgramme: the next version of a merchant's programme.
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/rules/programme.h>
#include <tally/state/programme_record.h>

namespace tally::points {
namespace {

/// How many of the newest versions wait for their height. Every transaction of the programme walks
/// down over them to the version in force, so they are counted before another is added.
Result<std::size_t> count_waiting(const StateView& view, MerchantId merchant, std::uint32_t last,
                                  Height height) {
  std::size_t waiting = 0;
  for (std::uint32_t version = last; version >= 1; --version) {
    TRY(const auto record, state::find_version(view, merchant, version));
    if (!record.has_value() || record->active_from <= height) break;
    ++waiting;
  }
  return waiting;
}

/// Room is kept for what takes effect at once: it ends the wait of those before it, so however far
/// ahead they lie, the programme can be changed.
std::size_t waiting_max(const PublishProgramme& action) {
  const bool at_once = action.active_from == Height();
  return at_once ? limits::kPendingVersionsMax : limits::kPendingVersionsMax / 2;
}

}  // namespace

Result<Outcome> preclaim(const PublishProgramme& action, const TransactionContext& context,
                         const StateView& view) {
  const MerchantId merchant_id = context.transaction->merchant;
  TRY(const auto merchant, state::find_merchant(view, merchant_id));
  if (!merchant.has_value()) return Outcome::UnknownMerchant;
  // The static check of the proposal has refused such a programme already.
  if (!rules::check_programme(action.programme).ok()) return Outcome::NotEnabled;
  TRY(const auto exponent, state::currency_exponent(view, action.programme.currency));
  if (!exponent.has_value()) return Outcome::CurrencyNotAccepted;
  // The last version there is can have no next one.
  if (action.version == 0 || action.version - 1 != merchant->programme_version)
    return Outcome::VersionNotNext;
  if (action.active_from != Height() && action.active_from <= context.height)
    return Outcome::HeightNotAllowed;
  TRY(const std::size_t waiting,
      count_waiting(view, merchant_id, merchant->programme_version, context.height));
  return waiting < waiting_max(action) ? Outcome::Accepted : Outcome::HeightNotAllowed;
}

Result<Outcome> apply(const PublishProgramme& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  const MerchantId merchant_id = context.transaction->merchant;
  TRY(auto merchant, state::find_merchant(delta, merchant_id));
  CHECK(merchant.has_value());
  merchant->programme_version = action.version;
  TRY_VOID(state::put_merchant(delta, merchant_id, *merchant));
  const bool at_once = action.active_from == Height();
  const state::ProgrammeRecord record{
      action.version, at_once ? context.height.next() : action.active_from, action.programme};
  TRY_VOID(state::put_version(delta, merchant_id, record));
  return Outcome::Accepted;
}

}  // namespace tally::points
