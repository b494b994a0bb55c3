/** After this silence a server that owes an answer is asked whether it is still there. */
export const defaultAnswerTimeoutMs = 30_000;

/** The part of a socket that the guard needs. */
export interface Listened {
  readonly bytesRead: number;
  destroy(): void;
}

/**
 * Waits for an answer without limit as long as the server is there: a long statement is not a fault. After each `answerTimeoutMs`
 * of silence it calls `isThere`. If that says no, it calls `onSilent` and destroys the socket, which ends the wait.
 */
export async function guarded<T>(
  answer: Promise<T>,
  socket: Listened,
  answerTimeoutMs: number,
  isThere: () => Promise<boolean>,
  onSilent: () => void,
): Promise<T> {
  let isOver = false;
  let heard = socket.bytesRead;
  const look = async () => {
    const silent = socket.bytesRead === heard && !(await isThere()) && socket.bytesRead === heard;
    if (isOver) {
      return;
    }
    if (silent) {
      onSilent();
      socket.destroy();
      return;
    }
    heard = socket.bytesRead;
    timer = setTimeout(() => void look(), answerTimeoutMs);
  };
  let timer = setTimeout(() => void look(), answerTimeoutMs);
  try {
    return await answer;
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}
