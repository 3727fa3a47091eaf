"""SavedModel folders made byte by byte, for tests: no TensorFlow needed."""

import struct

from loaders.formats._tf_bundle import MAGIC


def number(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(key, value):
    if isinstance(value, int):
        return number(key << 3) + number(value)
    value = value.encode() if isinstance(value, str) else value
    return number(key << 3 | 2) + number(len(value)) + value


def entry(key, name, value):
    return field(key, field(1, name) + field(2, value))


def shape(*lengths):
    return b"".join(field(2, field(1, n & (1 << 64) - 1)) for n in lengths)


def operation(name, op, *inputs, **attributes):
    return field(
        1,
        field(1, name)
        + field(2, op)
        + b"".join(field(3, one) for one in inputs)
        + b"".join(entry(5, key, one) for key, one in attributes.items()),
    )


def endpoint(name, reference, *lengths):
    return name, field(1, reference) + field(2, 1) + field(3, shape(*lengths))


def signature(inputs, outputs):
    ends = b"".join(entry(1, *one) for one in inputs)
    return entry(
        5, "serving_default", ends + b"".join(entry(2, *one) for one in outputs)
    )


def index(**places):
    """Return a checkpoint's index: name -> (lengths, offset)."""

    def block(items):
        rows = b"".join(
            number(0) + number(len(key)) + number(len(value)) + key + value
            for key, value in items
        )
        return rows + struct.pack("<II", 0, 1)

    items = [(b"", field(1, 1))]
    for name, (lengths, offset) in sorted(places.items()):
        size = 4
        for length in lengths:
            size *= length
        items.append(
            (
                name.encode(),
                field(1, 1)
                + field(2, shape(*lengths))
                + field(4, offset)
                + field(5, size),
            )
        )
    data = block(items)
    table = data + b"\0" * 5
    handle = number(0) + number(len(data))
    top = block([(b"\xff", handle)])
    at = len(table)
    table += top + b"\0" * 5
    footer = number(0) + number(0) + number(at) + number(len(top))
    return table + footer.ljust(40, b"\0") + struct.pack("<Q", MAGIC)


def dense(folder):
    """Save a dense layer of 3 inputs and 2 outputs as TF 1 does; return its place."""
    variable = {"dtype": field(6, 1), "shape": field(7, shape(3, 2))}
    graph = (
        operation("x", "Placeholder", shape=field(7, shape(-1, 3)), dtype=field(6, 1))
        + operation("layer/w", "VariableV2", **variable)
        + operation("layer/w/read", "Identity", "layer/w")
        + operation("layer/MatMul", "MatMul", "x", "layer/w/read", T=field(6, 1))
        + operation("layer/Relu", "Relu", "layer/MatMul", T=field(6, 1))
        + operation("unused", "WriteFile", "x")
    )
    trained = entry(4, "trainable_variables", field(2, field(1, field(1, "layer/w:0"))))
    meta = (
        field(1, field(4, "serve") + field(5, "1.15.0"))
        + field(2, graph)
        + signature(
            [endpoint("x", "x:0", -1, 3)], [endpoint("y", "layer/Relu:0", -1, 2)]
        )
        + trained
    )
    place = folder / "model"
    (place / "variables").mkdir(parents=True)
    (place / "saved_model.pb").write_bytes(field(1, 1) + field(2, meta))
    (place / "variables" / "variables.index").write_bytes(
        index(**{"layer/w": ((3, 2), 8)})
    )
    shard = place / "variables" / "variables.data-00000-of-00001"
    shard.write_bytes(bytes(8) + struct.pack("<6f", 1, 2, 3, 4, 5, 6))
    return place
