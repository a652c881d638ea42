// Logs to the ledger.
#include "app/importer.h"

#include <tally/base/bytes.h>
#include <tally/base/limits.h>
#include <tally/config/text.h>

#include "app/in_flight.h"
#include "app/progress_bar.h"

#include <algorithm>
#include <set>
#include <utility>

namespace tally::app {
namespace {

constexpr auto kDayMs = static_cast<std::int64_t>(kDay.milliseconds());

Fault bad_row(const std::string& file, std::uint64_t line, std::string got, std::string expected) {
  return Fault{kBadInput, std::move(got), std::move(expected),
               config::shown_path(file) + ":" + std::to_string(line),
               "correct the row; nothing was sent"};
}

Result<Earn> earn_of(const Purchase& purchase, const ImportTarget& target, const MemberId& member,
                     std::int64_t shift_days) {
  Earn earn;
  earn.programme = target.merchant;
  earn.member = member;
  earn.currency = target.currency;
  TRY(earn.total, minor_units_from(purchase.total, target.exponent));
  TRY(earn.tax, minor_units_from(purchase.tax, target.exponent));
  TRY(earn.excluded, minor_units_from(purchase.excluded, target.exponent));
  const auto time = static_cast<std::int64_t>(purchase.time.milliseconds()) + shift_days * kDayMs;
  if (time < 0) return malformed("the moved date lies before 1970");
  earn.event_time = Timestamp(static_cast<std::uint64_t>(time));
  return earn;
}

Transaction transaction_of(const ImportTarget& target, Bytes request_id, Action action) {
  Transaction transaction;
  transaction.merchant = target.merchant;
  transaction.request_id = std::move(request_id);
  transaction.valid_until = target.sender.valid_until();
  transaction.action = std::move(action);
  return transaction;
}

Posted enrolment_of(const ImportMember& member, const ImportTarget& target) {
  Enrol enrol;
  enrol.programme = target.merchant;
  enrol.member = member.ids.member;
  enrol.commitment = member.ids.commitment;
  return Posted{transaction_of(target, member.ids.request_id, enrol), member.line};
}

/// Items of one target each, at most `size`, in the order of their first items.
template <typename Item>
std::vector<std::vector<std::size_t>> batches_of(const std::vector<Item>& items, std::size_t size,
                                                 std::size_t targets) {
  std::vector<std::vector<std::size_t>> batches;
  std::vector<std::vector<std::size_t>> open(targets);
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::vector<std::size_t>& batch = open[items[i].target];
    batch.push_back(i);
    if (batch.size() == size) batches.push_back(std::exchange(batch, {}));
  }
  for (std::vector<std::size_t>& batch : open)
    if (!batch.empty()) batches.push_back(std::move(batch));
  std::sort(batches.begin(), batches.end());
  return batches;
}

/// Posts `items`, which `posted_of` turns into transactions, and says how far it is.
template <typename Item, typename PostedOf>
Faults post_all(const char* label, const std::vector<Item>& items,
                const std::vector<ImportTarget>& targets, const ImportPace& pace,
                const std::atomic<bool>& stop, AnswerCount& count, PostedOf posted_of) {
  const auto batches = batches_of(items, pace.batch, targets.size());
  ProgressBar bar(label, items.size());
  InFlight in_flight;
  in_flight.count = batches.size();
  in_flight.at_once = pace.in_flight;
  in_flight.stop = &stop;
  in_flight.work = [&](std::size_t piece) {
    const ImportTarget& target = targets[items[batches[piece].front()].target];
    std::vector<Posted> batch;
    batch.reserve(batches[piece].size());
    for (const std::size_t i : batches[piece])
      batch.push_back(posted_of(items[i], target));
    return post(target.sender, std::move(batch), AskFirst::Yes, stop, count);
  };
  in_flight.progress = [&](std::size_t) { bar.update(count.in_all()); };
  Faults faults = run_in_flight(in_flight);
  bar.update(count.in_all());
  return faults;
}

/// A member who was enrolled before the ledger's memory of ids is there all the same.
Faults faults_of_enrolment(const AnswerCount& count) {
  const Answered answered = count.answered();
  for (const auto& [outcome, number] : answered.refused)
    if (outcome != Outcome::AlreadyEnrolled)
      return {Fault{kLedgerRefused,
                    std::to_string(number) + " enrolments: " + std::string(name_of(outcome)),
                    std::string(sentence_of(outcome)), "", "no purchase was sent"}};
  return {};
}

Fault stopped(const char* what, std::uint64_t done, std::uint64_t all) {
  return Fault{kOutcomeUnknown,
               "stopped after " + std::to_string(done) + " of " + std::to_string(all) + " " + what,
               "", "", "run the same command again: it goes on, and posts nothing twice"};
}

}  // namespace

OrFaults<ImportPlan> plan_import(const std::vector<Purchase>& purchases,
                                 const std::vector<ImportTarget>& targets,
                                 const TargetPlaces& places, const Hash& secret, const Hash& digest,
                                 std::int64_t shift_days, const std::string& file) {
  ImportPlan plan;
  plan.digest = digest;
  plan.shift_days = shift_days;
  plan.rows.reserve(purchases.size());
  std::map<std::pair<std::size_t, std::string_view>, MemberId> met;
  for (const Purchase& purchase : purchases) {
    const std::size_t place = places.at(purchase.merchant);
    const ImportTarget& target = targets.at(place);
    const auto [member, is_new] = met.try_emplace({place, purchase.customer});
    if (is_new) {
      ImportedMember ids = imported_member(secret, target.merchant, purchase.customer);
      member->second = ids.member;
      plan.members.push_back(ImportMember{place, purchase.line, std::move(ids)});
    }
    const Result<Earn> earn = earn_of(purchase, target, member->second, shift_days);
    if (!earn.ok())
      return config::fail(bad_row(file, purchase.line, earn.error().message,
                                  "what " + std::string(as_text(target.currency.view())) + " has"));
    const Timestamp latest = target.sender.ledger_time().plus(Duration(limits::kEventAheadMs));
    if (earn->event_time > latest)
      return config::fail(bad_row(file, purchase.line,
                                  "a purchase at " + config::text_of(earn->event_time),
                                  "none after the ledger's time, " + config::text_of(latest)));
    const Transaction transaction =
        transaction_of(target, row_request_id(digest, purchase.row), *earn);
    const Result<void> form = check_form(transaction);
    if (!form.ok()) return config::fail(bad_row(file, purchase.line, form.error().message, ""));
    plan.rows.push_back(ImportRow{purchase.row, purchase.line, place, *earn});
  }
  return plan;
}

std::int64_t days_to(Timestamp now, const std::vector<Purchase>& purchases) {
  Timestamp newest;
  for (const Purchase& purchase : purchases)
    newest = std::max(newest, purchase.time);
  const std::int64_t gap = static_cast<std::int64_t>(now.milliseconds()) -
                           static_cast<std::int64_t>(newest.milliseconds());
  return gap >= 0 ? gap / kDayMs : -((-gap + kDayMs - 1) / kDayMs);
}

Faults run_import(const ImportPlan& plan, const std::vector<ImportTarget>& targets,
                  const ImportPace& pace, const std::atomic<bool>& stop, ImportSummary& summary) {
  AnswerCount members;
  const SteadyTime start = std::chrono::steady_clock::now();
  Faults faults = post_all("members  ", plan.members, targets, pace, stop, members, enrolment_of);
  summary.members = members.answered();
  summary.members_ms = milliseconds_since(start);
  if (!faults.empty()) return faults;
  if (stop) return {stopped("members", members.in_all(), plan.members.size())};
  if (faults = faults_of_enrolment(members); !faults.empty()) return faults;

  AnswerCount earns;
  const SteadyTime earns_start = std::chrono::steady_clock::now();
  faults = post_all("purchases", plan.rows, targets, pace, stop, earns,
                    [&](const ImportRow& row, const ImportTarget& target) {
                      return Posted{
                          transaction_of(target, row_request_id(plan.digest, row.row), row.earn),
                          row.line};
                    });
  summary.earns = earns.answered();
  summary.earns_ms = milliseconds_since(earns_start);
  summary.first_refusal = earns.first_refusal();
  if (!faults.empty()) return faults;
  if (stop && earns.in_all() < plan.rows.size())
    return {stopped("purchases", earns.in_all(), plan.rows.size())};
  return {};
}

}  // namespace tally::app
