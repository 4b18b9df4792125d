/** Classes that PyTorch has not, by name: they stand in model.py where a layer needs them. */
export const HELPERS = {
  Normalization: `class Normalization(nn.Module):
    """(x - mean) / deviation, with numbers that do not learn."""

    def __init__(self, mean, deviation, is_image):
        super().__init__()
        shape = (-1, 1, 1) if is_image else (-1,)
        self.register_buffer("mean", torch.tensor(mean).reshape(shape), persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation).reshape(shape), persistent=False)

    def forward(self, x):
        return (x - self.mean) / self.deviation`,

  Rescaling: `class Rescaling(nn.Module):
    """x * scale + offset, with numbers that do not learn."""

    def __init__(self, scale, offset, is_image):
        super().__init__()
        shape = (-1, 1, 1) if is_image else (-1,)
        self.register_buffer("scale", torch.tensor(scale).reshape(shape), persistent=False)
        self.register_buffer("offset", torch.tensor(offset).reshape(shape), persistent=False)

    def forward(self, x):
        return x * self.scale + self.offset`,

  LayerScale: `class LayerScale(nn.Module):
    """A factor for each channel. Touvron et al., ICCV 2021."""

    def __init__(self, channels, is_image):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.shape = (-1, 1, 1) if is_image else (-1,)

    def forward(self, x):
        return x * self.gamma.reshape(self.shape)`,

  Slopes: `class Slopes(nn.Module):
    """A slope below 0 for each value, 1 along the axes that share one."""

    def __init__(self, *shape):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return torch.where(x >= 0, x, self.weight * x)`,

  ChannelsLast: `class ChannelsLast(nn.Module):
    """A module of the last axis, applied to the channels of an image."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)`,

  DropAlong: `class DropAlong(nn.Module):
    """Drops what lies along an axis of size 1 in \`shape\` as a whole."""

    def __init__(self, rate, shape):
        super().__init__()
        self.rate, self.shape = rate, shape

    def forward(self, x):
        if not self.training or self.rate == 0:
            return x
        shape = [size or known for size, known in zip(self.shape, x.shape)]
        return x * F.dropout(x.new_ones(shape), self.rate)`,

  StochasticDepth: `class StochasticDepth(nn.Module):
    """Drops the branch of a whole sample. Huang et al., ECCV 2016."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training or self.rate == 0:
            return x
        return x * F.dropout(x.new_ones((x.shape[0],) + (1,) * (x.ndim - 1)), self.rate)`,

  PaddedAveragePool: `class PaddedAveragePool(nn.Module):
    """A mean over the pixels of each window; padding (left, right, top, bottom) does not count."""

    def __init__(self, size, stride, padding):
        super().__init__()
        self.size, self.stride, self.padding = size, stride, padding

    def forward(self, x):
        sums = F.avg_pool2d(F.pad(x, self.padding), self.size, self.stride)
        counts = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), self.padding), self.size, self.stride)
        return sums / counts`,

  Attention: `class Attention(nn.Module):
    """Self attention of several heads: (batch, tokens, features) to the same."""

    def __init__(self, features, heads, size, bias=True, dropout=0.0):
        super().__init__()
        self.heads, self.size, self.dropout = heads, size, dropout
        self.query = nn.Linear(features, heads * size, bias=bias)
        self.key = nn.Linear(features, heads * size, bias=bias)
        self.value = nn.Linear(features, heads * size, bias=bias)
        self.output = nn.Linear(heads * size, features, bias=bias)

    def forward(self, x):
        batch, tokens, _ = x.shape
        q, k, v = (
            part(x).reshape(batch, tokens, self.heads, self.size).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        seen = F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout if self.training else 0.0)
        return self.output(seen.transpose(1, 2).reshape(batch, tokens, self.heads * self.size))`,

  ClassToken: `class ClassToken(nn.Module):
    """Learnt tokens in front of the others."""

    def __init__(self, tokens, features):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(tokens, features))

    def forward(self, x):
        return torch.cat((self.token.expand(x.shape[0], -1, -1), x), dim=1)`,

  PositionalEmbedding: `class PositionalEmbedding(nn.Module):
    """Adds what is learnt of each place."""

    def __init__(self, tokens, features):
        super().__init__()
        self.embedding = nn.Parameter(torch.zeros(tokens, features))

    def forward(self, x):
        return x + self.embedding`,
} as const

export type HelperName = keyof typeof HELPERS
