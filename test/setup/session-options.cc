// Prints the options of a new session, in hexadecimal. The calls of TensorFlow that the header needs are played here.
#include "../../build/setup/session_options.h"

#include <cstdio>

#undef TF_NewSessionOptions

extern "C" TF_SessionOptions *TF_NewSessionOptions() { return nullptr; }
extern "C" TF_Status *TF_NewStatus() { return nullptr; }
extern "C" void TF_DeleteStatus(TF_Status *) {}
extern "C" void TF_SetConfig(TF_SessionOptions *, const void *config, size_t length, TF_Status *) {
  for (size_t i = 0; i < length; i++) std::printf("%02x", static_cast<const unsigned char *>(config)[i]);
}

int main() { graft::NewSessionOptions(); }
