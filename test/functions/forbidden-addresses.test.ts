import { expect, test } from "vitest";
import { isForbiddenAddress } from "../../functions/forbidden-addresses.ts";
import { publicResolver } from "../../functions/public-address.ts";

test.each([
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.168.1.1",
  "198.18.0.1",
  "198.19.255.255",
  "224.0.0.1",
  "239.255.255.250",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::1",
  "not an address",
  "",
])("%s is nobody's public address", (address) => {
  expect(isForbiddenAddress(address)).toBe(true);
});

test.each([
  "1.1.1.1",
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.255.255",
  "172.32.0.1",
  "198.17.255.255",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001:812::200e",
])("%s is public", (address) => {
  expect(isForbiddenAddress(address)).toBe(false);
});

test("a name with one address inside is refused, whichever comes first", async () => {
  const resolve = publicResolver(async () => [
    { address: "93.184.215.14", family: 4 },
    { address: "10.0.0.1", family: 4 },
  ]);

  await expect(resolve("both.example.com")).rejects.toThrow(/^both\.example\.com has an address/);
});

test("a name without an address is refused", async () => {
  await expect(publicResolver(async () => [])("x.example.com")).rejects.toThrow("no address");
});

test("an address in a URL is not looked up", async () => {
  const resolve = publicResolver(() => Promise.reject(new Error("looked up")));

  expect(await resolve("[2606:4700:4700::1111]")).toEqual({
    address: "2606:4700:4700::1111",
    family: 6,
  });
});
