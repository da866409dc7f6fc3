// What a wait is made of, in words: the phone page and the kiosk say it alike.

import { wallTime } from "./clock.js";
import { t } from "./i18n.js";

/** "4 windows are open for it, 1 more from about 13:30, 2 appointments are due." */
export function behindWords({ windows, opening, due }) {
  const counted = (key, n, more) => t(`common.${key}_${n === 1 ? "one" : "many"}`, { n, ...more });
  const parts = [counted("serves", windows)];
  if (opening.length > 0) parts.push(counted("opens", opening.length, { at: wallTime(opening[0]) }));
  if (due > 0) parts.push(counted("due", due));
  return parts.join(t("common.comma")) + t("common.stop").trimEnd();
}
