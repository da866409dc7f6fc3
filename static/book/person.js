// Who comes: optional, unless a service needs a real name by law. What happens to it is said beside it.

import { wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";

/** @param {HTMLElement} page the book-page */
export function personStep(page) {
  const { start } = page.route;
  const { writes } = page.hall;
  const realName = page.chosen.some((service) => service.real_name);
  return html`<h1 tabindex="-1">${t("book.person_title")}</h1>
    <section class="card">
      <p><strong>${longDate(start)} <span class="number">${wallTime(start)}</span></strong></p>
      <p>${page.chosen.map(({ name }) => nameOf(name)).join(t("book.comma"))}</p>
      ${kept(page)}
    </section>
    <form @submit=${(event) => page.submit(event)}>
      ${field(page, "name", { autocomplete: "name" })}
      ${field(page, "phone", { type: "tel", autocomplete: "tel" })}
      ${writes.includes("mail") ? field(page, "email", { type: "email", autocomplete: "email" }) : nothing}
      ${realName ? field(page, "id_number", { required: true }) : nothing}
      ${writes.length ? html`<p class="soft">${t(`book.told_${writes.join("_")}`)}</p>` : nothing}
      <p class="soft">${t("book.privacy")}</p>
      <button class="button primary" ?disabled=${page.busy}>
        ${page.busy ? t("common.loading") : t("book.book")}
      </button>
    </form>`;
}

function kept(page) {
  const seconds = page.keptFor;
  if (seconds === null) return nothing;
  return html`<p class="soft">
    ${t("book.kept", { minutes: Math.max(1, Math.round(seconds / 60)), until: wallTime(page.hold.until) })}
  </p>`;
}

function field(page, name, { type = "text", autocomplete = "off", required = false }) {
  const label = t(`book.${name}`);
  return html`<label>
    ${required ? label : t("book.optional", { label })}
    <input class="field" name=${name} type=${type} autocomplete=${autocomplete} ?required=${required}
      .value=${page.typed[name] ?? ""}
      @input=${(event) => (page.typed[name] = event.target.value)} />
  </label>`;
}
