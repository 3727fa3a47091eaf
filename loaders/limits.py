"""One table of what a file may ask for; every reader uses it.

Real models stay far below; each limit has its own message. Sizes in bytes.
"""

from msgspec import Struct

MIB = 1 << 20


class Limits(Struct, frozen=True, kw_only=True):
    """How much of everything; see each field's comment for what it stops."""

    # containers
    zip_members: int = 10_000
    text_bytes: int = 64 * MIB  # config.json, metadata, model_config, attributes
    json_depth: int = 200  # json.loads recurses
    json_objects: int = 1_500_000  # 300 bytes of memory each when parsed
    inflate_ratio: int = 1000  # declared / stored beyond 1 MiB: a bomb
    # HDF5
    hdf5_objects: int = 200_000
    hdf5_depth: int = 64
    hdf5_chunk_bytes: int = 256 * MIB
    # graphs
    nodes: int = 200_000
    edges: int = 500_000
    model_depth: int = 64  # models nested in models
    subgraph_depth: int = 24  # ONNX bodies nested in bodies
    # names and numbers
    name_bytes: int = 65_535
    dim: int = 1 << 48
    elements: int = 1 << 63
    # reading on request
    tensor_whole_bytes: int = 64 * MIB  # in memory, made from less in the file
    tensor_scratch_bytes: int = 1024 * MIB  # all arrays made plain, on disk
    # messages between processes
    message_bytes: int = 64 * MIB
    # time
    inference_seconds: float = 4.0  # ONNX shape inference
    layout_seconds: float = 6.0  # then the plainest picture


LIMITS = Limits()
