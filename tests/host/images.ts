/** Archives of the images that the stack runs, by container. */
export const testImages = async (): Promise<Record<string, string>> => ({
  prometheus: "/tmp/img/prometheus.tar",
  loki: "/tmp/img/loki.tar",
  alloy: "/tmp/img/alloy.tar",
});
