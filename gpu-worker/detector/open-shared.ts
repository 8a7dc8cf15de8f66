import { limits } from "../../contracts/limits.ts";
import type { Log } from "../log.ts";
import { noFloors } from "./decoders/decoder.ts";
import { openDetector, type Detector, type DetectorSetup } from "./detector.ts";
import { frameBytesOf } from "./pixel-layout.ts";
import {
  divisionsOf,
  fastestDivision,
  oneThreadEach,
  onGpu,
  type Division,
} from "./share-threads.ts";

/** Opens detectors with the division of the cores that was measured to be the fastest, once for each model. */
export function sharedDetectors({
  cores,
  monotonic,
  log,
}: {
  readonly cores: number;
  readonly monotonic: () => number;
  readonly log: Log;
}) {
  const measured = new Map<string, Division>();

  async function divisionFor(setup: DetectorSetup): Promise<Division> {
    if (setup.provider !== "cpu") return onGpu(cores);
    const { sha256 } = setup.manifest.file;
    const known = measured.get(sha256);
    if (known) return known;

    const rates: Record<string, number> = {};
    const division = await fastestDivision(divisionsOf(cores), async (tried) => {
      await using detector = await openDetector(setup, tried);
      const rate = await framesPerSecond(detector, monotonic);
      const name = `${tried.sessions}x${tried.threadsPerRun}`;
      rates[name] = Math.max(rates[name] ?? 0, Math.round(rate * 10) / 10);
      return rate;
    });
    log("INFO", "the cores are shared out", { model: setup.manifest.name, ...division, rates });
    measured.set(sha256, division);
    return division;
  }

  /** With so many runs side by side where that was asked for, else as measured. */
  return async (setup: DetectorSetup, sessions: number | undefined): Promise<Detector> =>
    openDetector(setup, sessions ? oneThreadEach(sessions) : await divisionFor(setup));
}

/** What the detector does when there is always a frame for it. */
async function framesPerSecond(detector: Detector, monotonic: () => number): Promise<number> {
  const { input, classes } = detector.manifest;
  const pixels = new Uint8Array(new SharedArrayBuffer(frameBytesOf(input))).fill(128);
  const frame = { pixels };
  const batch = Array.from({ length: detector.batch }, () => frame);
  const floors = noFloors(classes.length);
  const startedAt = monotonic();
  const until = startedAt + limits.divisionTrySeconds * 1000;
  let frames = 0;
  const lane = async () => {
    do {
      await detector.detect(batch, floors);
      frames += batch.length;
    } while (monotonic() < until);
  };
  await Promise.all(Array.from({ length: detector.threads }, lane));
  return frames / ((monotonic() - startedAt) / 1000);
}
