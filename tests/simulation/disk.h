// SimDisk: a disk of the virtual world. What was synced stays; of the rest a power cut decides.
//
//   SimDisk disk(Random(seed));
//   disk.arm(3, DiskFault::Cut);      // the power goes at the 3rd change from now
//   disk.cut_power();                 // what a restart finds is now decided
#pragma once

#include "simulation/random.h"
#include "support/replacing_files.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::sim {

/// What an armed disk does at one of its changes (an append, a sync, a creation, a removal).
enum class DiskFault : std::uint8_t {
  Cut,         ///< the power goes before it: nothing of this change or of a later one happens
  CutAfter,    ///< it is done, and then the power goes
  SyncFails,   ///< from now on the next sync fails, once; what was to be synced may be gone
  WriteFails,  ///< EIO: half of it is written, and so for each further one until healed
  Full,        ///< ENOSPC: the same
};

/// What becomes of bytes that were not synced. RocksDB takes a last record that is cut off for
/// torn, and one that is garbled for damage: its disk cuts off alone (README.md).
enum class Unsynced : std::uint8_t { Garbled, CutOff };

/// One node's files. Unsynced sectors of 512 bytes are kept, dropped, torn or garbled at a power
/// cut, each by itself; a name without its folder's sync may vanish or come back. What was synced
/// never changes, which is what the protocol assumes of a correct node's disk.
class SimDisk final : public test::ReplacingFiles {
 public:
  explicit SimDisk(Random random, Unsynced unsynced = Unsynced::Garbled)
      : random_(random), unsynced_(unsynced) {}

  Result<std::unique_ptr<storage::File>> open(const std::string& path, bool create) override;
  Result<Bytes> read(const std::string& path, std::uint64_t size_max) const override;
  Result<std::vector<std::string>> list(const std::string& folder) const override;
  Result<void> remove(const std::string& path) override;
  Result<void> make_folder(const std::string& path) override;
  Result<void> sync_folder(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> replace(const std::string& from, const std::string& to) override;

  /// The fault happens at the `nth` change from now on, counted from 1.
  void arm(std::uint64_t nth, DiskFault fault);
  void heal();
  /// Whether an armed cut has happened: the world takes the process down then.
  [[nodiscard]] bool is_cut() const { return cut_; }
  /// Whether a fault that was armed has happened and may go on.
  [[nodiscard]] bool is_failing() const { return failing_.has_value() || sync_failed_; }

  /// The process died, the system did not: its writes are all there, synced or not.
  void kill_process();
  void cut_power();
  /// Everything is gone.
  void wipe();
  /// A bit changes. REQUIRES: the file has so many bytes
  void flip(const std::string& path, std::size_t offset);
  /// Another disk's durable files in place of these: an old image is restored.
  struct Image {
    std::map<std::string, Bytes> files;
  };
  [[nodiscard]] Image durable_image() const;
  void restore(const Image& image);

  /// Told of bytes once they are durable, append by append.
  std::function<void(ByteView)> on_durable;
  /// Changes and syncs since the last call: what the world makes time of.
  [[nodiscard]] std::uint64_t take_syncs() { return std::exchange(syncs_, 0); }
  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] std::uint64_t faults_done() const { return faults_done_; }

 private:
  struct Data {
    Bytes bytes;
    std::size_t synced = 0;  ///< of `bytes`, these are durable; nothing below ever changes
    bool shrunk = false;     ///< a truncation that is not durable yet
    Bytes cut_off;           ///< what it took away
  };
  using Names = std::map<std::string, std::shared_ptr<Data>>;
  class Handle;

  /// What happens to a change: done, refused (an Error), or the machine is off.
  Result<void> change(const std::string& path, bool is_sync);
  void decide(Data& data);
  Bytes decide_tail(const Bytes& tail);
  void sync_failed(Data& data);

  Random random_;
  Unsynced unsynced_;
  Names names_;
  Names durable_names_;
  std::uint64_t until_fault_ = 0;  ///< changes up to the armed fault, it included; 0: none
  DiskFault fault_ = DiskFault::Cut;
  std::optional<DiskFault> failing_;
  bool sync_to_fail_ = false;
  bool sync_failed_ = false;
  bool cut_ = false;
  std::uint64_t syncs_ = 0;
  std::uint64_t faults_done_ = 0;
};

}  // namespace tally::sim
