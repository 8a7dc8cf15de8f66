import { inspectModel, manifestOf } from "../models/inspect/inspect-model.ts";
const m = manifestOf(await inspectModel(process.argv[2]!));
console.log(JSON.stringify({ ...m, classes: m.classes.length }, null, 1));
process.exit(0);
