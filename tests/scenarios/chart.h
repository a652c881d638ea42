// A message sequence chart in text: one column a node, time going down.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace tally::scenario {

/// What became of a message at one node.
enum class Mark : char { None = ' ', Arrives = '>', Lost = 'x', Held = '=' };

/// Keeps the newest rows alone, so that a long story does not fill memory.
class Chart {
 public:
  explicit Chart(std::size_t nodes) : alive_(nodes, true) {}

  /// A line of the story, across all columns.
  void tell(std::uint64_t ms, std::string text);
  /// A few words in the column of `node`. Notes of one instant share a row.
  void note(std::uint64_t ms, std::size_t node, std::string text);
  /// One message from `from`; `marks`: by receiver.
  void send(std::uint64_t ms, std::size_t from, std::vector<Mark> marks, std::string label);
  void set_alive(std::size_t node, bool alive) { alive_[node] = alive; }

  /// The newest `rows_max` rows under a head, none longer than 100 columns.
  [[nodiscard]] std::string draw(std::size_t rows_max) const;

 private:
  enum class Kind { Tell, Note, Send };
  struct Row {
    Kind kind = Kind::Note;
    std::uint64_t ms = 0;
    std::vector<bool> alive;
    std::vector<std::string> notes;  ///< by node
    std::size_t from = 0;
    std::vector<Mark> marks;
    std::string text;
  };
  void add(Row row);
  [[nodiscard]] std::size_t column_width() const;
  [[nodiscard]] std::string draw_row(const Row& row) const;
  [[nodiscard]] std::string lifelines(const Row& row) const;

  std::vector<bool> alive_;
  std::deque<Row> rows_;
};

}  // namespace tally::scenario
