"""Ask Keras how it writes operations between layers, and what shapes they have.

Run with the environment of the program; writes ``keras_ops.json`` beside itself.
Each row is ``{"op", "settings", "inputs", "outputs", "dtypes"}``; settings are as a
reader of files passes them on: the configuration, the constant arguments of the call
in ``args`` with null where a tensor stood, and its named arguments.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
from keras import ops

HERE = Path(__file__).parent


def arithmetic(x: Any, y: Any, v: Any) -> Iterator[Callable[[], Any]]:
    yield from (
        lambda: x + y,
        lambda: x + 2.0,
        lambda: 2.0 - x,
        lambda: x * y,
        lambda: x / 3,
        lambda: x // 2,
        lambda: x**2,
        lambda: x % 2,
        lambda: -x,
        lambda: abs(x),
        lambda: x > 0,
        lambda: x != y,
        lambda: x >= y,
        lambda: ops.equal(x, y),
        lambda: ops.less_equal(x, y),
        lambda: ops.logical_and(x > 0, y > 0),
        lambda: ops.logical_not(x > 0),
        lambda: ops.where(x > 0, x, 0.0),
        lambda: ops.where(x > 0, x, y),
        lambda: ops.maximum(x, 0),
        lambda: ops.clip(x, 0, 1),
        lambda: ops.arctan2(x, y),
        lambda: ops.isnan(x),
        lambda: ops.isclose(x, y),
        lambda: x + v[:, None, :4],
        lambda: x * ops.ones((4,)),
        lambda: ops.sqrt(x),
        lambda: ops.rsqrt(x),
        lambda: ops.round(x, 2),
        lambda: ops.stop_gradient(x),
        lambda: ops.zeros_like(x),
        lambda: ops.full_like(x, 3),
        lambda: ops.cast(x > 0, "float32"),
        lambda: ops.array(x),
    )


def reductions(x: Any, dynamic: Any) -> Iterator[Callable[[], Any]]:
    yield from (
        lambda: ops.mean(x, axis=1),
        lambda: ops.mean(x, axis=[1, 2], keepdims=True),
        lambda: ops.mean(dynamic, axis=1),
        lambda: ops.sum(x, axis=(1,)),
        lambda: ops.max(x, 1),
        lambda: ops.min(x),
        lambda: ops.prod(x, 1),
        lambda: ops.std(x, -1),
        lambda: ops.any(x > 0, axis=-1),
        lambda: ops.all(x > 0, axis=-1),
        lambda: ops.logsumexp(x, axis=1),
        lambda: ops.norm(x, axis=1),
        lambda: ops.moments(x, axes=[1]),
        lambda: ops.count_nonzero(x, 1),
        lambda: ops.median(x, 1),
        lambda: ops.average(x, axis=1),
        lambda: ops.argmax(x, axis=-1),
        lambda: ops.argmin(x, axis=1),
    )


def indexing(x: Any, y: Any, dynamic: Any, ids: Any) -> Iterator[Callable[[], Any]]:
    yield from (
        lambda: x[:, 0],
        lambda: x[:, -1, :],
        lambda: x[:, 1:3, ::2],
        lambda: x[..., None],
        lambda: x[:, :, None, :],
        lambda: x[0],
        lambda: x[:, ::-1],
        lambda: dynamic[:, :-1],
        lambda: dynamic[:, ::2],
        lambda: ops.take(x, [0, 2], axis=1),
        lambda: ops.take(x, ids, axis=1),
        lambda: ops.take_along_axis(x, ops.argmax(x, axis=1, keepdims=True), axis=1),
        lambda: ops.slice(x, [0, 1, 0], [2, 2, 3]),
        lambda: ops.split(x, 2, axis=2),
        lambda: ops.split(x, [1, 3], axis=1),
        lambda: ops.unstack(x, axis=1),
        lambda: ops.stack([x, y], axis=1),
        lambda: ops.stack([dynamic, x], axis=1),
        lambda: ops.concatenate([x, y], axis=1),
        lambda: ops.concatenate([dynamic, x], axis=1),
        lambda: ops.hstack([x, y]),
        lambda: ops.vstack([x, y]),
        lambda: ops.top_k(x, 2),
        lambda: ops.sort(x),
        lambda: ops.argsort(x, axis=1),
        lambda: ops.cumsum(x, axis=1),
        lambda: ops.flip(x, 1),
        lambda: ops.roll(x, 1, axis=1),
        lambda: ops.diff(x, axis=1),
        lambda: ops.one_hot(ids, 7),
        lambda: ops.glu(x),
        lambda: ops.tril(x),
        lambda: ops.repeat(x, 3, axis=1),
        lambda: ops.ravel(x),
    )


def sampling(x: Any, y: Any, dynamic: Any) -> Iterator[Callable[[], Any]]:
    def picture() -> Any:
        return ops.reshape(x, (-1, 5, 2, 2))

    yield from (
        lambda: ops.image.resize(picture(), (4, 7)),
        lambda: ops.image.resize(picture(), (3, 3), data_format="channels_first"),
        lambda: ops.quantile(x, 0.5, axis=1),
        lambda: ops.quantile(x, [0.1, 0.5, 0.9], axis=[1, 2], keepdims=True),
        lambda: ops.linspace(x, y, 6, axis=1),
        lambda: ops.linspace(x, y, 3, axis=-1),
        lambda: ops.diagonal(x, axis1=1, axis2=2),
        lambda: ops.diagonal(x, offset=-3, axis1=1, axis2=2),
        lambda: ops.diagonal(x, offset=2, axis1=1, axis2=2),
        lambda: ops.diagonal(dynamic, axis1=2, axis2=1),
        lambda: ops.cross(x[:, :, :3], y[:, :, 1:]),
        lambda: ops.tensordot(x, ops.ones((4, 7)), 1),
        lambda: ops.dot(x, ops.ones((4, 6))),
        lambda: x @ ops.ones((4, 6)),
        lambda: ops.matmul(ops.ones((7, 5)), x),
        lambda: dynamic @ ops.ones((4,)),
    )


def products(x: Any, y: Any) -> Iterator[Callable[[], Any]]:
    def heads(value: Any) -> Any:
        return ops.reshape(value, (-1, 5, 2, 2))

    yield from (
        lambda: ops.tensordot(x, y, axes=[[2], [2]]),
        lambda: ops.inner(x, y),
        lambda: ops.dot_product_attention(heads(x), heads(y), heads(y)),
        lambda: ops.relu(x),
        lambda: ops.softmax(x, axis=-1),
        lambda: ops.log_softmax(x),
        lambda: ops.gelu(x, approximate=True),
        lambda: ops.leaky_relu(x, 0.1),
        lambda: ops.silu(x),
        lambda: ops.normalize(x, axis=-1),
        lambda: ops.layer_normalization(x, axis=-1),
        lambda: ops.rms_normalization(x, axis=-1),
    )


def without_tensors(value: Any, tensors: list[Any]) -> Any:
    """Return an argument with null for tensors, which are put into a list."""
    match value:
        case {"class_name": "__keras_tensor__", "config": config}:
            tensors.append([config["shape"], config["dtype"]])
            return None
        case list():
            return [without_tensors(item, tensors) for item in value]
        case _:
            return value


def rows(model: Any) -> Iterator[dict[str, Any]]:
    """Return one row per operation of a model."""
    found = {operation.name: operation for operation in model.operations}
    for layer in json.loads(model.to_json())["config"]["layers"]:
        operation = found[layer["config"]["name"]]
        if isinstance(operation, keras.layers.Layer):
            continue
        [node] = operation._inbound_nodes
        tensors: list[Any] = []
        [call] = layer["inbound_nodes"]
        args = without_tensors(call["args"], tensors)
        named = {k: without_tensors(v, tensors) for k, v in call["kwargs"].items()}
        settings = {k: v for k, v in layer["config"].items() if k != "name"}
        yield {
            "op": layer["class_name"],
            "settings": {**settings, "args": args, **named},
            "inputs": tensors,
            "outputs": [list(tensor.shape) for tensor in node.output_tensors],
            "dtypes": [tensor.dtype for tensor in node.output_tensors],
        }


def main() -> None:
    x, y = keras.Input((5, 4)), keras.Input((5, 4))
    v, dynamic = keras.Input((6,)), keras.Input((None, 4))
    ids = keras.Input((5,), dtype="int32")
    inputs = [x, y, v, dynamic, ids]
    found: dict[str, dict[str, Any]] = {}
    for make in (
        *arithmetic(x, y, v),
        *reductions(x, dynamic),
        *indexing(x, y, dynamic, ids),
        *sampling(x, y, dynamic),
        *products(x, y),
    ):
        for row in rows(keras.Model(inputs, make())):
            found[json.dumps(row, sort_keys=True)] = row
    text = ",\n".join(json.dumps(row) for row in found.values())
    (HERE / "keras_ops.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")
    print(f"{len(found)} rows of Keras {keras.__version__}")


if __name__ == "__main__":
    main()
