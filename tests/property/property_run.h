// One random run: steps become blocks of the real executor, and the model says of each answer and
// each balance what it should be.
#pragma once

#include "property/ledger_model.h"
#include "property/property_steps.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tally::test {

/// How often each answer came, as "capture HOLD_EXPIRED".
using Met = std::map<std::string, std::size_t>;

/// A chain on which members 1 to 6 have been enrolled for 30 days, from where runs start.
class PropertyRun {
 public:
  explicit PropertyRun(const ModelRules& rules);
  ~PropertyRun();
  PropertyRun(PropertyRun&&) noexcept;
  PropertyRun& operator=(PropertyRun&&) noexcept;

  /// The first disagreement of ledger and model over `steps`, with the story until then; nullopt:
  /// there is none. It runs in a process of its own: a CHECK that fails is a disagreement like any
  /// other, and the start is there for the next run.
  /// Adds to `met` what was answered.
  [[nodiscard]] std::optional<std::string> first_disagreement(const Steps& steps, Met& met) const;

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

}  // namespace tally::test
