// Nothing of ours may throw into the page that carries it.

type Callable<A extends unknown[]> = (...args: A) => unknown;

/** `call`, with every error swallowed. */
export function guard<A extends unknown[]>(call: Callable<A>): (...args: A) => void {
  return (...args) => {
    try {
      call(...args);
    } catch {
      // A fault of the tracker costs an event, never the page.
    }
  };
}

/** Listens without ever holding up scrolling or the page's own handlers. */
export function listen(target: EventTarget, name: string, call: (event: Event) => unknown): void {
  target.addEventListener(name, guard(call), { capture: true, passive: true });
}
