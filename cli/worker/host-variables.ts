/** What says where this machine's programs, folders and certificates are. */
const machine = [
  "HOME",
  "LD_LIBRARY_PATH",
  "LOCALAPPDATA",
  "NODE_EXTRA_CA_CERTS",
  "PATH",
  "SYSTEMROOT",
  "TEMP",
  "TMP",
  "TMPDIR",
  "USERPROFILE",
  "XDG_CACHE_HOME",
];

/** What a host may tell a worker of itself, as contracts/environment.ts lists it; the rest comes from the API. */
const worker = [
  "DETECTOR_THREADS",
  "FFMPEG_PATH",
  "FFPROBE_PATH",
  "LOG_LEVEL",
  "METRICS",
  "MODEL_CACHE_DIRECTORY",
  "SANDBOX",
  "SCRATCH_DIRECTORY",
];

const ofGpus = /^(CUDA|NVIDIA|ONNXRUNTIME)_/;

/** The variables of a host that its worker needs. All else stays away from it: keys of other services, and AWS's own. */
export const hostVariables = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return (
        value !== undefined &&
        (machine.includes(name) || worker.includes(name) || ofGpus.test(name))
      );
    }),
  );
