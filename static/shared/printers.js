// Printers as staff see them: which need a hand, and in which words.

import { t } from "./i18n.js";

/** Nothing to do. "unknown" prints, and says nothing of itself. */
export const WELL = new Set(["ready", "unknown"]);

export function printerWords(state) {
  return t(`common.printer_${state}`);
}

/** The printers that somebody has to look after. */
export function inTrouble(printers) {
  return printers.filter(({ state }) => !WELL.has(state));
}
