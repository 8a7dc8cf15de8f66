import { signInFile, type SignInSettings } from "../../contracts/login-settings.ts";

let read: Promise<SignInSettings> | undefined;

/** How people sign in here, as it was deployed; read once. Rejects where the file cannot be had. */
export function signInSettings(): Promise<SignInSettings> {
  read ??= fetchSettings();
  // The next one who asks tries again.
  read.catch(() => (read = undefined));
  return read;
}

async function fetchSettings(): Promise<SignInSettings> {
  const answer = await fetch(`/${signInFile}`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`/${signInFile} answered ${answer.status}`);
  return (await answer.json()) as SignInSettings;
}
