import { render } from "preact";
// Before anything reads the address: it may hold a key, which must not stay there.
import "./access/begin.ts";
import { App } from "./shell/app.tsx";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/jobs.css";
import "./styles/job.css";
import "./styles/player.css";

// A file that misses the view that takes files must not open in the page's place.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());

render(<App />, document.querySelector("#app")!);
