import { join } from "node:path";
import { expect, test } from "vitest";
import { noFloors } from "../../gpu-worker/detector/decoders/decoder.ts";
import { frameBytesOf } from "../../gpu-worker/detector/pixel-layout.ts";
import { openSession } from "../../gpu-worker/detector/session.ts";
import { builtInManifests } from "../../models/catalog.ts";

test("what a run answers takes no memory once its detections are read", async () => {
  const manifest = builtInManifests.find(({ name }) => name === "pitch")!;
  const modelPath = join(import.meta.dirname, "../../models/pitch", manifest.file.path!);
  const session = await openSession({
    manifest,
    modelPath,
    provider: "cpu",
    batch: 1,
    threadsPerRun: 1,
  });
  const frame = new Uint8Array(frameBytesOf(manifest.input));
  const floors = noFloors(manifest.classes.length);
  const [first] = await session.detect([frame], floors);
  const { arrayBuffers } = process.memoryUsage();

  // The answers of these together are 14 MB, of which V8 would keep all for now.
  for (let run = 0; run < 30; run++) {
    expect(await session.detect([frame], floors)).toEqual([first]);
  }

  expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(2_000_000);
});
