import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** A second otherwise, which a busy machine needs for a single step. */
const patient = { expect: { poll: { timeout: 20_000 } } };

// `unit` needs nothing but memory, and at times a child of its own, which on a busy machine takes its time: what a test
// waits for ends long before the test does. `system` comes after it and starts real processes, which wait for each other
// more than they compute: two files at a time, however many cores.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // Many files wait for a child most of the time.
          maxWorkers: availableParallelism() + 1,
          testTimeout: 60_000,
          ...patient,
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: [
            "test/end-to-end/**",
            "test/browser/**",
            "test/deploy/**",
            "test/pack/**",
            "test/conformance/elsewhere/**",
          ],
        },
      },
      {
        test: {
          name: "system",
          include: ["test/end-to-end/**/*.test.ts"],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // Run by test/conformance/main.ts, which says where the services are.
          name: "conformance",
          include: ["test/conformance/elsewhere/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "deploy",
          include: ["test/deploy/**/*.test.ts"],
          fileParallelism: false,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "pack",
          include: ["test/pack/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "browser",
          ...patient,
          include: ["test/browser/**/*.test.ts"],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
