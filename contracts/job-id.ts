import * as z from "zod";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A ULID in lower case: 48 bits of milliseconds, then 80 random bits; sorts by time of creation. */
export const JobId = z
  .string()
  .regex(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/, "a job id has 26 letters and digits")
  .brand<"JobId">();
export type JobId = z.infer<typeof JobId>;

/** Makes a job id from the time (epoch milliseconds) and 10 random bytes. */
export function jobIdFrom(now: number, random: Uint8Array): JobId {
  let bits = BigInt(now);
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);

  let id = "";
  for (let position = 0; position < 26; position++) {
    id = alphabet[Number(bits & 31n)] + id;
    bits >>= 5n;
  }
  return JobId.parse(id);
}

/** When a job id was made, in epoch milliseconds. */
export const madeAt = (jobId: JobId): number =>
  jobId
    .slice(0, 10)
    .split("")
    .reduce((sum, letter) => sum * 32 + alphabet.indexOf(letter), 0);

export const newJobId = (now: number): JobId =>
  jobIdFrom(now, crypto.getRandomValues(new Uint8Array(10)));
