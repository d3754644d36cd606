const [attempts, pause] = [20, 500];

/** Asks that address whether Grafana is well, as the real plugin would talk to it: what is not there yet is asked again. */
export const reach = async (url: string): Promise<void> => {
  for (let attempt = 1; ; attempt++)
    try {
      const { ok, status } = await fetch(new URL("/api/health", url), { headers: { connection: "close" } });
      if (ok) return;
      throw new Error(`status ${status}`);
    } catch (cause) {
      if (attempt === attempts) throw new Error(`Grafana at ${url} does not answer`, { cause });
      await new Promise((again) => setTimeout(again, pause));
    }
};
