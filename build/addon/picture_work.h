// One picture that is worked on by a thread of libuv's pool, and the promise of its pixels.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace graft {

class PictureWork {
 public:
  enum class Outcome { kDone, kDeclined, kFailed };

  virtual ~PictureWork() = default;

  // Starts the work, whose promise gives a new Uint8Array of so many bytes; null where it declines; an error for want of memory. The arrays in `held` stay
  // until it is done. Null with an exception of JavaScript where it cannot be started.
  static napi_value Start(napi_env env, std::unique_ptr<PictureWork> work, const napi_value* held, size_t count, size_t bytes);

 protected:
  // Fills `out`, which is zeros. Memory that is missing may be thrown.
  virtual Outcome Do(uint8_t* out) = 0;

 private:
  static void Execute(napi_env env, void* given);
  static void Complete(napi_env env, napi_status status, void* given);
  void Release(napi_env env);

  static constexpr size_t kMostHeld = 4;
  napi_async_work work_ = nullptr;
  napi_deferred deferred_ = nullptr;
  // The first is what comes out.
  napi_ref held_[1 + kMostHeld] = {};
  uint8_t* out_ = nullptr;
  Outcome outcome_ = Outcome::kFailed;
};

// Of a typed array of one kind; false: it is something else.
bool ReadArray(napi_env env, napi_value value, napi_typedarray_type wanted, void** data, size_t* length);

}  // namespace graft
