// The keys of the desk. One table: what the buttons show is what the keyboard does.
// Letter keys can be switched off (WCAG 2.1.4); F9 and the buttons always work.

export const LETTERS = {
  start: "S",
  recall: "R",
  no_show: "N",
  park: "P",
  transfer: "T",
  finish: "F",
  requeue: "B",
  reprint: "I",
  bill: "M",
  green: "G",
  lend: "L",
  assist: "H",
  appointments: "D",
  come: "Y",
  undo: "U",
  pause: "A",
  find: "/",
};

const BY_LETTER = new Map(Object.entries(LETTERS).map(([act, key]) => [key.toLowerCase(), act]));
const NEXT = new Set([" ", "Enter"]);

/**
 * What a key press asks the desk to do: "next", "back", a name of LETTERS, or null.
 * @param {KeyboardEvent} event
 * @param {{letters: boolean}} settings
 */
export function actOf(event, { letters }) {
  if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) {
    return null;
  }
  if (event.key === "F9") return "next";
  if (event.key === "Escape") return "back";
  if (writesText(event.target)) return null;
  if (NEXT.has(event.key)) return pressesButton(event.target) ? null : "next";
  return (letters && BY_LETTER.get(event.key.toLowerCase())) || null;
}

function writesText(target) {
  return target.matches?.("input, textarea, select") ?? false;
}

/** A control reached with the keyboard keeps its own Space and Enter. */
function pressesButton(target) {
  return target.matches?.("button, a, summary, [role=button]") ?? false;
}
