import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "./user-directories.ts";

// Kept beside the models, for what is run must lie where only this user writes, which the system's common folder does not promise.
const { env } = process;
const modelCache =
  env["MODEL_CACHE_DIRECTORY"] ||
  cacheDirectory({ platform: process.platform, home: homedir(), environment: env });
// By its variable the detector's threads have it, too.
env["NODE_COMPILE_CACHE"] ||= join(modelCache, "compiled");
enableCompileCache();
// Only what is loaded after it is kept.
await import("./wiring.ts");
