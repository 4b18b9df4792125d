import type { ExportModel } from '../exporter.ts'
import { activationForm, slopedReluForm } from './activation-forms.ts'
import {
  dilatedDepthwiseForm,
  groupsForm,
  repeatedInputForm,
  shapeForm,
  stochasticDepthForm,
  upSamplingForm,
} from './layer-forms.ts'
import { keptAxesForm, paddedPoolForm } from './pooling-forms.ts'
import { rewrite, type Form } from './rewrite.ts'
import { layerScaleForm, normalizationForm, rescalingForm } from './scaling-forms.ts'
import { attentionForm, classTokenForm, positionalEmbeddingForm, selectTokenForm } from './token-forms.ts'

const KERAS_FORMS: readonly Form[] = [
  activationForm(['gelu_tanh']),
  stochasticDepthForm,
  layerScaleForm,
  paddedPoolForm,
  classTokenForm,
  positionalEmbeddingForm,
  selectTokenForm,
]

const TFJS_FORMS: readonly Form[] = [
  upSamplingForm,
  activationForm(['gelu_tanh', 'hard_sigmoid', 'hard_silu', 'leaky_relu']),
  slopedReluForm,
  stochasticDepthForm,
  layerScaleForm,
  normalizationForm,
  rescalingForm,
  paddedPoolForm,
  keptAxesForm,
  groupsForm,
  dilatedDepthwiseForm,
  shapeForm,
  classTokenForm,
  positionalEmbeddingForm,
  selectTokenForm,
  attentionForm,
  repeatedInputForm,
]

/** The model in layers that Keras 3 has. Throws E_MODEL_UNSUPPORTED. */
export const kerasForm = (model: ExportModel): ExportModel => rewrite(model, 'Keras', KERAS_FORMS)

/** The model in layers that TensorFlow.js has. Throws E_MODEL_UNSUPPORTED. */
export const tfjsForm = (model: ExportModel): ExportModel => rewrite(model, 'TensorFlow.js', TFJS_FORMS)
