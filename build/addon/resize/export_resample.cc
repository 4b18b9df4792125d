#include "export_resample.h"

#include <memory>

#include "resample.h"

namespace graft {
namespace {

// One picture on its way: the arrays are held until the sums are done.
struct Work {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  napi_ref held[4] = {nullptr, nullptr, nullptr, nullptr};
  const uint8_t* data = nullptr;
  int32_t width = 0;
  int32_t height = 0;
  int32_t channels = 0;
  bool has_across = false;
  Taps across{};
  Taps down{};
  uint8_t* out = nullptr;
  bool is_done = false;
};

void Release(napi_env env, Work* work) {
  for (napi_ref ref : work->held) {
    if (ref != nullptr) napi_delete_reference(env, ref);
  }
  if (work->work != nullptr) napi_delete_async_work(env, work->work);
  delete work;
}

void Execute(napi_env, void* given) {
  Work* work = static_cast<Work*>(given);
  const Taps* across = work->has_across ? &work->across : nullptr;
  work->is_done = Resample(work->data, work->width, work->height, work->channels, across, work->down, work->out);
}

napi_value MakeError(napi_env env, const char* message) {
  napi_value text, error = nullptr;
  napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &text);
  napi_create_error(env, nullptr, text, &error);
  return error;
}

void Complete(napi_env env, napi_status status, void* given) {
  Work* work = static_cast<Work*>(given);
  napi_value result = nullptr;
  if (status == napi_ok && work->is_done && napi_get_reference_value(env, work->held[3], &result) == napi_ok && result != nullptr) {
    napi_resolve_deferred(env, work->deferred, result);
  } else {
    napi_reject_deferred(env, work->deferred, MakeError(env, "Expected memory for a resized picture. Received: none"));
  }
  Release(env, work);
}

// Of a typed array of one kind; false: it is something else.
bool ReadArray(napi_env env, napi_value value, napi_typedarray_type wanted, void** data, size_t* length) {
  bool is_array = false;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return false;
  napi_typedarray_type type;
  return napi_get_typedarray_info(env, value, &type, length, data, nullptr, nullptr) == napi_ok && type == wanted;
}

bool ReadAxis(napi_env env, napi_value value, int32_t inputs, Taps* taps) {
  void* packed = nullptr;
  size_t length = 0;
  return ReadArray(env, value, napi_int32_array, &packed, &length) && ReadTaps(static_cast<const int32_t*>(packed), length, inputs, taps);
}

// Sizes and places are looked at before anything is read; false: they do not fit.
bool ReadArguments(napi_env env, napi_value* arguments, Work* work) {
  void* data = nullptr;
  size_t length = 0;
  if (!ReadArray(env, arguments[0], napi_uint8_array, &data, &length)) return false;
  int32_t* sizes[] = {&work->width, &work->height, &work->channels};
  for (int i = 0; i < 3; i++) {
    if (napi_get_value_int32(env, arguments[i + 1], sizes[i]) != napi_ok || *sizes[i] < 1) return false;
  }
  if (work->channels != 1 && work->channels != 3) return false;
  if (static_cast<uint64_t>(work->width) * static_cast<uint64_t>(work->height) > length) return false;
  if (static_cast<uint64_t>(work->width) * static_cast<uint64_t>(work->height) * work->channels != length) return false;
  work->data = static_cast<const uint8_t*>(data);
  napi_valuetype type;
  if (napi_typeof(env, arguments[4], &type) != napi_ok) return false;
  work->has_across = type != napi_null;
  if (work->has_across && !ReadAxis(env, arguments[4], work->width, &work->across)) return false;
  return ReadAxis(env, arguments[5], work->height, &work->down);
}

napi_value ResampleApart(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  size_t count = 6;
  std::unique_ptr<Work> work(new Work());
  if (napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok || count < 6 || !ReadArguments(env, arguments, work.get())) {
    napi_throw_error(env, nullptr, "Expected a picture and places within it. Received: sizes that do not fit");
    return nullptr;
  }
  const size_t columns = work->has_across ? work->across.outputs : work->width;
  const size_t bytes = columns * work->down.outputs * work->channels;
  napi_value buffer, out, name, promise;
  void* place = nullptr;
  bool is_ready = napi_create_arraybuffer(env, bytes, &place, &buffer) == napi_ok && napi_create_typedarray(env, napi_uint8_array, bytes, buffer, 0, &out) == napi_ok;
  work->out = static_cast<uint8_t*>(place);
  Work* given = work.release();
  napi_value held[] = {arguments[0], arguments[4], arguments[5], out};
  for (int i = 0; is_ready && i < 4; i++) {
    if (i == 1 && !given->has_across) continue;
    is_ready = napi_create_reference(env, held[i], 1, &given->held[i]) == napi_ok;
  }
  is_ready = is_ready && napi_create_string_utf8(env, "graft.resample", NAPI_AUTO_LENGTH, &name) == napi_ok &&
             napi_create_async_work(env, nullptr, name, Execute, Complete, given, &given->work) == napi_ok;
  if (!is_ready || napi_create_promise(env, &given->deferred, &promise) != napi_ok || napi_queue_async_work(env, given->work) != napi_ok) {
    Release(env, given);
    napi_throw_error(env, nullptr, "Expected memory for a resized picture. Received: none");
    return nullptr;
  }
  return promise;
}

}  // namespace

napi_status ExportResample(napi_env env, napi_value exports) {
  napi_value function;
  const napi_status status = napi_create_function(env, "resample", NAPI_AUTO_LENGTH, ResampleApart, nullptr, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "resample", function) : status;
}

}  // namespace graft
