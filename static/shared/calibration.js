// The calibration card of a hall: of the last 30 days, how often the call came inside the range that
// the visitor was told.

import { get } from "./api.js";

/** Fewer estimates than this say nothing about how good they are: two standard errors are 6%. */
export const ENOUGH = 100;

/** Rows of a table show what they can from here on: two standard errors are 11%. */
export const ENOUGH_IN_ROW = 30;

const TOLERANCE = 0.03;

/** Read the card; null when it cannot be read now. */
export function readCard(hall) {
  return get(`/halls/${hall}/calibration`).catch(() => null);
}

/**
 * Whether the ranges keep their promise, beyond what chance does.
 * @returns {"few" | "kept" | "narrow" | "wide"} narrow: the call came outside too often
 */
export function verdict({ promised, total: { estimates, inside } }) {
  if (estimates < ENOUGH) return "few";
  const chance = 2 * Math.sqrt((promised * (1 - promised)) / estimates);
  const tolerance = Math.max(TOLERANCE, chance);
  if (inside < promised - tolerance) return "narrow";
  return inside > promised + tolerance ? "wide" : "kept";
}

/** How many of 100 estimates held, rounded down. */
export function ofHundred(inside) {
  return Math.floor(Math.round(inside * 10_000) / 100);
}
