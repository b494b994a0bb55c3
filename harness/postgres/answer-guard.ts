/** Silence after which a server that owes an answer is asked whether it is there. */
export const defaultAnswerTimeoutMs = 30_000;

/** What the guard needs of a socket. */
export interface Listened {
  readonly bytesRead: number;
  destroy(): void;
}

/**
 * Waits for an answer without end as long as the server is there: a long statement is not a fault. After each `answerTimeoutMs`
 * of silence `isThere` is asked; when it says no, the socket is destroyed, which ends the wait, and `onSilent` is called first.
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
