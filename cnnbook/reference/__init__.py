"""The mathematics of convolutional networks in NumPy alone: values and gradients.

Images are (n, h, w, c), kernels (kh, kw, c, f), feature maps (n, oh, ow, f), scores
(n, C). Arguments keep their precision: float32 in, float32 out.
"""

from cnnbook.reference.activations import (
    ACTIVATIONS,
    Activation,
    elu,
    elu_derivative,
    gelu,
    gelu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_derivative,
    tanh,
    tanh_derivative,
)
from cnnbook.reference.convolution import (
    ConvolutionGradients,
    conv2d,
    conv2d_gradients,
    conv2d_matrix,
    depthwise_conv2d,
    depthwise_conv2d_gradients,
    flip,
    true_conv2d,
    true_conv2d_gradients,
)
from cnnbook.reference.fields import ReceptiveField, receptive_field
from cnnbook.reference.forward import forward
from cnnbook.reference.gradient_check import numerical_gradient, relative_error
from cnnbook.reference.losses import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    cross_entropy,
    cross_entropy_gradient,
    log_softmax,
    softmax,
    softmax_gradient,
)
from cnnbook.reference.network import LayerCount, NetworkCount, count_network
from cnnbook.reference.pooling import (
    average_pool2d,
    average_pool2d_gradient,
    blur_kernel,
    blur_pool2d,
    blur_pool2d_gradient,
    global_average_pool2d,
    global_average_pool2d_gradient,
    global_max_pool2d,
    global_max_pool2d_gradient,
    max_pool2d,
    max_pool2d_gradient,
)
from cnnbook.reference.series import conv1d
from cnnbook.reference.shifts import equivariance_error, invariance_error, shift
from cnnbook.reference.warp import rotation_matrix, warp
from cnnbook.reference.windows import output_size, same_padding

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "ConvolutionGradients",
    "LayerCount",
    "NetworkCount",
    "ReceptiveField",
    "average_pool2d",
    "average_pool2d_gradient",
    "binary_cross_entropy",
    "binary_cross_entropy_gradient",
    "blur_kernel",
    "blur_pool2d",
    "blur_pool2d_gradient",
    "conv1d",
    "conv2d",
    "conv2d_gradients",
    "conv2d_matrix",
    "count_network",
    "cross_entropy",
    "cross_entropy_gradient",
    "depthwise_conv2d",
    "depthwise_conv2d_gradients",
    "elu",
    "elu_derivative",
    "equivariance_error",
    "flip",
    "forward",
    "gelu",
    "gelu_derivative",
    "global_average_pool2d",
    "global_average_pool2d_gradient",
    "global_max_pool2d",
    "global_max_pool2d_gradient",
    "invariance_error",
    "leaky_relu",
    "leaky_relu_derivative",
    "log_softmax",
    "max_pool2d",
    "max_pool2d_gradient",
    "numerical_gradient",
    "output_size",
    "receptive_field",
    "relative_error",
    "relu",
    "relu_derivative",
    "rotation_matrix",
    "same_padding",
    "shift",
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_derivative",
    "softmax",
    "softmax_gradient",
    "tanh",
    "tanh_derivative",
    "true_conv2d",
    "true_conv2d_gradients",
    "warp",
]
