#pragma once

#include <node_api.h>

namespace graft {

// decodeJpeg(file, shrink, isTurned, across, down) -> Promise<Uint8Array | null>, as src-main/data/decode-apart.ts calls it. Absent where the processor lacks what it
// needs.
napi_status ExportJpeg(napi_env env, napi_value exports);

}  // namespace graft
