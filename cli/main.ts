#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { Interrupted } from "./faults.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interrupted.abort(new Interrupted(signal)));
}
// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  process.exit(code === "EPIPE" ? 0 : 1);
});

// Halves the time to the first word; only what is loaded after it is kept.
enableCompileCache();
const { run } = await import("./run.ts");
const { askOn } = await import("./ask.ts");

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  workingDirectory: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupted.signal,
  now: Date.now,
  keyTables: {
    // Loaded by the few commands that need the SDK.
    open: async (place) => (await import("../aws/open-key-store.ts")).openKeyStore(place),
    stackOutputs: async (stack) => (await import("../aws/stack-outputs.ts")).stackOutputs(stack),
  },
  ask:
    process.stdin.isTTY && process.stderr.isTTY
      ? askOn(process.stdin, process.stderr, {
          signal: interrupted.signal,
          onInterrupt: () => interrupted.abort(new Interrupted("SIGINT")),
        })
      : undefined,
});
