/** Now, as ISO 8601 in UTC. The one place that asks for the time of day. */
export function now(): string {
  return new Date().toISOString();
}

/** Starts a stopwatch: each call of what it returns gives the milliseconds since. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start);
}

/** Today, as an ISO date in UTC. */
export function today(): string {
  return now().slice(0, 10);
}
