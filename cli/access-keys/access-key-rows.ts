import { accessKeyId, type AccessKey } from "../../contracts/access-key.ts";
import { columns } from "../client/summary.ts";

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A key as `--json` prints it; of its secret there is nothing. */
export const accessKeyView = (key: AccessKey) => ({
  key_id: accessKeyId(key),
  kind: key.kind,
  name: key.name,
  owner: key.owner,
  created_at: timeOf(key.createdAt),
  revoked_at: key.revokedAt === undefined ? null : timeOf(key.revokedAt),
});

/** Keys as a table, newest first; the revoked ones say so. */
export function accessKeyRows(keys: readonly AccessKey[]): readonly string[] {
  const rows = newestFirst(keys).map((key) => [
    accessKeyId(key),
    key.name,
    key.owner,
    timeOf(key.createdAt).slice(0, 19).replace("T", " "),
    key.revokedAt === undefined ? "" : `revoked ${timeOf(key.revokedAt).slice(0, 10)}`,
  ]);
  return columns([["id", "name", "owner", "created (UTC)", ""], ...rows], "left").map((line) =>
    line.trimEnd(),
  );
}

/** The newest key comes first. */
export const newestFirst = (keys: readonly AccessKey[]): readonly AccessKey[] =>
  keys.toSorted((a, b) => b.createdAt - a.createdAt);
