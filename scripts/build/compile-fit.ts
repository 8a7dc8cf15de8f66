import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kernelPath = "gpu-worker/detector/fit/kernel/fit.ts";
export const fitWasmPath = "gpu-worker/detector/fit/fit-wasm.ts";

const compiler = [
  "node_modules/assemblyscript/bin/asc.js",
  ..."-O3 --noAssert --runtime stub --enable simd,threads".split(" "),
  // Of 65,536 pages of 64 KiB at most: whoever instantiates the kernel brings memory of its own size.
  ..."--importMemory --sharedMemory --initialMemory 0 --maximumMemory 65536".split(" "),
];

/** The text of the module that holds the compiled kernel. By the compiler's command: its types change those of all arrays. */
export function compileFit(): string {
  const folder = mkdtempSync(join(tmpdir(), "framequeue-fit-"));
  try {
    const outFile = join(folder, "fit.wasm");
    execFileSync(process.execPath, [...compiler, kernelPath, "--outFile", outFile]);
    const lines = readFileSync(outFile)
      .toString("base64")
      .match(/.{1,96}/g)!;
    return `// Compiled from kernel/fit.ts by \`npm run build:fit\`.
export const fitWasm =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
