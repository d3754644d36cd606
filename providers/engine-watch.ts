import { connect } from "node:http2";

/** Between an end of the connection to the engine and the next look, in ms. */
const again = 200;

/** Where the engine listens, out of the arguments by which it starts a provider; a process of anything else has none. */
const engineOf = (argv: string[]): string | undefined => argv.findLast((arg) => /^127\.0\.0\.1:\d+$/.test(arg));

/**
 * Holds a connection to an address and calls `gone` once nobody listens there. It is an HTTP/2 session, as gRPC servers
 * expect: they close a connection that stays silent, and wait for it before they end.
 */
const whenGone = (address: string, gone: () => void): void => {
  const session = connect(`http://${address}`);
  let refused = false;
  session.on("error", ({ code }: NodeJS.ErrnoException) => {
    refused = code === "ECONNREFUSED";
  });
  session.once("close", () => (refused ? gone() : setTimeout(whenGone, again, address, gone).unref()));
  session.unref();
};

let watching = false;

/**
 * Ends this process, if it is a provider's, once its engine is gone: one that was killed leaves its providers running.
 * Not even their parent tells: the vendor's launcher is a shell that stays between the two.
 */
export const watchEngine = (): void => {
  const engine = engineOf(process.argv);
  if (watching || !engine) return;
  watching = true;
  whenGone(engine, () => process.exit(1));
};
