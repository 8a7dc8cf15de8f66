import { accessKeyRows, accessKeyView, newestFirst } from "../access-keys/access-key-rows.ts";
import { createAccessKey } from "../access-keys/create-access-key.ts";
import { openKeyTable, withTableOptions } from "../access-keys/key-table.ts";
import { revokeAccessKey } from "../access-keys/revoke-access-key.ts";
import type { Program } from "../program.ts";
import type { Session } from "../session.ts";

const kind = "api";

/** `key …`: makes, lists and revokes the keys that open the API, in the table itself. */
export function addKey(program: Program, session: Session): void {
  const { output, now } = session;
  const key = program.command("key").description("make, list and revoke keys of the API");

  withTableOptions(key.command("create"))
    .description("make a key; its secret is printed once")
    .argument("<name>", "what it is called: whose it is, or what for")
    .option("--owner <owner>", "whose jobs it sees and makes", "team")
    .action(async (name, { owner, ...flags }) => {
      const store = await openKeyTable(session, flags);
      const made = await createAccessKey(store, { kind, name, owner }, { now });
      output.data(made.secret);
      output.words(
        `This is the key ${name} of ${owner}. Nobody can show it again; keep it where passwords are kept.`,
        "Commands take it from FRAMEQUEUE_API_KEY, the page from its field, programs send it as `Authorization: Bearer …`.",
      );
    });

  withTableOptions(key.command("ls"))
    .description("list the keys, newest first")
    .option("--json", "print one object")
    .action(async (flags) => {
      const store = await openKeyTable(session, flags);
      const keys = newestFirst((await store.list()).filter((each) => each.kind === kind));
      if (flags.json) return output.json({ keys: keys.map(accessKeyView) });
      if (keys.length === 0) return output.words("There are no keys: nobody can use the API.");
      for (const line of accessKeyRows(keys)) output.data(line);
    });

  withTableOptions(key.command("revoke"))
    .description("revoke a key, for good")
    .argument("<name>", "its name or its id")
    .action(async (nameOrId, flags) => {
      const store = await openKeyTable(session, flags);
      const revoked = await revokeAccessKey(store, { kind, nameOrId }, now());
      output.words(`Revoked ${revoked.name}. It may go on for a minute where it was just used.`);
    });
}
