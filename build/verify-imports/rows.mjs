/** A network of another program, and the side of the images that it is compared on: the smallest that leaves its last maps several pixels. */
const of = (program, side, names) => names.map((name) => ({ program, name, side }))

const numbered = (name, numbers) => numbers.map((number) => `${name}${number}`)

/** By both exporters of PyTorch, and by the older one with BatchNorm kept. */
function exported(source, names) {
  return names.flatMap((name) => ['older', 'newer', 'kept'].map((exporter) => `${source} ${name}, ${exporter}`))
}

export const ROWS = [
  ...of('torchvision', 64, [
    ...['resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152', 'resnext50_32x4d', 'resnext101_32x8d'],
    ...[
      'wide_resnet50_2',
      'wide_resnet101_2',
      'densenet121',
      'mobilenet_v2',
      'mobilenet_v3_large',
      'mobilenet_v3_small',
    ],
    ...numbered('efficientnet_b', [0, 1, 2, 3, 4, 5, 6, 7]),
    ...['efficientnet_v2_s', 'efficientnet_v2_m', 'efficientnet_v2_l'],
    ...['regnet_y_400mf', 'regnet_y_1_6gf', 'regnet_x_400mf', 'regnet_x_3_2gf', 'convnext_tiny', 'convnext_small'],
  ]),
  // Their classifiers take maps of 224 pixels.
  ...of('torchvision', 224, ['vgg11', 'vgg16', 'vgg16_bn', 'vgg19', 'vgg19_bn', 'vit_b_16']),
  ...of('timm', 64, [
    ...['resnet18', 'resnet50', 'efficientnet_b0', 'tf_efficientnet_b0', 'efficientnet_lite0', 'tf_efficientnet_lite0'],
    ...[
      'tf_efficientnet_lite1',
      'tf_efficientnet_lite2',
      'mobilenetv2_100',
      'mobilenetv3_large_100',
      'tf_mobilenetv3_large_100',
    ],
    ...['convnext_atto', 'convnext_tiny'],
  ]),
  ...of('timm', 64, [
    ...['vit_tiny_patch16_224', 'vit_small_patch16_224', 'vit_base_patch16_224'],
    ...['deit_tiny_patch16_224', 'deit_small_patch16_224', 'deit_base_patch16_224'],
  ]),
  ...of('timm', 98, ['vit_small_patch14_dinov2']),
  ...of('onnx', 64, [
    ...exported('torchvision', [
      'resnet18',
      'resnet50',
      'mobilenet_v2',
      'mobilenet_v3_small',
      'efficientnet_b0',
      'regnet_y_400mf',
    ]),
    ...exported('timm', ['seresnet50', 'mobilenetv3_large_100', 'tf_efficientnet_lite0']),
    // No BatchNorm that could be folded away.
    ...['torchvision convnext_tiny, older', 'timm vit_small_patch16_224, older', 'timm vit_small_patch16_224, newer'],
  ]),
  ...of('keras', 64, [
    ...['VGG16', 'VGG19', 'ResNet50', 'ResNet101', 'ResNet50V2', 'ResNet101V2', 'MobileNet', 'MobileNetV2'],
    ...['MobileNetV3Small', 'MobileNetV3Large', 'DenseNet121', 'DenseNet169', 'DenseNet201'],
    ...numbered('EfficientNetB', [0, 1, 2, 3, 4, 5, 6]),
    ...numbered('EfficientNetV2', ['B0', 'B1', 'B2', 'B3', 'S']),
    ...numbered('ConvNeXt', ['Tiny', 'Small', 'Base', 'Large', 'XLarge']),
  ]),
  ...of('keras', 128, ['InceptionV3', 'InceptionResNetV2']),
  // Of fewer pixels their last maps have too few values for statistics: rounding then decides what they answer.
  ...of('keras', 224, ['ResNet152', 'ResNet152V2', 'EfficientNetB7', 'EfficientNetV2M', 'EfficientNetV2L']),
  ...of('keras', 96, ['Xception', 'NASNetMobile', 'NASNetLarge']),
  ...of('tf_keras', 64, ['MobileNetV3Small', 'EfficientNetB0', 'EfficientNetV2B0']),
  ...of('tf_keras', 128, ['InceptionV3']),
]
