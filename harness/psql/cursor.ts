interface Frame {
  text: string;
  at: number;
  /** The variable whose value this is; undefined for the line itself. */
  variable: string | undefined;
}

/** A position in a line of a script and in the values of variables that are read inside it. A token never spans two of them. */
export class Cursor {
  #frames: Frame[] = [];

  /** Begins to read a line. */
  begin(line: string): void {
    this.#frames = [{ text: line, at: 0, variable: undefined }];
  }

  /** Continues with the value of a variable. Refuses a variable that is being read already. */
  enter(variable: string, value: string): boolean {
    if (this.#frames.some((frame) => frame.variable === variable)) {
      return false;
    }
    this.#frames.push({ text: value, at: 0, variable });
    return true;
  }

  /** Takes what the sticky pattern matches here; nothing if it does not match. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    const frame = this.#frame();
    if (frame === undefined) {
      return undefined;
    }
    pattern.lastIndex = frame.at;
    const taken = pattern.exec(frame.text) ?? undefined;
    frame.at += taken?.[0].length ?? 0;
    return taken;
  }

  /** Puts back the last characters that were taken. */
  putBack(length: number): void {
    this.#frames.at(-1)!.at -= length;
  }

  get isAtEnd(): boolean {
    return this.#frame() === undefined;
  }

  /** The frame with the next character. */
  #frame(): Frame | undefined {
    let frame = this.#frames.at(-1);
    while (frame !== undefined && frame.at >= frame.text.length) {
      if (this.#frames.length === 1) {
        return undefined;
      }
      this.#frames.pop();
      frame = this.#frames.at(-1);
    }
    return frame;
  }
}
