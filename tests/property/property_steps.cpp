// How often each step comes, and how steps shrink.
#include "property/property_steps.h"

#include <array>
#include <ostream>
#include <utility>

namespace tally::test {
namespace {

struct Weight {
  StepKind kind;
  std::uint32_t weight;
  const char* name;
};

constexpr std::array kWeights = {
    Weight{StepKind::Advance, 60, "advance"},
    Weight{StepKind::Enrol, 6, "enrol"},
    Weight{StepKind::Earn, 40, "earn"},
    Weight{StepKind::Attest, 10, "attest"},
    Weight{StepKind::Redeem, 20, "redeem"},
    Weight{StepKind::Hold, 20, "hold"},
    Weight{StepKind::Capture, 14, "capture"},
    Weight{StepKind::Void, 7, "void"},
    Weight{StepKind::Reverse, 24, "reverse"},
    Weight{StepKind::Activate, 8, "activate"},
    Weight{StepKind::Transfer, 14, "transfer"},
    Weight{StepKind::Join, 8, "join"},
    Weight{StepKind::Leave, 3, "leave"},
    Weight{StepKind::Adjust, 8, "adjust"},
    Weight{StepKind::AdjustBulk, 3, "adjust_bulk"},
    Weight{StepKind::OpenLots, 4, "open_lots"},
    Weight{StepKind::Extend, 4, "extend"},
    Weight{StepKind::Reinstate, 5, "reinstate"},
    Weight{StepKind::LinkToken, 3, "link_token"},
    Weight{StepKind::BlockToken, 1, "block_token"},
    Weight{StepKind::Claim, 2, "claim"},
    Weight{StepKind::Freeze, 2, "freeze"},
    Weight{StepKind::Unfreeze, 6, "unfreeze"},
    Weight{StepKind::Merge, 3, "merge"},
    Weight{StepKind::Unmerge, 3, "unmerge"},
    Weight{StepKind::RegisterKey, 2, "register_key"},
    Weight{StepKind::RevokeKey, 1, "revoke_key"},
    Weight{StepKind::Recover, 12, "recover"},
    Weight{StepKind::PublishSegment, 4, "publish_segment"},
    Weight{StepKind::PublishProgramme, 6, "publish_programme"},
    Weight{StepKind::PublishCampaign, 7, "publish_campaign"},
    Weight{StepKind::Close, 1, "close"},
    Weight{StepKind::Again, 5, "again"},
    Weight{StepKind::Stranger, 1, "stranger"},
};

StepKind kind_at(std::uint32_t place) {
  for (const Weight& each : kWeights) {
    if (place < each.weight) return each.kind;
    place -= each.weight;
  }
  return StepKind::Advance;
}

std::uint32_t sum_of_weights() {
  std::uint32_t sum = 0;
  for (const Weight& each : kWeights)
    sum += each.weight;
  return sum;
}

Step draw(rc::Random& random) {
  const std::uint64_t bits = random.next();
  const std::uint64_t more = random.next();
  Step step;
  step.kind = kind_at(static_cast<std::uint32_t>(more >> 32U) % sum_of_weights());
  const auto part = [bits](unsigned shift) {
    return static_cast<std::uint32_t>(bits >> shift & 0xffffU);
  };
  step.a = part(0);
  step.b = part(16);
  step.c = part(32);
  step.d = part(48);
  return step;
}

rc::Seq<Step> smaller_step(const Step& step) {
  const auto towards_zero = [step](std::uint32_t Step::*field) {
    return rc::seq::map(rc::shrink::towards<std::uint32_t>(step.*field, 0),
                        [step, field](std::uint32_t value) {
                          Step smaller = step;
                          smaller.*field = value;
                          return smaller;
                        });
  };
  return rc::seq::concat(towards_zero(&Step::a), towards_zero(&Step::b), towards_zero(&Step::c),
                         towards_zero(&Step::d));
}

rc::Seq<Steps> fewer_steps(const Steps& steps) {
  return rc::seq::concat(rc::shrink::removeChunks(steps),
                         rc::shrink::eachElement(steps, smaller_step));
}

}  // namespace

void showValue(const Step& step, std::ostream& out) {
  for (const Weight& each : kWeights)
    if (each.kind == step.kind) out << each.name;
  out << "(" << step.a << "," << step.b << "," << step.c << "," << step.d << ")";
}

rc::Gen<Steps> any_steps(std::size_t count) {
  return rc::Gen<Steps>([count](const rc::Random& seed, int) {
    rc::Random random = seed;
    Steps steps;
    for (std::size_t i = 0; i < count; ++i)
      steps.push_back(draw(random));
    return rc::shrinkable::shrinkRecur(std::move(steps), &fewer_steps);
  });
}

}  // namespace tally::test
