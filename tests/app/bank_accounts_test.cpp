// Bank accounts, and what of them can be checked without a bank.
#include "app/bank_accounts.h"

#include <gmock/gmock.h>

namespace tally::app {
namespace {

using testing::HasSubstr;

constexpr const char* kIban = "DE89370400440532013000";

OrFaults<BankAccounts> read(const std::string& text) {
  return bank_accounts_from(text, "accounts.csv");
}

/// What the first row's fault says.
Fault fault_of(const std::string& row) {
  const auto accounts = read("merchant,name,iban,bic\n" + row + "\n");
  EXPECT_FALSE(accounts) << row;
  return accounts ? Fault{kBadInput, "", "", "", ""} : accounts.error().front();
}

TEST(BankAccounts, ReadsWhomABankPaysForWhichMerchant) {
  const auto accounts = read(
      "merchant,name,iban,bic\n"
      "1,Grocer & Söhne,DE89 3704 0044 0532 0130 00,cobadeff\n"
      "7,\"Pharmacy, Ltd\",GB82WEST12345698765432,\n");

  ASSERT_TRUE(accounts);
  EXPECT_EQ(*accounts,
            (BankAccounts{{MerchantId(1), {"Grocer & Söhne", kIban, "COBADEFF"}},
                          {MerchantId(7), {"Pharmacy, Ltd", "GB82WEST12345698765432", ""}}}));
}

TEST(BankAccounts, NeedsNoColumnOfBics) {
  const auto accounts = read("iban,merchant,name\nNL91ABNA0417164300,2,Fuel\n");

  ASSERT_TRUE(accounts);
  EXPECT_EQ(accounts->at(MerchantId(2)), (BankAccount{"Fuel", "NL91ABNA0417164300", ""}));
}

TEST(BankAccounts, NamesTheLineOfAMistypedIban) {
  const auto accounts = read(
      "merchant,name,iban\n"
      "1,Grocer,DE89370400440532013000\n"
      "2,Pharmacy,DE89370400440532013001\n");

  ASSERT_FALSE(accounts);
  const Fault& fault = accounts.error().front();
  EXPECT_EQ(fault.kind.number, "CLI-014");
  EXPECT_EQ(fault.where, "accounts.csv:3");
  EXPECT_THAT(fault.got, HasSubstr("iban: got \"DE89370400440532013001\""));
  EXPECT_THAT(fault.got, HasSubstr("check digits do not fit"));
  EXPECT_EQ(fault.fix, "correct the row");
}

TEST(BankAccounts, RefusesAMerchantWithTwoAccounts) {
  const auto accounts = read(
      "merchant,name,iban\n"
      "1,Grocer,DE89370400440532013000\n"
      "1,Grocer,GB82WEST12345698765432\n");

  ASSERT_FALSE(accounts);
  EXPECT_EQ(accounts.error().front().where, "accounts.csv:3");
  EXPECT_EQ(accounts.error().front().got, "merchant 1 again");
}

TEST(BankAccounts, RefusesWhatIsNoMerchant) {
  EXPECT_THAT(fault_of("grocer,Grocer,DE89370400440532013000,").got, HasSubstr("merchant: got"));
  EXPECT_THAT(fault_of("0,Grocer,DE89370400440532013000,").got, HasSubstr("merchant: got"));
  EXPECT_THAT(fault_of("1x,Grocer,DE89370400440532013000,").got, HasSubstr("merchant: got"));
  EXPECT_THAT(fault_of("4294967296,Grocer,DE89370400440532013000,").got,
              HasSubstr("merchant: got"));
}

TEST(BankAccounts, RefusesNamesThatNoBankTakes) {
  const std::string account = ",DE89370400440532013000,";
  for (const std::string& name :
       {std::string(), std::string(71, 'n'), std::string("a\x01z"), std::string("a\x7fz"),
        std::string("a\xffz"), std::string("a\xc3"), std::string("a\xc0\xafz"),
        std::string("a\xed\xa0\x80z"), std::string("a\xc2\x85z"), std::string("a\xef\xbf\xbfz")})
    EXPECT_THAT(fault_of("1," + name + account).got, HasSubstr("name: got")) << name;
}

TEST(BankAccounts, CountsCharactersOfNamesAndNotBytes) {
  std::string name;
  for (int i = 0; i < 70; ++i)
    name += "ö";

  EXPECT_TRUE(read("merchant,name,iban\n1," + name + "," + kIban + "\n"));
}

TEST(BankAccounts, SaysHowAFileBegins) {
  const auto accounts = read("1,Grocer,DE89370400440532013000\n");

  ASSERT_FALSE(accounts);
  EXPECT_THAT(accounts.error().front().fix, HasSubstr("merchant,name,iban,bic"));
}

TEST(Iban, TakesThoseOfManyCountries) {
  for (const char* const iban :
       {"DE89370400440532013000", "GB82WEST12345698765432", "NL91ABNA0417164300",
        "FR1420041010050500013M02606", "AT611904300234573201", "BE68539007547034",
        "NO9386011117947", "MT84MALT011000012345MTLCAST001S"})
    EXPECT_TRUE(iban_from(iban).ok()) << iban;
}

TEST(Iban, TakesBlanksAndSmallLettersAway) {
  const auto iban = iban_from("gb82 west 1234 5698 7654 32");

  ASSERT_TRUE(iban.ok());
  EXPECT_EQ(*iban, "GB82WEST12345698765432");
}

TEST(Iban, RefusesEachMistypedDigitAndEachTransposition) {
  const std::string right = kIban;
  for (std::size_t i = 2; i < right.size(); ++i) {
    std::string wrong = right;
    wrong[i] = wrong[i] == '9' ? '0' : static_cast<char>(wrong[i] + 1);
    EXPECT_FALSE(iban_from(wrong).ok()) << wrong;
    if (i + 1 == right.size() || right[i] == right[i + 1]) continue;
    wrong = right;
    std::swap(wrong[i], wrong[i + 1]);
    EXPECT_FALSE(iban_from(wrong).ok()) << wrong;
  }
}

TEST(Iban, RefusesOtherForms) {
  for (const char* const text :
       {"", "DE", "DE8937040044053201300", "1289370400440532013000", "DEX9370400440532013000",
        "DE89-3704-0044-0532-0130-00", "DE8937040044053201300000000000000000000"})
    EXPECT_FALSE(iban_from(text).ok()) << text;
}

TEST(Bic, IsOfEightOrElevenCharacters) {
  EXPECT_TRUE(bic_from("deutdeff").ok());
  EXPECT_TRUE(bic_from("DEUTDEFF500").ok());
  for (const char* const text : {"", "DEUTDEF", "DEUTDEFF50", "DEUT1EFF", "DEUTDE-F"})
    EXPECT_FALSE(bic_from(text).ok()) << text;
}

}  // namespace
}  // namespace tally::app
