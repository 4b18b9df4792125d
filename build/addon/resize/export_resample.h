#pragma once

#include <node_api.h>

#include "resample.h"

namespace graft {

// resample(data, width, height, channels, across, down) -> Promise<Uint8Array>, as src-main/data/resize-apart.ts calls it.
napi_status ExportResample(napi_env env, napi_value exports);

// Reads what pack-taps.ts packs for an axis of `inputs`; false: something else, or places that do not fit.
bool ReadAxis(napi_env env, napi_value value, int32_t inputs, Taps* taps);

}  // namespace graft
