// Threads that wait for work. They are kept for the life of the process: it may end while they wait.

#ifndef GRAFT_FROZEN_WORKERS_H_
#define GRAFT_FROZEN_WORKERS_H_

#include <functional>

namespace graft {

// Calls work(i) for i = 0..threads-1, each on a thread of its own, one of them the caller's; returns when all are done.
void RunOnThreads(int threads, const std::function<void(int)> &work);

}  // namespace graft

#endif  // GRAFT_FROZEN_WORKERS_H_
