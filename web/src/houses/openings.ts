// Which openings a window area fills: first there are more of them, then they grow. As the server draws
// them in preview/openings.py.

const LEVELS = 3;

/** Size (0 to 3) of the gable's opening, then of each module's, from the front; area 0: not decided. */
export function levels(modules: number, area: number, most: number): number[] {
  const slots = modules + 1;
  const points = area === 0 ? 2 * slots : Math.max(1, Math.ceil((area * LEVELS * slots) / most));
  return Array.from({ length: slots }, (_, place) => Math.floor((points + slots - 1 - place) / slots));
}
