// What is asked of past days: as the server takes it, and in words.

import { nameOf, t } from "../shared/i18n.js";

/** The changes as the server takes them; the rest is as it was. */
export function changesOf({ changes, routing, rules }) {
  const windows = {};
  for (const [index, change] of changes.entries()) {
    if (change.kind === "closed") windows[change.window] = { closed: true };
    else windows[`+${index + 1}`] = { groups: [change.group], opens: change.opens, closes: change.closes };
  }
  const asked = { windows, rules: numbers(rules) };
  return routing ? { ...asked, routing } : asked;
}

function numbers(rules) {
  const said = Object.entries(rules).filter(([, value]) => value !== "");
  return Object.fromEntries(said.map(([name, value]) => [name, Number(value)]));
}

/** Each change in words; none when nothing is different. */
export function wordsOf({ hall, windows, changes, routing, rules }) {
  const known = (list, id) => nameOf(list.find((each) => each.id === id)?.name) || id;
  return [
    ...changes.map(({ kind, group, window, opens, closes }) =>
      kind === "closed"
        ? t("what_if.closed_words", { window: known(windows, window) })
        : t("what_if.more_words", { group: known(hall.groups, group), opens, closes }),
    ),
    ...(routing ? [t("what_if.routing_words", { routing: t(`what_if.routing_${routing}`) })] : []),
    ...Object.entries(numbers(rules)).map(([name, minutes]) => t(`what_if.${name}_words`, { minutes })),
  ];
}
