/**
 * Paths for the two signs that SVG can't style: the torn edge of a corrupt thing
 * and the strike through a lost one. Pure functions of a box, so that a drawing
 * stays the same while it is scrubbed; the tear depends on the height alone.
 */

/** A box in the units of the drawing's viewBox. */
export type Box = { x: number; y: number; width: number; height: number };

const toothHeight = 6;
const toothDepths = [0, 6, 1, 7, 0, 5, 2, 6];

/** The outline of a box whose right edge is torn off, for `<path d>`. */
export function tornPath({ x, y, width, height }: Box): string {
  const right = x + width;
  const teethCount = Math.max(2, Math.round(height / toothHeight));
  let path = `M${x} ${y}H${right}`;
  for (let tooth = 1; tooth <= teethCount; tooth++) {
    const depth = toothDepths[tooth % toothDepths.length] ?? 0;
    path += `L${right - depth} ${y + (height * tooth) / teethCount}`;
  }
  return `${path}H${x}Z`;
}

/** The line through a lost box, corner to corner, for `<path d>`. */
export function strikePath({ x, y, width, height }: Box): string {
  return `M${x} ${y + height}L${x + width} ${y}`;
}
