import { join } from "node:path";
import { openKeyStore } from "../aws/open-key-store.ts";
import { limits } from "../contracts/limits.ts";
import { ownApiKey } from "./api-key.ts";
import type { Places } from "./places.ts";
import { findPort } from "./ports.ts";
import type { ChildSettings } from "./processes/child-protocol.ts";
import type { ChildFacts, SupervisedChild, SupervisorEvents } from "./processes/supervisor.ts";
import { supervise } from "./processes/supervisor.ts";
import { openRunningFile } from "./running-file.ts";
import type { StartOptions } from "./start-options.ts";
import type { StatePaths } from "./state-directory.ts";
import { synthesize } from "./synthesize.ts";
import { readAssembly } from "./template/assembly.ts";
import type { Place } from "./template/place.ts";
import { localAccountId, localRegion } from "./template/place.ts";
import { readSystem } from "./template/system.ts";
import { machineEnvironment, workerEnvironment } from "./worker-environment.ts";

const credentials = { accessKeyId: "local", secretAccessKey: "local-secret" };
/** Functions may finish their event; nothing of the emulators' is worth waiting for. */
const graceSeconds = 5;

export interface RunningSystem extends Places {
  readonly awsUrl: string;
  readonly processNames: readonly string[];
  /** Ends every process in order: workers hand their jobs back first. */
  stop(): Promise<void>;
  /** Ends every process now. */
  kill(): void;
}

export interface StartDependencies {
  /** The checkout. */
  readonly root: string;
  readonly options: StartOptions;
  readonly paths: StatePaths;
  readonly events: Pick<SupervisorEvents, "onDeath">;
  /** Called at the end of each step. */
  readonly onStep: (step: string) => void;
}

/** Brings the whole system up from the template, or throws why it cannot. */
export async function startSystem(dependencies: StartDependencies): Promise<RunningSystem> {
  const { root, options, paths, onStep } = dependencies;
  const [port, awsPort] = await Promise.all([findPort(options.port), findPort(options.awsPort)]);
  const { assemblyDirectory, cached } = await synthesize({
    root,
    stateDirectory: paths.root,
    // The template is for instances with a GPU; few laptops have one.
    context: { require: "any", workerPackage: "later", ...options.context },
  });
  onStep(cached ? "template is unchanged" : "template synthesized");

  const place: Place = {
    awsUrl: options.awsUrl ?? `http://127.0.0.1:${awsPort}`,
    pageUrl: `http://127.0.0.1:${port}`,
    region: localRegion,
    accountId: localAccountId,
  };
  const system = readSystem(readAssembly(assemblyDirectory), place);
  const worker = system.containers[0];
  const environment = worker && workerEnvironment(worker, place, credentials, process.env);
  const running = openRunningFile(paths.running, {
    page_url: place.pageUrl,
    api_url: place.pageUrl,
    aws_endpoint_url: place.awsUrl,
    region: place.region,
    access_key_id: credentials.accessKeyId,
    secret_access_key: credentials.secretAccessKey,
    worker_environment: environment ?? {},
    outputs: system.outputs,
  });

  const tokens = system.routes
    .map(({ authorizer }) => authorizer)
    .find((authorizer) => authorizer?.kind === "jwt");
  let apiKey: string | undefined;
  const children: SupervisedChild[] = [];
  function begin(facts: Omit<ChildFacts, "logPath">): SupervisedChild {
    const child = supervise(
      { ...facts, logPath: paths.log(facts.name) },
      {
        onDeath: dependencies.events.onDeath,
        onStart: ({ name, pid }) => running.setProcess(name, pid),
      },
    );
    children.push(child);
    return child;
  }

  const settings: ChildSettings = {
    assemblyDirectory,
    stateDirectory: paths.root,
    place,
    awsPort,
    credentials,
  };
  const ours = (name: string, entry: string) =>
    begin({
      name,
      entry: join(import.meta.dirname, "processes", entry),
      arguments: [JSON.stringify(settings)],
      environment: machineEnvironment(process.env),
      saysReady: true,
    });

  async function stop(): Promise<void> {
    const [aws, functions, ...workers] = children;
    await Promise.all(workers.map((each) => each.stop({ graceSeconds: limits.releaseSeconds })));
    await functions?.stop({ graceSeconds });
    await aws?.stop({ graceSeconds });
    running.remove();
  }

  try {
    await ours("aws", "aws-main.ts").ready;
    onStep("S3, SQS and DynamoDB are up");
    const table = system.outputs["JobsTableName"];
    if (table !== undefined && !tokens) {
      const { awsUrl: endpoint, region } = place;
      const keys = openKeyStore({ table, endpoint, region, credentials });
      apiKey = await ownApiKey(keys, { path: paths.apiKey, now: Date.now });
      running.setApiKey(apiKey);
    }
    const functions = ours("functions", "lambda-host-main.ts");
    const [, entry = "", ...rest] = worker?.command ?? [];
    for (let number = 1; number <= (worker ? options.workers : 0); number++) {
      const name = `worker-${number}`;
      begin({
        name,
        entry: join(root, entry),
        arguments: rest,
        environment: {
          ...machineEnvironment(process.env),
          ...environment,
          SCRATCH_DIRECTORY: paths.scratch(name),
        },
        saysReady: false,
      });
    }
    await functions.ready;
    onStep("page, API and functions are up");
  } catch (error) {
    await stop();
    throw error;
  }
  running.publish();

  return {
    pageUrl: place.pageUrl,
    apiKey,
    tokens,
    awsUrl: place.awsUrl,
    processNames: children.map(({ name }) => name),
    stop,
    kill: () => {
      for (const child of children) child.kill();
      running.remove();
    },
  };
}
