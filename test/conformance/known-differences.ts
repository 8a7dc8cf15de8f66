import { motoDifferences } from "./moto-differences.ts";
import type { KnownDifference } from "./verdict.ts";

const dynoxideDifferences: readonly KnownDifference[] = [
  {
    because: "it checks no signature",
    suite: "DynamoDB",
    checks: ["tables > refuses a signature made with another secret"],
  },
  {
    because: "it takes a member that is added again in another spelling for a duplicate",
    suite: "DynamoDB",
    checks: ["sets > tells members apart by value, not by spelling"],
  },
];

/** What is known of implementations that are not ours, by the target's name. An entry that no longer fails is an error. */
export const knownDifferences: Readonly<Record<string, readonly KnownDifference[]>> = {
  dynoxide: dynoxideDifferences,
  moto: motoDifferences,
};
