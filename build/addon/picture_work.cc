#include "picture_work.h"

#include <new>

namespace graft {
namespace {

constexpr char kNoMemory[] = "Expected memory for a picture. Received: none";

}  // namespace

napi_value PictureWork::Start(napi_env env, std::unique_ptr<PictureWork> work, const napi_value* held, size_t count, size_t bytes) {
  napi_value buffer, out, name, promise;
  void* place = nullptr;
  bool is_ready = count <= kMostHeld && napi_create_arraybuffer(env, bytes, &place, &buffer) == napi_ok &&
                  napi_create_typedarray(env, napi_uint8_array, bytes, buffer, 0, &out) == napi_ok;
  work->out_ = static_cast<uint8_t*>(place);
  is_ready = is_ready && napi_create_reference(env, out, 1, &work->held_[0]) == napi_ok;
  for (size_t i = 0; is_ready && i < count; i++) is_ready = napi_create_reference(env, held[i], 1, &work->held_[1 + i]) == napi_ok;
  is_ready = is_ready && napi_create_string_utf8(env, "graft.picture", NAPI_AUTO_LENGTH, &name) == napi_ok &&
             napi_create_async_work(env, nullptr, name, Execute, Complete, work.get(), &work->work_) == napi_ok &&
             napi_create_promise(env, &work->deferred_, &promise) == napi_ok && napi_queue_async_work(env, work->work_) == napi_ok;
  if (is_ready) {
    work.release();
    return promise;
  }
  work->Release(env);
  napi_throw_error(env, nullptr, kNoMemory);
  return nullptr;
}

void PictureWork::Execute(napi_env, void* given) {
  PictureWork* work = static_cast<PictureWork*>(given);
  try {
    work->outcome_ = work->Do(work->out_);
  } catch (const std::bad_alloc&) {
    work->outcome_ = Outcome::kFailed;
  }
}

void PictureWork::Complete(napi_env env, napi_status status, void* given) {
  const std::unique_ptr<PictureWork> work(static_cast<PictureWork*>(given));
  napi_value result = nullptr;
  if (status == napi_ok && work->outcome_ == Outcome::kDeclined) napi_get_null(env, &result);
  if (status == napi_ok && work->outcome_ == Outcome::kDone) napi_get_reference_value(env, work->held_[0], &result);
  if (result != nullptr) {
    napi_resolve_deferred(env, work->deferred_, result);
  } else {
    napi_value text, error = nullptr;
    napi_create_string_utf8(env, kNoMemory, NAPI_AUTO_LENGTH, &text);
    napi_create_error(env, nullptr, text, &error);
    napi_reject_deferred(env, work->deferred_, error);
  }
  work->Release(env);
}

void PictureWork::Release(napi_env env) {
  for (napi_ref ref : held_) {
    if (ref != nullptr) napi_delete_reference(env, ref);
  }
  if (work_ != nullptr) napi_delete_async_work(env, work_);
}

bool ReadArray(napi_env env, napi_value value, napi_typedarray_type wanted, void** data, size_t* length) {
  bool is_array = false;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return false;
  napi_typedarray_type type;
  return napi_get_typedarray_info(env, value, &type, length, data, nullptr, nullptr) == napi_ok && type == wanted;
}

}  // namespace graft
