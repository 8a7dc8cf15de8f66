import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { KeyStore } from "../../contracts/ports/key-store.ts";
import { findRunning } from "../api-address.ts";
import { CommandError } from "../faults.ts";
import type { Session } from "../session.ts";
import type { KeyTable } from "./key-table-access.ts";

export interface KeyTableFlags {
  readonly table?: string | undefined;
  readonly stack?: string | undefined;
}

const defaultStack = "Framequeue";

/** Gives a command the options that say where the table is. */
export const withTableOptions = <Arguments extends unknown[], Options extends OptionValues>(
  command: Command<Arguments, Options>,
) =>
  command
    .option("--table <name>", "the table (else JOBS_TABLE, else the system's that runs here)")
    .option("--stack <name>", `else the CloudFormation stack's (${defaultStack})`);

/** The keys of `--table`, of JOBS_TABLE, of the system that runs here or of a deployed stack, in this order. */
export async function openKeyTable(session: Session, flags: KeyTableFlags): Promise<KeyStore> {
  const { keyTables } = session;
  try {
    return withClearFaults(await keyTables.open(await findTable(session, flags)));
  } catch (error) {
    throw clearFault(error);
  }
}

async function findTable(
  { environment, workingDirectory, keyTables }: Session,
  { table, stack }: KeyTableFlags,
): Promise<KeyTable> {
  if (table !== undefined) return { table };
  if (stack === undefined) {
    const variable = environment["JOBS_TABLE"];
    if (variable) return { table: variable };
    const running = findRunning({ environment, workingDirectory });
    const name = running?.outputs?.["JobsTableName"];
    if (running?.aws_endpoint_url !== undefined && name !== undefined) {
      const { access_key_id = "", secret_access_key = "" } = running;
      return {
        table: name,
        endpoint: running.aws_endpoint_url,
        region: running.region ?? "us-east-1",
        credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key },
      };
    }
  }
  const outputs = await keyTables.stackOutputs(stack ?? defaultStack);
  const name = outputs?.["JobsTableName"];
  if (name !== undefined) return { table: name };
  throw new CommandError(`No table is known: there is no stack ${stack ?? defaultStack} here.`, {
    hint: "Start a system with `framequeue up`, or name the table with --table or the stack with --stack; AWS_REGION says where.",
  });
}

/** The same store, whose faults say what a person can do. */
function withClearFaults(store: KeyStore): KeyStore {
  const clear = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
    answer.catch((error: unknown) => {
      throw clearFault(error);
    });
  return {
    insert: (key) => clear(store.insert(key)),
    find: (secretSha256) => clear(store.find(secretSha256)),
    list: () => clear(store.list()),
    revoke: (secretSha256, at) => clear(store.revoke(secretSha256, at)),
  };
}

const hints: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    "This command works with AWS credentials: `aws sso login`, AWS_PROFILE or AWS_ACCESS_KEY_ID.",
  AccessDeniedException:
    "These credentials may not do that. Making keys needs dynamodb:Query, PutItem and UpdateItem on the table.",
  AccessDenied: "These credentials may not ask for the stack; name the table with --table.",
  ResourceNotFoundException: "There is no such table here; AWS_REGION says where it is looked for.",
  ExpiredTokenException: "The credentials have expired; get new ones.",
};

function clearFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const hint =
    hints[error.name] ??
    (error.message.includes("Region is missing") ? "Set AWS_REGION to where it runs." : undefined);
  return hint === undefined ? error : new CommandError(error.message, { hint, cause: error });
}
