/** Now, as ISO 8601 in UTC. Only this function reads the time of day. */
export function now(): string {
  return new Date().toISOString();
}

/** Starts a stopwatch. Each call of the returned function gives the milliseconds since the start. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start);
}

/** Today, as an ISO date in UTC. */
export function today(): string {
  return now().slice(0, 10);
}
