import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { SignInSettings } from "../../contracts/login-settings.ts";
import { held, refusal } from "./access.ts";
import { KeyForm, type KeyWords } from "./key-form.tsx";
import { beginLogin, login } from "./login.ts";
import { signInSettings } from "./sign-in-settings.ts";

const keyWords: KeyWords = {
  label: "API key",
  notOne: "That is no key. It is one word and starts with fq_.",
  refused: "That key opens nothing here: it is unknown, revoked, or for a worker.",
};
const tokenWords: KeyWords = {
  label: "Token",
  notOne: "That is no token. It is one long word.",
  refused: "That token opens nothing here: it has ended, or is not of this issuer for this system.",
};

const endings = {
  ended: "Your sign-in has ended. Sign in again to go on.",
  unfit:
    "You were signed in, but this system does not take the token that you got: it is not made for it. Tell whoever runs the system.",
};

/** Asks who somebody is where the API lets nobody in without: by a key, a token, or the issuer's own pages. */
export function SignIn() {
  const [settings, setSettings] = useState<SignInSettings>();
  useEffect(() => {
    document.title = "Sign in · Framequeue";
    // Without the file a key may still be known.
    signInSettings().then(setSettings, () => setSettings({ kind: "api_key" }));
  }, []);

  return (
    <section class="panel sign-in">
      <h1>Sign in</h1>
      {settings?.kind === "api_key" && <ByKey />}
      {settings?.kind === "token" && <ByToken issuer={settings.issuer} isFirst hasFocus />}
      {settings?.kind === "login" && <ByLogin issuer={settings.issuer} />}
    </section>
  );
}

function ByKey() {
  return (
    <>
      <p class="quiet">Videos and results are for those who have a key.</p>
      <KeyForm words={keyWords} isFirst hasFocus />
      <p id="key-help" class="quiet">
        Whoever runs the system makes one: <code>framequeue key create NAME</code>. On your own
        machine, open the address that <code>npm start</code> prints.
      </p>
    </>
  );
}

function ByToken({ issuer, ...place }: { issuer: string; isFirst: boolean; hasFocus: boolean }) {
  return (
    <>
      {place.isFirst && <p class="quiet">Videos and results are for those who have a token.</p>}
      <KeyForm words={tokenWords} {...place} />
      <p id="key-help" class="quiet">
        An access token that <code>{issuer}</code> made for this system.
      </p>
    </>
  );
}

function ByLogin({ issuer }: { issuer: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const hasKey = held.value?.kind === "key";
  // Before anybody can type: who is filling in a token must not lose the focus to the button.
  useLayoutEffect(() => {
    if (!hasKey) button.current?.focus();
  }, []);
  const why = refusal.value === "ended" || refusal.value === "unfit" ? refusal.value : undefined;
  const fault = login.value?.fault ?? (why && endings[why]);

  return (
    <>
      <p class="quiet">
        Videos and results are for those who have an account at <code>{new URL(issuer).host}</code>.
      </p>
      {fault !== undefined && (
        <p class="notice notice-bad" role="alert">
          {fault}
        </p>
      )}
      <button
        type="button"
        class="button button-main"
        ref={button}
        onClick={() => void beginLogin()}
      >
        Sign in
      </button>
      <details open={hasKey}>
        <summary>Use a token instead</summary>
        <ByToken issuer={issuer} isFirst={false} hasFocus={hasKey} />
      </details>
    </>
  );
}
