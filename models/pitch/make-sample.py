"""Writes sample.mp4, 24 s of a match that the model never saw, and its truth, sample.truth.json.

    python make-sample.py --ffmpeg path/to/ffmpeg

The truth holds, per frame, rows of class id, x1, y1, x2, y2 in pixels, and for each row which object it is; scenes.py
says what is in it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

from dataset import SAMPLE_SEEDS
from scenes import CLASSES, FPS, HEIGHT, WIDTH, Scene

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ffmpeg", default="ffmpeg", help="a build with libx264")
    parser.add_argument("--number", type=int, default=13, help="which of the seeds kept for samples")
    parser.add_argument("--start", type=float, default=92.0, help="seconds of the match to let pass first")
    parser.add_argument("--seconds", type=float, default=24.0)
    parser.add_argument("--crf", type=int, default=30)
    parser.add_argument("--out", type=Path, default=HERE / "sample.mp4")
    arguments = parser.parse_args()

    scene = Scene(SAMPLE_SEEDS[arguments.number])
    scene.noise = 0.0  # Grain would fill the file with nothing to see.
    scene.advance(round(arguments.start * FPS))
    command = [
        *(arguments.ffmpeg, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"),
        *("-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-", "-c:v", "libx264", "-preset", "slow"),
        *("-crf", str(arguments.crf), "-g", str(2 * FPS), "-pix_fmt", "yuv420p", "-vf", "scale=out_color_matrix=bt709"),
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-threads", "2"),
        *("-movflags", "+faststart", "-map_metadata", "-1", str(arguments.out)),
    ]
    lines = []
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert encoder.stdin
    for index in range(round(arguments.seconds * FPS)):
        frame = scene.render()
        encoder.stdin.write(frame.picture.tobytes())
        seen = sorted(frame.boxes, key=lambda box: (box.class_id, box.x1))
        boxes = [[box.class_id, *(round(v, 1) for v in (box.x1, box.y1, box.x2, box.y2))] for box in seen]
        row = {"frame_index": index, "boxes": boxes, "ids": [box.number for box in seen]}
        lines.append(json.dumps(row, separators=(",", ":")))
        scene.advance()
    encoder.stdin.close()
    if encoder.wait() != 0:
        raise SystemExit("ffmpeg failed")

    head = json.dumps({"width": WIDTH, "height": HEIGHT, "fps": FPS, "classes": CLASSES}, separators=(",", ":"))
    arguments.out.with_suffix(".truth.json").write_text(head[:-1] + ',"frames":[\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main()
