// Words that several parts of the page use.

import { brief } from "../shared/format.js";
import { t } from "../shared/i18n.js";

/** A duration in a table, or the sign for a figure that there is none of. */
export function briefOr(seconds) {
  return seconds === null || seconds === undefined ? t("manager.nothing") : brief(seconds);
}
