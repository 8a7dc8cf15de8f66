import { useEffect } from "preact/hooks";
import { held, refusal } from "../access/access.ts";
import { login, signOut } from "../access/login.ts";
import { SignIn } from "../access/sign-in.tsx";
import { HealthChip } from "../health/health-chip.tsx";
import { watchHealth } from "../health/health.ts";
import { JobPage } from "../job/job-page.tsx";
import { HomePage } from "../jobs/home-page.tsx";
import { route } from "../location.ts";
import { homeHref } from "../route.ts";

function View() {
  const { value } = route;
  if (value.name === "home") return <HomePage status={value.status} />;
  if (value.name === "job") return <JobPage key={value.jobId} jobId={value.jobId} />;
  return (
    <section class="empty">
      <h1>There is nothing at this address</h1>
      <p>
        <a href={homeHref()}>Go to the jobs</a>
      </p>
    </section>
  );
}

/** What only callers with a key see of the head. */
function Status() {
  useEffect(watchHealth, []);
  return (
    <div class="head-status">
      <HealthChip />
      {held.value !== undefined && (
        <button type="button" class="button button-small" onClick={() => void signOut()}>
          Sign out
        </button>
      )}
    </div>
  );
}

/** The page: a head that stays, and the view that the address names, for whom the API lets in. */
export function App() {
  const isArriving = login.value !== undefined && login.value.fault === undefined;
  const isOut =
    refusal.value !== undefined || (login.value !== undefined && held.value === undefined);

  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <header class="head">
        <a class="brand" href={homeHref()}>
          <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="brand-frame" d="M7 12V7h5M20 7h5v5M25 20v5h-5M12 25H7v-5" />
            <rect class="brand-object" x="12" y="12" width="8" height="8" rx="2" />
          </svg>
          Framequeue
        </a>
        {!isOut && !isArriving && <Status />}
      </header>
      <main id="main" class="main" tabIndex={-1}>
        {isArriving ? <p role="status">Signing in…</p> : isOut ? <SignIn /> : <View />}
      </main>
    </>
  );
}

// The hash is the page's address, so the browser's own jump would lead away.
function skipToMain(event: Event) {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}
