/**
 * How long a statement took, as `\timing` prints it: from one second on with minutes and seconds, and with hours and days if it
 * took that long.
 */
export function timeText(milliseconds: number): string {
  const plain = `Time: ${milliseconds.toFixed(3)} ms`;
  if (milliseconds < 1000) {
    return `${plain}\n`;
  }
  const minutes = Math.floor(milliseconds / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const seconds = (milliseconds / 1000 - minutes * 60).toFixed(3).padStart(6, '0');
  const clock = [...(hours > 0 ? [hours % 24] : []), minutes % 60].map((part) => `${String(part).padStart(2, '0')}:`);
  return `${plain} (${days > 0 ? `${days} d ` : ''}${clock.join('')}${seconds})\n`;
}
