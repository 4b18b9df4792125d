#include "export_jpeg.h"

#include <memory>

#include "../picture_work.h"
#include "../resize/export_resample.h"
#include "decode_lines.h"

namespace graft {

#ifdef GRAFT_JPEG

namespace {

struct Decoding : PictureWork {
  const uint8_t* bytes = nullptr;
  size_t length = 0;
  int32_t shrink = 1;
  bool is_turned = false;
  Taps across{};
  Taps down{};

  Outcome Do(uint8_t* out) override {
    const auto frame = std::make_unique<Frame>();
    if (!ReadFrame(bytes, length, frame.get())) return Outcome::kDeclined;
    const Shrunken size = SizeOf(*frame, shrink);
    const int32_t width = is_turned ? size.height : size.width, height = is_turned ? size.width : size.height;
    const Reach columns = ReachOf(across), lines = ReachOf(down);
    // Somebody else read other sizes in this head.
    if (columns.to > width || lines.to > height) return Outcome::kDeclined;
    if (is_turned) {
      TurnedSink sink(across, down, size.width, out);
      return Run(*frame, lines, columns, &sink);
    }
    UprightSink sink(across, down, out);
    return Run(*frame, columns, lines, &sink);
  }

 private:
  Outcome Run(const Frame& frame, Reach columns, Reach lines, LineSink* sink) const {
    return DecodeLines(bytes, length, frame, shrink, columns, lines, sink) ? Outcome::kDone : Outcome::kDeclined;
  }
};

// (file, shrink, isTurned, across, down)
bool ReadArguments(napi_env env, napi_value* arguments, Decoding* work) {
  void* bytes = nullptr;
  if (!ReadArray(env, arguments[0], napi_uint8_array, &bytes, &work->length)) return false;
  work->bytes = static_cast<const uint8_t*>(bytes);
  if (napi_get_value_int32(env, arguments[1], &work->shrink) != napi_ok) return false;
  if (work->shrink != 1 && work->shrink != 2 && work->shrink != 4 && work->shrink != 8) return false;
  if (napi_get_value_bool(env, arguments[2], &work->is_turned) != napi_ok) return false;
  // Places may lie anywhere until the head has been read.
  return ReadAxis(env, arguments[3], INT32_MAX, &work->across) && ReadAxis(env, arguments[4], INT32_MAX, &work->down);
}

napi_value DecodeJpeg(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  size_t count = 5;
  auto work = std::make_unique<Decoding>();
  if (napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok || count < 5 || !ReadArguments(env, arguments, work.get())) {
    napi_throw_error(env, nullptr, "Expected a file and places within its picture. Received: something else");
    return nullptr;
  }
  const size_t bytes = static_cast<size_t>(work->across.outputs) * work->down.outputs * 3;
  const napi_value held[] = {arguments[0], arguments[3], arguments[4]};
  return PictureWork::Start(env, std::move(work), held, 3, bytes);
}

bool IsSupported() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

}  // namespace

#endif

napi_status ExportJpeg(napi_env env, napi_value exports) {
#ifdef GRAFT_JPEG
  if (!IsSupported()) return napi_ok;
  napi_value function;
  const napi_status status = napi_create_function(env, "decodeJpeg", NAPI_AUTO_LENGTH, DecodeJpeg, nullptr, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "decodeJpeg", function) : status;
#else
  (void)env, (void)exports;
  return napi_ok;
#endif
}

}  // namespace graft
