import { isIP } from "node:net";
import { isForbiddenAddress } from "./forbidden-addresses.ts";

export interface HostAddress {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

export type ResolvePublic = (hostname: string) => Promise<HostAddress>;

/**
 * Leads from a host of a URL to the one address that may be connected to. Rejects a host of which any address is not
 * public: it would be a matter of luck which is taken. The message names no address: names may be of inside.
 */
export function publicResolver(
  resolve: (hostname: string) => Promise<readonly HostAddress[]>,
): ResolvePublic {
  return async (hostname) => {
    const bare = hostname.replace(/^\[|\]$/g, "");
    const family = isIP(bare);
    const addresses = family ? [{ address: bare, family }] : await resolve(bare);
    const [first] = addresses;
    if (!first) throw new Error(`${hostname} has no address`);
    if (addresses.some(({ address }) => isForbiddenAddress(address))) {
      throw new Error(`${hostname} has an address that is not public`);
    }
    return first;
  };
}
