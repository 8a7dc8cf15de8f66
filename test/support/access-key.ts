import type { AccessKey } from "../../contracts/access-key.ts";

/** An API key of the team's; the test names what differs. */
export const anAccessKey = (differences: Partial<AccessKey> = {}): AccessKey => ({
  secretSha256: "a".repeat(64),
  kind: "api",
  name: "laptop",
  owner: "team",
  createdAt: 0,
  ...differences,
});
