import { writeFileSync } from "node:fs";
import { compileFit, fitWasmPath } from "./build/compile-fit.ts";

/** Compiles the kernel that fits pictures into a model's input (`npm run build:fit`); a test says when that was forgotten. */
writeFileSync(fitWasmPath, compileFit());
console.log(fitWasmPath);
