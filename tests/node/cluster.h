// Cluster: whole nodes of one consortium in one process, each in a folder of its own, and a thread
// that carries their frames: no network, no TLS, no signatures but the protocol's own.
#pragma once

#include <gtest/gtest.h>
#include <tally/node/node_loop.h>
#include <tally/node/recovery.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/builders.h"
#include "support/temp_folder.h"

namespace tally::test {

/// Nodes measure header time against the real clock, so what is valid is valid by it.
inline Timestamp clock_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count()));
}

class Cluster {
 public:
  explicit Cluster(std::uint32_t nodes) : chain(a_genesis(nodes)), nodes_(nodes) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const Result<void> made =
          node::init_data(folder_of(i), chain.genesis, chain.genesis.content.founders[i].merchant);
      CHECK(made.ok());
      start(i);
    }
    carrier_ = std::thread([this] { carry(); });
  }
  ~Cluster() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    carrier_.join();
    nodes_.clear();
  }

  void start(std::size_t i) {
    const Founder& founder = chain.genesis.content.founders[i];
    Result<node::NodeParts> parts =
        node::open_data(folder_of(i), chain.genesis, founder.merchant,
                        copy(chain.keys[i].consensus), copy(chain.keys[i].gateway));
    CHECK(parts.ok());
    node::Wakes wakes;
    wakes.frames = [this] { wake(); };
    wakes.replies = [this] { wake(); };
    wakes.stopped = [this](const Error& why) {
      const std::lock_guard lock(halt_mutex_);
      halted_ = why.message;
    };
    auto loop = node::NodeLoop::start(std::move(parts).value(), std::move(wakes)).value();
    const std::lock_guard lock(mutex_);
    nodes_[i] = std::move(loop);
    tell_links();
  }
  void stop(std::size_t i) {
    std::shared_ptr<node::NodeLoop> stopped;
    {
      std::unique_lock lock(mutex_);
      stopped = std::exchange(nodes_[i], nullptr);
      tell_links();
      woken_ = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return stopped.use_count() == 1; });  // the carrier lets go of it
    }
    stopped.reset();
  }

  /// To node `i`, signed by its merchant's operator.
  void submit(std::size_t i, std::vector<Transaction> transactions) {
    const Bytes bytes =
        seal_submission(chain.id, std::move(transactions), chain.keys[i].operator_key);
    const Result<void> submitted = at(i)->submit(bytes);
    EXPECT_TRUE(submitted.ok()) << submitted.error().message;
  }

  [[nodiscard]] std::shared_ptr<node::NodeLoop> at(std::size_t i) {
    const std::lock_guard lock(mutex_);
    return nodes_[i];
  }

  /// Looks after every frame that was carried and every reply, for at most half a minute.
  [[nodiscard]] bool wait_until(const std::function<bool()>& claim) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!claim()) {
      std::unique_lock lock(mutex_);
      const std::uint64_t seen = rounds_;
      if (!changed_.wait_until(lock, deadline, [&] { return rounds_ != seen; })) return claim();
    }
    return true;
  }

  /// How many receipts with that outcome node `i` has answered, in all its lives.
  [[nodiscard]] std::size_t answered(std::size_t i, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    return answers_[{i, outcome}];
  }
  [[nodiscard]] std::optional<std::string> halted() {
    const std::lock_guard lock(halt_mutex_);
    return halted_;
  }

  TestChain chain;

 private:
  static crypto::PrivateKey copy(const crypto::PrivateKey& key) {
    return crypto::PrivateKey::from_pem(key.to_pem()).value();
  }
  [[nodiscard]] std::string folder_of(std::size_t i) const {
    return folder_ / ("node" + std::to_string(i));
  }

  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_all();
  }

  void tell_links() {
    std::size_t running = 0;
    for (const auto& loop : nodes_)
      if (loop != nullptr) ++running;
    for (const auto& loop : nodes_)
      if (loop != nullptr) loop->on_links(running - 1);
  }

  void carry() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      changed_.wait(lock, [this] { return woken_ || stopping_; });
      woken_ = false;
      std::vector<std::shared_ptr<node::NodeLoop>> nodes = nodes_;
      lock.unlock();
      for (std::size_t from = 0; from < nodes.size(); ++from)
        if (nodes[from] != nullptr) carry_of(nodes, from);
      nodes.clear();
      lock.lock();
      ++rounds_;
      changed_.notify_all();
    }
  }

  void carry_of(const std::vector<std::shared_ptr<node::NodeLoop>>& nodes, std::size_t from) {
    for (const node::CertifiedReceipts& block : nodes[from]->take_replies()) {
      const std::lock_guard lock(mutex_);
      for (const Receipt& receipt : block.receipts)
        ++answers_[{from, receipt.outcome}];
    }
    for (const consensus::Frame& frame : nodes[from]->take_frames())
      for (std::size_t to = 0; to < nodes.size(); ++to)
        if (to != from && nodes[to] != nullptr &&
            (!frame.to.has_value() || frame.to->value() == to))
          hand_in(nodes, frame.bytes, from, to);
  }

  static void hand_in(const std::vector<std::shared_ptr<node::NodeLoop>>& nodes, ByteView frame,
                      std::size_t from, std::size_t to) {
    const auto answers = nodes[to]->on_frame(NodeIndex(static_cast<std::uint16_t>(from)), frame);
    EXPECT_TRUE(answers.ok()) << answers.error().message;
    if (!answers.ok()) return;
    for (const consensus::Frame& answer : *answers) {
      const auto back =
          nodes[from]->on_frame(NodeIndex(static_cast<std::uint16_t>(to)), answer.bytes);
      EXPECT_TRUE(back.ok()) << back.error().message;
    }
  }

  TempFolder folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<node::NodeLoop>> nodes_;
  std::map<std::pair<std::size_t, Outcome>, std::size_t> answers_;
  std::uint64_t rounds_ = 0;
  bool woken_ = false;
  bool stopping_ = false;
  std::mutex halt_mutex_;
  std::optional<std::string> halted_;
  std::thread carrier_;
};

}  // namespace tally::test
