// Starts what its arguments name as the worker would, says its process id and waits to be killed.
import { startChild } from "../../../gpu-worker/ffmpeg/child.ts";
import { findTools } from "../../../gpu-worker/ffmpeg/find.ts";

const { ffmpeg } = await findTools({ environment: process.env });
// Reads frames in real time, so that it would live for minutes.
const args = [
  "-v",
  "error",
  "-re",
  "-f",
  "lavfi",
  "-i",
  "testsrc=d=600",
  "-f",
  "rawvideo",
  "pipe:1",
];
const child = startChild(ffmpeg, args);
child.stdout.once("data", () => process.stdout.write("running\n"));
child.stdout.resume();
