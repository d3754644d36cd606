/** A line of a service's, with its number as `printf` formats it. */
export const lineOf = (run: string, number: string): string =>
  `level=info msg="order accepted" run=${run} number=${number} customer=c-4711 amount=12.50 currency=EUR`;

/** A shell script that writes a run of numbered lines: as fast as they go, or about so many a second. */
export const numbers = (run: string, count: number, rate = 0): string => {
  // ten pauses a second
  const pause = rate > 0 ? `; if (number % ${rate / 10} == 0) system("sleep 0.1")` : "";
  const print = `printf ${JSON.stringify(`${lineOf(run, "%07d")}\n`)}, number`;
  return `awk 'BEGIN { for (number = 1; number <= ${count}; number++) { ${print}${pause} } }'`;
};
