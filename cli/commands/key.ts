import { addListAndRevoke } from "../access-keys/add-list-and-revoke.ts";
import { createAccessKey } from "../access-keys/create-access-key.ts";
import { openKeyTable, withTableOptions } from "../access-keys/key-table.ts";
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

  addListAndRevoke(key, session, {
    kind,
    words: {
      list: "list the keys, newest first",
      none: "There are no keys: nobody can use the API.",
      revoke: "revoke a key, for good",
      revoked: "It may go on for a minute where it was just used.",
    },
  });
}
