import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { FrameDetections } from "../../contracts/detection.ts";
import type { Scene } from "./scene.ts";

const script = join(import.meta.dirname, "..", "peers", "track_peer.py");
const answerSeconds = 200;

/** A published tracker's tracks for each scene. */
export interface Peer {
  readonly name: string;
  readonly frames: readonly (readonly FrameDetections[])[];
}

/** Runs the published trackers that this Python has; what it has not is said in `missing`. */
export function peerTracks(
  scenes: readonly Scene[],
  { python, scoreShown }: { python: string; scoreShown: number },
): { peers: Peer[]; missing: string } {
  const input = JSON.stringify({
    score_shown: scoreShown,
    scenes: scenes.map(({ frames }) => ({
      frames: frames.map(({ t, detections }) => ({
        t,
        detections: detections.map(({ class_id, score, box }) => [class_id, score, ...box]),
      })),
    })),
  });
  const { status, stdout, stderr, error } = spawnSync(python, [script], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    timeout: answerSeconds * 1000,
  });
  if (status !== 0) return { peers: [], missing: `${python}: ${error?.message ?? stderr.trim()}` };
  const answer = JSON.parse(stdout) as { peers: { name: string; scenes: number[][][] }[] };
  const peers = answer.peers.map(({ name, scenes: ids }) => ({
    name,
    frames: scenes.map(({ frames }, scene) =>
      frames.map((frame, index) => ({
        ...frame,
        detections: frame.detections.map((each, at) => {
          const track_id = ids[scene]![index]![at]!;
          return track_id > 0 ? { ...each, track_id } : each;
        }),
      })),
    ),
  }));
  return { peers, missing: stderr.trim() };
}
