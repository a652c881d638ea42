// Baskets from lines, and purchases from totals.
#include "app/trial_log.h"

#include <tally/base/bytes.h>
#include <tally/base/limits.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace tally::app {
namespace {

constexpr std::array<std::string_view, 12> kLineWords = {"order", "member",   "time",  "net",
                                                         "tax",   "sku",      "brand", "cats",
                                                         "qty",   "merchant", "store", "channel"};
constexpr std::size_t kRequiredWords = 4;  // the first ones
constexpr std::array<std::string_view, 3> kArticleWords = {"sku", "brand", "cats"};

/// A column of its own name may be missing; one that was named must be there.
std::vector<CsvTable::Wanted> wanted_of(std::span<const std::string_view> words,
                                        std::size_t required, const Columns& columns) {
  std::vector<CsvTable::Wanted> wanted;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto named = columns.find(words[i]);
    const bool is_named = named != columns.end();
    wanted.push_back(
        {words[i], is_named ? named->second : std::string(words[i]), is_named || i < required});
  }
  return wanted;
}

std::vector<std::string> cats_of(std::string_view text) {
  std::vector<std::string> cats;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('|'), text.size());
    if (end > 0) cats.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return cats;
}

Result<void> check_size(std::string_view word, std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return {};
  return Error{ErrorCode::Malformed, std::string(word) + ": got \"" + printable(text) +
                                         "\"; expected at most " + std::to_string(bytes_max) +
                                         " bytes"};
}

Result<void> check_article(std::string_view brand, const std::vector<std::string>& cats) {
  TRY_VOID(check_size("brand", brand, limits::kShortNameBytesMax));
  if (cats.size() > limits::kCategoriesMax)
    return Error{ErrorCode::Malformed, "cats: got " + std::to_string(cats.size()) +
                                           "; expected at most " +
                                           std::to_string(limits::kCategoriesMax)};
  for (const std::string& category : cats)
    TRY_VOID(check_size("cats", category, limits::kShortNameBytesMax));
  return {};
}

Result<Money> money_of(std::string_view word, std::string_view text, std::uint8_t exponent) {
  const Result<Decimal> decimal = decimal_from(text);
  if (!decimal.ok()) return with_context(std::string(word), decimal.error());
  const Result<Money> money = minor_units_from(*decimal, exponent);
  if (!money.ok()) return with_context(std::string(word), money.error());
  return *money;
}

Money sum_of(Money a, Money b) {
  return Money::from(a.minor_units() + b.minor_units()).value_or(a);
}

bool names_any(const std::vector<std::string>& wanted, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  });
}

/// Puts rows together to baskets.
class Baskets {
 public:
  Baskets(const Articles& articles, const TrialScope& scope) : articles_(articles), scope_(scope) {}

  Result<void> add(std::vector<std::string>& fields) {
    const Result<Timestamp> time = log_time_from(fields[Time]);
    if (!time.ok()) return with_context("time", time.error());
    if (fields[Order].empty()) return Error{ErrorCode::Malformed, "order: got nothing"};
    if (fields[Member].empty()) return Error{ErrorCode::Malformed, "member: got nothing"};
    TRY(const BasketLine line, line_of(fields));
    const auto [place, is_new] = places_.try_emplace(fields[Order], baskets_.size());
    if (is_new) {
      TRY_VOID(begin(fields, *time));
    }
    return add_line(baskets_[place->second], fields, line);
  }

  std::vector<TrialPurchase> take() { return std::move(baskets_); }

 private:
  // The places of kLineWords.
  enum Place : std::size_t {
    Order,
    Member,
    Time,
    Net,
    Tax,
    Sku,
    Brand,
    Cats,
    Quantity,
    Merchant,
    Store,
    Channel
  };

  Result<BasketLine> line_of(const std::vector<std::string>& fields) const {
    BasketLine line;
    TRY(line.net, money_of("net", fields[Net], scope_.exponent));
    const std::string& tax = fields[Tax];
    TRY(line.tax, money_of("tax", tax.empty() ? "0" : tax, scope_.exponent));
    line.sku = fields[Sku];
    line.brand = fields[Brand];
    line.cats = cats_of(fields[Cats]);
    if (const auto known = articles_.find(line.sku); known != articles_.end()) {
      if (line.brand.empty()) line.brand = known->second.brand;
      if (line.cats.empty()) line.cats = known->second.cats;
    }
    TRY_VOID(check_size("sku", line.sku, limits::kShortNameBytesMax));
    TRY_VOID(check_article(line.brand, line.cats));
    if (fields[Quantity].empty()) return line;
    const Result<Decimal> quantity = decimal_from(fields[Quantity]);
    if (!quantity.ok() || quantity->places != 0 || quantity->digits == 0)
      return Error{ErrorCode::Malformed, "qty: got \"" + printable(fields[Quantity]) +
                                             "\"; expected a whole number above 0"};
    line.quantity = quantity->digits;
    return line;
  }

  Result<void> begin(std::vector<std::string>& fields, Timestamp time) {
    TRY_VOID(check_size("store", fields[Store], limits::kShortNameBytesMax));
    TRY_VOID(check_size("channel", fields[Channel], limits::kChannelBytesMax));
    TrialPurchase& basket = baskets_.emplace_back();
    basket.customer = fields[Member];
    basket.merchant = fields[Merchant].empty() ? scope_.merchant : fields[Merchant];
    basket.earn.currency = scope_.currency;
    basket.earn.event_time = time;
    basket.earn.store = fields[Store];
    basket.earn.channel = fields[Channel];
    return {};
  }

  /// Without lines the till sends totals, and of what does not count their sum with its tax.
  Result<void> add_line(TrialPurchase& basket, const std::vector<std::string>& fields,
                        const BasketLine& line) const {
    if (basket.customer != fields[Member])
      return Error{ErrorCode::Malformed, "member: got \"" + printable(fields[Member]) +
                                             "\"; the order began with \"" +
                                             printable(basket.customer) + "\""};
    Earn& earn = basket.earn;
    earn.tax = sum_of(earn.tax, line.tax);
    earn.total = sum_of(earn.total, sum_of(line.net, line.tax));
    if (!scope_.lines) {
      if (names_any(scope_.excluded_cats, line.cats))
        earn.excluded = sum_of(earn.excluded, line.net);
      return {};
    }
    if (earn.lines.size() == limits::kLinesMax)
      return Error{ErrorCode::Malformed,
                   "order: more lines than " + std::to_string(limits::kLinesMax)};
    earn.lines.push_back(line);
    return {};
  }

  const Articles& articles_;
  const TrialScope& scope_;
  std::vector<TrialPurchase> baskets_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

std::vector<TrialPurchase> by_time(std::vector<TrialPurchase> purchases) {
  std::stable_sort(purchases.begin(), purchases.end(),
                   [](const TrialPurchase& a, const TrialPurchase& b) {
                     return a.earn.event_time < b.earn.event_time;
                   });
  return purchases;
}

}  // namespace

std::span<const std::string_view> line_words() {
  return kLineWords;
}

std::span<const std::string_view> article_words() {
  return kArticleWords;
}

OrFaults<Articles> articles_from(std::string_view text, const Columns& columns,
                                 const std::string& file) {
  auto table = CsvTable::open(text, wanted_of(kArticleWords, 1, columns), file);
  if (!table) return config::fail(std::move(table.error()));
  Articles articles;
  while (true) {
    auto row = table->next();
    if (!row) return config::fail(std::move(row.error()));
    if (!row->has_value()) return articles;
    std::vector<std::string>& fields = **row;
    Article article{std::move(fields[1]), cats_of(fields[2])};
    if (const Result<void> fits = check_article(article.brand, article.cats); !fits.ok())
      return config::fail(table->fault(fits.error().message));
    if (!articles.try_emplace(std::move(fields[0]), std::move(article)).second)
      return config::fail(table->fault("an sku that was there before"));
  }
}

OrFaults<std::vector<TrialPurchase>> baskets_from(std::string_view text, const Columns& columns,
                                                  const Articles& articles, const TrialScope& scope,
                                                  const std::string& file) {
  auto table = CsvTable::open(text, wanted_of(kLineWords, kRequiredWords, columns), file);
  if (!table) return config::fail(std::move(table.error()));
  Baskets baskets(articles, scope);
  while (true) {
    auto row = table->next();
    if (!row) return config::fail(std::move(row.error()));
    if (!row->has_value()) break;
    if (const Result<void> added = baskets.add(**row); !added.ok())
      return config::fail(table->fault(added.error().message));
  }
  std::vector<TrialPurchase> purchases = by_time(baskets.take());
  if (purchases.empty()) return config::fail(bad_row(file, 1, "no purchase", "at least one"));
  return purchases;
}

OrFaults<std::vector<TrialPurchase>> purchases_for_trial(const std::vector<Purchase>& purchases,
                                                         const TrialScope& scope,
                                                         const std::string& file) {
  std::vector<TrialPurchase> found;
  found.reserve(purchases.size());
  for (const Purchase& purchase : purchases) {
    TrialPurchase& into = found.emplace_back();
    into.customer = purchase.customer;
    into.merchant = purchase.merchant.empty() ? scope.merchant : purchase.merchant;
    into.earn.currency = scope.currency;
    into.earn.event_time = purchase.time;
    for (const auto& [name, decimal, money] :
         {std::tuple("amount", &purchase.total, &into.earn.total),
          {"tax", &purchase.tax, &into.earn.tax},
          {"excluded", &purchase.excluded, &into.earn.excluded}}) {
      const Result<Money> minor = minor_units_from(*decimal, scope.exponent);
      if (!minor.ok())
        return config::fail(
            bad_row(file, purchase.line, std::string(name) + ": " + minor.error().message));
      *money = *minor;
    }
  }
  return by_time(std::move(found));
}

}  // namespace tally::app
