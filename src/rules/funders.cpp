// Splits by CEIL of running sums, so that the parts add up and none is below 0.
#include "rules/funders.h"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/rules/evaluate.h>

namespace tally::rules {
namespace {

constexpr std::uint32_t kDenominatorMax = 1'000'000'000;  // below 2^30

/// A number below 2^256: a denominator of kFundersMax shares, 240 bits, and eight times that.
class Wide {
 public:
  constexpr explicit Wide(std::uint32_t value) { limbs_[0] = value; }

  [[nodiscard]] Wide times(std::uint32_t factor) const {
    Wide product(0);
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      carry += static_cast<std::uint64_t>(limbs_[i]) * factor;
      product.limbs_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    CHECK(carry == 0);
    return product;
  }

  [[nodiscard]] Wide plus(const Wide& other) const {
    Wide sum(0);
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      carry += static_cast<std::uint64_t>(limbs_[i]) + other.limbs_[i];
      sum.limbs_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    CHECK(carry == 0);
    return sum;
  }

  friend std::strong_ordering operator<=>(const Wide& a, const Wide& b) {
    return std::lexicographical_compare_three_way(a.limbs_.rbegin(), a.limbs_.rend(),
                                                  b.limbs_.rbegin(), b.limbs_.rend());
  }
  friend bool operator==(const Wide&, const Wide&) = default;

 private:
  std::array<std::uint32_t, 8> limbs_{};  // the lowest first
};
static_assert(limits::kFundersMax * 30 + 4 <= 256, "Wide holds every sum");

/// A sum of fractions below 1, and a whole part beside it. Shares have denominators without a
/// common bound of 128 bits; a sum that was rounded on its way would give a point to the wrong
/// funder.
class FractionSum {
 public:
  void add(std::int64_t whole, std::uint32_t numerator, std::uint32_t denominator) {
    CHECK(denominator >= 1 && denominator <= kDenominatorMax);
    whole_ += whole;
    numerator_ = numerator_.times(denominator).plus(denominator_.times(numerator));
    denominator_ = denominator_.times(denominator);
  }

  [[nodiscard]] std::int64_t rounded_up() const {
    std::int64_t above = 0;
    for (Wide reached(0); reached < numerator_; reached = reached.plus(denominator_))
      ++above;
    return whole_ + above;
  }

  [[nodiscard]] bool is_one() const { return whole_ == 0 && numerator_ == denominator_; }

 private:
  std::int64_t whole_ = 0;
  Wide numerator_ = Wide(0);
  Wide denominator_ = Wide(1);
};

}  // namespace

std::vector<FundedPart> split_by_funder(Points award, std::span<const FunderShare> shares) {
  CHECK(!shares.empty());
  CHECK(shares.size() <= limits::kFundersMax);
  if (shares.size() == 1) return {FundedPart{shares.front().who, award}};
  std::vector<FundedPart> parts;
  FractionSum together;
  std::int64_t before = 0;
  for (const FunderShare& share : shares) {
    __extension__ using Product = unsigned __int128;
    const Product product = static_cast<Product>(award.value()) * share.numerator;
    together.add(static_cast<std::int64_t>(product / share.denominator),
                 static_cast<std::uint32_t>(product % share.denominator), share.denominator);
    const std::int64_t running = together.rounded_up();
    const std::optional<Points> part = Points::from(running - before);
    CHECK(part.has_value());
    parts.push_back(FundedPart{share.who, *part});
    before = running;
  }
  CHECK(before == award.value());
  return parts;
}

bool shares_add_up_to_one(std::span<const FunderShare> shares) {
  if (shares.size() > limits::kFundersMax) return false;
  FractionSum together;
  for (const FunderShare& share : shares) {
    if (share.numerator < 1 || share.denominator < 1) return false;
    if (share.numerator > share.denominator || share.denominator > kDenominatorMax) return false;
    together.add(0, share.numerator, share.denominator);
  }
  return together.is_one();
}

bool owes_by_quote(const Programme& programme, const Funder& who) {
  return who.kind == FunderKind::Merchant && who.name != programme.merchant;
}

const Partner* find_partner(const Programme& programme, std::string_view merchant) {
  const auto found = std::ranges::find(programme.partners, merchant, &Partner::merchant);
  return found == programme.partners.end() ? nullptr : &*found;
}

Funder funder_of_base(const Programme& programme, std::string_view merchant) {
  const Partner* const partner = find_partner(programme, merchant);
  if (partner == nullptr || partner->issuer_funds_base) return Funder{};
  return Funder{FunderKind::Merchant, partner->merchant};
}

}  // namespace tally::rules
