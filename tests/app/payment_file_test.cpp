// The file that a bank takes: its text, and that the text is as the schema has it.
#include "app/payment_file.h"

#include <gmock/gmock.h>

#include <map>
#include <memory>

namespace tally::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// An element of a document that has elements or text, never both.
struct Element {
  std::string name;
  std::string attributes;
  std::string text;
  std::vector<Element> children;

  [[nodiscard]] const Element& at(const std::string& path) const {
    const std::size_t slash = std::min(path.find('/'), path.size());
    for (const Element& child : children)
      if (child.name == path.substr(0, slash))
        return slash == path.size() ? child : child.at(path.substr(slash + 1));
    ADD_FAILURE() << name << " has no " << path;
    return *this;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Element& child : children)
      all.push_back(child.name);
    return all;
  }
};

/// Reads what this module writes, and trips over anything that is not well formed.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Element document() {
    expect("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    skip_blanks();
    Element root = element();
    skip_blanks();
    EXPECT_TRUE(text_.empty()) << text_;
    return root;
  }

 private:
  Element element() {
    expect("<");
    const std::string tag(until('>'));
    const std::size_t blank = std::min(tag.find(' '), tag.size());
    Element element{tag.substr(0, blank), tag.substr(blank), "", {}};
    element.text = until('<');
    while (text_.starts_with("<") && !text_.starts_with("</")) {
      element.text.clear();
      element.children.push_back(this->element());
      skip_blanks();
    }
    expect("</" + element.name + ">");
    return element;
  }
  std::string_view until(char end) {
    const std::size_t size = text_.find(end);
    if (size == std::string_view::npos) {
      ADD_FAILURE() << "no " << end << " in " << text_;
      return text_ = "";
    }
    const std::string_view part = text_.substr(0, size);
    text_.remove_prefix(end == '>' ? size + 1 : size);
    return part;
  }
  void expect(std::string_view what) {
    ASSERT_TRUE(text_.starts_with(what)) << "expected " << what << " before " << text_;
    text_.remove_prefix(what.size());
  }
  void skip_blanks() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \n"), text_.size()));
  }

  std::string_view text_;
};

/// Of each type of pain.001.001.09 that is used, its elements in the schema's order; those that
/// this module never writes are here too, so that the order is the schema's and not ours.
const std::map<std::string, std::vector<std::string>>& schema() {
  static const std::map<std::string, std::vector<std::string>> orders = {
      {"Document", {"CstmrCdtTrfInitn"}},
      {"CstmrCdtTrfInitn", {"GrpHdr", "PmtInf", "SplmtryData"}},
      {"GrpHdr",
       {"MsgId", "CreDtTm", "Authstn", "NbOfTxs", "CtrlSum", "InitgPty", "FwdgAgt", "InitnSrc"}},
      {"PmtInf",
       {"PmtInfId", "PmtMtd", "ReqdAdvcTp", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf",
        "ReqdExctnDt", "PoolgAdjstmntDt", "Dbtr", "DbtrAcct", "DbtrAgt", "DbtrAgtAcct",
        "InstrForDbtrAgt", "UltmtDbtr", "ChrgBr", "ChrgsAcct", "ChrgsAcctAgt", "CdtTrfTxInf"}},
      {"CdtTrfTxInf",
       {"PmtId",           "PmtTpInf",   "Amt",        "XchgRateInf", "ChrgBr",
        "MndtRltdInf",     "ChqInstr",   "UltmtDbtr",  "IntrmyAgt1",  "CdtrAgt",
        "CdtrAgtAcct",     "Cdtr",       "CdtrAcct",   "UltmtCdtr",   "InstrForCdtrAgt",
        "InstrForDbtrAgt", "Purp",       "RgltryRptg", "Tax",         "RltdRmtInf",
        "RmtInf",          "SplmtryData"}},
      {"InitgPty", {"Nm", "PstlAdr", "Id"}},
      {"Dbtr", {"Nm", "PstlAdr", "Id"}},
      {"Cdtr", {"Nm", "PstlAdr", "Id"}},
      {"ReqdExctnDt", {"Dt", "DtTm"}},
      {"DbtrAcct", {"Id", "Tp", "Ccy"}},
      {"CdtrAcct", {"Id", "Tp", "Ccy"}},
      {"DbtrAgt", {"FinInstnId", "BrnchId"}},
      {"CdtrAgt", {"FinInstnId", "BrnchId"}},
      {"FinInstnId", {"BICFI", "ClrSysMmbId", "LEI", "Nm", "PstlAdr", "Othr"}},
      {"PmtId", {"InstrId", "EndToEndId", "UETR"}},
      {"Amt", {"InstdAmt", "EqvtAmt"}},
      {"RmtInf", {"Ustrd", "Strd"}}};
  return orders;
}

void expect_order(const Element& element) {
  const auto order = schema().find(element.name);
  if (order != schema().end()) {
    std::size_t last = 0;
    for (const Element& child : element.children) {
      const auto& names = order->second;
      const auto found = std::find(names.begin(), names.end(), child.name);
      ASSERT_NE(found, names.end()) << child.name << " in " << element.name;
      const auto place = static_cast<std::size_t>(found - names.begin());
      ASSERT_LE(last, place) << child.name << " in " << element.name;
      last = place;
    }
  }
  for (const Element& child : element.children)
    expect_order(child);
}

const Hash kHeader =
    fixed_from_hex<Hash>("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")
        .value();

PaymentOrder an_order() {
  PaymentOrder order;
  order.debtor = {MerchantId(1), {"Grocer & Söhne", "DE89370400440532013000", "COBADEFF"}};
  order.cycle = 2'968;
  order.currency = Currency::from_view(as_bytes("EUR"));
  order.exponent = 2;
  order.header = kHeader;
  order.made_at = Timestamp(1'795'376'270'123);
  order.execution = {2026, 11, 9};
  order.transfers = {{{MerchantId(2), {"Pharmacy <Ltd>", "GB82WEST12345698765432", ""}}, 30'000},
                     {{MerchantId(4), {"Books", "NL91ABNA0417164300", "ABNANL2A"}}, 5}};
  return order;
}

std::string text_of(const PaymentOrder& order) {
  const Result<std::string> text = payment_file(order);
  EXPECT_TRUE(text.ok());
  return text.ok() ? *text : "";
}

std::string remittance_to(int creditor) {
  return "      <RmtInf><Ustrd>points settlement, cycle 2968, merchant 1 to " +
         std::to_string(creditor) +
         ", 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
         "</Ustrd></RmtInf>\n";
}

TEST(PaymentFile, SaysAllThatABankAsksFor) {
  EXPECT_EQ(text_of(an_order()), R"(<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
<CstmrCdtTrfInitn>
  <GrpHdr>
    <MsgId>C2968-EUR-1</MsgId>
    <CreDtTm>2026-11-22T19:37:50Z</CreDtTm>
    <NbOfTxs>2</NbOfTxs>
    <CtrlSum>300.05</CtrlSum>
    <InitgPty><Nm>Grocer &amp; Söhne</Nm></InitgPty>
  </GrpHdr>
  <PmtInf>
    <PmtInfId>C2968-EUR-1</PmtInfId>
    <PmtMtd>TRF</PmtMtd>
    <NbOfTxs>2</NbOfTxs>
    <CtrlSum>300.05</CtrlSum>
    <ReqdExctnDt><Dt>2026-11-09</Dt></ReqdExctnDt>
    <Dbtr><Nm>Grocer &amp; Söhne</Nm></Dbtr>
    <DbtrAcct>
      <Id><IBAN>DE89370400440532013000</IBAN></Id>
    </DbtrAcct>
    <DbtrAgt>
      <FinInstnId><BICFI>COBADEFF</BICFI></FinInstnId>
    </DbtrAgt>
    <CdtTrfTxInf>
      <PmtId><EndToEndId>C2968-EUR-1-2</EndToEndId></PmtId>
      <Amt><InstdAmt Ccy="EUR">300.00</InstdAmt></Amt>
      <Cdtr><Nm>Pharmacy &lt;Ltd&gt;</Nm></Cdtr>
      <CdtrAcct>
        <Id><IBAN>GB82WEST12345698765432</IBAN></Id>
      </CdtrAcct>
)" + remittance_to(2) + R"(    </CdtTrfTxInf>
    <CdtTrfTxInf>
      <PmtId><EndToEndId>C2968-EUR-1-4</EndToEndId></PmtId>
      <Amt><InstdAmt Ccy="EUR">0.05</InstdAmt></Amt>
      <CdtrAgt>
        <FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId>
      </CdtrAgt>
      <Cdtr><Nm>Books</Nm></Cdtr>
      <CdtrAcct>
        <Id><IBAN>NL91ABNA0417164300</IBAN></Id>
      </CdtrAcct>
)" + remittance_to(4) + R"(    </CdtTrfTxInf>
  </PmtInf>
</CstmrCdtTrfInitn>
</Document>
)");
}

TEST(PaymentFile, HasItsElementsInTheOrderOfTheSchema) {
  const Element document = Reader(text_of(an_order())).document();

  expect_order(document);
  EXPECT_THAT(document.names(), ElementsAre("CstmrCdtTrfInitn"));
  EXPECT_THAT(document.attributes,
              HasSubstr("xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\""));
  EXPECT_THAT(document.at("CstmrCdtTrfInitn").names(), ElementsAre("GrpHdr", "PmtInf"));
}

TEST(PaymentFile, SaysWhereTheDebtorsBankIsNotNamed) {
  PaymentOrder order = an_order();
  order.debtor.account.bic.clear();

  const Element document = Reader(text_of(order)).document();

  expect_order(document);
  EXPECT_EQ(document.at("CstmrCdtTrfInitn/PmtInf/DbtrAgt/FinInstnId/Othr/Id").text, "NOTPROVIDED");
}

TEST(PaymentFile, HasAsManyPlacesAsTheCurrency) {
  PaymentOrder order = an_order();
  order.exponent = 0;
  EXPECT_THAT(text_of(order), HasSubstr(">30000</InstdAmt>"));

  order.exponent = 3;
  EXPECT_THAT(text_of(order), HasSubstr("<CtrlSum>30.005</CtrlSum>"));
}

TEST(PaymentFile, IsTheSameMessageWheneverItIsMade) {
  PaymentOrder later = an_order();
  later.made_at = later.made_at.plus(kDay);
  const auto id = [](const PaymentOrder& order) {
    return Reader(text_of(order)).document().at("CstmrCdtTrfInitn/GrpHdr/MsgId").text;
  };

  EXPECT_EQ(id(later), id(an_order()));
}

TEST(PaymentFile, KeepsIdsAndRemittanceWithinTheirBounds) {
  PaymentOrder order = an_order();
  order.cycle = 99'999'999;
  order.debtor.merchant = MerchantId(4'294'967'294);
  order.transfers[0].creditor.merchant = MerchantId(4'294'967'295);

  const Element document = Reader(text_of(order)).document();

  const Element& transfer = document.at("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf");
  EXPECT_EQ(transfer.at("PmtId/EndToEndId").text, "C99999999-EUR-4294967294-4294967295");
  EXPECT_LE(transfer.at("PmtId/EndToEndId").text.size(), 35U);
  EXPECT_LE(transfer.at("RmtInf/Ustrd").text.size(), 140U);
  EXPECT_THAT(transfer.at("RmtInf/Ustrd").text, HasSubstr(to_hex(kHeader.view())));
}

TEST(PaymentFile, RefusesAnIdThatWouldNotFit) {
  PaymentOrder order = an_order();
  order.cycle = 4'294'967'295;
  order.debtor.merchant = MerchantId(4'294'967'294);
  order.transfers[0].creditor.merchant = MerchantId(4'294'967'295);

  EXPECT_FALSE(payment_file(order).ok());
}

TEST(PaymentFile, RefusesWhatNoFileCanSay) {
  PaymentOrder none = an_order();
  none.transfers.clear();
  EXPECT_FALSE(payment_file(none).ok());

  PaymentOrder fine = an_order();
  fine.exponent = 6;
  EXPECT_FALSE(payment_file(fine).ok());

  PaymentOrder much = an_order();
  much.transfers[0].minor_units = 999'999'999'999'999'995;
  EXPECT_FALSE(payment_file(much).ok());
  much.transfers[0].minor_units = 999'999'999'999'999'994;
  EXPECT_TRUE(payment_file(much).ok());
}

TEST(PaymentFile, HidesNoElementInAName) {
  PaymentOrder order = an_order();
  order.debtor.account.name = "</Nm><Nm>\"O'Neil\"";

  const std::string text = text_of(order);

  EXPECT_THAT(text, HasSubstr("&lt;/Nm&gt;&lt;Nm&gt;&quot;O&apos;Neil&quot;"));
  EXPECT_THAT(text, Not(HasSubstr("</Nm><Nm>")));
}

}  // namespace
}  // namespace tally::app
