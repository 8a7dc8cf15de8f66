import { once } from "node:events";
import { connect, createServer, type NetConnectOpts, type Server } from "node:net";

/** A port of 127.0.0.1, or the path of a Unix socket. */
export type Place = number | string;

const at = (place: Place) =>
  typeof place === "number" ? { host: "127.0.0.1", port: place } : { path: place };

/** Passes each connection to `from` on to `to`, both ways, until the answered server is closed. */
export async function forward(from: Place, to: Place): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...at(to), allowHalfOpen: true } as NetConnectOpts);
    near.pipe(far).pipe(near);
    // Whoever is reset learns nothing more from the other side.
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  server.listen(at(from));
  await once(server, "listening");
  return server;
}
