// SIGINT and SIGTERM, noted.
#include "app/interrupt.h"

#include <csignal>

namespace tally::app {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // a handler may touch it then

void note(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

void handle(void (*handler)(int)) {
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
}

}  // namespace

Interrupt::Interrupt() {
  interrupted = false;
  handle(note);
}

Interrupt::~Interrupt() {
  handle(SIG_DFL);
}

bool Interrupt::came() const {
  return interrupted;
}

const std::atomic<bool>& Interrupt::flag() const {
  return interrupted;
}

}  // namespace tally::app
