// Sending with patience.
#include "app/sender.h"

#include <tally/base/limits.h>

#include <algorithm>
#include <thread>

namespace tally::app {
namespace {

constexpr std::uint64_t kPatienceMs = 120'000;
constexpr std::uint64_t kPauseMsMin = 100;
constexpr std::uint64_t kPauseMsMax = 2'000;

/// Calls until there is an answer, or an error that waiting does not cure.
template <typename T, typename Call>
OrFaults<T> with_patience(const client::Client& client, const std::atomic<bool>& stop, Call call) {
  const SteadyTime start = std::chrono::steady_clock::now();
  std::uint64_t pause = kPauseMsMin;
  while (true) {
    Result<T> answer = call();
    if (answer.ok()) return std::move(answer).value();
    const Fault fault = fault_from_node(answer.error(), client.endpoint());
    if (answer.error().code != ErrorCode::Unavailable) return config::fail(fault);
    if (stop)
      return config::fail(Fault{kOutcomeUnknown, "interrupted; " + fault.got, "", fault.where,
                                "send the same request ids again"});
    if (milliseconds_since(start) > kPatienceMs) return config::fail(fault);
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    pause = std::min(2 * pause, kPauseMsMax);
  }
}

}  // namespace

OrFaults<Sender> Sender::start(const ConnectionOptions& options) {
  OrFaults<Identity> identity = identity_from(options);
  if (!identity) return config::fail(std::move(identity.error()));
  return start(std::move(*identity));
}

OrFaults<Sender> Sender::start(Identity identity) {
  const std::string first = identity.settings.endpoints.front();
  Result<std::unique_ptr<client::Client>> client =
      client::Client::connect(std::move(identity.settings));
  if (!client.ok()) return config::fail(fault_from_node(client.error(), first));
  Sender sender;
  sender.client_ = std::move(client).value();
  sender.sign_key_ = std::move(identity.sign_key);
  sender.merchant_ = identity.merchant;
  const Result<client::RemoteStatus> status = sender.client().status();
  if (!status.ok()) return config::fail(fault_from_node(status.error(), first));
  sender.chain_ = status->chain;
  sender.height_ = status->executed;
  sender.ledger_time_ = status->ledger_time;
  sender.started_ = std::chrono::steady_clock::now();
  return sender;
}

Timestamp Sender::ledger_time() const {
  return ledger_time_.plus(Duration(milliseconds_since(started_)));
}

OrFaults<std::vector<client::Answer>> Sender::send(std::vector<Transaction> transactions,
                                                   const std::atomic<bool>& stop) const {
  const std::size_t count = transactions.size();
  CHECK(count >= 1 && count <= limits::kSubmissionTransactionsMax);
  const Bytes submission =
      node_seals() ? Bytes() : seal_submission(chain_, transactions, *sign_key_);
  OrFaults<std::vector<client::Answer>> answers =
      with_patience<std::vector<client::Answer>>(client(), stop, [&] {
        return node_seals() ? client().submit_batch(transactions) : client().submit(submission);
      });
  if (answers && answers->size() != count)
    return config::fail(Fault{kNodeRefused, std::to_string(answers->size()) + " answers",
                              std::to_string(count), client().endpoint(),
                              "ask by request id: tally receipt"});
  return answers;
}

OrFaults<std::vector<std::optional<client::Answer>>> Sender::ask(
    MerchantId merchant, std::span<const Bytes> request_ids, const std::atomic<bool>& stop) const {
  using Answers = std::vector<std::optional<client::Answer>>;
  Answers all;
  while (all.size() < request_ids.size()) {
    const auto part = request_ids.subspan(
        all.size(), std::min(limits::kPageSizeMax, request_ids.size() - all.size()));
    const std::vector<Bytes> ids(part.begin(), part.end());
    OrFaults<Answers> answers =
        with_patience<Answers>(client(), stop, [&] { return client().receipts(merchant, ids); });
    if (!answers) return answers;
    if (answers->size() != ids.size())
      return config::fail(Fault{kNodeRefused, std::to_string(answers->size()) + " results",
                                std::to_string(ids.size()), client().endpoint(), ""});
    std::move(answers->begin(), answers->end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace tally::app
