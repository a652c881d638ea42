// Logs for a trial of rules: purchases with all that rules may ask of them, in the order of time.
#pragma once

#include "app/csv_table.h"
#include "app/purchase_log.h"

#include <tally/model/points_actions.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

/// Somebody's purchase somewhere. Member and programme of the earn stay empty: no rule sees them.
struct TrialPurchase {
  std::string customer;
  std::string merchant;  ///< where it was
  Earn earn;
};

/// What of an article the log does not say.
struct Article {
  std::string brand;
  std::vector<std::string> cats;
};
using Articles = std::map<std::string, Article, std::less<>>;

/// For whom a log is read.
struct TrialScope {
  std::string merchant;  ///< of rows without one
  Currency currency;
  std::uint8_t exponent = 2;  ///< decimal places of its amounts
  bool lines = true;          ///< whether the programme keeps lines; else they become totals
  std::vector<std::string> excluded_cats;  ///< for those totals
};

/// The words that a map of lines, and one of articles, may have; each is its column's name where
/// it is left out.
[[nodiscard]] std::span<const std::string_view> line_words();
[[nodiscard]] std::span<const std::string_view> article_words();

/// A CSV with one article a row: sku, and brand and cats where it has them. Categories are
/// separated by "|".
[[nodiscard]] OrFaults<Articles> articles_from(std::string_view text, const Columns& columns,
                                               const std::string& file);

/// A CSV with one line of a basket a row; rows of one order are one purchase. sku, brand and cats
/// that are missing or empty come from `articles` by the sku. By time, and by order where that is
/// equal. The first fault with file:line.
[[nodiscard]] OrFaults<std::vector<TrialPurchase>> baskets_from(std::string_view text,
                                                                const Columns& columns,
                                                                const Articles& articles,
                                                                const TrialScope& scope,
                                                                const std::string& file);

/// Totals as `tally import` reads them. By time, and as they stand where that is equal.
[[nodiscard]] OrFaults<std::vector<TrialPurchase>> purchases_for_trial(
    const std::vector<Purchase>& purchases, const TrialScope& scope, const std::string& file);

}  // namespace tally::app
