"""A real model in a few kilobytes: Fashion-MNIST by ridge regression on 7 x 7 means.

Its class maps are its own summands, so a test can add them up. Written with the ONNX
helper; no TensorFlow.
"""

import functools

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from cnnbook.data import CLASS_NAMES, load_fashion_mnist
from cnnbook.manifest import Manifest, describe_files, write_manifest

SHARPNESS = {"1": 8.0, "2": 4.0, "3": 2.0}  # of the softmax: versions that differ


@functools.cache
def weights():
    """(49, 10) and (10,): gray means in 0 … 1 to scores."""
    data = load_fashion_mnist()
    features = pooled(data.train_images[:5000])
    targets = np.eye(10)[data.train_labels[:5000]]
    design = np.hstack([features, np.ones((len(features), 1))])
    solution = np.linalg.solve(design.T @ design + np.eye(50), design.T @ targets)
    return solution[:49], solution[49]


def pooled(images):
    """(n, 28, 28, 1) uint8 -> (n, 49), means over 4 x 4 pixels in 0 … 1."""
    return images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49) / 255


def expected(images, version="1"):
    """The probabilities of a version, in NumPy."""
    kernel, bias = weights()
    scores = SHARPNESS[version] * (pooled(images) @ kernel + bias)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def onnx_model(version, *, maps):
    """The network of a version as ONNX, with its class maps where asked for."""
    kernel, bias = (SHARPNESS[version] * part for part in weights())
    constants = {
        "scale": np.array(1 / 255),
        "kernel": kernel.reshape(1, 7, 7, 10),
        "bias": bias,
    }
    nodes = [
        helper.make_node("Cast", ["image"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["pixels", "scale"], ["unit"]),
        helper.make_node("Transpose", ["unit"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "AveragePool", ["planes"], ["pooled"], kernel_shape=[4, 4], strides=[4, 4]
        ),
        helper.make_node("Transpose", ["pooled"], ["means"], perm=[0, 2, 3, 1]),
        helper.make_node("Mul", ["means", "kernel"], ["class_maps"]),
        helper.make_node("ReduceSum", ["class_maps", "axes"], ["sums"], keepdims=0),
        helper.make_node("Add", ["sums", "bias"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    stored = [
        numpy_helper.from_array(np.asarray(value, np.float32), name)
        for name, value in constants.items()
    ]
    stored.append(numpy_helper.from_array(np.array([1, 2]), "axes"))
    outputs = {"probabilities": ["batch", 10]}
    if maps:
        outputs["class_maps"] = ["batch", 7, 7, 10]
    graph = helper.make_graph(
        nodes,
        "small",
        [
            helper.make_tensor_value_info(
                "image", TensorProto.UINT8, ["batch", 28, 28, 1]
            )
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in outputs.items()
        ],
        stored,
    )
    opset = helper.make_opsetid("", 18)
    return helper.make_model(graph, opset_imports=[opset], ir_version=10)


def build_small_version(store, version="1", *, keras=False, number=None):
    """Write a version folder of the model `fashion`, under another number if one is
    given; its path."""
    number = number or version
    folder = store / "fashion" / number
    folder.mkdir(parents=True)
    onnx.save(onnx_model(version, maps=False), folder / "model.onnx")
    onnx.save(onnx_model(version, maps=True), folder / "explain.onnx")
    names = ["model.onnx", "explain.onnx"]
    if keras:
        keras_model(version).save(folder / "model.keras")
        names.append("model.keras")
    manifest = Manifest(
        model="fashion",
        version=number,
        labels=CLASS_NAMES,
        files=describe_files(folder, names),
        created="2030-01-31T12:00:00+00:00",
        metrics={"accuracy": 0.75},
    )
    write_manifest(folder, manifest)
    return folder


def keras_model(version):
    """The same network in Keras."""
    import keras
    from keras import layers

    images = keras.Input((28, 28, 1), dtype="uint8", name="image")
    unit = layers.Rescaling(1 / 255)(images)
    means = layers.Flatten()(layers.AveragePooling2D(4)(unit))
    dense = layers.Dense(10, activation="softmax", name="probabilities")
    model = keras.Model(images, dense(means))
    dense.set_weights([SHARPNESS[version] * part for part in weights()])
    return model
