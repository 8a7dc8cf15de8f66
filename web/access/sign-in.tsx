import { useEffect, useRef, useState } from "preact/hooks";
import { apiKey, refusal, signIn } from "./access.ts";
import { keyFrom } from "./key-from.ts";

/** Asks for a key where the API lets nobody in without one. */
export function SignIn() {
  const field = useRef<HTMLInputElement>(null);
  const [isNone, setNone] = useState(false);
  useEffect(() => {
    document.title = "Sign in · Framequeue";
    field.current?.focus();
  }, []);

  function submit(event: Event) {
    event.preventDefault();
    const key = keyFrom(field.current?.value ?? "");
    setNone(key === undefined);
    if (key === undefined) field.current?.focus();
    else signIn(key);
  }

  const fault = isNone
    ? "That is no key. It is one word and starts with fq_."
    : refusal.value === 403 && apiKey.value !== undefined
      ? "That key opens nothing here: it is unknown, revoked, or for a worker."
      : undefined;
  return (
    <section class="panel sign-in">
      <h1>Sign in</h1>
      <p class="quiet">Videos and results are for those who have a key.</p>
      {fault !== undefined && (
        <p id="key-fault" class="notice notice-bad" role="alert">
          {fault}
        </p>
      )}
      <form onSubmit={submit}>
        <label for="key">API key</label>
        <input
          id="key"
          ref={field}
          type="password"
          autocomplete="current-password"
          spellcheck={false}
          required
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? "key-help" : "key-fault key-help"}
        />
        <button type="submit" class="button button-main">
          Sign in
        </button>
      </form>
      <p id="key-help" class="quiet">
        Whoever runs the system makes one: <code>framequeue key create NAME</code>. On your own
        machine, open the address that <code>npm start</code> prints.
      </p>
    </section>
  );
}
