/** What a secret opens: the API for an owner's programs, or a worker's credentials and nothing else. */
export const accessKeyKinds = ["api", "worker"] as const;
export type AccessKeyKind = (typeof accessKeyKinds)[number];

/** An API key or a worker token, without its secret: of that only the SHA-256 is kept. Times are epoch milliseconds. */
export interface AccessKey {
  /** Of the whole secret, as lower-case hex. It has 256 random bits, so that a fast hash is enough. */
  readonly secretSha256: string;
  readonly kind: AccessKeyKind;
  /** What people call it; unique among the keys that are not revoked. */
  readonly name: string;
  /** Whose jobs an API key sees and makes. */
  readonly owner: string;
  readonly createdAt: number;
  readonly revokedAt?: number;
}

const prefixes = { api: "fq_", worker: "fqw_" } as const satisfies Record<AccessKeyKind, string>;

/** Bytes of chance in a secret. */
export const secretBytes = 32;

/** The secret as people see it, once: its prefix tells what it is, also to scanners of leaked secrets. */
export const accessSecret = (kind: AccessKeyKind, bytes: Uint8Array): string =>
  prefixes[kind] + Buffer.from(bytes).toString("base64url");

/** What a secret looks like; whatever does not is not even looked up. */
const accessSecretForm = /^(?:fq|fqw)_[A-Za-z0-9_-]{43}$/;

/** The secret of an `Authorization: Bearer` header; undefined where there is none of the right form and length. */
export function bearerSecret(authorization: string | undefined): string | undefined {
  const secret = /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return secret !== undefined && accessSecretForm.test(secret) ? secret : undefined;
}

/** What is kept of a secret: its SHA-256, as lower-case hex. */
export const accessSecretSha256 = async (secret: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(secret))).toString("hex");

/** Short enough to be read out, long enough to name one of a team's keys. */
export const accessKeyId = ({ secretSha256 }: Pick<AccessKey, "secretSha256">): string =>
  secretSha256.slice(0, 12);
