// tally bench: how many earns a second, and how long one takes.
#include <tally/base/bytes.h>
#include <tally/base/grouped.h>
#include <tally/base/limits.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/import_state.h"
#include "app/in_flight.h"
#include "app/interrupt.h"
#include "app/posting.h"
#include "app/programmes.h"
#include "app/progress_bar.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

namespace tally::app {
namespace {

struct Options {
  std::uint64_t seconds = 10;
  std::uint64_t count = 100'000;
  std::size_t members = 1'000;
  std::size_t batch = 512;
  std::size_t in_flight = 8;
  bool seal = false;
  bool per_second = false;
  std::string programme;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "bench", "Put a running network under load, and measure",
    R"(Enrols members of its own, then sends earns until --seconds or --count is reached, whichever
is first, and says how many a second were certified and how long a submission took.

  tally bench --seconds 20 --batch 512 --in-flight 8
  tally bench --batch 1 --in-flight 16 --seal      a till's view: one purchase a call
  tally bench --seconds 30 --per-second            kill the primary meanwhile, and see the pause

The earns are real: run it on a network that you can throw away.)"};

Faults check(const Options& options) {
  struct Range {
    const char* name;
    std::uint64_t got, least, most;
  };
  for (const Range& each : {Range{"--seconds", options.seconds, 1, 3'600},
                            Range{"--count", options.count, 1, 100'000'000},
                            Range{"--members", options.members, 1, 1'000'000},
                            Range{"--batch", options.batch, 1, limits::kSubmissionTransactionsMax},
                            Range{"--in-flight", options.in_flight, 1, 64}})
    if (each.got < each.least || each.got > each.most)
      return {Fault{kBadValue, std::to_string(each.got),
                    std::to_string(each.least) + " to " + std::to_string(each.most), each.name,
                    ""}};
  return {};
}

/// One run: its own members, so that it can be repeated.
class Bench {
 public:
  Bench(const Options& options, const Sender& sender, MerchantId programme, Currency currency)
      : options_(options), sender_(sender), programme_(programme), currency_(currency) {}

  Faults run(const std::atomic<bool>& stop) {
    if (Faults faults = run_in_flight(enrolments(stop)); !faults.empty()) return faults;
    if (enrolled_.answered().accepted != options_.members)
      return {Fault{kLedgerRefused,
                    std::to_string(enrolled_.answered().refused_in_all()) + " enrolments", "", "",
                    "see whether this key may enrol: tally submit"}};
    start_ = std::chrono::steady_clock::now();
    earned_ = std::make_unique<AnswerCount>(start_);
    Faults faults = run_in_flight(earns(stop));
    elapsed_ms_ = std::max<std::uint64_t>(milliseconds_since(start_), 1);
    return faults;
  }

  [[nodiscard]] Answered answered() const { return earned_->answered(); }
  [[nodiscard]] std::uint64_t elapsed_ms() const { return elapsed_ms_; }

 private:
  static std::size_t pieces(std::uint64_t items, std::size_t batch) {
    return static_cast<std::size_t>((items + batch - 1) / batch);
  }

  Posted posted(Bytes request_id, Action action) const {
    Posted posted;
    posted.transaction.merchant = programme_;
    posted.transaction.request_id = std::move(request_id);
    posted.transaction.valid_until = sender_.valid_until();
    posted.transaction.action = std::move(action);
    return posted;
  }

  InFlight enrolments(const std::atomic<bool>& stop) {
    constexpr std::size_t kEnrolmentsAtOnce = 512;
    InFlight work;
    work.count = pieces(options_.members, kEnrolmentsAtOnce);
    work.at_once = options_.in_flight;
    work.stop = &stop;
    work.work = [this, &stop](std::size_t piece) {
      std::vector<Posted> batch;
      const std::size_t first = piece * kEnrolmentsAtOnce;
      for (std::size_t i = first; i < std::min(options_.members, first + kEnrolmentsAtOnce); ++i) {
        const ImportedMember member = member_of(i);
        Enrol enrol;
        enrol.programme = programme_;
        enrol.member = member.member;
        enrol.commitment = member.commitment;
        batch.push_back(posted(member.request_id, std::move(enrol)));
      }
      return post(sender_, std::move(batch), AskFirst::No, stop, enrolled_);
    };
    return work;
  }

  InFlight earns(const std::atomic<bool>& stop) {
    InFlight work;
    work.count = pieces(options_.count, options_.batch);
    work.at_once = options_.in_flight;
    work.stop = &stop;
    work.work = [this, &stop](std::size_t piece) -> Faults {
      if (milliseconds_since(start_) >= options_.seconds * 1'000) return {};
      std::vector<Posted> batch;
      const std::uint64_t first = std::uint64_t{piece} * options_.batch;
      for (std::uint64_t i = first; i < std::min(options_.count, first + options_.batch); ++i)
        batch.push_back(posted(row_request_id(run_.secret, i), earn_of(i)));
      return post(sender_, std::move(batch), AskFirst::No, stop, *earned_);
    };
    work.progress = [this](std::size_t) { bar_.update(earned_->in_all()); };
    return work;
  }

  [[nodiscard]] ImportedMember member_of(std::uint64_t i) const {
    return imported_member(run_.secret, programme_, std::to_string(i));
  }

  [[nodiscard]] Earn earn_of(std::uint64_t i) const {
    Earn earn;
    earn.programme = programme_;
    earn.member = member_of(i % options_.members).member;
    earn.currency = currency_;
    earn.total = Money::from(static_cast<std::int64_t>(500 + i % 9'500)).value_or(Money());
    earn.event_time = sender_.ledger_time();
    return earn;
  }

  const Options& options_;
  const Sender& sender_;
  const MerchantId programme_;
  const Currency currency_;
  const ImportState run_ = new_import_state();
  AnswerCount enrolled_;
  std::unique_ptr<AnswerCount> earned_ = std::make_unique<AnswerCount>();
  ProgressBar bar_{"earns", 0};
  SteadyTime start_ = std::chrono::steady_clock::now();
  std::uint64_t elapsed_ms_ = 1;
};

/// Also the seconds at the end in which nothing came.
std::vector<std::uint64_t> seconds_of(const Answered& answered, std::uint64_t elapsed_ms) {
  std::vector<std::uint64_t> counts = answered.accepted_in_second;
  counts.resize(std::max<std::size_t>(counts.size(), (elapsed_ms + 999) / 1'000));
  return counts;
}

void print(const Options& options, const Bench& bench, const Output& out) {
  const Answered answered = bench.answered();
  const Latencies& latencies = answered.batch_latencies;
  const std::vector<std::uint64_t> seconds = seconds_of(answered, bench.elapsed_ms());
  const std::uint64_t rate = answered.accepted * 1'000 / bench.elapsed_ms();
  if (out.json) {
    const nlohmann::ordered_json whole = {{"earns", answered.accepted},
                                          {"refused", answered.refused_in_all()},
                                          {"milliseconds", bench.elapsed_ms()},
                                          {"earns_per_second", rate},
                                          {"batch", options.batch},
                                          {"in_flight", options.in_flight},
                                          {"sealed_by_node", options.seal},
                                          {"calls", latencies.count()},
                                          {"p50_ms", latencies.percentile(50)},
                                          {"p99_ms", latencies.percentile(99)},
                                          {"max_ms", latencies.percentile(100)},
                                          {"per_second", seconds}};
    std::cout << whole.dump() << "\n";
    return;
  }
  std::cout << "earns            " << grouped(answered.accepted) << " in " << bench.elapsed_ms()
            << " ms\n"
            << "earns a second   " << grouped(rate) << "\n"
            << "refused          " << grouped(answered.refused_in_all()) << "\n"
            << "latency          p50 " << latencies.percentile(50) << " ms, p99 "
            << latencies.percentile(99) << " ms, max " << latencies.percentile(100) << " ms, of "
            << grouped(latencies.count()) << " calls\n";
  if (options.per_second) std::cout << "\n" << second_by_second(seconds);
}

Faults run(const Options& options, const Output& out) {
  if (Faults faults = check(options); !faults.empty()) return faults;
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return identity.error();
  const auto programme = programme_named(options.programme, options.connection, identity->merchant);
  if (!programme) return programme.error();
  if (options.seal) identity->sign_key.reset();
  const OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return sender.error();
  const OrFaults<ProgrammeFacts> facts = programme_facts(*sender, *programme);
  if (!facts) return facts.error();

  const Interrupt interrupt;
  Bench bench(options, *sender, *programme, facts->currency);
  if (Faults faults = bench.run(interrupt.flag()); !faults.empty()) return faults;
  print(options, bench, out);
  return {};
}

}  // namespace

void add_bench(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("--seconds", options->seconds, "At most so long (default: 10)")
      ->type_name("N");
  command.add_option("--count", options->count, "At most so many earns (default: 100000)")
      ->type_name("N");
  command.add_option("--members", options->members, "Members that they go to (default: 1000)")
      ->type_name("N");
  command.add_option("--batch", options->batch, "Earns in a submission (default: 512)")
      ->type_name("N");
  command.add_option("--in-flight", options->in_flight, "Submissions at once (default: 8)")
      ->type_name("N");
  command.add_flag("--seal", options->seal, "Let the node sign for the TLS caller");
  command.add_flag("--per-second", options->per_second, "Show the earns of each second");
  command
      .add_option("--programme", options->programme,
                  "Whose points: a merchant's number, or its name in the local network")
      ->type_name("ID");
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
