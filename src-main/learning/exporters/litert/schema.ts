/** The parts of TensorFlow Lite's schema, version 3 as of TensorFlow 2.21 (schema.fbs, Apache-2.0), that an export needs: each field's slot and
 *  kind, by the names of the schema. The slots were held against the code that flatc generated for that release. */
export const SCHEMA_VERSION = 3
export const FILE_IDENTIFIER = 'TFL3'

export type FieldKind = 'bool' | 'int8' | 'uint8' | 'int32' | 'uint32' | 'float32' | 'offset'
type Field = readonly [slot: number, kind: FieldKind]

export const TABLES = {
  Model: { version: [0, 'uint32'], operator_codes: [1, 'offset'], subgraphs: [2, 'offset'], description: [3, 'offset'], buffers: [4, 'offset'], signature_defs: [7, 'offset'] },
  OperatorCode: { deprecated_builtin_code: [0, 'int8'], version: [2, 'int32'], builtin_code: [3, 'int32'] },
  SubGraph: { tensors: [0, 'offset'], inputs: [1, 'offset'], outputs: [2, 'offset'], operators: [3, 'offset'], name: [4, 'offset'] },
  Tensor: { shape: [0, 'offset'], type: [1, 'int8'], buffer: [2, 'uint32'], name: [3, 'offset'], quantization: [4, 'offset'], shape_signature: [7, 'offset'] },
  QuantizationParameters: { scale: [2, 'offset'], zero_point: [3, 'offset'], quantized_dimension: [6, 'int32'] },
  Buffer: { data: [0, 'offset'] },
  Operator: { opcode_index: [0, 'uint32'], inputs: [1, 'offset'], outputs: [2, 'offset'], builtin_options_type: [3, 'uint8'], builtin_options: [4, 'offset'] },
  SignatureDef: { inputs: [0, 'offset'], outputs: [1, 'offset'], signature_key: [2, 'offset'], subgraph_index: [4, 'uint32'] },
  TensorMap: { name: [0, 'offset'], tensor_index: [1, 'uint32'] },
  Conv2DOptions: { padding: [0, 'int8'], stride_w: [1, 'int32'], stride_h: [2, 'int32'], fused_activation_function: [3, 'int8'], dilation_w_factor: [4, 'int32'], dilation_h_factor: [5, 'int32'] },
  DepthwiseConv2DOptions: { padding: [0, 'int8'], stride_w: [1, 'int32'], stride_h: [2, 'int32'], depth_multiplier: [3, 'int32'], fused_activation_function: [4, 'int8'], dilation_w_factor: [5, 'int32'], dilation_h_factor: [6, 'int32'] },
  FullyConnectedOptions: { fused_activation_function: [0, 'int8'], keep_num_dims: [2, 'bool'], asymmetric_quantize_inputs: [3, 'bool'] },
  Pool2DOptions: { padding: [0, 'int8'], stride_w: [1, 'int32'], stride_h: [2, 'int32'], filter_width: [3, 'int32'], filter_height: [4, 'int32'] },
  SoftmaxOptions: { beta: [0, 'float32'] },
  ConcatenationOptions: { axis: [0, 'int32'] },
  AddOptions: { fused_activation_function: [0, 'int8'] },
  MulOptions: { fused_activation_function: [0, 'int8'] },
  SubOptions: { fused_activation_function: [0, 'int8'] },
  ReducerOptions: { keep_dims: [0, 'bool'] },
  BatchMatMulOptions: { adj_x: [0, 'bool'], adj_y: [1, 'bool'] },
  GeluOptions: { approximate: [0, 'bool'] },
  LeakyReluOptions: { alpha: [0, 'float32'] },
  ResizeBilinearOptions: { half_pixel_centers: [3, 'bool'] },
  ResizeNearestNeighborOptions: { half_pixel_centers: [1, 'bool'] },
  CastOptions: { in_data_type: [0, 'int8'], out_data_type: [1, 'int8'] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>> // prettier-ignore

export type TableName = keyof typeof TABLES

export const TENSOR_TYPES = Object.freeze({ float32: 0, float16: 1, int32: 2, uint8: 3, int8: 9 })
export type TensorType = keyof typeof TENSOR_TYPES

export const TYPE_BYTES: Readonly<Record<TensorType, number>> = Object.freeze({
  float32: 4,
  float16: 2,
  int32: 4,
  uint8: 1,
  int8: 1,
})

export const PADDING = Object.freeze({ same: 0, valid: 1 })
export const ACTIVATIONS = Object.freeze({ none: 0, RELU: 1, RELU6: 3 })

/** BuiltinOperator, and the BuiltinOptions that belong to it. */
export const OPERATORS = {
  ADD: { code: 0, options: ['AddOptions', 11] },
  AVERAGE_POOL_2D: { code: 1, options: ['Pool2DOptions', 5] },
  CONCATENATION: { code: 2, options: ['ConcatenationOptions', 10] },
  CONV_2D: { code: 3, options: ['Conv2DOptions', 1] },
  DEPTHWISE_CONV_2D: { code: 4, options: ['DepthwiseConv2DOptions', 2] },
  DEQUANTIZE: { code: 6 },
  FULLY_CONNECTED: { code: 9, options: ['FullyConnectedOptions', 8] },
  LOGISTIC: { code: 14 },
  MAX_POOL_2D: { code: 17, options: ['Pool2DOptions', 5] },
  MUL: { code: 18, options: ['MulOptions', 21] },
  RELU: { code: 19 },
  RELU6: { code: 21 },
  RESHAPE: { code: 22 },
  RESIZE_BILINEAR: { code: 23, options: ['ResizeBilinearOptions', 15] },
  SOFTMAX: { code: 25, options: ['SoftmaxOptions', 9] },
  TANH: { code: 28 },
  PAD: { code: 34 },
  TRANSPOSE: { code: 39 },
  MEAN: { code: 40, options: ['ReducerOptions', 27] },
  SUB: { code: 41, options: ['SubOptions', 28] },
  EXP: { code: 47 },
  CAST: { code: 53, options: ['CastOptions', 37] },
  PRELU: { code: 54 },
  MAXIMUM: { code: 55 },
  MINIMUM: { code: 57 },
  NEG: { code: 59 },
  PADV2: { code: 60 },
  SLICE: { code: 65 },
  LOG: { code: 73 },
  RSQRT: { code: 76 },
  REDUCE_MAX: { code: 82, options: ['ReducerOptions', 27] },
  RESIZE_NEAREST_NEIGHBOR: { code: 97, options: ['ResizeNearestNeighborOptions', 74] },
  LEAKY_RELU: { code: 98, options: ['LeakyReluOptions', 75] },
  SQUARED_DIFFERENCE: { code: 99 },
  ABS: { code: 101 },
  ELU: { code: 111 },
  QUANTIZE: { code: 114 },
  HARD_SWISH: { code: 117 },
  BATCH_MATMUL: { code: 126, options: ['BatchMatMulOptions', 101] },
  GELU: { code: 150, options: ['GeluOptions', 116] },
} as const satisfies Readonly<
  Record<string, { readonly code: number; readonly options?: readonly [TableName, number] }>
>

export type OperatorCode = keyof typeof OPERATORS
