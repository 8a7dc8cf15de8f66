import type { Edit } from "../../support/tree-copy.ts";

/** A fault that the campaign must find within a minute, or it is blind. */
export interface PlantedFault {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** The three that most job queues have, in our words. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    name: "no-fence",
    edits: [
      {
        file: "contracts/protocol/worker-transitions.ts",
        from: 'all(equal("status", "running"), equal("run", run), equal("fence", fence), equal("nonce", nonce))',
        to: 'all(equal("status", "running"), equal("run", run))',
      },
    ],
  },
  {
    name: "unconditional-dead-letter",
    edits: [
      {
        file: "functions/dead-letter/dead-letter.ts",
        from: 'if (found?.row.status !== "pending") {',
        to: "if (!found) {",
      },
      {
        file: "functions/dead-letter/dead-letter.ts",
        from: "if (row.deadLetters === 0) {",
        to: "if (row.deadLetters < 0) {",
      },
      {
        file: "contracts/protocol/sweeper-transitions.ts",
        from: `    equal("status", "pending"),
    equal("run", row.run),
    equal("fence", row.fence),
    atLeast("deadLetters", 1),`,
        to: '    equal("run", row.run),',
      },
    ],
  },
  {
    name: "shared-result-key",
    edits: [
      {
        file: "contracts/keys.ts",
        from: "`results/${jobId}/r${run}/f${fence}/${name}`",
        to: "`results/${jobId}/r${run}/f${fence && 0}/${name}`",
      },
    ],
  },
];
