// Read by the compiler before the sources of @tensorflow/tfjs-node, whose sessions then have these options in place of TensorFlow's own.
//
// TensorFlow's graph optimizer (grappler) runs some twenty rewriters over every new graph, twice. A graph of ours is flat and of
// the size of one step: most find nothing and take half of the time that the graph needs to be ready. What makes a step faster
// stays: constants are folded, and a convolution or product takes its bias and activation in. docs/adr/0019 has the figures.

#ifndef GRAFT_SESSION_OPTIONS_H_
#define GRAFT_SESSION_OPTIONS_H_

#include <string>

#include "tensorflow/c/c_api.h"

namespace graft {

// Protocol buffers, as far as they are needed here: numbers below 128 and short messages.
inline void AppendTag(std::string *out, int field, int wire_type) {
  const int tag = field << 3 | wire_type;
  if (tag > 127) out->push_back(static_cast<char>(tag & 127 | 128));
  out->push_back(static_cast<char>(tag > 127 ? tag >> 7 : tag));
}

inline void AppendNumber(std::string *out, int field, int value) {
  AppendTag(out, field, 0);
  out->push_back(static_cast<char>(value));
}

inline std::string Message(int field, const std::string &content) {
  std::string out;
  AppendTag(&out, field, 2);
  out.push_back(static_cast<char>(content.size()));
  return out + content;
}

// A ConfigProto (tensorflow/core/protobuf/config.proto) with its RewriterConfig (rewriter_config.proto).
inline std::string SessionConfig() {
  constexpr int kOn = 1, kOff = 2;
  constexpr int kRewritersOff[] = {
      1,   // layout_optimizer
      7,   // arithmetic_optimization
      8,   // dependency_optimization
      9,   // loop_optimization
      10,  // function_optimization
      11,  // debug_stripper
      13,  // shape_optimization
      15,  // scoped_allocator_optimization
      18,  // pin_to_host_optimization
      22,  // implementation_selector
      24,  // common_subgraph_elimination
  };
  std::string rewriters;
  for (int field : kRewritersOff) AppendNumber(&rewriters, field, kOff);
  AppendNumber(&rewriters, 32, kOn);  // disable_tfg_optimizer
  AppendNumber(&rewriters, 4, 1);     // memory_optimization: NO_MEM_OPT
  AppendNumber(&rewriters, 12, 1);    // meta_optimizer_iterations: ONE
  return Message(10, Message(10, rewriters));  // graph_options, rewrite_options
}

inline TF_SessionOptions *NewSessionOptions() {
  TF_SessionOptions *options = TF_NewSessionOptions();
  const std::string config = SessionConfig();
  TF_Status *status = TF_NewStatus();
  // A TensorFlow that does not take them keeps its own.
  TF_SetConfig(options, config.data(), config.size(), status);
  TF_DeleteStatus(status);
  return options;
}

}  // namespace graft

#define TF_NewSessionOptions graft::NewSessionOptions

#endif  // GRAFT_SESSION_OPTIONS_H_
