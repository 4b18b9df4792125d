#include "export_resample.h"

#include <memory>

#include "../picture_work.h"
#include "resample.h"

namespace graft {

bool ReadAxis(napi_env env, napi_value value, int32_t inputs, Taps* taps) {
  void* packed = nullptr;
  size_t length = 0;
  return ReadArray(env, value, napi_int32_array, &packed, &length) && ReadTaps(static_cast<const int32_t*>(packed), length, inputs, taps);
}

namespace {

struct Resampling : PictureWork {
  const uint8_t* data = nullptr;
  int32_t width = 0;
  int32_t height = 0;
  int32_t channels = 0;
  bool has_across = false;
  Taps across{};
  Taps down{};

  Outcome Do(uint8_t* out) override {
    return Resample(data, width, height, channels, has_across ? &across : nullptr, down, out) ? Outcome::kDone : Outcome::kFailed;
  }
};

// Sizes and places are looked at before anything is read; false: they do not fit.
bool ReadArguments(napi_env env, napi_value* arguments, Resampling* work) {
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
  auto work = std::make_unique<Resampling>();
  if (napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok || count < 6 || !ReadArguments(env, arguments, work.get())) {
    napi_throw_error(env, nullptr, "Expected a picture and places within it. Received: sizes that do not fit");
    return nullptr;
  }
  const size_t columns = work->has_across ? work->across.outputs : work->width;
  const size_t bytes = columns * work->down.outputs * work->channels;
  const napi_value held[] = {arguments[0], arguments[5], arguments[4]};
  const size_t arrays = work->has_across ? 3 : 2;
  return PictureWork::Start(env, std::move(work), held, arrays, bytes);
}

}  // namespace

napi_status ExportResample(napi_env env, napi_value exports) {
  napi_value function;
  const napi_status status = napi_create_function(env, "resample", NAPI_AUTO_LENGTH, ResampleApart, nullptr, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "resample", function) : status;
}

}  // namespace graft
