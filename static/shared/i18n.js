// Words. All languages of a page are loaded at the start, so that switching is at once.

const listeners = new Set();
const catalogue = new Map(); // language → {key: text}
let current = "zh";

/** The language of the page now. */
export const language = () => current;

/**
 * Load message areas ("common", "kiosk", …) in all languages.
 * @param {string[]} areas
 * @param {string[]} languages
 */
export async function loadTexts(areas, languages = ["zh", "en"]) {
  await Promise.all(
    languages.map(async (lang) => {
      const response = await fetch(`/texts/${lang}.json?areas=${areas.join(",")}`);
      if (!response.ok) throw new Error(`no texts for ${lang}: ${response.status}`);
      catalogue.set(lang, { ...catalogue.get(lang), ...(await response.json()) });
    }),
  );
}

/** Switch the page's language. Everything that is `Localized` renders again. */
export function setLanguage(lang) {
  current = lang;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : lang;
  for (const listener of listeners) listener(lang);
}

/** The language for a reader: the first of his browser's that is offered, or the first offered. */
export function preferredLanguage(offered = ["zh", "en"]) {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return wanted.find((lang) => offered.includes(lang)) ?? offered[0];
}

/** Call `listener(lang)` at every switch. Returns the function that ends it. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The message `key`, with `{name}` replaced from `params`, in the page's or the given language. */
export function t(key, params = {}, lang = current) {
  const text = catalogue.get(lang)?.[key];
  if (text === undefined) {
    console.warn(`no text: ${key} (${lang})`);
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

/** A map of names ({zh, en}) in the page's or the given language, else in any that it has. */
export function nameOf(names, lang = current) {
  if (!names) return "";
  return names[lang] ?? names.zh ?? Object.values(names)[0] ?? "";
}

/** Mixin for Lit elements: render again when the language changes. */
export const Localized = (Base) =>
  class extends Base {
    #end = null;

    connectedCallback() {
      super.connectedCallback();
      this.#end = onLanguage(() => this.requestUpdate());
    }

    disconnectedCallback() {
      this.#end?.();
      super.disconnectedCallback();
    }
  };
