"""One drawing of every sort, and some that are hard to fit."""

from loaders.ir.diagram import (
    Attended,
    Block,
    Blocks,
    Branched,
    Chain,
    Change,
    Curved,
    Does,
    Dropped,
    Edge,
    Joined,
    LookedUp,
    Looped,
    Part,
    PerStep,
    Reordered,
    Slide,
    Sliding,
    Spread,
    Spreading,
    Stairs,
    Unrolled,
    Varied,
)

LONG = "a_name_of_a_length_that_is_far_too_long_for_this"


def picture(length, result, size, stride=1, before=0, after=0, dilation=1):
    return tuple(
        Slide(
            label=label,
            length=length,
            result=result,
            size=size,
            stride=stride,
            dilation=dilation,
            before=before,
            after=after,
        )
        for label in ("height", "width")
    )


def edge(label, length, first=0, last=None, **more):
    return Edge(label=label, length=length, first=first, last=last, **more)


def block(title, *edges):
    return Block(title=title, edges=edges)


CONV = Sliding(slides=picture(128, 61, 8, 2), channels=3, results=24)
LSTM = Unrolled(
    cell="LSTM",
    gates=("input", "forget", "cell candidate", "output"),
    steps=511,
    features=(300,),
    units=(128,),
    every_step=True,
    result=(128,),
    activation="tanh",
    gate_activation="sigmoid",
)
DENSE = Blocks(
    inputs=(block("input", edge("feature", 300)),),
    result=block("output", edge("unit", 64, last=0)),
    note="weigh, sum",
)

GALLERY = {
    "convolution": CONV,
    "same padding": Sliding(
        slides=picture(32, 32, 3, before=1, after=1), channels=512, results=512
    ),
    "dilation": Sliding(slides=picture(10, 6, 3, dilation=2), channels=1, results=8),
    "groups": Sliding(slides=picture(None, None, 3), channels=6, results=8, groups=2),
    "depthwise": Sliding(
        slides=picture(28, 28, 3, before=1, after=1), channels=3, results=6, groups=3
    ),
    "negative padding": Sliding(
        slides=picture(20, 14, 3, before=-2, after=-2), channels=2, results=2
    ),
    "named lengths": Sliding(slides=picture(LONG, LONG, 1), channels=3, results=3),
    "tall window": Sliding(slides=picture(500, 1, 500), channels=3, results=1),
    "empty": Sliding(slides=picture(0, 0, 1), channels=0, results=0),
    "empty spread": Spreading(
        spreads=(Spread(label="time", length=0, result=0, size=3),),
        channels=2,
        results=2,
    ),
    "one element spread": Spreading(
        spreads=(
            Spread(label="height", length=1, result=3, size=3),
            Spread(label="width", length=1, result=3, size=3),
        ),
        channels=2,
        results=2,
    ),
    "empty arrays": Blocks(
        inputs=(block("input", edge("batch", 0), edge("feature", 8)),),
        result=block("output", edge("batch", 0, last=0)),
    ),
    "volume": Sliding(
        slides=(
            Slide(label="depth", length=16, result=14, size=3),
            *picture(64, 62, 3),
        ),
        channels=3,
        results=64,
    ),
    "pooling": Sliding(
        slides=picture(28, 14, 2, 2),
        channels=16,
        results=16,
        groups=16,
        does=Does.LARGEST,
    ),
    "series": Sliding(
        slides=(
            Slide(
                label="time",
                length=None,
                result=None,
                size=5,
                dilation=4,
                before=16,
            ),
        ),
        channels=64,
        results=64,
    ),
    "sound": Sliding(
        slides=(Slide(label="time", length=16_000, result=98, size=400, stride=160),),
        channels=1,
        results=250,
    ),
    "separable": Chain(
        parts=(
            Part(title="1 · each channel on its own", diagram=CONV),
            Part(title="2 · summed over the channels", diagram=CONV),
        )
    ),
    "transposed": Spreading(
        spreads=tuple(
            Spread(
                label=label, length=7, result=14, size=4, stride=2, before=1, after=1
            )
            for label in ("height", "width")
        ),
        channels=3,
        results=12,
    ),
    "transposed series": Spreading(
        spreads=(
            Spread(
                label="time", length=None, result=None, size=5, stride=2, before=None
            ),
        ),
        channels=300,
        results=4,
    ),
    "dense": DENSE,
    "dense at steps": Blocks(
        inputs=(block("input", edge("time", 32, last=0), edge("feature", 12)),),
        result=block("output", edge("time", 32, last=0), edge("unit", 4, last=0)),
        note="weigh, sum",
    ),
    "product": Blocks(
        inputs=(
            block(
                "input",
                edge("axis 1", 8, last=0),
                edge("axis 2", 128, last=0),
                edge("axis 3", 64),
            ),
            block(
                "input",
                edge("axis 1", 8, last=0),
                edge("axis 2", 64),
                edge("axis 3", 128, last=0),
            ),
        ),
        result=block(
            "output",
            edge("axis 1", 8, last=0),
            edge("axis 2", 128, last=0),
            edge("axis 3", 128, last=0),
        ),
        sign="×",
        note="sum",
    ),
    "group normalization": Blocks(
        inputs=(
            block(
                "input",
                edge("batch", None, last=0),
                edge("height × width", 784),
                edge("channel", 24, last=5),
            ),
        ),
        result=block(
            "output",
            edge("batch", None, last=0),
            edge("height × width", 784),
            edge("channel", 24, last=5),
        ),
        note="normalize",
    ),
    "long names": Blocks(
        inputs=(
            block("input", edge(LONG, LONG, last=0), edge("x", 1_000_000, last=0)),
            block("constant"),
        ),
        result=block("output", edge(LONG, LONG, last=0), edge("x", 1_000_000, last=0)),
        sign="max",
        more=12,
    ),
    "slice": Blocks(
        inputs=(
            block("input", edge("time", 200, 120, 180, step=3), edge("feature", 8)),
        ),
        result=block("output", edge("time", 21), edge("feature", 8)),
        note="take",
    ),
    "last element": Blocks(
        inputs=(block("input", edge("time", 511, 510, 510), edge("feature", 8)),),
        result=block("output", edge("feature", 8)),
        note="take",
    ),
    "padding": Blocks(
        inputs=(
            block("input", edge("channel", 3), edge("height", 12), edge("width", 12)),
        ),
        result=block(
            "output",
            edge("channel", 3),
            edge("height", 12, before=1, after=2),
            edge("width", 12, before=3, after=3),
        ),
        note="pad",
    ),
    "one number": Blocks(
        inputs=(block("input", edge("height", 7), edge("width", 7)),),
        result=block("output"),
        note="largest",
    ),
    "concatenation": Joined(
        label="channel", pieces=(24, 48, 8), whole=80, others="28 × 28"
    ),
    "many pieces": Joined(
        label="axis 1", pieces=(1,) * 40, whole=40, others="", is_cut=True
    ),
    "uneven pieces": Joined(label="feature", pieces=(1, 100_000, None), whole=None),
    "flatten": Reordered(
        source=(10, 10, 24),
        target=(2_400,),
        labels=("height", "width", "channel"),
        order=(0, 1, 2),
        result_labels=("feature",),
    ),
    "transpose": Reordered(
        source=(128, 12, 64),
        target=(12, 128, 64),
        labels=("axis 1", "axis 2", "axis 3"),
        order=(1, 0, 2),
        result_labels=("axis 1", "axis 2", "axis 3"),
    ),
    "reshape of open lengths": Reordered(
        source=("batch", None, 768),
        target=("batch", None, 12, 64),
        labels=(LONG, "time", "feature"),
        order=(0, 1, 2),
        result_labels=("a", "b", "c", "d"),
    ),
    "large reshape": Reordered(
        source=(224, 224, 300_000),
        target=(50_176, 300_000),
        labels=("height", "width", "channel"),
        order=(0, 1, 2),
        result_labels=("axis 1", "axis 2"),
    ),
    "lstm": LSTM,
    "gru": Unrolled(
        cell="GRU",
        gates=("update", "reset", "candidate"),
        steps=None,
        features=(8,),
        units=(16,),
        every_step=False,
        result=(16,),
        backwards=True,
    ),
    "simple": Unrolled(
        cell="SimpleRNN",
        gates=("hidden state",),
        steps=3,
        features=(8,),
        units=(16,),
        every_step=False,
        result=(16,),
    ),
    "both ways": Unrolled(
        cell="LSTM",
        gates=("input", "output", "forget", "cell candidate"),
        steps=40,
        features=(8,),
        units=(64,),
        every_step=False,
        both=True,
        merged="side by side",
        result=(128,),
    ),
    "both ways, every step": Unrolled(
        cell="ConvLSTM",
        gates=("input", "forget", "cell candidate", "output"),
        steps=4,
        features=(28, 28, 3),
        units=(26, 26, 8),
        every_step=True,
        both=True,
        result=(26, 26, 8),
    ),
    "stacked": Unrolled(
        cell="LSTMCell → GRUCell → SimpleRNNCell",
        gates=(),
        steps=10,
        features=(8,),
        units=(16,),
        every_step=True,
        result=(16,),
    ),
    "embedding": LookedUp(rows=20_000, width=128, indices=(80,)),
    "one index": LookedUp(rows=None, width=None, indices=()),
    "one of two rows": LookedUp(rows=2, width=1, indices=()),
    "all rows of a small table": LookedUp(rows=5, width=8, indices=(20,)),
    "attention": Attended(queries=10, keys=12, compared=16, taken=16, result=16),
    "heads": Attended(
        queries=None, keys=None, compared=64, taken=64, result=512, heads=8, key_heads=2
    ),
    "curve": Curved(
        name="relu", pieces=((-4.0, 0.0, 0.0, 0.0, 4.0, 4.0),), low=0.0, high=4.0
    ),
    "broken curve": Curved(
        name="tan",
        pieces=((-4.0, -1.0, -2.0, 2.0), (-1.4, -4.0, 1.4, 4.0)),
        low=-4.0,
        high=4.0,
    ),
    "rescaling": Curved(
        name="Rescaling",
        pieces=((0.0, -1.0, 255.0, 1.0),),
        low=-1.0,
        high=1.0,
        left=0.0,
        right=255.0,
    ),
    "tiny scale": Curved(
        name="Rescaling",
        pieces=((0.0, 0.0, 255.0, 1e-5),),
        low=0.0,
        high=1e-5,
        left=0.0,
        right=255.0,
    ),
    "rounding to codes": Stairs(
        low=-128, high=127, step=0.05, zero_point=3, gives_codes=True
    ),
    "rounding, scale unknown": Stairs(
        low=0, high=255, step=None, zero_point=None, gives_codes=True
    ),
    "rounding to few values": Stairs(low=-8, high=7, step=0.125, zero_point=0),
    "rounding down": Stairs(low=0, high=3, step=0.3333333, zero_point=0, turn=1.0),
    "two values": Stairs(low=0, high=1, step=2.0, zero_point=0.5),
    "codes to numbers": Stairs(
        low=-32_768, high=32_767, step=1.23456e-7, zero_point=0, reads_codes=True
    ),
    "few codes to numbers": Stairs(
        low=-8, high=7, step=None, zero_point=0, reads_codes=True
    ),
    "turned": Varied(change=Change.MOVED, matrix=(0.8, 0.6, 0.0, -0.6, 0.8, 0.0)),
    "moved out": Varied(change=Change.MOVED, matrix=(1, 0, 2, 0, 1, 2)),
    "coloured": Varied(change=Change.COLOURED),
    "erased": Varied(change=Change.ERASED),
    "branches": Branched(branches=("if true", "if false"), results=2),
    "many branches": Branched(branches=(LONG,) * 5, decides="index"),
    "loop": Looped(
        carried=2, read=0, collected=1, rounds="as long as the condition holds"
    ),
    "scan": Looped(carried=1, read=2, collected=3, rounds="one round for each of 40"),
    "loop without a state": Looped(carried=0, read=1, collected=1, rounds=LONG),
    "dropout": Dropped(rate=0.5),
    "spatial dropout": Dropped(rate=0.25, whole_channels=True),
    "per step": PerStep(steps=10, op="Conv2D", inner=CONV),
    "per step, unknown": PerStep(steps=None, op=LONG),
}
"""Drawings by name."""
