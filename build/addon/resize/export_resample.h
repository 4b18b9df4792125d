#pragma once

#include <node_api.h>

namespace graft {

// resample(data, width, height, channels, across, down) -> Promise<Uint8Array>, as src-main/data/resize-apart.ts calls it.
napi_status ExportResample(napi_env env, napi_value exports);

}  // namespace graft
