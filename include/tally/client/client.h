// Client: the front door seen from outside; for `tally`, tests and benchmarks.
#pragma once

#include <tally/consensus/message.h>
#include <tally/model/receipt.h>
#include <tally/model/submission.h>
#include <tally/state/account.h>
#include <tally/state/state_root.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::client {

struct ClientSettings {
  std::vector<std::string> endpoints;  ///< "127.0.0.1:7101"; the first that answers is used
  std::string ca_pem;                  ///< bundle of all merchants' CAs
  std::string certificate_pem;         ///< the client's own
  std::string key_pem;
  Duration timeout{10'000};  ///< of one call
};

/// What the ledger answered to one transaction.
struct Answer {
  Receipt receipt;
  bool replayed = false;  ///< the receipt of an earlier submission of the same request
};

/// One account, at a height, with what is due at its ledger time taken as done.
struct Balance {
  Height height;
  Timestamp ledger_time;
  AccountId account;
  Points available;
  Points held;
  Points pending;
  Points debt;
  state::AccountState state = state::AccountState::Open;
  std::optional<MemberId> merged_into;  ///< of a merged one: whom this member's id names now
  bool claimed = true;                  ///< an identity stands behind it; else a card alone
  std::vector<TokenId> tokens;          ///< cards that name the member
  std::optional<PoolId> pool;
  std::vector<state::OpenHold> holds;      ///< that took of this member's points
  Timestamp idle_at = Timestamp::never();  ///< when lots expire that move with activity
  std::vector<state::Lot> lots;            ///< in FEFO order
  std::vector<state::PendingLot> waiting;  ///< in the order in which they activate
};

/// A record with its proof under a certified header.
struct ProvenRecord {
  std::optional<Bytes> record;
  state::StateProof proof;
  consensus::CertifiedHeader certified;
};

struct HistoryPage {
  Height height;
  std::vector<Receipt> receipts;        ///< newest first
  std::vector<Timestamp> ledger_times;  ///< of their blocks
  std::string next_page_token;          ///< empty: no more
};

struct RemoteStatus {
  std::string endpoint;
  MerchantId merchant;
  NodeIndex self;
  View view;
  NodeIndex primary;
  Height stable;
  Height executed;
  Timestamp header_time;
  Timestamp ledger_time;
  Hash state_root;
  ChainId chain;
  std::uint64_t connected = 0;
  std::uint64_t pool_submissions = 0;
  bool voting = true;
  bool changing = false;  ///< to `view`, whose new-view it lacks
  bool learner = false;   ///< its votes were lost: it follows without any
  std::string waiting_for;
  std::string version;
};

struct RemoteBlock {
  consensus::Header header;
  std::optional<consensus::Certificate> certificate;
  std::vector<Receipt> receipts;
  std::optional<consensus::Proposal> proposal;  ///< given to auditors alone
};

/// Why a receipt says what it says.
struct Explained {
  std::vector<std::string> lines;  ///< in English
  std::string json;                ///< all of it, one object on one line
};

/// What a transaction would do.
struct Simulated {
  Receipt receipt;
  std::optional<Explained> explained;
  std::vector<std::string> missing;  ///< of a refusal: lines on what it lacks
  std::string json;                  ///< all of it, one object on one line
};

/// Thread-safe; one channel an endpoint. An error that may pass (Unavailable) moves to the next
/// endpoint; the same request ids make that safe. Errors: Unavailable (cannot say: ask again by
/// request id), Malformed, Refused, NotFound, OutOfLimits, with the server's reason in front.
class Client {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Client>> connect(ClientSettings settings);
  ~Client();

  /// A signed submission: answers in the order of its transactions, once certified.
  [[nodiscard]] Result<std::vector<Answer>> submit(ByteView submission);
  /// Transactions that the node seals for its own merchant's caller; their asking key is set by
  /// the node.
  [[nodiscard]] Result<std::vector<Answer>> submit_batch(const std::vector<Transaction>& batch);

  /// NotFound: none has this id.
  [[nodiscard]] Result<Answer> receipt(MerchantId merchant, ByteView request_id);
  /// NotFound: none has this id.
  [[nodiscard]] Result<Explained> explain(MerchantId merchant, ByteView request_id);
  /// The receipt that `transaction` would get now, and why; nothing is written, and asked is for
  /// the caller's TLS key.
  [[nodiscard]] Result<Simulated> simulate(const Transaction& transaction);
  /// One answer an id, nullopt where there is none yet.
  [[nodiscard]] Result<std::vector<std::optional<Answer>>> receipts(
      MerchantId merchant, const std::vector<Bytes>& request_ids);
  [[nodiscard]] Result<Balance> balance(const AccountId& account);
  [[nodiscard]] Result<HistoryPage> history(const AccountId& account, std::uint32_t page_size,
                                            const std::string& page_token);
  [[nodiscard]] Result<RemoteBlock> block(Height height);
  [[nodiscard]] Result<ProvenRecord> prove(const state::RecordKey& key);
  [[nodiscard]] Result<RemoteStatus> status();

  /// Which endpoint answered last.
  [[nodiscard]] std::string endpoint() const;

 private:
  class Inside;
  explicit Client(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::client
