// What papers are called: the hall says it once, for all lists. Everywhere else, in requests as well,
// the text of the hall file stands for a paper.

import { language, t } from "./i18n.js";

let names = {};

/** Take what a hall calls its papers. */
export function knowMaterials(hall) {
  names = hall.materials;
}

/** What a paper is called in the page's language; its text where it has no name. */
export function materialName(text) {
  return names[text]?.[language()] ?? text;
}

/** The value of `lang` where papers are listed by name: of the page, or of their texts. */
export function materialLanguage(...texts) {
  const known = texts.every((text) => names[text]?.[language()]);
  return known ? document.documentElement.lang : "zh-CN";
}

/** Papers in a row. */
export function materialsLine(texts) {
  return texts.map(materialName).join(t("common.list_comma"));
}
