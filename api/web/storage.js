// What the explorer remembers in this browser, under names of its own: every GraphiQL that was
// ever served from the same host and port shares `localStorage`, and its tabs would hide ours.

const PREFIX = 'partner-registry:';

const ownKeys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

/** A `Storage` that sees only the explorer's own entries. */
export const storage = {
  getItem: (key) => localStorage.getItem(PREFIX + key),
  setItem: (key, value) => localStorage.setItem(PREFIX + key, value),
  removeItem: (key) => localStorage.removeItem(PREFIX + key),
  clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ownKeys().length;
  },
};

/** Whether this browser has no tabs of ours yet. */
export const isFirstVisit = ownKeys().length === 0;
