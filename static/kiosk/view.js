// What all views of the kiosk share: they draw into the page itself, follow the hall's state and
// ask the shell to go somewhere.

import { LitElement } from "../vendor/lit.js";
import { Localized } from "../shared/i18n.js";

export class View extends Localized(LitElement) {
  static properties = {
    state: { attribute: false, hasChanged: () => true },
    route: { attribute: false },
  };

  createRenderRoot() {
    return this;
  }

  /** Show another view, e.g. `go({view: "service", id})`. */
  go(route) {
    this.dispatchEvent(new CustomEvent("go", { detail: route, bubbles: true }));
  }

  /** Forget this visitor: back to the start. */
  finish() {
    this.dispatchEvent(new CustomEvent("finish", { bubbles: true }));
  }
}
