// Amounts as people say them. No page handles money: these are what a payment notice says.

import { t } from "./i18n.js";

/** "35.00 yuan" of hundredths, or that the window says it. */
export function yuan(fen) {
  if (fen === null || fen === undefined) return t("common.amount_unknown");
  return t("common.amount", { n: (fen / 100).toFixed(2) });
}
