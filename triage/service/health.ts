// Whether the service answers, as its container's health check asks.
//   node health.ts PORT
const response = await fetch(`http://127.0.0.1:${process.argv[2]}/health`, { signal: AbortSignal.timeout(4000) }).catch(
  () => undefined,
);
process.exit(response?.ok ? 0 : 1);

export {};
