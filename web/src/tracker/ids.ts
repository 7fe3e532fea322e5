// Identity of events and sessions: made in the page, so that every delivery of an event carries the same.

let last = 0;
let made = 0;

/** UUIDv7 of `at` (epoch ms). Ids that one page makes within a millisecond still sort in their order. */
export function uuid7(at: number): string {
  made = at === last ? made + 1 : 0;
  last = at;
  const time = hex(at, 12);
  const [one, two] = crypto.getRandomValues(new Uint32Array(2));
  const noise = hex(one!, 8) + hex(two!, 8);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(made & 4095, 3)}-8${noise.slice(1, 4)}-${noise.slice(4)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
