import { App } from "aws-cdk-lib";
import { buildPage } from "./build-page.ts";
import { bundleFunctions } from "./bundle-functions.ts";
import { FramequeueStack } from "./framequeue-stack.ts";
import { settingsFrom } from "./settings.ts";

const app = new App();
// On one machine it is packed when somebody asks for it: a start need not wait, nor an edit of the worker change the template.
const workerPackage = app.node.tryGetContext("workerPackage") !== "later";
const [functions, page] = await Promise.all([bundleFunctions(), buildPage({ workerPackage })]);

new FramequeueStack(app, "Framequeue", {
  description: "Turns uploaded videos into detections.",
  pipeline: {
    ...settingsFrom((name) => app.node.tryGetContext(name) as unknown),
    code: { functions, page, worker: process.cwd() },
  },
});

app.synth();
