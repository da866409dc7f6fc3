// The questions that decide which papers a visit needs: one at a time, yes or no.

import { html } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import { nextStep } from "./steps.js";
import { View } from "./view.js";
import { answered, openQuestion, progress } from "./wish.js";

class CheckView extends View {
  render() {
    const serviceOf = (id) => this.state.service(id);
    const { wish } = this.route;
    const { service, question } = openQuestion(wish, serviceOf);
    const { total, done } = progress(wish, serviceOf);
    const answer = (yes) => this.go(nextStep(this.state, answered(wish, service.id, question.id, yes)));
    return html`<p class="soft">
        ${nameOf(service.name)} · ${t("visits.question_of", { n: done + 1, total })}
      </p>
      <h2 tabindex="-1" class="question">${nameOf(question.text)}</h2>
      <div class="answers">
        <button class="button" @click=${() => answer(true)}>${t("visits.yes")}</button>
        <button class="button" @click=${() => answer(false)}>${t("visits.no")}</button>
      </div>`;
  }
}

customElements.define("check-view", CheckView);
