#include "workers.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

namespace graft {
namespace {

struct Team {
  std::mutex mutex;
  std::condition_variable wakes, done;
  std::deque<std::function<void()>> waiting;
  int idle = 0;
};

// Never destroyed: its threads may wait in it while the process ends.
Team &TheTeam() {
  static Team *team = new Team();
  return *team;
}

void Work() {
  Team &team = TheTeam();
  std::unique_lock<std::mutex> lock(team.mutex);
  while (true) {
    team.idle++;
    team.wakes.wait(lock, [&] { return !team.waiting.empty(); });
    team.idle--;
    const std::function<void()> next = std::move(team.waiting.front());
    team.waiting.pop_front();
    lock.unlock();
    next();
    lock.lock();
  }
}

}  // namespace

void RunOnThreads(int threads, const std::function<void(int)> &work) {
  if (threads <= 1) return work(0);
  Team &team = TheTeam();
  int left = threads - 1;
  std::exception_ptr failure;
  const auto guarded = [&](int i) {
    try {
      work(i);
    } catch (...) {
      std::lock_guard<std::mutex> lock(team.mutex);
      failure = std::current_exception();
    }
  };
  {
    std::lock_guard<std::mutex> lock(team.mutex);
    for (int i = 1; i < threads; i++) {
      team.waiting.emplace_back([&, i] {
        guarded(i);
        std::lock_guard<std::mutex> inner(team.mutex);
        if (--left == 0) team.done.notify_all();
      });
    }
    // A thread for each that waits; a call that comes while another works gets threads of its own.
    for (int missing = int(team.waiting.size()) - team.idle; missing > 0; missing--) {
      try {
        std::thread(Work).detach();
      } catch (const std::system_error &) {
        // The system gives no more threads: those that are there do the work.
        if (left == 0) break;
        team.waiting.pop_back();
        left--;
      }
    }
  }
  team.wakes.notify_all();
  guarded(0);
  std::unique_lock<std::mutex> lock(team.mutex);
  team.done.wait(lock, [&] { return left == 0; });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace graft
