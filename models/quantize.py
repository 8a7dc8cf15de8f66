"""Makes an int8 version of a model: weights and activations of its convolutions, calibrated on frames of a video.

    python models/quantize.py MODEL.onnx MANIFEST.json VIDEO OUT.onnx

It is no sure win: on some processors it is slower than float32, and scores move. Compare both before you use it
(`framequeue model add OUT.onnx --manifest MANIFEST.json --name NAME-int8`, then the same video through both pipelines).
Needs numpy, opencv-python-headless, onnx and onnxruntime.
"""

import json
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

CALIBRATION_FRAMES = 64


def feeds(manifest, video):
    """Frames spread over the video, as the worker would feed them."""
    given = manifest["input"]
    width, height = given["width"], given["height"]
    film = cv2.VideoCapture(video)
    count = int(film.get(cv2.CAP_PROP_FRAME_COUNT)) or CALIBRATION_FRAMES
    for index in np.linspace(0, count - 1, CALIBRATION_FRAMES).astype(int):
        film.set(cv2.CAP_PROP_POS_FRAMES, int(index))
        there, picture = film.read()
        if not there:
            continue
        if given["resize"] == "letterbox":
            scale = min(width / picture.shape[1], height / picture.shape[0])
            size = int(picture.shape[1] * scale), int(picture.shape[0] * scale)
            left, top = (0, 0) if given.get("anchor") == "top-left" else ((width - size[0]) // 2, (height - size[1]) // 2)
            padded = np.full((height, width, 3), given.get("pad", 114), np.uint8)
            padded[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size)
            picture = padded
        else:
            picture = cv2.resize(picture, (width, height))
        if given["channels"] == "RGB":
            picture = picture[:, :, ::-1]
        values = picture.astype(np.float32) * given.get("scale", 1)
        values = (values - given.get("mean", [0, 0, 0])) / given.get("std", [1, 1, 1])
        if given["layout"] == "NCHW":
            values = values.transpose(2, 0, 1)
        yield {given["name"]: np.ascontiguousarray(values[None], np.float32)}


class Frames(CalibrationDataReader):
    def __init__(self, manifest, video):
        self.feeds = feeds(manifest, video)

    def get_next(self):
        return next(self.feeds, None)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    model, manifest, video, out = sys.argv[1:]
    described = json.loads(Path(manifest).read_text())
    if described["input"]["dtype"] != "float32" or described["input"].get("extras"):
        sys.exit("Only models with one float32 input can be quantized.")
    with tempfile.TemporaryDirectory() as folder:
        prepared = str(Path(folder) / "prepared.onnx")
        quant_pre_process(model, prepared)
        quantize_static(
            prepared,
            out,
            Frames(described, video),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # The rest of a head works on coordinates, for which 256 steps are too few.
            op_types_to_quantize=["Conv"],
        )
    print(f"{out}: {Path(out).stat().st_size / Path(model).stat().st_size:.2f} of the size")


main()
