/** A work that took longer than it may; what it still does is of no consequence. */
export class DeadlineError extends Error {
  override name = "DeadlineError";
}

/** The result of a work. @param most Milliseconds. @throws DeadlineError when it is not done by then. */
export const within = async <T>(most: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`not done within ${most / 1000} s`)), most);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
