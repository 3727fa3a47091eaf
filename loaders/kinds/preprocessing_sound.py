"""Layers that turn a sound into a picture of its frequencies."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import length_text, positive, switch
from loaders.kinds._spatial import Layout, layout_of
from loaders.kinds._steps import kept
from loaders.kinds._windows import (
    Fill,
    Window,
    window_count,
    window_numbers,
    window_rule,
)

# mel spectrogram


def _mel(settings: Settings, _version: int) -> Attributes:
    return {
        "stride": positive(settings.get("sequence_stride", 512)),
        "bins": positive(settings.get("num_mel_bins", 128)),
        "fft": positive(settings.get("fft_length", 2048)),
        "rate": settings.get("sampling_rate", 16000),
    }


def _mel_shape(call: Call) -> list[OutputSteps | None]:
    """(batch, frequency bands, frames)."""
    shape = call.shape()
    if shape is None:
        return [None]
    if len(shape) not in (1, 2):
        raise ShapeError(
            f"{call.op} reads sounds (batch, time); its input is {shape_text(shape)}."
        )
    length, stride = shape[-1], call.attributes["stride"]
    frames = AxisStep(
        axis=Axis.TIME,
        result=(length + stride + 1) // stride if isinstance(length, int) else None,
        meaning=f"one frame every {stride:,} samples",
        rule="⌊(n + s + 1) / s⌋",
        numbers=f"⌊({length_text(length)} + {stride:,} + 1) / {stride:,}⌋",
        source=len(shape) - 1,
    )
    bins = call.attributes["bins"]
    bands = AxisStep(axis=Axis.CHANNEL, result=bins, meaning="one per frequency band")
    batch = [kept(Axis.BATCH, shape[0], 0)] if len(shape) == 2 else []
    return [OutputSteps(axes=(*batch, bands, frames))]


def _mel_fields(call: Call) -> list[Field]:
    attributes = call.attributes
    return [
        Field(
            name="num_mel_bins",
            value=f"{attributes['bins']:,}",
            meaning="Frequency bands, spaced as the ear hears them.",
        ),
        Field(
            name="sequence_stride",
            value=f"{attributes['stride']:,}",
            meaning="Samples from one frame to the next.",
        ),
        Field(
            name="fft_length",
            value=f"{attributes['fft']:,}",
            meaning="Samples that one frame looks at.",
        ),
    ]


KINDS.add(
    LayerKind(
        id="mel_spectrogram",
        title="Mel spectrogram",
        category=Category.TENSOR,
        dialects={"keras.MelSpectrogram": Dialect(translate=_mel)},
        shape=_mel_shape,
        fields=_mel_fields,
        reads=lambda _call, rank: (Axis.BATCH, Axis.TIME) if rank == 2 else None,
    )
)


# short-time Fourier transform


def _stft(settings: Settings, _version: int) -> Attributes:
    frame = positive(settings.get("frame_length", 256))
    step, size = settings.get("frame_step"), settings.get("fft_length")
    padding = str(settings.get("padding", "valid"))
    if padding not in ("valid", "same"):
        raise ValueError("padding is neither valid nor same")
    return {
        "mode": str(settings.get("mode", "log")),
        "frame": frame,
        "step": max(frame // 2, 1) if step is None else positive(step),
        "fft": 1 << (frame - 1).bit_length() if size is None else positive(size),
        "padding": padding,
        "expand_dims": switch(settings, "expand_dims"),
        "data_format": str(layout_of(settings)),
    }


def _stft_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    if shape is None:
        return [None]
    if len(shape) != 3:
        raise ShapeError(
            f"{call.op} reads sounds (batch, time, channel); its input is "
            f"{shape_text(shape)}."
        )
    first = attributes["data_format"] == Layout.FIRST
    at = 2 if first else 1
    window = Window(
        size=attributes["frame"],
        stride=attributes["step"],
        fill=Fill.SAME if attributes["padding"] == "same" else Fill.GIVEN,
    )
    time = AxisStep(
        axis=Axis.TIME,
        result=window_count(shape[at], window),
        meaning=f"one frame every {attributes['step']:,} samples",
        rule=window_rule(window),
        numbers=window_numbers(shape[at], window),
        source=at,
    )
    batch = kept(Axis.BATCH, shape[0], 0)
    channels = shape[3 - at]
    numbers = attributes["fft"] // 2 + 1
    parts = 2 if attributes["mode"] == "stft" else 1
    return [_ordered(call, batch, time, channels, numbers * parts, first)]


def _ordered(
    call: Call,
    batch: AxisStep,
    time: AxisStep,
    channels: Dim,
    numbers: int,
    first: bool,
) -> OutputSteps:
    frequency = AxisStep(
        axis=Axis.FEATURE,
        result=numbers,
        meaning="one per frequency",
        rule="fft length / 2 + 1",
        numbers=f"{call.attributes['fft']} / 2 + 1"
        + (", real and imaginary" if call.attributes["mode"] == "stft" else ""),
    )
    if call.attributes["expand_dims"]:
        channel = kept(Axis.CHANNEL, channels, 1 if first else 2)
        axes = (
            (batch, channel, time, frequency)
            if first
            else (batch, time, frequency, channel)
        )
        return OutputSteps(axes=axes)
    joined = AxisStep(
        axis=Axis.CHANNEL,
        result=numbers * channels if isinstance(channels, int) else None,
        meaning="frequencies of every channel",
        rule="frequencies × channels",
        numbers=f"{numbers:,} × {length_text(channels)}",
    )
    gone = EndedAxis(axis=Axis.CHANNEL, length=channels, reason="joined with them")
    both = (joined, time) if first else (time, joined)
    return OutputSteps(axes=(batch, *both), ended=(gone,))


def _stft_fields(call: Call) -> list[Field]:
    attributes = call.attributes
    return [
        Field(
            name="frame_length",
            value=f"{attributes['frame']:,}",
            meaning="Samples that one frame looks at.",
        ),
        Field(
            name="frame_step",
            value=f"{attributes['step']:,}",
            meaning="Samples from one frame to the next.",
        ),
        Field(name="mode", value=attributes["mode"], meaning="What is given out."),
    ]


KINDS.add(
    LayerKind(
        id="stft_spectrogram",
        title="Spectrogram",
        category=Category.TENSOR,
        dialects={"keras.STFTSpectrogram": Dialect(translate=_stft)},
        shape=_stft_shape,
        fields=_stft_fields,
        reads=lambda _call, rank: (
            (Axis.BATCH, Axis.TIME, Axis.CHANNEL) if rank == 3 else None
        ),
    )
)
