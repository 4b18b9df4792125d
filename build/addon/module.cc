// Graft's own native code as a Node-API module: what src-main/learning/frozen-native.ts describes. Plain functions over handles.

#include <node_api.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "frozen/cpu.h"
#include "frozen/network.h"
#include "frozen/products.h"
#include "jpeg/export_jpeg.h"
#include "resize/export_resample.h"

namespace {

using graft::Network;

// A call's arguments, checked: what is wrong becomes an exception of JavaScript in Guarded.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info, size_t count) : env_(env), values_(count) {
    size_t given = count;
    if (napi_get_cb_info(env, info, &given, values_.data(), nullptr, nullptr) != napi_ok || given < count) Refuse("fewer arguments");
  }

  [[noreturn]] static void Refuse(const char *what) { throw std::runtime_error(std::string("Expected what the native module takes. Received: ") + what + "."); }

  napi_value operator[](size_t i) const { return values_[i]; }

  int32_t Whole(size_t i) const {
    int32_t value;
    if (napi_get_value_int32(env_, values_[i], &value) != napi_ok) Refuse("no whole number");
    return value;
  }

  struct Numbers {
    void *data;
    size_t length;
    napi_typedarray_type type;
  };

  Numbers Array(size_t i) const {
    Numbers numbers;
    bool is_array = false;
    if (napi_is_typedarray(env_, values_[i], &is_array) != napi_ok || !is_array) Refuse("no typed array");
    napi_get_typedarray_info(env_, values_[i], &numbers.type, &numbers.length, &numbers.data, nullptr, nullptr);
    return numbers;
  }

  std::vector<std::string> Names(size_t i) const {
    uint32_t length = 0;
    if (napi_get_array_length(env_, values_[i], &length) != napi_ok) Refuse("no list of names");
    std::vector<std::string> names;
    for (uint32_t n = 0; n < length; n++) {
      napi_value value;
      char text[64];
      size_t written = 0;
      napi_get_element(env_, values_[i], n, &value);
      if (napi_get_value_string_utf8(env_, value, text, sizeof text, &written) != napi_ok) Refuse("a name that is no text");
      names.emplace_back(text, written);
    }
    return names;
  }

 private:
  napi_env env_;
  std::vector<napi_value> values_;
};

template <napi_value (*kCall)(napi_env, napi_callback_info)>
napi_value Guarded(napi_env env, napi_callback_info info) {
  try {
    return kCall(env, info);
  } catch (const std::exception &error) {
    napi_throw_error(env, nullptr, error.what());
  } catch (...) {
    napi_throw_error(env, nullptr, "The native module failed.");
  }
  return nullptr;
}

napi_value Nothing(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

// Networks by handle. A run holds its network, so that it may be released meanwhile.
std::mutex networks_mutex;
std::map<int32_t, std::shared_ptr<Network>> &Networks() {
  static auto *networks = new std::map<int32_t, std::shared_ptr<Network>>();
  return *networks;
}

std::shared_ptr<Network> Find(int32_t handle) {
  std::lock_guard<std::mutex> lock(networks_mutex);
  const auto found = Networks().find(handle);
  if (found == Networks().end()) Arguments::Refuse("a network that is not loaded");
  return found->second;
}

// kernels(without): { float32, bfloat16, int8 }, each a name or null.
napi_value KernelNames(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info, 1);
  const graft::Kernels *kernels[3];
  graft::KernelsOfThisProcessor(arguments.Names(0), kernels);
  const char *const names[] = {"float32", "bfloat16", "int8"};
  napi_value result;
  napi_create_object(env, &result);
  for (size_t i = 0; i < 3; i++) {
    napi_value value;
    if (kernels[i] == nullptr) napi_get_null(env, &value);
    else napi_create_string_utf8(env, kernels[i]->name, NAPI_AUTO_LENGTH, &value);
    napi_set_named_property(env, result, names[i], value);
  }
  return result;
}

// load(bytes, without): handle
napi_value Load(napi_env env, napi_callback_info info) {
  static int32_t next = 1;
  const Arguments arguments(env, info, 2);
  const auto bytes = arguments.Array(0);
  if (bytes.type != napi_uint8_array) Arguments::Refuse("a program that is no Uint8Array");
  const graft::Kernels *kernels[3];
  graft::KernelsOfThisProcessor(arguments.Names(1), kernels);
  std::shared_ptr<Network> network = graft::LoadNetwork(static_cast<const uint8_t *>(bytes.data), bytes.length, kernels);
  std::lock_guard<std::mutex> lock(networks_mutex);
  const int32_t handle = next++;
  Networks()[handle] = std::move(network);
  napi_value result;
  napi_create_int32(env, handle, &result);
  return result;
}

struct Job {
  std::shared_ptr<Network> network;
  const void *from;
  float *to;
  int rows, threads;
  std::string error;
  napi_deferred deferred;
  napi_async_work work;
  napi_ref held[2];
};

constexpr int kMostRows = 1 << 20, kMostThreads = 256, kMostInputs = 1 << 14, kMostSets = 1 << 20;

// (handle, input, rows, output, threads)
Job JobOf(const Arguments &arguments) {
  Job job{};
  job.network = Find(arguments.Whole(0));
  job.rows = arguments.Whole(2);
  job.threads = arguments.Whole(4);
  if (job.rows < 1 || job.rows > kMostRows || job.threads < 1) Arguments::Refuse("a number of rows or threads out of range");
  job.threads = std::min(job.threads, kMostThreads);
  const auto input = arguments.Array(1), output = arguments.Array(3);
  const bool is_byte = input.type == napi_uint8_array || input.type == napi_uint8_clamped_array;
  if (job.network->TakesUint8() ? !is_byte : input.type != napi_float32_array) Arguments::Refuse("input of another type");
  if (output.type != napi_float32_array) Arguments::Refuse("output that is no Float32Array");
  if (input.length != job.network->InputSize() * size_t(job.rows)) Arguments::Refuse("input of another size");
  if (output.length != job.network->OutputSize() * size_t(job.rows)) Arguments::Refuse("output of another size");
  job.from = input.data;
  job.to = static_cast<float *>(output.data);
  return job;
}

napi_value Run(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info, 5);
  const Job job = JobOf(arguments);
  job.network->Run(job.from, job.rows, job.to, job.threads);
  return Nothing(env);
}

// runWatched(handle, input, rows, output, threads, picks, places, picked, channels): `picks` are [tensor, count, length], one after the other (watch.h).
napi_value RunWatched(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info, 9);
  const Job job = JobOf(arguments);
  const auto picks = arguments.Array(5), places = arguments.Array(6), picked = arguments.Array(7), channels = arguments.Array(8);
  if (picks.type != napi_int32_array || places.type != napi_int32_array) Arguments::Refuse("picks or places that are no Int32Array");
  if (picked.type != napi_float32_array || channels.type != napi_float32_array) Arguments::Refuse("results that are no Float32Array");
  if (picks.length % 3 != 0) Arguments::Refuse("half a pick");
  graft::Watch watch{{}, static_cast<const int32_t *>(places.data), static_cast<float *>(picked.data), static_cast<float *>(channels.data)};
  const int32_t *words = static_cast<const int32_t *>(picks.data);
  for (size_t i = 0; i < picks.length; i += 3) {
    if (words[i + 1] < 0 || words[i + 2] < 1) Arguments::Refuse("a pick of nothing");
    watch.picks.push_back({words[i], words[i + 1], words[i + 2]});
  }
  const size_t rows = size_t(job.rows);
  if (places.length != rows * watch.Places() || picked.length != rows * watch.Picked()) Arguments::Refuse("places or picked numbers of another size");
  if (channels.length != rows * job.network->WatchedChannels()) Arguments::Refuse("channels of another size");
  job.network->RunWatched(job.from, job.rows, job.to, job.threads, watch);
  return Nothing(env);
}

// addProducts(windows, inputs, sets, sums, threads)
napi_value AddProducts(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info, 5);
  const auto windows = arguments.Array(0), sums = arguments.Array(3);
  const int32_t inputs = arguments.Whole(1), sets = arguments.Whole(2), threads = arguments.Whole(4);
  if (windows.type != napi_float32_array || sums.type != napi_float32_array) Arguments::Refuse("windows or sums that are no Float32Array");
  if (inputs < 1 || inputs > kMostInputs || sets < 1 || sets > kMostSets || threads < 1) Arguments::Refuse("inputs, sets or threads out of range");
  const size_t numbers = size_t(inputs) * size_t(sets);
  if (windows.length % numbers != 0) Arguments::Refuse("half a window");
  if (sums.length != graft::SumsOf(inputs) * size_t(sets)) Arguments::Refuse("sums of another size");
  graft::AddProducts(static_cast<const float *>(windows.data), int64_t(windows.length / numbers), inputs, sets, static_cast<float *>(sums.data),
                     std::min(threads, kMostThreads));
  return Nothing(env);
}

void Execute(napi_env, void *data) {
  Job *job = static_cast<Job *>(data);
  try {
    job->network->Run(job->from, job->rows, job->to, job->threads);
  } catch (const std::exception &error) {
    job->error = error.what();
  }
}

void Complete(napi_env env, napi_status status, void *data) {
  const std::unique_ptr<Job> job(static_cast<Job *>(data));
  for (napi_ref held : job->held) napi_delete_reference(env, held);
  napi_delete_async_work(env, job->work);
  if (status == napi_ok && job->error.empty()) {
    napi_resolve_deferred(env, job->deferred, Nothing(env));
    return;
  }
  napi_value message, error;
  const std::string text = job->error.empty() ? "The run was given up." : job->error;
  napi_create_string_utf8(env, text.data(), text.size(), &message);
  napi_create_error(env, nullptr, message, &error);
  napi_reject_deferred(env, job->deferred, error);
}

napi_value RunAsync(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info, 5);
  auto job = std::make_unique<Job>(JobOf(arguments));
  napi_value promise, name;
  napi_create_promise(env, &job->deferred, &promise);
  napi_create_reference(env, arguments[1], 1, &job->held[0]);
  napi_create_reference(env, arguments[3], 1, &job->held[1]);
  napi_create_string_utf8(env, "graft.frozen", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, Execute, Complete, job.get(), &job->work);
  napi_queue_async_work(env, job.release()->work);
  return promise;
}

napi_value Release(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info, 1);
  const int32_t handle = arguments.Whole(0);
  Find(handle);
  std::lock_guard<std::mutex> lock(networks_mutex);
  Networks().erase(handle);
  return Nothing(env);
}

// profile(handle): microseconds of each step since the last call, over all threads. The first call switches measuring on.
napi_value Profile(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info, 1);
  const std::vector<double> times = Find(arguments.Whole(0))->Profile();
  napi_value result;
  napi_create_array_with_length(env, times.size(), &result);
  for (size_t i = 0; i < times.size(); i++) {
    napi_value value;
    napi_create_double(env, times[i], &value);
    napi_set_element(env, result, uint32_t(i), value);
  }
  return result;
}

napi_value Init(napi_env env, napi_value exports) {
  const struct {
    const char *name;
    napi_callback call;
  } functions[] = {
      {"kernels", Guarded<KernelNames>}, {"load", Guarded<Load>},       {"run", Guarded<Run>},
      {"runAsync", Guarded<RunAsync>},   {"release", Guarded<Release>}, {"profile", Guarded<Profile>},
      {"runWatched", Guarded<RunWatched>}, {"addProducts", Guarded<AddProducts>},
  };
  for (const auto &each : functions) {
    napi_value function;
    napi_create_function(env, each.name, NAPI_AUTO_LENGTH, each.call, nullptr, &function);
    napi_set_named_property(env, exports, each.name, function);
  }
  graft::ExportResample(env, exports);
  graft::ExportJpeg(env, exports);
  return exports;
}

}  // namespace

NAPI_MODULE(graft_frozen, Init)
