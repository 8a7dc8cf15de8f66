"""Runs published trackers over detections, for bench/track.ts to compare with. Not part of the product.

Reads JSON from stdin: {"score_shown": 0.4, "scenes": [{"frames": [{"t": seconds, "detections": [[class id, score, x1, y1, x2, y2], ...]}]}]}.
Writes JSON to stdout: {"peers": [{"name": ..., "scenes": [[[track id or 0, ...] per frame] per scene]}]}, one peer for
each package that is installed: supervision (the authors' ByteTrack, MIT; 0.27 has it, 0.31 no longer) and trackers
(Apache-2.0). Tried with supervision 0.27.0.post2 and trackers 2.6.1.

Each class has a tracker of its own, since neither package keeps classes apart.
"""

from __future__ import annotations

import json
import sys
import warnings
from importlib.metadata import version

import numpy as np

warnings.filterwarnings("ignore")


def supervision_byte_track(frames_per_second: float, score_shown: float):
    import supervision

    # The lost buffer is in frames of 30 a second and scaled by the rate: one second, as ours.
    tracker = supervision.ByteTrack(track_activation_threshold=score_shown, frame_rate=frames_per_second)

    def update(boxes: np.ndarray, scores: np.ndarray, _t: float) -> np.ndarray:
        numbered = detections_of(boxes, scores)
        seen = tracker.update_with_detections(numbered)
        ids = np.zeros(len(boxes), int)
        if len(seen):
            ids[seen.data["row"]] = seen.tracker_id
        return ids

    return update


def trackers_update(tracker):
    def update(boxes: np.ndarray, scores: np.ndarray, t: float) -> np.ndarray:
        seen = tracker.update(detections_of(boxes, scores), timestamp=t)
        ids = np.zeros(len(boxes), int)
        if len(seen):
            ids[seen.data["row"]] = seen.tracker_id + 1
        return ids

    return update


def trackers_byte_track(frames_per_second: float, score_shown: float):
    from trackers import ByteTrackTracker

    return trackers_update(
        ByteTrackTracker(
            frame_rate=frames_per_second,
            high_conf_det_threshold=score_shown,
            track_activation_threshold=score_shown + 0.1,
        )
    )


def trackers_sort(frames_per_second: float, score_shown: float):
    from trackers import SORTTracker

    return trackers_update(SORTTracker(frame_rate=frames_per_second, track_activation_threshold=score_shown))


def detections_of(boxes: np.ndarray, scores: np.ndarray):
    import supervision

    return supervision.Detections(
        xyxy=boxes, confidence=scores, class_id=np.zeros(len(boxes), int), data={"row": np.arange(len(boxes))}
    )


def run(make, scene: dict, score_shown: float) -> list[list[int]]:
    """Track ids of each frame's detections, 0 for none."""
    frames = scene["frames"]
    frames_per_second = (len(frames) - 1) / (frames[-1]["t"] - frames[0]["t"])
    classes = sorted({int(row[0]) for frame in frames for row in frame["detections"]})
    trackers = {class_id: make(frames_per_second, score_shown) for class_id in classes}
    answer = []
    for frame in frames:
        rows = np.array(frame["detections"], float).reshape(-1, 6)
        ids = np.zeros(len(rows), int)
        for place, class_id in enumerate(classes):
            at = np.flatnonzero(rows[:, 0] == class_id)
            found = trackers[class_id](rows[at, 2:], rows[at, 1], frame["t"])
            # Numbers of the classes' trackers apart from each other.
            ids[at] = np.where(found > 0, found * len(classes) + place, 0)
        answer.append(ids.tolist())
    return answer


PEERS = (
    ("supervision", "ByteTrack of supervision", supervision_byte_track),
    ("trackers", "ByteTrack of trackers", trackers_byte_track),
    ("trackers", "SORT of trackers", trackers_sort),
)


def main() -> None:
    asked = json.load(sys.stdin)
    peers = []
    for package, name, make in PEERS:
        try:
            label = f"{name} {version(package)}"
            peers.append({"name": label, "scenes": [run(make, scene, asked["score_shown"]) for scene in asked["scenes"]]})
        except (ImportError, AttributeError) as error:  # Not installed, or a release without this tracker.
            print(f"{name}: {error}", file=sys.stderr)
    json.dump({"peers": peers}, sys.stdout)


if __name__ == "__main__":
    main()
