// LiarBench: one strategy at its seat, and a test that plays the node and its peers.
//
//   LiarBench bench("few", 4, node(0));
//   const std::vector<Told> told = bench.send_all(a_pre_prepare(bench.epoch, proposal));
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "simulation/strategy.h"
#include "support/consensus_builders.h"

namespace tally::sim {

/// A frame that the liar lets out, decoded.
struct Told {
  NodeIndex to;
  consensus::Message message;
  Duration delay;
};

class LiarBench {
 public:
  LiarBench(std::string_view strategy, std::size_t nodes, NodeIndex self, std::uint64_t seed = 1)
      : epoch(test::an_epoch(nodes)), self_(self), key_(test::consensus_key(self)) {
    LiarSeat seat{epoch, self, key_, {{self, &key_}}, 5};
    liar = std::make_unique<Liar>(
        std::move(seat), std::vector<StrategyWindow>{
                             {std::string(strategy), Timestamp(), Timestamp::never(), seed}});
    liar->keep_notes();
  }

  /// The node sends `message` to all peers; what leaves.
  std::vector<Told> send_all(const consensus::Message& message) {
    std::vector<Parcel> parcels;
    for (std::size_t i = 0; i < epoch.validators.size(); ++i)
      if (test::node(i) != self_)
        parcels.push_back({test::node(i), consensus::encode_message(message), Duration()});
    liar->on_send(parcels, now);
    return decoded(parcels);
  }
  /// `from` says `message`; what the liar says to that of its own accord.
  std::vector<Told> hear(const consensus::Message& message, NodeIndex from) {
    std::vector<Parcel> more;
    heard_last = liar->on_hear(from, consensus::encode_message(message), now, more);
    return decoded(more);
  }
  /// `count` ticks of the liar; what it says in them.
  std::vector<Told> wait(std::size_t count) {
    std::vector<Parcel> more;
    for (std::size_t i = 0; i < count; ++i) {
      now.monotonic = now.monotonic.plus(kLiarTick);
      now.utc = now.utc.plus(kLiarTick);
      liar->on_time(now, more);
    }
    return decoded(more);
  }

  consensus::Epoch epoch;
  consensus::Now now{Timestamp(1'000'000), test::kStart.plus(kHour)};
  std::unique_ptr<Liar> liar;
  bool heard_last = true;  ///< whether the node was let hear the last message

 private:
  /// Every frame must decode: what does not is a strategy's own bug, but for a flood's garbage.
  [[nodiscard]] std::vector<Told> decoded(const std::vector<Parcel>& parcels) const {
    std::vector<Told> all;
    for (const Parcel& parcel : parcels) {
      EXPECT_NE(parcel.to, self_);
      EXPECT_NE(epoch.find(parcel.to), nullptr);
      Result<consensus::Message> message = consensus::decode_message(parcel.frame);
      EXPECT_TRUE(message.ok());
      if (message.ok()) all.push_back({parcel.to, std::move(message).value(), parcel.delay});
    }
    return all;
  }

  NodeIndex self_;
  crypto::PrivateKey key_;
};

/// The contents of type T among `told`, with whom they are for.
template <typename T>
[[nodiscard]] std::vector<std::pair<NodeIndex, T>> all_of(const std::vector<Told>& told) {
  std::vector<std::pair<NodeIndex, T>> found;
  for (const Told& each : told)
    if (const auto* content = std::get_if<T>(&each.message)) found.emplace_back(each.to, *content);
  return found;
}

/// Whether an honest node would let `message` in.
[[nodiscard]] inline bool verifies(const consensus::Message& message,
                                   const consensus::Epoch& epoch) {
  return consensus::verify_message(message, NodeIndex(), epoch).ok();
}

}  // namespace tally::sim
