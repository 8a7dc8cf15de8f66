import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the checkout's worker as the functions are, beside its sources, where it finds what lies around it: to load
 * some six hundred modules one by one takes half of a start. Answers the file to run.
 */
export async function bundledWorker(root: string): Promise<string> {
  const outdir = join(root, "gpu-worker");
  await build({
    entryPoints: [join(outdir, "main.ts"), join(outdir, "detector/detector-thread.ts")],
    outdir,
    // Flat, for the worker looks for its thread beside itself.
    entryNames: "[name]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    // Modules as the language has them, of which what nobody uses can be left out.
    mainFields: ["module", "main"],
    minify: true,
    external: ["onnxruntime-node", "ffmpeg-static", "@ffmpeg-installer/*", "@ffprobe-installer/*"],
    // Modules of CommonJS in it ask for Node's by `require`.
    banner: {
      js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  return join(outdir, "main.mjs");
}
