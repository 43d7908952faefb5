/** Says that something fails: once, and again only after it worked. A database may be away for hours. */
export interface Complaint {
  failed(message: string): void;
  /** It works. @returns whether it had failed before */
  recovered(): boolean;
}

export function createComplaint(say: (message: string) => void): Complaint {
  let standing = false;
  return {
    failed(message) {
      if (!standing) say(message);
      standing = true;
    },
    recovered() {
      const before = standing;
      standing = false;
      return before;
    },
  };
}
