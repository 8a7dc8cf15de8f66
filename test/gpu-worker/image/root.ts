import { execFileSync, spawn, spawnSync } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const has = (program: string) => spawnSync("which", [program]).status === 0;

/** Why no root can be made here; undefined where one can. */
export const whyNoRoot =
  process.platform !== "linux" || process.getuid?.() !== 0
    ? "it needs root on Linux"
    : ["debootstrap", "unshare", "apt-get"].every(has)
      ? undefined
      : "debootstrap, unshare and apt-get are needed";

/** The only folder of a root that a process in it can write. */
export const scratch = "/var/lib/framequeue";

/** What debootstrap is asked for. */
export interface Release {
  readonly codename: string;
  readonly site: string;
  /** Debian's components and keys if left out. */
  readonly options?: readonly string[];
}

/** The mirror and release of this machine. */
export function ownRelease(): Release {
  const asked = ["indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Identifier: Packages"];
  const lines = execFileSync("apt-get", asked, { encoding: "utf8" }).split("\n");
  const [site, codename] = lines.find((line) => /^\S+ [a-z]+$/.test(line))!.split(" ");
  return { site: site!, codename: codename! };
}

const ubuntuKeys = "/usr/share/keyrings/ubuntu-archive-keyring.gpg";

/** A release by its name: Debian's, or `noble`, the Ubuntu on which the image for a GPU stands. */
export function release(codename: string): Release {
  if (codename !== "noble") return { codename, site: "http://deb.debian.org/debian" };
  const isSigned = existsSync(ubuntuKeys);
  if (!isSigned) console.warn(`Ubuntu's packages are not checked: no keys at ${ubuntuKeys}`);
  return {
    codename,
    site: "http://archive.ubuntu.com/ubuntu",
    options: [
      isSigned ? `--keyring=${ubuntuKeys}` : "--no-check-gpg",
      "--components=main,universe",
    ],
  };
}

const run = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });

/** A clean root of a release in which gpu-worker/image/install.sh ran, with Node. */
export function makeRoot(base: Release): string {
  const root = mkdtempSync(join(tmpdir(), "framequeue-image-"));
  try {
    install(root, base);
    return root;
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

function install(root: string, { codename, site, options = [] }: Release): void {
  // It becomes `/` of a user without rights.
  chmodSync(root, 0o755);
  // The script of the newest Debian, for releases that this machine's debootstrap has not heard of.
  const script = "/usr/share/debootstrap/scripts/sid";
  run("debootstrap", ["--variant=minbase", ...options, codename, root, site, script]);
  cpSync("/etc/resolv.conf", join(root, "etc/resolv.conf"), { dereference: true });
  cpSync("gpu-worker/image/install.sh", join(root, "tmp/install.sh"));
  // Nobody needs this root after a power cut: without waiting for the disk it is made in half the time.
  writeFileSync(join(root, "etc/dpkg/dpkg.cfg.d/unsafe-io"), "force-unsafe-io\n");
  // A mirror may be weeks behind.
  writeFileSync(join(root, "etc/apt/apt.conf.d/late"), 'Acquire::Check-Valid-Until "false";\n');
  run("chroot", [root, "sh", "/tmp/install.sh"]);

  // The base image of the packages' stage has it; here npm's package of the same version does.
  const npm = createRequire(import.meta.url).resolve("node/package.json");
  cpSync(join(npm, "../bin/node"), join(root, "usr/local/bin/node"), { dereference: true });
}

/** Starts Node in a root as a container would, in the folder /framequeue. */
export function startIn(
  root: string,
  args: readonly string[],
  { env, stdio }: { env: NodeJS.ProcessEnv; stdio: StdioOptions },
): ChildProcess {
  const enter = join(import.meta.dirname, "enter.sh");
  return spawn("unshare", ["-m", "sh", enter, root, scratch, "/usr/local/bin/node", ...args], {
    stdio,
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      FFMPEG_PATH: "/usr/bin/ffmpeg",
      FFPROBE_PATH: "/usr/bin/ffprobe",
      ...env,
    },
  });
}
