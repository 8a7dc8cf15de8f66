import { BlockList, isIP } from "node:net";

/** IANA's special-purpose registry for IPv4, with multicast and what is reserved: nothing there is a public host. */
const forbiddenIpv4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local, with the metadata and credential services of AWS at 169.254.169.254 and 169.254.170.2.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** Within 2000::/3, the only part of IPv6 that is given out: what leads to IPv4 addresses, or nowhere. */
const forbiddenIpv6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

type Networks = readonly (readonly [network: string, prefix: number])[];

const isIn = (address: string, networks: Networks, family: "ipv4" | "ipv6"): boolean => {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list.check(address, family);
};

/** Whether an IP address is anything but a public host's; what is no address is. */
export function isForbiddenAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return isIn(address, forbiddenIpv4, "ipv4");
  // Loopback, mapped and translated IPv4, unique local (fd00:ec2::254), link-local and multicast are all outside of it.
  const isGivenOut = family === 6 && isIn(address, [["2000::", 3]], "ipv6");
  return !isGivenOut || isIn(address, forbiddenIpv6, "ipv6");
}
