import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A checkout of its own, with a small app instead of the CDK's. */
export const fixtureRoot = resolve(import.meta.dirname, "../../fixtures/local/app");

export function temporaryDirectory(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "framequeue-local-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes the fixture's assembly. */
export function synthesizeFixture(directory: string): void {
  execFileSync(process.execPath, ["infra/app.ts"], {
    cwd: fixtureRoot,
    env: { ...process.env, CDK_OUTDIR: directory },
  });
}
