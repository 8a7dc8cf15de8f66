import { parseArgs } from "node:util";

export interface StartOptions {
  /** The user's own video instead of the sample. */
  readonly video: string | undefined;
  readonly sample: boolean;
  readonly exit: boolean;
  readonly open: boolean;
  readonly verbose: boolean;
  readonly port: number;
  readonly awsPort: number;
  /** Where functions and workers reach the emulators, if not at their own port. */
  readonly awsUrl: string | undefined;
  readonly workers: number;
  readonly stateDirectory: string;
  readonly pipelineId: string;
  readonly context: Readonly<Record<string, string>>;
}

export const startUsage = `npm start -- [video] [options]

Runs the whole system on this machine and a video through it: the built-in sample, or yours.

  --no-sample          only start the system
  --exit               stop after the result; exit code 0 only if the job completed
  --pipeline NAME      pipeline of the video (pitch)
  --workers N          worker processes (1)
  --port N             page and API (8787); 0 takes a free one
  --aws-port N         S3, SQS and DynamoDB (4566); 0 takes a free one
  --aws-url URL        functions and workers reach them here: a proxy of yours in front of that port
  --state DIR          where everything is kept (.framequeue); commands find another
                       folder's system with the variable FRAMEQUEUE_STATE=DIR
  -c, --context KEY=VALUE
                       CDK context, as often as needed
  --open               open the page in the browser
  --verbose            show every process's log and what each step took
  --help`;

/** Reads the command line; undefined asks for the usage. Throws a sentence for what is not understood. */
export function parseStartOptions(args: readonly string[]): StartOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      sample: { type: "boolean", default: true },
      exit: { type: "boolean", default: false },
      open: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      port: { type: "string", default: "8787" },
      "aws-port": { type: "string", default: "4566" },
      "aws-url": { type: "string" },
      workers: { type: "string", default: "1" },
      state: { type: "string", default: ".framequeue" },
      pipeline: { type: "string", default: "pitch" },
      context: { type: "string", short: "c", multiple: true, default: [] },
    },
  });
  if (values.help) return undefined;
  if (positionals.length > 1) throw new Error(`One video at a time: ${positionals.join(", ")}`);

  return {
    video: positionals[0],
    sample: values.sample,
    exit: values.exit,
    open: values.open,
    verbose: values.verbose,
    port: integer("--port", values.port, 65_535),
    awsPort: integer("--aws-port", values["aws-port"], 65_535),
    awsUrl: values["aws-url"] && origin("--aws-url", values["aws-url"]),
    workers: integer("--workers", values.workers, 64),
    stateDirectory: values.state,
    pipelineId: values.pipeline,
    context: Object.fromEntries(values.context.map(contextEntry)),
  };
}

function integer(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw new Error(`${option} takes a whole number from 0 to ${max}, not ${text}`);
  }
  return value;
}

function origin(option: string, text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" || url.href !== `${url.origin}/`) {
    throw new Error(`${option} takes http://HOST:PORT, not ${text}`);
  }
  return url.origin;
}

function contextEntry(text: string): [key: string, value: string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new Error(`--context takes KEY=VALUE, not ${text}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}
