import { expect, test } from "vitest";
import { chooseGpus, gpuNumbers } from "../../cli/worker/choose-gpus.ts";
import { durationSeconds } from "../../cli/worker/duration.ts";
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
