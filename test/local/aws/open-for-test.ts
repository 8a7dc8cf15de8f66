import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalAws, LocalAwsOptions } from "../../../local/aws/local-aws.ts";
import { openLocalAws } from "../../../local/aws/local-aws.ts";

/** A folder of its own that is gone when it is disposed of. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "local-aws-"));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** The local services on any port and a state of their own. */
export async function openForTest(options: Partial<LocalAwsOptions> = {}): Promise<LocalAws> {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await temporaryDirectory());
  const local = opened.use(
    await openLocalAws({ stateDirectory: directory.path, port: 0, ...options }),
  );
  const resources = opened.move();
  return {
    ...local,
    close: () => resources.disposeAsync(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
