// How long a click takes to the new price, and to its picture on the screen.

const CLICK = "option_click";

/** The new price is in the page: `option_click_to_price` can be measured from outside. */
export function priced(event: Event): void {
  performance.measure(`${CLICK}_to_price`, { start: event.timeStamp, end: performance.now() });
}

/** Calls back when what the click changed has been painted, with the milliseconds since the click. */
export function after(event: Event, call: (toPaint: number) => void): void {
  let called = false;
  const once = () => {
    if (called) return;
    called = true;
    const now = performance.now();
    performance.measure(`${CLICK}_to_paint`, { start: event.timeStamp, end: now });
    call(now - event.timeStamp);
  };
  requestAnimationFrame(() => setTimeout(once));
  // A page out of sight gets no frames.
  if (document.hidden) once();
}
