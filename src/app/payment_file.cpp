// Elements in the order of the schema: a bank refuses them in any other.
#include "app/payment_file.h"

#include <tally/base/bytes.h>
#include <tally/base/check.h>
#include <tally/config/text.h>

#include "app/amount_text.h"

#include <string_view>

namespace tally::app {
namespace {

constexpr std::string_view kNamespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
constexpr std::size_t kIdCharactersMax = 35;                 // Max35Text
constexpr std::size_t kRemittanceMax = 140;                  // Max140Text
constexpr std::uint8_t kPlacesMax = 5;                       // ActiveOrHistoricCurrencyAndAmount
constexpr std::int64_t kSumEnd = 1'000'000'000'000'000'000;  // 18 digits
constexpr std::uint64_t kSecondMs = 1'000;

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c == '\'')
      result += "&apos;";
    else
      result += c;
  }
  return result;
}

/// Elements, indented; what is open is closed in the order in which it was opened.
class Xml {
 public:
  void open(const std::string& name) {
    line("<" + name + ">");
    open_.push_back(name);
  }
  void close() {
    const std::string name = open_.back();
    open_.pop_back();
    line("</" + name + ">");
  }
  void leaf(const std::string& name, std::string_view text) {
    line("<" + name + ">" + escaped(text) + "</" + name + ">");
  }
  /// Of elements that hold one another, the innermost the text: {"Id", "IBAN"}.
  void leaf(std::initializer_list<const char*> names, std::string_view text) {
    std::string before;
    std::string behind;
    for (const char* const name : names) {
      before += "<" + std::string(name) + ">";
      behind.insert(0, "</" + std::string(name) + ">");
    }
    line(before + escaped(text) + behind);
  }
  void line(const std::string& text) {
    text_.append(2 * open_.size(), ' ').append(text).append("\n");
  }
  [[nodiscard]] std::string text() && {
    CHECK(open_.empty());
    return std::move(text_);
  }

 private:
  std::vector<std::string> open_;
  std::string text_;
};

std::string message_id(const PaymentOrder& order) {
  return "C" + std::to_string(order.cycle) + "-" + std::string(as_text(order.currency.view())) +
         "-" + std::to_string(order.debtor.merchant.value());
}

std::string date_text(CivilDate date) {
  const auto two = [](unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  std::string year = std::to_string(date.year);
  if (year.size() < 4) year.insert(0, 4 - year.size(), '0');
  return year + "-" + two(date.month) + "-" + two(date.day);
}

/// Only characters that every bank passes on.
std::string remittance(const PaymentOrder& order, const CreditTransfer& transfer) {
  return "points settlement, cycle " + std::to_string(order.cycle) + ", merchant " +
         std::to_string(order.debtor.merchant.value()) + " to " +
         std::to_string(transfer.creditor.merchant.value()) + ", " + to_hex(order.header.view());
}

void put_account(Xml& xml, const std::string& name, const BankAccount& account) {
  xml.open(name);
  xml.leaf({"Id", "IBAN"}, account.iban);
  xml.close();
}

/// The debtor's bank must stand there; a creditor's is found by its IBAN.
void put_bank(Xml& xml, const std::string& name, const BankAccount& account, bool must) {
  if (account.bic.empty() && !must) return;
  xml.open(name);
  if (account.bic.empty())
    xml.leaf({"FinInstnId", "Othr", "Id"}, "NOTPROVIDED");
  else
    xml.leaf({"FinInstnId", "BICFI"}, account.bic);
  xml.close();
}

void put_transfer(Xml& xml, const PaymentOrder& order, const CreditTransfer& transfer) {
  const BankAccount& creditor = transfer.creditor.account;
  xml.open("CdtTrfTxInf");
  xml.leaf({"PmtId", "EndToEndId"}, end_to_end_id(order, transfer));
  xml.line("<Amt><InstdAmt Ccy=\"" + std::string(as_text(order.currency.view())) + "\">" +
           amount_text(transfer.minor_units, order.exponent) + "</InstdAmt></Amt>");
  put_bank(xml, "CdtrAgt", creditor, false);
  xml.leaf({"Cdtr", "Nm"}, creditor.name);
  put_account(xml, "CdtrAcct", creditor);
  xml.leaf({"RmtInf", "Ustrd"}, remittance(order, transfer));
  xml.close();
}

/// What both blocks say of all transfers.
struct Control {
  std::string count;
  std::string sum;
};

void put_payment(Xml& xml, const PaymentOrder& order, const Control& control) {
  xml.open("PmtInf");
  xml.leaf("PmtInfId", message_id(order));
  xml.leaf("PmtMtd", "TRF");
  xml.leaf("NbOfTxs", control.count);
  xml.leaf("CtrlSum", control.sum);
  xml.leaf({"ReqdExctnDt", "Dt"}, date_text(order.execution));
  xml.leaf({"Dbtr", "Nm"}, order.debtor.account.name);
  put_account(xml, "DbtrAcct", order.debtor.account);
  put_bank(xml, "DbtrAgt", order.debtor.account, true);
  for (const CreditTransfer& transfer : order.transfers)
    put_transfer(xml, order, transfer);
  xml.close();
}

Error past_limits(const std::string& what) {
  return Error{ErrorCode::OutOfLimits, what};
}

/// nullopt: more than 18 digits.
std::optional<std::int64_t> sum_of(const PaymentOrder& order) {
  std::int64_t sum = 0;
  for (const CreditTransfer& transfer : order.transfers) {
    CHECK(transfer.minor_units > 0);
    if (transfer.minor_units >= kSumEnd - sum) return std::nullopt;
    sum += transfer.minor_units;
  }
  return sum;
}

}  // namespace

std::string end_to_end_id(const PaymentOrder& order, const CreditTransfer& transfer) {
  return message_id(order) + "-" + std::to_string(transfer.creditor.merchant.value());
}

Result<std::string> payment_file(const PaymentOrder& order) {
  if (order.transfers.empty()) return past_limits("nothing to pay");
  if (order.exponent > kPlacesMax)
    return past_limits("got a currency of " + std::to_string(order.exponent) +
                       " decimal places; expected at most 5");
  const std::optional<std::int64_t> sum = sum_of(order);
  if (!sum.has_value()) return past_limits("the payments pass 18 digits");
  for (const CreditTransfer& transfer : order.transfers) {
    const std::string id = end_to_end_id(order, transfer);
    if (id.size() > kIdCharactersMax)
      return past_limits("got the end-to-end id " + id + "; expected at most 35 characters");
    CHECK(remittance(order, transfer).size() <= kRemittanceMax);
  }
  const Control control{std::to_string(order.transfers.size()), amount_text(*sum, order.exponent)};
  const std::uint64_t seconds = order.made_at.milliseconds() / kSecondMs;

  Xml xml;
  xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  xml.line("<Document xmlns=\"" + std::string(kNamespace) + "\">");
  xml.open("CstmrCdtTrfInitn");
  xml.open("GrpHdr");
  xml.leaf("MsgId", message_id(order));
  xml.leaf("CreDtTm", config::text_of(Timestamp(seconds * kSecondMs)));
  xml.leaf("NbOfTxs", control.count);
  xml.leaf("CtrlSum", control.sum);
  xml.leaf({"InitgPty", "Nm"}, order.debtor.account.name);
  xml.close();
  put_payment(xml, order, control);
  xml.close();
  xml.line("</Document>");
  return std::move(xml).text();
}

}  // namespace tally::app
