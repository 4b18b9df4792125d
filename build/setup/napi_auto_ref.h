// Takes the place of @tensorflow/tfjs-node/binding/napi_auto_ref.h (Apache-2.0, of which it keeps names and calls): the
// compiler reads it first, and its guard keeps the other out.
//
// A tensor made from a typed array shares the array's memory and holds a reference to it. TensorFlow lets go of such a
// tensor on whatever thread used it last, after a compiled function often one of its own. The reference belongs to
// V8, which may be touched on the thread of JavaScript alone: deleted elsewhere, V8's list of handles breaks, and the
// process ends some time later with "Check failed: static_cast<int64_t>(amount_before) >= -delta" or reads freed memory.
// References that other threads let go of therefore wait here until their own thread comes by.

#ifndef TF_NODEJS_NAPI_AUTO_REF_H_
#define TF_NODEJS_NAPI_AUTO_REF_H_

#include <node_api.h>

#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace tfnodejs {

class NapiAutoRef {
 public:
  // Called on the thread of `env`.
  napi_status Init(napi_env env, napi_value value) {
    DeleteWaiting(env);
    env_ = env;
    thread_ = std::this_thread::get_id();
    return napi_create_reference(env_, value, 1, &ref_);
  }

  // Called on any thread.
  napi_status Cleanup() {
    if (!env_ || !ref_) return napi_invalid_arg;
    napi_status status = napi_ok;
    if (std::this_thread::get_id() == thread_) {
      status = napi_delete_reference(env_, ref_);
    } else {
      std::lock_guard<std::mutex> lock(mutex());
      waiting()[env_].push_back(ref_);
    }
    env_ = nullptr;
    ref_ = nullptr;
    return status;
  }

 private:
  static void DeleteWaiting(napi_env env) {
    std::vector<napi_ref> refs;
    {
      std::lock_guard<std::mutex> lock(mutex());
      refs.swap(waiting()[env]);
    }
    for (napi_ref ref : refs) napi_delete_reference(env, ref);
  }

  // Never destroyed: a thread of TensorFlow may still come by while the process ends.
  static std::mutex &mutex() {
    static std::mutex *mutex = new std::mutex();
    return *mutex;
  }
  static std::unordered_map<napi_env, std::vector<napi_ref>> &waiting() {
    static auto *waiting = new std::unordered_map<napi_env, std::vector<napi_ref>>();
    return *waiting;
  }

  napi_env env_ = nullptr;
  napi_ref ref_ = nullptr;
  std::thread::id thread_;
};

}  // namespace tfnodejs

#endif  // TF_NODEJS_NAPI_AUTO_REF_H_
