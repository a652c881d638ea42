// Steps: what a random run asks for, as small numbers whose meaning depends on the ledger as it is
// then. So any step can go, or become smaller, and what is left is still a run: failures shrink.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <vector>

#include <rapidcheck.h>

namespace tally::test {

enum class StepKind : std::uint8_t {
  Advance,  ///< ends the block and moves time
  Enrol,
  Earn,
  Attest,
  Redeem,
  Hold,
  Capture,
  Void,
  Reverse,
  Activate,
  Transfer,
  Join,
  Leave,
  Adjust,
  AdjustBulk,
  OpenLots,
  Extend,
  Reinstate,
  LinkToken,
  BlockToken,
  Claim,
  Freeze,
  Unfreeze,
  Merge,
  Unmerge,
  RegisterKey,
  RevokeKey,
  Recover,
  PublishSegment,
  PublishProgramme,
  PublishCampaign,
  Close,
  Again,     ///< an old request, the same or other bytes
  Stranger,  ///< an old request under a key of another merchant
};

struct Step {
  StepKind kind = StepKind::Advance;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
  std::uint32_t d = 0;
};

using Steps = std::vector<Step>;

void showValue(const Step& step, std::ostream& out);

/// So many steps; a failing run loses steps first, then their numbers go to 0.
[[nodiscard]] rc::Gen<Steps> any_steps(std::size_t count);

}  // namespace tally::test
