import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { held, refusal, signIn } from "./access.ts";
import { keyFrom } from "./key-from.ts";

/** What the field asks for, in the words of who lets in here. */
export interface KeyWords {
  readonly label: string;
  readonly notOne: string;
  readonly refused: string;
}

interface Props {
  readonly words: KeyWords;
  /** Whether this is the way in, not one beside the issuer's pages. */
  readonly isFirst: boolean;
  readonly hasFocus: boolean;
}

/** Asks for what opens the API: a key, or a token from elsewhere. */
export function KeyForm({ words, isFirst, hasFocus }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [isNone, setNone] = useState(false);
  useLayoutEffect(() => {
    if (hasFocus) field.current?.focus();
  }, []);

  function submit(event: Event) {
    event.preventDefault();
    const key = keyFrom(field.current?.value ?? "");
    setNone(key === undefined);
    if (key === undefined) field.current?.focus();
    else signIn(key);
  }

  const isRefused = held.value?.kind === "key" && refusal.value !== undefined;
  const fault = isNone ? words.notOne : isRefused ? words.refused : undefined;
  return (
    <>
      {fault !== undefined && (
        <p id="key-fault" class="notice notice-bad" role="alert">
          {fault}
        </p>
      )}
      <form onSubmit={submit}>
        <label for="key">{words.label}</label>
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
        <button type="submit" class={`button ${isFirst ? "button-main" : ""}`}>
          {isFirst ? "Sign in" : `Use this ${words.label.toLowerCase()}`}
        </button>
      </form>
    </>
  );
}
