import type { Command } from "@commander-js/extra-typings";
import type { AccessKeyKind } from "../../contracts/access-key.ts";
import type { Session } from "../session.ts";
import { accessKeyRows, accessKeyView, newestFirst } from "./access-key-rows.ts";
import { openKeyTable, withTableOptions } from "./key-table.ts";
import { revokeAccessKey } from "./revoke-access-key.ts";

/** What is said of one kind of keys. */
export interface KeyWords {
  readonly list: string;
  readonly none: string;
  readonly revoke: string;
  /** After it was revoked: how long it may go on. */
  readonly revoked: string;
}

/** Adds `ls` and `revoke` of one kind of keys. */
export function addListAndRevoke(
  parent: Command,
  session: Session,
  { kind, words }: { readonly kind: AccessKeyKind; readonly words: KeyWords },
): void {
  const { output, now } = session;

  withTableOptions(parent.command("ls"))
    .description(words.list)
    .option("--json", "print one object")
    .action(async (flags) => {
      const store = await openKeyTable(session, flags);
      const keys = newestFirst((await store.list()).filter((each) => each.kind === kind));
      if (flags.json) return output.json({ keys: keys.map(accessKeyView) });
      if (keys.length === 0) return output.words(words.none);
      for (const line of accessKeyRows(keys)) output.data(line);
    });

  withTableOptions(parent.command("revoke"))
    .description(words.revoke)
    .argument("<name>", "its name or its id")
    .action(async (nameOrId, flags) => {
      const store = await openKeyTable(session, flags);
      const revoked = await revokeAccessKey(store, { kind, nameOrId }, now());
      output.words(`Revoked ${revoked.name}. ${words.revoked}`);
    });
}
