/** This machine in Go's, Pulumi's and OCI's words, which agree on the architecture. */
export const goArch: "amd64" | "arm64" = process.arch === "arm64" ? "arm64" : "amd64";

/** Refuses a machine that nothing here is made for. */
export function requireLinux(): void {
  if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch))
    throw new Error(`the toolchain is made for Linux on x64 or arm64; this is ${process.platform} on ${process.arch}`);
}
