// Batches to the ledger.
#include "app/posting.h"

#include <algorithm>
#include <iterator>

namespace tally::app {
namespace {

std::uint64_t points_of(const Receipt& receipt, LineKind kind) {
  std::uint64_t points = 0;
  for (const ReceiptLine& line : receipt.lines)
    if (line.kind == kind) points += static_cast<std::uint64_t>(line.points.value());
  return points;
}

/// Counts those of `batch` that have a receipt, and returns the others.
OrFaults<std::vector<Posted>> without_answered(const Sender& sender, std::vector<Posted> batch,
                                               const std::atomic<bool>& stop, AnswerCount& count) {
  std::vector<Bytes> ids;
  for (const Posted& posted : batch)
    ids.push_back(posted.transaction.request_id);
  const auto answers = sender.ask(batch.front().transaction.merchant, ids, stop);
  if (!answers) return config::fail(answers.error());
  std::vector<Posted> open;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::optional<client::Answer>& answer = (*answers)[i];
    if (!answer.has_value()) {
      open.push_back(std::move(batch[i]));
      continue;
    }
    Receipt receipt = answer->receipt;
    if (receipt.request_digest != request_digest(batch[i].transaction))
      receipt.outcome = Outcome::IdempotencyConflict;
    count.add(batch[i], receipt, true);
  }
  return open;
}

}  // namespace

std::uint64_t Answered::refused_in_all() const {
  std::uint64_t sum = 0;
  for (const auto& [outcome, number] : refused)
    sum += number;
  return sum;
}

void AnswerCount::add(const Posted& posted, const Receipt& receipt, bool replayed) {
  const std::lock_guard lock(mutex_);
  const bool before = replayed || receipt.outcome == Outcome::Replayed;
  if (receipt.outcome == Outcome::Accepted || receipt.outcome == Outcome::Replayed) {
    ++(before ? answered_.replayed : answered_.accepted);
    (before ? answered_.points_replayed : answered_.points_issued) +=
        points_of(receipt, LineKind::Earned);
    if (before) return;
    answered_.points_redeemed += points_of(receipt, LineKind::Redeemed);
    const auto second = static_cast<std::size_t>(milliseconds_since(start_) / 1'000);
    if (answered_.accepted_in_second.size() <= second)
      answered_.accepted_in_second.resize(second + 1);
    ++answered_.accepted_in_second[second];
    return;
  }
  ++answered_.refused[receipt.outcome];
  if (!first_.has_value() || posted.place < first_->place)
    first_ = FirstRefusal{posted.place, receipt.outcome, posted.transaction.request_id,
                          receipt.conflict_field};
}

void AnswerCount::add_latency(std::uint64_t milliseconds) {
  const std::lock_guard lock(mutex_);
  answered_.batch_latencies.add(milliseconds);
}

Answered AnswerCount::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_;
}

std::uint64_t AnswerCount::in_all() const {
  const std::lock_guard lock(mutex_);
  return answered_.in_all();
}

std::optional<FirstRefusal> AnswerCount::first_refusal() const {
  const std::lock_guard lock(mutex_);
  return first_;
}

Faults post(const Sender& sender, std::vector<Posted> batch, AskFirst ask_first,
            const std::atomic<bool>& stop, AnswerCount& count) {
  CHECK(!batch.empty());
  if (ask_first == AskFirst::Yes) {
    OrFaults<std::vector<Posted>> open = without_answered(sender, std::move(batch), stop, count);
    if (!open) return std::move(open.error());
    if (open->empty()) return {};
    batch = std::move(*open);
  }
  std::vector<Transaction> transactions;
  transactions.reserve(batch.size());
  for (const Posted& posted : batch)
    transactions.push_back(posted.transaction);
  const SteadyTime start = std::chrono::steady_clock::now();
  const auto answers = sender.send(std::move(transactions), stop);
  if (!answers) return answers.error();
  count.add_latency(milliseconds_since(start));
  for (std::size_t i = 0; i < batch.size(); ++i)
    count.add(batch[i], (*answers)[i].receipt, (*answers)[i].replayed);
  return {};
}

}  // namespace tally::app
