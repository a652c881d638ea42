// Rows of accounts, each checked as far as it can be without a bank.
#include "app/bank_accounts.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/csv_table.h"

#include <algorithm>
#include <charconv>

namespace tally::app {
namespace {

constexpr std::size_t kNameCharactersMax = 70;  // of a party, in the rulebooks of SEPA
constexpr std::size_t kIbanMin = 15;
constexpr std::size_t kIbanMax = 34;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_either(char c) {
  return is_digit(c) || is_capital(c);
}

std::string in_capitals(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c != ' ') result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
}

Error no_iban(const std::string& why) {
  return malformed("got " + why + "; expected an IBAN, like DE89 3704 0044 0532 0130 00");
}

/// How many bytes the character at `at` has by its first byte; 0: no first byte.
std::size_t bytes_of_character(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/// Overlong forms and surrogates, which a first byte alone does not show (RFC 3629 §4).
bool is_odd_second(unsigned char first, unsigned char second) {
  return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
         (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
}

/// Characters of UTF-8 text without control characters; nullopt: it is none.
std::optional<std::size_t> characters_of(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t size = bytes_of_character(byte(0));
    if (size == 0 || size > text.size() || byte(0) < 0x20 || byte(0) == 0x7f) return std::nullopt;
    for (std::size_t i = 1; i < size; ++i)
      if (byte(i) < 0x80 || byte(i) > 0xbf) return std::nullopt;
    if (size > 1 && is_odd_second(byte(0), byte(1))) return std::nullopt;
    // U+0080 to U+009F are control characters too; U+FFFE and U+FFFF no XML may hold.
    if (byte(0) == 0xc2 && byte(1) < 0xa0) return std::nullopt;
    if (text.starts_with("\xef\xbf\xbe") || text.starts_with("\xef\xbf\xbf")) return std::nullopt;
    text.remove_prefix(size);
    ++count;
  }
  return count;
}

std::optional<MerchantId> merchant_in(const std::string& text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number == 0) return std::nullopt;
  return MerchantId(number);
}

/// merchant, name, iban, bic.
OrFaults<std::pair<MerchantId, BankAccount>> account_in(const CsvTable& table,
                                                        const std::vector<std::string>& row) {
  const auto refuse = [&](const std::string& what) {
    Fault fault = table.fault(what);
    fault.fix = "correct the row";
    return config::fail(std::move(fault));
  };
  const std::optional<MerchantId> merchant = merchant_in(row[0]);
  if (!merchant.has_value())
    return refuse("merchant: got \"" + printable(row[0]) + "\"; expected its number on the ledger");
  const std::optional<std::size_t> characters = characters_of(row[1]);
  if (!characters.has_value() || *characters == 0 || *characters > kNameCharactersMax)
    return refuse("name: got \"" + printable(row[1]) +
                  "\"; expected 1 to 70 characters of UTF-8 without control characters");
  Result<std::string> iban = iban_from(row[2]);
  if (!iban.ok()) return refuse("iban: " + iban.error().message);
  BankAccount account{row[1], std::move(iban).value(), ""};
  if (row[3].empty()) return std::pair(*merchant, std::move(account));
  Result<std::string> bic = bic_from(row[3]);
  if (!bic.ok()) return refuse("bic: " + bic.error().message);
  account.bic = std::move(bic).value();
  return std::pair(*merchant, std::move(account));
}

}  // namespace

OrFaults<BankAccounts> bank_accounts_from(std::string_view text, const std::string& file) {
  const std::vector<CsvTable::Wanted> wanted = {
      {"merchant", "merchant"}, {"name", "name"}, {"iban", "iban"}, {"bic", "bic", false}};
  OrFaults<CsvTable> table = CsvTable::open(text, wanted, file);
  if (!table) {
    table.error().front().fix = "begin the file with the line merchant,name,iban,bic";
    return config::fail(std::move(table.error()));
  }
  BankAccounts accounts;
  while (true) {
    const auto row = table->next();
    if (!row) return config::fail(row.error());
    if (!row->has_value()) return accounts;
    auto account = account_in(*table, **row);
    if (!account) return config::fail(std::move(account.error()));
    const std::uint32_t merchant = account->first.value();
    if (!accounts.insert(std::move(*account)).second)
      return config::fail(Fault{kBadInput, "merchant " + std::to_string(merchant) + " again",
                                "one account of each merchant",
                                config::shown_path(file) + ":" + std::to_string(table->line()),
                                "take one of its rows out"});
  }
}

Result<std::string> iban_from(std::string_view text) {
  std::string iban = in_capitals(text);
  const std::string shown = "\"" + printable(text) + "\"";
  if (iban.size() < kIbanMin || iban.size() > kIbanMax)
    return no_iban(shown + ", " + std::to_string(iban.size()) + " characters");
  const bool formed = is_capital(iban[0]) && is_capital(iban[1]) && is_digit(iban[2]) &&
                      is_digit(iban[3]) && std::all_of(iban.begin(), iban.end(), is_either);
  if (!formed) return no_iban(shown);
  // Country and check digits stand behind the rest; a letter counts as two digits, A as 10.
  unsigned rest = 0;
  for (std::size_t i = 0; i < iban.size(); ++i) {
    const char c = iban[(i + 4) % iban.size()];
    rest = is_digit(c) ? rest * 10 + static_cast<unsigned>(c - '0')
                       : rest * 100 + static_cast<unsigned>(c - 'A') + 10;
    rest %= 97;
  }
  if (rest != 1)
    return no_iban(shown + ", whose check digits do not fit (" + std::to_string(rest) +
                   " mod 97, not 1)");
  return iban;
}

Result<std::string> bic_from(std::string_view text) {
  std::string bic = in_capitals(text);
  const bool sized = bic.size() == 8 || bic.size() == 11;
  if (sized && std::all_of(bic.begin(), bic.end(), is_either) && is_capital(bic[4]) &&
      is_capital(bic[5]))
    return bic;
  return malformed("got \"" + printable(text) +
                   "\"; expected a BIC of 8 or 11 characters, like DEUTDEFF");
}

}  // namespace tally::app
