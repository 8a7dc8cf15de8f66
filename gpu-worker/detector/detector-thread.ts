import { parentPort, workerData } from "node:worker_threads";
import { env } from "onnxruntime-node";
import { deviceFault } from "./device-fault.ts";
import { BadOutput, noFloors } from "./decoders/decoder.ts";
import { fitter } from "./fit/fit.ts";
import { frameBytesOf } from "./pixel-layout.ts";
import { remembered } from "./told-once.ts";
import { openSession, type Session } from "./session.ts";
import {
  closeRequest,
  type ThreadAnswer,
  type ThreadRequest,
  type ThreadSetup,
} from "./thread-messages.ts";

// What fails is thrown too, and said once; the library would write it to the terminal as well.
env.logLevel = "fatal";

const port = parentPort!;
const setup = workerData as ThreadSetup;

const send = (answer: ThreadAnswer, transfer: ArrayBuffer[] = []) =>
  port.postMessage(answer, transfer);

const failure = (error: unknown): ThreadAnswer => {
  const message = error instanceof Error ? error.message : String(error);
  // The graphics card's troubles are not the model's: another worker, or a later try, may succeed.
  const fault = error instanceof BadOutput ? undefined : deviceFault(message);
  if (fault === "lost" && setup.provider !== "cpu") return { is: "lost", message };
  // Nor is it the model's that its file is gone, or that there is no handle left to open it.
  const isSystems = error instanceof Error && "syscall" in error;
  return { is: "failed", code: fault || isSystems ? "WORKER_FAILED" : "MODEL_FAILED", message };
};

async function serve(session: Session): Promise<void> {
  const recall = remembered();
  const fit = fitter();
  async function answer(request: ThreadRequest): Promise<void> {
    const { frames, floors } = recall(request);
    for (const frame of frames) fit(frame);
    const pixels = frames.map((frame) => frame.pixels);
    try {
      const raw = await session.detect(pixels, floors);
      send(
        { is: "detected", raw },
        raw.map(({ buffer }) => buffer as ArrayBuffer),
      );
    } catch (error) {
      send(failure(error));
    }
  }
  // The next request may come while a run is under way, and waits for its end.
  let last = Promise.resolve();
  port.on("message", (request: ThreadRequest | typeof closeRequest) => {
    last = last.then(() => (request === closeRequest ? port.close() : answer(request)));
  });
  // The first run allocates and, on a GPU, compiles; nobody should wait for that in mid-video. A full batch shows whether
  // the answer has a place for each picture.
  const { input, classes } = setup.manifest;
  const black = new Uint8Array(frameBytesOf(input));
  const blacks = Array.from({ length: setup.batch }, () => black);
  await session.detect(blacks, noFloors(classes.length));
  session.endProfiling();
  send({ is: "ready" });
}

await openSession(setup)
  .then(serve)
  .catch((error: unknown) => send(failure(error)));
