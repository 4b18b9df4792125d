// A thread that is not JavaScript's lets go of references while JavaScript's makes others: V8 may hear of it on its own
// thread alone. The four calls of Node-API that the header needs are played here.
#include "../../build/setup/napi_auto_ref.h"

#include <cstdio>
#include <cstdlib>

static std::thread::id javascript;
static int made = 0, deleted = 0;

static void require(bool holds, const char *what) {
  if (holds) return;
  std::printf("%s\n", what);
  std::exit(1);
}

extern "C" napi_status napi_create_reference(napi_env, napi_value, uint32_t count, napi_ref *result) {
  require(count == 1, "a reference is held once");
  *result = reinterpret_cast<napi_ref>(static_cast<intptr_t>(++made));
  return napi_ok;
}

extern "C" napi_status napi_delete_reference(napi_env, napi_ref) {
  require(std::this_thread::get_id() == javascript, "a reference was deleted on another thread");
  deleted++;
  return napi_ok;
}

int main() {
  javascript = std::this_thread::get_id();
  const napi_env env = reinterpret_cast<napi_env>(1), other = reinterpret_cast<napi_env>(2);
  tfnodejs::NapiAutoRef own, refs[64], last, elsewhere;

  own.Init(env, nullptr);
  require(own.Cleanup() == napi_ok && deleted == 1, "on its own thread a reference goes at once");
  require(own.Cleanup() == napi_invalid_arg && deleted == 1, "and only once");

  for (auto &ref : refs) ref.Init(env, nullptr);
  std::thread threads[2];
  for (int t = 0; t < 2; t++)
    threads[t] = std::thread([&, t] {
      for (int i = t; i < 64; i += 2) require(refs[i].Cleanup() == napi_ok, "any thread may let go");
    });
  for (auto &thread : threads) thread.join();
  require(deleted == 1, "what other threads let go of waits");

  elsewhere.Init(other, nullptr);
  require(deleted == 1, "another JavaScript leaves it alone");
  last.Init(env, nullptr);
  require(deleted == 65, "its own deletes all of it");
  std::printf("made %d, deleted %d\n", made, deleted);
}
