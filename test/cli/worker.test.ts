import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { chooseGpus, gpuNumbers } from "../../cli/worker/choose-gpus.ts";
import { cudaHint, onnxruntimeFolder } from "../../cli/worker/cuda-library.ts";
import { durationSeconds } from "../../cli/worker/duration.ts";
import { hostVariables } from "../../cli/worker/host-variables.ts";
import { readWorkerSecret, workerSecretText } from "../../contracts/worker-secret.ts";

const secret = { api: "https://api.example.com", token: `fqw_${"a".repeat(43)}` };

test("a worker's secret holds the API's address and the token, as one word", () => {
  const text = workerSecretText(secret);

  expect(text).toMatch(/^fqw1\.[\w-]+$/);
  expect(readWorkerSecret(text)).toEqual(secret);
});

test.each([
  ["an API key", `fq_${"a".repeat(43)}`],
  ["half of it", workerSecretText(secret).slice(0, 40)],
  ["nothing", ""],
  [
    "a secret whose token is an API key",
    workerSecretText({ ...secret, token: `fq_${"a".repeat(43)}` }),
  ],
  ["a secret whose address is no address", workerSecretText({ ...secret, api: "file:///etc" })],
])("%s is no worker's secret", (_case, text) => {
  expect(readWorkerSecret(text)).toBeUndefined();
});

test.each([
  ["15m", 900],
  ["11h30m", 41_400],
  ["90s", 90],
])("%s is %i seconds", (text, seconds) => {
  expect(durationSeconds("--idle-exit", text)).toBe(seconds);
});

test.each(["", "15", "0m", "m", "1m1h", "-5m"])("%j is no duration", (text) => {
  expect(() => durationSeconds("--idle-exit", text)).toThrow(/--idle-exit takes a duration/);
});

test("every GPU gets a worker, or as many as are asked for", () => {
  const found = gpuNumbers("0\n1\n");

  expect(found).toEqual(["0", "1"]);
  expect(chooseGpus("all", found)).toEqual(["0", "1"]);
  expect(chooseGpus("1", found)).toEqual(["0"]);
  expect(chooseGpus("none", found)).toBeUndefined();
});

test("a machine without GPUs gets one worker, unless GPUs were asked for by number", () => {
  expect(chooseGpus("all", [])).toBeUndefined();
  expect(() => chooseGpus("2", [])).toThrow("--gpus 2: nvidia-smi shows 0 here.");
  expect(() => chooseGpus("some", [])).toThrow(/takes all, none or how many/);
});

test("a worker gets from its host what is about the machine, its GPUs and itself, and nothing else", () => {
  const needed = {
    PATH: "/usr/bin",
    LD_LIBRARY_PATH: "/usr/local/cuda/lib64",
    CUDA_VISIBLE_DEVICES: "1",
    NVIDIA_VISIBLE_DEVICES: "all",
    DETECTOR_THREADS: "2",
  };
  const others = {
    FRAMEQUEUE_WORKER: "fqw1.secret",
    KAGGLE_USER_SECRETS_TOKEN: "secret",
    AWS_ACCESS_KEY_ID: "AKIA",
    AWS_PROFILE: "work",
    NODE_OPTIONS: "--inspect",
    MEDIA_BUCKET: "another-system",
    MY_CUDA_TOKEN: "secret",
  };

  expect(hostVariables({ ...needed, ...others })).toEqual(needed);
});

test("where GPUs are found and onnxruntime has no CUDA library, it is said how to install it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "framequeue-onnxruntime-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const here = { platform: "linux/x64", folder };

  expect(cudaHint(["0"], here)).toContain(`cd ${folder} && ONNXRUNTIME_NODE_INSTALL=cuda12`);
  expect(cudaHint(undefined, here)).toBeUndefined();
  expect(cudaHint(["0"], { ...here, platform: "linux/arm64" })).toBeUndefined();

  const library = join(folder, "bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so");
  await mkdir(dirname(library), { recursive: true });
  await writeFile(library, "");
  expect(cudaHint(["0"], here)).toBeUndefined();
});

test("the CUDA library is looked for beside the onnxruntime that is loaded", () => {
  const binding = join(onnxruntimeFolder(), "bin/napi-v6/linux/x64/onnxruntime_binding.node");

  expect(existsSync(binding)).toBe(process.platform === "linux" && process.arch === "x64");
});
