/** `127.0.0.1:3100` as its two parts; an IPv6 address loses its brackets. */
export const splitHostPort = (text: string): { host: string; port: number } => {
  const at = text.lastIndexOf(":");
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
};

/** Whether only the host itself reaches that address. */
export const isLoopback = (host: string): boolean => /^(127(\.[0-9]{1,3}){3}|::1|localhost)$/.test(host);
