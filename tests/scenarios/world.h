// The world of a story: replicas on machines that crash, a network that obeys the story, liars.
//
// The replicas are production code, and every message goes through the codec and verify_message. A
// trivial executor and a stand-in for block sync play the ledger; the vote log is in memory. Time
// is virtual, and the same story always runs alike.
//
// After every step it checks what no story may break: one block a height, no promise that is not in
// the sender's log, no two digests in one slot, a view and a stable height that never fall.
#pragma once

#include "scenarios/chart.h"
#include "scenarios/network.h"
#include "support/memory_vote_log.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <tuple>

namespace tally::scenario {

using consensus::CertifiedHeader;
using consensus::Epoch;
using consensus::Hash;
using consensus::Header;
using consensus::Message;
using consensus::Phase;
using consensus::Proposal;
using consensus::Replica;
using consensus::Vote;
using consensus::VoteStatement;
using Slot = std::tuple<Height, Phase, View>;

/// Where a machine stops of its own accord.
enum class CrashPoint { None, BeforeSync, AfterSync, InLedger };

struct Sent {
  Traits traits;
  std::size_t from = 0;
  std::size_t to = 0;
  std::string detail;  ///< a complaint's reason and rule
};

struct Machine {
  // On disk.
  storage::VoteLog log;
  std::vector<Header> ledger;
  std::vector<Proposal> blocks;
  CertifiedHeader certified;  ///< of the ledger's newest height that has a certificate
  // What it said, over all its lives.
  std::map<Slot, Hash> logged;
  std::map<View, Bytes> changes;    ///< its view-changes, signed
  std::map<View, Bytes> new_views;  ///< its own new-views
  std::deque<std::string> facts;
  std::map<std::size_t, std::size_t> refused;  ///< messages turned down, by who brought them
  std::optional<std::string> halted;
  View view_max;
  Height stable_max;
  // In memory.
  std::unique_ptr<Replica> replica;
  std::vector<std::string> pool;
  std::map<Height, std::set<std::string>> in_flight;
  bool passed_over = false;
  std::pair<bool, bool> work_told;
  std::queue<Proposal> to_execute;
  Height handed_over;
  bool syncs = false;
  std::optional<std::uint64_t> wake_at;
  std::uint64_t life = 0;
  std::string seen;  ///< what the chart last noted
  // The machine, and who owns its key.
  std::int64_t skew_ms = 0;
  bool paused = false;
  std::uint64_t execution_ms = 1;
  bool executes_wrongly = false;
  bool liar = false;
  bool stolen = false;
  CrashPoint crash_point = CrashPoint::None;
  std::string crash_record;  ///< the kind of record that it waits for; empty: any

  [[nodiscard]] bool is_faulty() const { return liar || stolen; }
  [[nodiscard]] bool is_up() const { return replica != nullptr; }
};

class World {
 public:
  explicit World(const Epoch& epoch);

  // Time. Both stop early where an oracle broke.
  void run_for(std::uint64_t ms);
  /// False: `ms` went by without it.
  [[nodiscard]] bool run_until(const std::function<bool()>& holds, std::uint64_t ms);

  // The story's hands.
  void submit(const std::string& name, const Who& who);
  void pass_over(const Who& who);
  void crash(std::size_t i);
  void crash_at(std::size_t i, CrashPoint point, std::string record);
  void restart(std::size_t i);
  void lose_log(std::size_t i);
  void save_log(std::size_t i, const std::string& name) { saved_[name] = machines_[i].log; }
  [[nodiscard]] bool load_log(std::size_t i, const std::string& name);
  void pause(std::size_t i) { machines_[i].paused = true; }
  void go_on(std::size_t i);
  void make_liar(std::size_t i);
  /// How many went on.
  std::size_t release(const Selector& selector);
  void forget_held() { held_.clear(); }
  void forget_sent() { sent_.clear(); }
  /// A liar's bytes, over the network and its rules; nullopt: to all others.
  void lie(std::size_t from, std::optional<std::size_t> to, Bytes bytes) {
    send(from, to, std::move(bytes));
  }
  /// More than f nodes lie, so that there may be two blocks of one height.
  void go_beyond_f() { beyond_f_ = true; }
  void allow_halt(std::size_t i) { may_halt_.insert(i); }
  void break_oracle(std::string what);

  // What can be asked.
  [[nodiscard]] const Epoch& epoch() const { return epoch_; }
  [[nodiscard]] std::size_t size() const { return machines_.size(); }
  [[nodiscard]] Machine& machine(std::size_t i) { return machines_[i]; }
  [[nodiscard]] const Machine& machine(std::size_t i) const { return machines_[i]; }
  [[nodiscard]] std::uint64_t now() const { return now_; }
  [[nodiscard]] Timestamp utc(std::size_t i) const { return clocks(machines_[i]).utc; }
  /// Those named; `all`: who is correct and up.
  [[nodiscard]] std::vector<std::size_t> nodes_of(const Who& who) const;
  [[nodiscard]] const std::deque<Sent>& sent() const { return sent_; }
  [[nodiscard]] const std::vector<std::pair<std::size_t, Bytes>>& captured() const {
    return captured_;
  }
  [[nodiscard]] const std::map<VoteStatement, std::map<NodeIndex, crypto::Signature>>& votes()
      const {
    return votes_;
  }
  [[nodiscard]] const std::map<Height, CertifiedHeader>& certified() const { return certified_; }
  [[nodiscard]] const std::optional<std::string>& broken() const { return broken_; }
  [[nodiscard]] std::string describe() const;

  Network network;
  Chart chart;
  std::map<std::string, Proposal> proposals;  ///< by the name that the story gave
  std::map<std::string, Header> headers;
  std::map<Hash, std::string> names;  ///< of digests, for the chart

 private:
  enum class Kind { Deliver, Wake, Execute, Sync };
  struct Parcel {
    Bytes bytes;
    std::optional<consensus::VerifiedMessage> checked;
  };
  struct Event {
    std::uint64_t at = 0;
    std::uint64_t order = 0;
    Kind kind = Kind::Wake;
    std::size_t node = 0;
    std::size_t from = 0;
    std::uint64_t life = 0;
    std::shared_ptr<Parcel> parcel = nullptr;
    friend bool operator<(const Event& a, const Event& b) {
      return std::tie(a.at, a.order) > std::tie(b.at, b.order);
    }
  };

  // world.cpp
  void schedule(Event event, std::uint64_t delay);
  [[nodiscard]] consensus::Now clocks(const Machine& machine) const;
  void run_next();
  void start(std::size_t i);
  void stop(std::size_t i, const char* note);
  [[nodiscard]] std::size_t connected(std::size_t i) const;
  void send(std::size_t from, std::optional<std::size_t> to, Bytes bytes);
  void deliver(const Event& event);
  [[nodiscard]] std::optional<consensus::Input> check_arrival(const Event& event);
  [[nodiscard]] consensus::Input judge(std::size_t i, const consensus::VerifiedMessage& message);
  void step(std::size_t i, consensus::Input input);
  void carry_out(std::size_t i, consensus::Effects effects, const consensus::Durable& durable);
  [[nodiscard]] Bytes candidate(const Machine& machine) const;
  void tell_work(std::size_t i, bool always);
  void hand_over(std::size_t i, Proposal proposal);
  void execute_next(std::size_t i);
  void start_sync(std::size_t i);
  void sync(std::size_t i);
  // oracles.cpp
  void note_promise(std::size_t i, std::map<View, Bytes>& known, View view, Bytes bytes);
  void note_records(std::size_t i, const std::vector<consensus::VoteRecord>& records);
  void expect_logged(std::size_t i, const Bytes& bytes);
  void capture(std::size_t from, const Message& message, const Bytes& bytes);
  void agree(std::size_t i, const CertifiedHeader& certified);
  void check_execution(std::size_t i, const Header& header);
  void watch(std::size_t i);
  [[nodiscard]] std::string label_of(const Traits& traits) const;

  Epoch epoch_;
  std::vector<Machine> machines_;
  std::uint64_t now_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t events_run_ = 0;
  std::uint64_t nonce_ = 0;
  std::priority_queue<Event> events_;
  std::vector<Event> held_;
  std::vector<Event> frozen_;  ///< of paused machines
  std::map<std::string, storage::VoteLog> saved_;
  std::set<std::size_t> may_halt_;
  bool beyond_f_ = false;

  std::deque<Sent> sent_;
  std::vector<std::pair<std::size_t, Bytes>> captured_;
  std::map<VoteStatement, std::map<NodeIndex, crypto::Signature>> votes_;
  std::map<Height, CertifiedHeader> certified_;
  std::map<Height, Header> executed_;
  std::optional<std::string> broken_;
};

/// The submissions that a payload holds, as the story names them.
[[nodiscard]] std::set<std::string> names_in(const Bytes& payload);
[[nodiscard]] Bytes payload_of(const std::vector<std::string>& names);

}  // namespace tally::scenario
