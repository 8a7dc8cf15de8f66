import { readFileSync } from "node:fs";

// Adds up the counts of several vitest JSON reports into one closing line. Plain JavaScript: it runs on any Node.
const reports = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")));
const sum = (field) => reports.reduce((total, report) => total + report[field], 0);

console.log(
  `${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed, ${sum("numPendingTests")} skipped`,
);
