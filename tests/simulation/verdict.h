// Verdict: what the oracles of a run share. The first lie that one of them sees ends the run.
#pragma once

#include "simulation/outcome.h"

#include <optional>
#include <string>
#include <utility>

namespace tally::sim {

class Verdict {
 public:
  void fail(std::string oracle, std::string what) {
    if (!failure_.has_value()) failure_ = Failure{std::move(oracle), std::move(what)};
  }
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

 private:
  std::optional<Failure> failure_;
};

}  // namespace tally::sim
