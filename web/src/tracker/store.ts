// localStorage, or memory for what the browser will not take (blocked, full, private).

type Shelf = Record<string, string>;

export interface Store {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** Names that begin with `start`, sorted. */
  names(start: string): string[];
}

export function createStore(win: Window): Store {
  const memory: Shelf = {};
  let local: Shelf = {};
  try {
    local = win.localStorage || local;
  } catch {
    // Blocked: this page remembers for itself.
  }
  return {
    get: (name) => memory[name] || local[name],
    set(name, value) {
      try {
        local[name] = value;
      } catch {
        memory[name] = value;
      }
    },
    remove(name) {
      delete memory[name];
      delete local[name];
    },
    names: (start) => Object.keys({ ...local, ...memory }).filter((name) => name.startsWith(start)).sort(),
  };
}
