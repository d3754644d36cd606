import { connect } from "node:http2";
import { setTimeout as pause } from "node:timers/promises";

/** How long the work of an end may take, in ms: the engine kills a provider 5 s after it asked it to end. */
const patience = 2_000;
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

const works = new Set<() => Promise<unknown>>();
let worked: Promise<unknown> | undefined;

/** Does all that has been registered, once; whatever becomes of it, the end comes. */
const workOff = (): Promise<unknown> => {
  worked ??= Promise.race([Promise.allSettled([...works].map(async (work) => work())), pause(patience)]);
  return worked;
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
  whenGone(engine, async () => {
    await workOff();
    process.exit(1);
  });
};

let listening = false;

/**
 * Registers work to be done before this process ends by SIGINT or SIGTERM, by which the engine ends it, or because the
 * engine is gone. Two seconds are left for it, whether it is done by then or not.
 * @returns Takes the work back.
 */
export const onEnd = (work: () => Promise<unknown>): (() => void) => {
  watchEngine();
  if (!listening)
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, async () => {
        await workOff();
        // it has no listener any more and ends the process as it would have without
        process.kill(process.pid, signal);
      });
  listening = true;
  works.add(work);
  return () => works.delete(work);
};
