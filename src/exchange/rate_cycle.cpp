// Bellman and Ford's relaxation, on products in place of sums: what one point becomes at most on a
// walk of at most so many legs. Without a cycle above 1 a walk of n − 1 legs gives all that any
// longer one does; with one, the n-th round still finds more.
#include <tally/exchange/rate_cycle.h>

#include <boost/multiprecision/cpp_int.hpp>

#include <map>

namespace tally::exchange {
namespace {

using Integer = boost::multiprecision::cpp_int;

/// Not reduced: a walk of n legs has at most 30 · n bits a part.
struct Product {
  Integer numerator = 1;
  Integer denominator = 1;

  [[nodiscard]] Product times(const Rate& rate) const {
    return {numerator * rate.numerator(), denominator * rate.denominator()};
  }
  friend bool operator<(const Product& a, const Product& b) {
    return a.numerator * b.denominator < b.numerator * a.denominator;
  }
};

using Products = std::map<MerchantId, Product>;

/// Lengthens each walk by one leg where that gives more; whether any does.
bool relax(std::span<const Leg> legs, Products& most) {
  const Products before = most;
  bool gains = false;
  for (const Leg& leg : legs) {
    Product product = before.at(leg.from).times(leg.rate);
    if (!(most.at(leg.to) < product)) continue;
    most.at(leg.to) = std::move(product);
    gains = true;
  }
  return gains;
}

}  // namespace

bool has_gaining_cycle(std::span<const Leg> legs) {
  Products most;
  for (const Leg& leg : legs) {
    most.try_emplace(leg.from);
    most.try_emplace(leg.to);
  }
  for (std::size_t round = 0; round < most.size(); ++round)
    if (!relax(legs, most)) return false;
  return !most.empty();
}

}  // namespace tally::exchange
