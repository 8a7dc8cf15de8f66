import { parseArgs } from "node:util";
import { runCampaign } from "./campaign/campaign.ts";
import { sharpMix, usualMix, type Mix } from "./campaign/mix.ts";
import { plantedFaults, type PlantedFault } from "./campaign/planted.ts";
import { passed, report } from "./campaign/report.ts";

const nothing = "nothing";
const usage = `npm run campaign -- [options]

Kills, stops and disturbs a whole system of real processes while it works, and judges what it left.

  --quick           150 SIGKILL, 30 SIGSTOP, 30 SIGTERM, three minutes for each planted fault, none without
  --soak            20,000 SIGKILL, 4,000 SIGSTOP, 4,000 SIGTERM
  --kills N         SIGKILL that are wanted (1,000); --stops N (200); --terms N (200)
  --minutes N       longest that the killing takes (20; soak 600): then what is missing is a failure
  --workers N       worker processes at a time (8)
  --seed N          of every draw (1); processes race all the same
  --planted NAME    only the planted fault: ${plantedFaults.map(({ name }) => name).join(", ")}
  --no-planted      without them
  --keep            leave logs, rows and objects behind
  --help`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    soak: { type: "boolean", default: false },
    kills: { type: "string" },
    stops: { type: "string" },
    terms: { type: "string" },
    minutes: { type: "string" },
    workers: { type: "string" },
    seed: { type: "string", default: "1" },
    "no-planted": { type: "boolean", default: false },
    planted: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const { planted, soak, quick } = values;
const [kills, others] = soak ? [20_000, 4000] : quick ? [150, 30] : [1000, 200];
const mix: Mix = {
  ...usualMix,
  workers: Number(values.workers ?? usualMix.workers),
  wanted: {
    SIGKILL: Number(values.kills ?? kills),
    SIGSTOP: Number(values.stops ?? others),
    SIGTERM: Number(values.terms ?? others),
  },
};
const common = { seed: Number(values.seed), keep: values.keep };
// A minute is the bar of two cores of its own; a machine that is shared may take longer, and still must find it.
const plantedMinutesMax = quick ? 3 : 1;

if (values.help) console.log(usage);
else process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  let good = true;
  if (planted === undefined) {
    const minutesMax = Number(values.minutes ?? (soak ? 600 : 20));
    const say = (line: string) => console.log(line);
    const result = await runCampaign({
      ...common,
      mix,
      minutesMax,
      planted: [],
      untilViolation: false,
      say,
    });
    report(result, mix.wanted);
    good = passed(result, mix.wanted);
  }
  if (values["no-planted"]) return good;
  const wanted = plantedFaults.filter(({ name }) => planted === undefined || name === planted);
  if (wanted.length === 0) throw new Error(`There is no planted fault ${planted}.`);
  // The same minute without a fault must be clean, or what it finds says nothing.
  const control = quick ? [] : [{ name: nothing, edits: [] }];
  for (const fault of [...wanted, ...control]) {
    good = (await sees(fault)) && good;
  }
  return good;
}

async function sees({ name, edits }: PlantedFault): Promise<boolean> {
  const { violations, violationAfterSeconds: after } = await runCampaign({
    ...common,
    mix: sharpMix,
    planted: edits,
    // Without a fault the oracle looks at everything in the end, too.
    untilViolation: name !== nothing,
    minutesMax: plantedMinutesMax,
    say: () => {},
  });
  const [first] = violations;
  const what = first ? `${first.jobId} ${first.what}` : "no violation";
  const when =
    after === undefined ? `in ${plantedMinutesMax * 60} s` : `after ${Math.round(after)} s`;
  const good = (first === undefined) === (name === nothing);
  console.log(`${good ? "as it should be" : "WRONG"}  ${name}: ${what} ${when}`);
  return good;
}
