import type { Command } from "@commander-js/extra-typings";
import { workerSecretText } from "../../contracts/worker-secret.ts";
import { addListAndRevoke } from "../access-keys/add-list-and-revoke.ts";
import { createAccessKey } from "../access-keys/create-access-key.ts";
import { openKeyTable, withTableOptions } from "../access-keys/key-table.ts";
import type { Session } from "../session.ts";

const kind = "worker";

/** `worker token …`: makes, lists and revokes what workers outside of AWS come with. */
export function addWorkerToken(worker: Command, session: Session): void {
  const { output, now } = session;
  const token = worker.command("token").description("make, list and revoke workers' secrets");

  withTableOptions(token.command("create"))
    .description("make a worker's secret; it is printed once")
    .argument("<name>", "whose machine it is for")
    .option("--owner <owner>", "who answers for it", "team")
    .action(async (name, { owner, ...flags }) => {
      const { apiUrl } = session.connect();
      const store = await openKeyTable(session, flags);
      const made = await createAccessKey(store, { kind, name, owner }, { now });
      output.data(workerSecretText({ api: apiUrl, token: made.secret }));
      output.words(
        `This is the worker secret ${name}. Nobody can show it again; it holds the API's address, too.`,
        "A worker needs nothing else: FRAMEQUEUE_WORKER=… framequeue worker run",
      );
    });

  addListAndRevoke(token, session, {
    kind,
    words: {
      list: "list the workers' secrets by name, newest first",
      none: "There are no workers' secrets.",
      revoke: "revoke a worker's secret, for good",
      revoked: "Its worker ends within minutes; what it works on is taken over by others.",
    },
  });
}
