// Draws rows of notes, arrows and lines of the story.
#include "scenarios/chart.h"

#include <algorithm>

namespace tally::scenario {
namespace {

constexpr std::size_t kRowsMax = 400;
constexpr std::size_t kLineMax = 100;
constexpr std::size_t kTimeWidth = 11;   ///< "1234567 ms "
constexpr std::size_t kLabelWidth = 33;  ///< what an arrow carries

void put(std::string& line, std::size_t at, const std::string& text, std::size_t width) {
  for (std::size_t i = 0; i < text.size() && i < width && at + i < line.size(); ++i)
    line[at + i] = text[i];
}

}  // namespace

void Chart::add(Row row) {
  row.alive = alive_;
  rows_.push_back(std::move(row));
  if (rows_.size() > kRowsMax) rows_.pop_front();
}

void Chart::tell(std::uint64_t ms, std::string text) {
  Row row;
  row.kind = Kind::Tell;
  row.ms = ms;
  row.text = std::move(text);
  add(std::move(row));
}

void Chart::note(std::uint64_t ms, std::size_t node, std::string text) {
  const bool shares = !rows_.empty() && rows_.back().kind == Kind::Note && rows_.back().ms == ms &&
                      rows_.back().notes[node].empty();
  if (!shares) {
    Row row;
    row.ms = ms;
    row.notes.resize(alive_.size());
    add(std::move(row));
  }
  rows_.back().notes[node] = std::move(text);
}

void Chart::send(std::uint64_t ms, std::size_t from, std::vector<Mark> marks, std::string label) {
  Row row;
  row.kind = Kind::Send;
  row.ms = ms;
  row.from = from;
  row.marks = std::move(marks);
  row.text = std::move(label);
  add(std::move(row));
}

std::size_t Chart::column_width() const {
  return std::clamp<std::size_t>((kLineMax - kTimeWidth - kLabelWidth) / alive_.size(), 3, 13);
}

std::string Chart::lifelines(const Row& row) const {
  std::string line(column_width() * alive_.size(), ' ');
  for (std::size_t node = 0; node < alive_.size(); ++node)
    line[node * column_width()] = row.alive[node] ? '|' : ' ';
  return line;
}

std::string Chart::draw_row(const Row& row) const {
  const std::size_t width = column_width();
  std::string time = std::to_string(row.ms) + " ms";
  time.resize(std::max(time.size() + 1, kTimeWidth), ' ');
  if (row.kind == Kind::Tell) return time + "== " + row.text;

  std::string line = lifelines(row);
  if (row.kind == Kind::Note) {
    for (std::size_t node = 0; node < alive_.size(); ++node)
      put(line, node * width, row.notes[node], width - 1);
    return time + line;
  }
  std::size_t first = row.from;
  std::size_t last = row.from;
  for (std::size_t node = 0; node < alive_.size(); ++node)
    if (row.marks[node] != Mark::None) {
      first = std::min(first, node);
      last = std::max(last, node);
    }
  for (std::size_t at = first * width; at < last * width; ++at)
    if (line[at] == ' ') line[at] = '-';
  for (std::size_t node = 0; node < alive_.size(); ++node) {
    const Mark mark = row.marks[node];
    if (mark == Mark::None) continue;
    line[node * width] = mark == Mark::Arrives && node < row.from ? '<' : static_cast<char>(mark);
  }
  line[row.from * width] = 'o';
  return time + line + row.text;
}

std::string Chart::draw(std::size_t rows_max) const {
  std::string head(kTimeWidth, ' ');
  for (std::size_t node = 0; node < alive_.size(); ++node) {
    std::string name = alive_.size() > 9 ? std::to_string(node) : "node " + std::to_string(node);
    if (name.size() >= column_width()) name = std::to_string(node);
    name.resize(column_width(), ' ');
    head += name;
  }
  std::string text = head + "\n";
  const std::size_t skipped = rows_.size() > rows_max ? rows_.size() - rows_max : 0;
  for (std::size_t i = skipped; i < rows_.size(); ++i) {
    std::string line = draw_row(rows_[i]);
    line.resize(std::min(line.size(), kLineMax));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text + "o sent, > < arrives, x lost, = held back; status messages are left out\n";
}

}  // namespace tally::scenario
