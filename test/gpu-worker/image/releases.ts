// Videos and boxes with the ffmpeg of other releases, each in a clean root: npm run test:releases [-- noble trixie …]
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { printTable } from "../../../bench/table.ts";
import { ffmpegBuilds } from "../../support/ffmpeg-builds.ts";
import { makeRoot, release, scratch, startIn, whyNoRoot } from "./root.ts";

if (whyNoRoot) {
  console.log(`SKIPPED: no other release is tried: ${whyNoRoot}.`);
  process.exit(0);
}

const suites = ["frames", "torture", "segments", "accuracy"] as const;
const names = process.argv.slice(2);
const asked = names.length > 0 ? names : ["noble", "trixie", "forky"];

/** The checkout with its packages, and the models and videos beside it. */
function copyCheckout(root: string): void {
  const kept = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  });
  const names = kept.split("\n").map((path) => path.split("/")[0]!);
  const copy = (from: string, to: string) => {
    if (!from || !existsSync(from)) return;
    cpSync(from, join(root, to), { recursive: true, verbatimSymlinks: true });
  };
  for (const name of [...new Set(names), "node_modules"]) copy(name, join("framequeue", name));
  copy("../shared/data", "shared/data");
  execFileSync("chmod", ["-R", "a+rX", join(root, "framequeue")]);
  mkdirSync(join(root, scratch, "tmp"));
  chmodSync(join(root, scratch, "tmp"), 0o1777);
}

async function tryRelease(name: string): Promise<string[]> {
  const root = makeRoot(release(name));
  try {
    copyCheckout(root);
    const words = execFileSync("chroot", [root, "ffmpeg", "-version"], { encoding: "utf8" });
    const version = words.split(" ")[2]!;
    const codes: string[] = [];
    for (const suite of suites) {
      console.log(`\n== ${suite}, ${name}, ffmpeg ${version}`);
      const child = startIn(root, [`bench/${suite}.ts`], {
        stdio: ["ignore", "inherit", "inherit"],
        env: { TMPDIR: `${scratch}/tmp`, HOME: scratch },
      });
      const [code] = (await once(child, "exit")) as [number | null];
      codes.push(code === 0 ? "ok" : `exit ${code}`);
    }
    return [name, version, ...codes];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

// It gives npm's builds their x bit, which no one can in a root.
await ffmpegBuilds();
const rows: string[][] = [];
for (const name of asked) rows.push(await tryRelease(name));
printTable("Other releases", ["release", "ffmpeg", ...suites], rows);
if (rows.flat().some((cell) => cell.startsWith("exit"))) process.exitCode = 1;
