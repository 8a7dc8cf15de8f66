import { render } from "preact";
import { App } from "./shell/app.tsx";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/jobs.css";
import "./styles/job.css";
import "./styles/player.css";

render(<App />, document.querySelector("#app")!);
